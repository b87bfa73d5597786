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
