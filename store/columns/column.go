package columns

import (
	"math"
	"sort"
	"sync"
	"weak"

	"github.com/weirhq/weir/event"
)

// column is how a layer keeps an event property: as a Column when many rows
// have it, as a list of values when few do. A product has hundreds of
// properties that only one kind of event has; a slot for every row would take
// most of the memory.
type column struct {
	dense *Column
	few   []rowValue // ascending by row; when dense is nil
	kinds [event.List + 1]bool
	count int // of values

	mu      sync.Mutex
	widened weak.Pointer[Column] // few as a Column, as long as somebody uses it
}

// fillLimit says when few values are kept as a list: in layers of at least rows
// rows, a column of which less than one row in share has a value.
type fillLimit struct{ rows, share int }

// few says whether so many values are kept as a list.
func (f fillLimit) few(count, rows int) bool { return rows >= f.rows && count*f.share < rows }

// usualFill keeps columns that a 32nd of the rows have: a list takes at most
// an eighth of a Column's memory then.
func usualFill() fillLimit { return fillLimit{rows: 1 << 12, share: 32} }

// rowValue is the value of a row.
type rowValue struct {
	bits uint64 // a float64, or what Column has
	row  uint32
	kind event.Kind
}

// full gives the column with a slot for every row.
func (c *column) full(rows int) *Column {
	if c.dense != nil {
		return c.dense
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if wide := c.widened.Value(); wide != nil {
		return wide
	}
	wide := &Column{}
	for _, v := range c.few {
		wide.put(v, rows)
	}
	c.widened = weak.Make(wide)
	return wide
}

// put sets the value of a row.
func (c *Column) put(v rowValue, rows int) {
	switch v.kind {
	case event.Number:
		if c.Numbers == nil {
			c.Numbers = make([]float64, rows)
			fill(c.Numbers, math.NaN())
		}
		c.Numbers[v.row] = math.Float64frombits(v.bits)
	case event.String:
		if c.Strings == nil {
			c.Strings = make([]uint32, rows)
		}
		c.Strings[v.row] = uint32(v.bits)
	case event.Bool:
		if c.Bools == nil {
			c.Bools = make([]uint8, rows)
		}
		c.Bools[v.row] = uint8(v.bits)
	case event.List:
		if c.Lists == nil {
			c.Lists = make([]uint32, rows)
		}
		c.Lists[v.row] = uint32(v.bits)
	case event.Missing:
	}
}

// value gives the value of a row, of kind Missing when it has none.
func (c *column) value(row uint32) rowValue {
	if c.dense != nil {
		return c.dense.value(row)
	}
	if i := c.search(row); i < len(c.few) && c.few[i].row == row {
		return c.few[i]
	}
	return rowValue{row: row}
}

// search gives the place of the first value at or after a row.
func (c *column) search(row uint32) int {
	return sort.Search(len(c.few), func(i int) bool { return c.few[i].row >= row })
}

func (c *Column) value(row uint32) rowValue {
	switch {
	case c.Strings != nil && c.Strings[row] != 0:
		return rowValue{row: row, kind: event.String, bits: uint64(c.Strings[row])}
	case c.Numbers != nil && !math.IsNaN(c.Numbers[row]):
		return rowValue{row: row, kind: event.Number, bits: math.Float64bits(c.Numbers[row])}
	case c.Bools != nil && c.Bools[row] != 0:
		return rowValue{row: row, kind: event.Bool, bits: uint64(c.Bools[row])}
	case c.Lists != nil && c.Lists[row] != 0:
		return rowValue{row: row, kind: event.List, bits: uint64(c.Lists[row])}
	}
	return rowValue{row: row}
}

// each visits the values of rows [lo, hi), ascending.
func (c *column) each(lo, hi uint32, visit func(v rowValue)) {
	if c.dense == nil {
		for i := c.search(lo); i < len(c.few) && c.few[i].row < hi; i++ {
			visit(c.few[i])
		}
		return
	}
	for row := lo; row < hi; row++ {
		if v := c.dense.value(row); v.kind != event.Missing {
			visit(v)
		}
	}
}
