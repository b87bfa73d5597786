package columns

import (
	"math"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/store/columns/vector"
)

// Column is one event property of a layer, a vector per type it occurs with
// (nil when it never does). At most one of them has a value in a row. A vector is
// sparse when few rows have a value of its type.
type Column struct {
	Numbers *vector.Floats
	Strings *vector.Codes // code in View.Strings(property)
	Bools   *vector.Codes // 1 false, 2 true
	Lists   *vector.Codes // code in View.Lists(property)
}

// sparseShare is the share of rows below which a vector keeps only the rows that
// have a value: it then takes less than half of the memory.
const sparseShare = 4

// rowValue is the value of a row.
type rowValue struct {
	bits uint64 // a float64, or what the vector has
	row  uint32
	kind event.Kind
}

// value gives the value of a row, of kind Missing when it has none.
func (c *Column) value(row uint32) rowValue {
	v := rowValue{row: row}
	if c.Numbers != nil {
		if x := c.Numbers.At(row); !math.IsNaN(x) {
			v.kind, v.bits = event.Number, math.Float64bits(x)
			return v
		}
	}
	for _, codes := range c.coded() {
		if codes.vector == nil {
			continue
		}
		if code := codes.vector.At(row); code != 0 {
			v.kind, v.bits = codes.kind, uint64(code)
			return v
		}
	}
	return v
}

// codedVector is a vector of a Column with the type of its values.
type codedVector struct {
	kind   event.Kind
	vector *vector.Codes
}

func (c *Column) coded() [3]codedVector {
	return [3]codedVector{{event.String, c.Strings}, {event.Bool, c.Bools}, {event.List, c.Lists}}
}

// each visits the values of rows [lo, hi), type by type, ascending by row in a type.
func (c *Column) each(lo, hi uint32, visit func(v rowValue)) {
	if c.Numbers != nil {
		eachNumber(c.Numbers, lo, hi, func(row uint32, x float64) {
			visit(rowValue{row: row, kind: event.Number, bits: math.Float64bits(x)})
		})
	}
	for _, codes := range c.coded() {
		if codes.vector != nil {
			eachCode(codes.vector, lo, hi, func(row, code uint32) {
				visit(rowValue{row: row, kind: codes.kind, bits: uint64(code)})
			})
		}
	}
}

func eachNumber(f *vector.Floats, lo, hi uint32, visit func(row uint32, x float64)) {
	if f.Present != nil {
		f.Present.Each(lo, hi, func(row, at uint32) { visit(row, f.Slot(at)) })
		return
	}
	for row := lo; row < hi; row++ {
		if x := f.Slot(row); !math.IsNaN(x) {
			visit(row, x)
		}
	}
}

func eachCode(c *vector.Codes, lo, hi uint32, visit func(row, code uint32)) {
	if c.Present != nil {
		c.Present.Each(lo, hi, func(row, at uint32) { visit(row, c.Slot(at)) })
		return
	}
	for row := lo; row < hi; row++ {
		if code := c.Slot(row); code != 0 {
			visit(row, code)
		}
	}
}

// count is the most values that the column can have.
func (c *Column) count() int {
	n := 0
	if c.Numbers != nil {
		n += c.Numbers.Slots()
	}
	for _, codes := range c.coded() {
		if codes.vector != nil {
			n += codes.vector.Slots()
		}
	}
	return n
}

// packNumbers makes the vector of values by row; nil when there is none.
func packNumbers(rows []uint32, values []float64, n int) *vector.Floats {
	if len(rows) == 0 {
		return nil
	}
	var out vector.Floats
	if len(rows)*sparseShare < n {
		out = vector.SparseFloats(rows, values, n)
	} else {
		wide := make([]float64, n)
		for i := range wide {
			wide[i] = math.NaN()
		}
		for i, row := range rows {
			wide[row] = values[i]
		}
		out = vector.NewFloats(wide)
	}
	return &out
}

// packCodes makes the vector of codes by row; nil when there is none.
func packCodes(rows, values []uint32, n int) *vector.Codes {
	if len(rows) == 0 {
		return nil
	}
	var out vector.Codes
	if len(rows)*sparseShare < n {
		out = vector.SparseCodes(rows, values, n)
	} else {
		wide := make([]uint32, n)
		for i, row := range rows {
			wide[row] = values[i]
		}
		out = vector.NewCodes(wide)
	}
	return &out
}
