package kernel

import (
	"math"

	"github.com/weirhq/weir/store/columns"
	"github.com/weirhq/weir/store/columns/vector"
)

// numbers reads the numbers of an event property for one worker.
type numbers struct {
	property string
	floats   *vector.Floats // nil: no row of the layer has one
	codes    bool           // give codes of narrow numbers instead of the numbers
	values   []float64
	kept     []uint32
	places   []uint32
}

func (n *numbers) layer(l *columns.Layer) {
	n.floats = nil
	if c := l.Column(n.property); c != nil {
		n.floats = c.Numbers
	}
}

// gather gives those of some ascending rows that have a number, in the same
// slice, and the numbers, which stay until the next call.
func (n *numbers) gather(rows []uint32) (with []uint32, values []float64) {
	f := n.floats
	if f == nil {
		return rows[:0], nil
	}
	n.values = grow(n.values, len(rows))
	at := rows
	if f.Present != nil {
		n.kept, n.places = present(f.Present, rows, n.kept, n.places)
		copy(rows, n.kept)
		rows, at = rows[:len(n.kept)], n.places
	}
	var count int
	if n.codes {
		f = &vector.Floats{Scale: 1, U8: f.U8, U16: f.U16}
	}
	switch {
	case f.F64 != nil:
		count = wideNumbers(rows, at, f.F64, n.values)
	case f.U8 != nil:
		count = narrowNumbers(rows, at, f.U8, f, n.values)
	case f.U16 != nil:
		count = narrowNumbers(rows, at, f.U16, f, n.values)
	default:
		count = narrowNumbers(rows, at, f.U32, f, n.values)
	}
	return rows[:count], n.values[:count]
}

func wideNumbers(rows, at []uint32, from []float64, values []float64) int {
	n := 0
	at = at[:len(rows)]
	for i, row := range rows {
		x := from[at[i]]
		rows[n], values[n] = row, x
		n += bit(!math.IsNaN(x))
	}
	return n
}

func narrowNumbers[T uint8 | uint16 | uint32](rows, at []uint32, codes []T, f *vector.Floats, values []float64) int {
	n, base, scale := 0, f.Base, f.Scale
	at = at[:len(rows)]
	if scale == 1 { // dividing takes longer than all the rest
		for i, row := range rows {
			code := codes[at[i]]
			rows[n], values[n] = row, float64(base+int64(code))
			n += bit(code != 0)
		}
		return n
	}
	for i, row := range rows {
		code := codes[at[i]]
		rows[n], values[n] = row, float64(base+int64(code))/scale
		n += bit(code != 0)
	}
	return n
}
