package kernel

import (
	"math"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/store/columns"
	"github.com/weirhq/weir/store/columns/vector"
)

// valueReader gives the values of a dimension small numbers, for one worker: 0 is
// missing, texts have their codes, values per person their index, and other values
// the numbers that follow.
type valueReader struct {
	dim    *Dim
	coded  uint32 // how many numbers are given
	others map[code]uint32
	list   []code // what the numbers from coded on stand for

	column       *columns.Column
	byCode       []uint32 // of narrow numbers of the layer: number by code, 0 when not looked up yet
	kept, places []uint32
}

func newValueReader(d *Dim) *valueReader {
	r := &valueReader{dim: d, coded: uint32(len(d.values)), others: map[code]uint32{}}
	if d.ofPerson == nil {
		r.coded = 1
		if dict := d.view.Strings(d.property); dict != nil {
			r.coded = uint32(dict.Len())
		}
	}
	return r
}

// numbers is one more than the highest number given.
func (r *valueReader) numbers() int { return int(r.coded) + len(r.list) }

// code gives what a number stands for.
func (r *valueReader) code(number uint32) code {
	switch {
	case number >= r.coded:
		return r.list[number-r.coded]
	case r.dim.ofPerson != nil:
		return code{bits: uint64(number)}
	case number == 0:
		return code{}
	}
	return code{event.String, uint64(number)}
}

func (r *valueReader) other(c code) uint32 {
	number, known := r.others[c]
	if !known {
		number = uint32(r.numbers())
		r.others[c] = number
		r.list = append(r.list, c)
	}
	return number
}

// wideTable is from how many rows a layer's narrow numbers are looked up in a table.
const wideTable = 1 << 16

func (r *valueReader) layer(l *columns.Layer) {
	if r.dim.ofPerson != nil {
		return
	}
	r.column, r.byCode = l.Column(r.dim.property), r.byCode[:0]
	if r.column == nil || r.column.Numbers == nil || l.Rows() < wideTable {
		return
	}
	switch f := r.column.Numbers; {
	case f.U8 != nil:
		r.byCode = grow(r.byCode, math.MaxUint8+1)
	case f.U16 != nil:
		r.byCode = grow(r.byCode, math.MaxUint16+1)
	}
	clear(r.byCode)
}

// gather gives the number of each of some ascending rows' values.
func (r *valueReader) gather(b *block, rows, out []uint32) []uint32 {
	out = grow(out, len(rows))
	c := r.column
	switch {
	case r.dim.ofPerson != nil:
		r.ofPersons(b, rows, out)
		return out
	case c == nil || c.Strings == nil || c.Strings.Present != nil:
		clear(out)
	default:
		codesOf(rows, c.Strings, out)
	}
	if c == nil {
		return out
	}
	if c.Strings != nil && c.Strings.Present != nil {
		r.sparse(rows, c.Strings.Present, func(i int, at uint32) { out[i] = c.Strings.Slot(at) })
	}
	if c.Numbers != nil {
		r.sparse(rows, c.Numbers.Present, func(i int, at uint32) {
			if x := r.number(c.Numbers, at); x != 0 {
				out[i] = x
			}
		})
	}
	r.fillCodes(rows, c.Bools, event.Bool, out)
	r.fillCodes(rows, c.Lists, event.List, out)
	return out
}

func (r *valueReader) ofPersons(b *block, rows, out []uint32) {
	for k, i := 0, 0; k < len(rows); {
		for rows[k] >= b.hi[i] {
			i++
		}
		number, end := r.dim.ofPerson[b.persons[i]], b.hi[i]
		for ; k < len(rows) && rows[k] < end; k++ {
			out[k] = number
		}
	}
}

// fillCodes fills in codes of another type than text.
func (r *valueReader) fillCodes(rows []uint32, codes *vector.Codes, kind event.Kind, out []uint32) {
	if codes == nil {
		return
	}
	r.sparse(rows, codes.Present, func(i int, at uint32) {
		if c := codes.Slot(at); c != 0 {
			out[i] = r.other(code{kind, uint64(c)})
		}
	})
}

// sparse visits the rows that a vector has a place for: the index in rows, and the place.
func (r *valueReader) sparse(rows []uint32, p *vector.Present, visit func(i int, at uint32)) {
	if p == nil {
		for i, row := range rows {
			visit(i, row)
		}
		return
	}
	r.kept, r.places = present(p, rows, r.kept, r.places)
	i := 0
	for k, row := range r.kept {
		for rows[i] != row {
			i++
		}
		visit(i, r.places[k])
	}
}

// number gives the number of a numeric value, 0 when it is missing.
func (r *valueReader) number(f *vector.Floats, at uint32) uint32 {
	code := 0
	if len(r.byCode) > 0 {
		if f.U8 != nil {
			code = int(f.U8[at])
		} else {
			code = int(f.U16[at])
		}
		if r.byCode[code] != 0 || code == 0 {
			return r.byCode[code]
		}
	}
	x := f.Slot(at)
	if math.IsNaN(x) {
		return 0
	}
	number := r.other(numberCode(x))
	if code != 0 {
		r.byCode[code] = number
	}
	return number
}

func codesOf(rows []uint32, codes *vector.Codes, out []uint32) {
	switch {
	case codes.U8 != nil:
		widen(rows, codes.U8, out)
	case codes.U16 != nil:
		widen(rows, codes.U16, out)
	default:
		widen(rows, codes.U32, out)
	}
}

func widen[T uint8 | uint16 | uint32](rows []uint32, codes []T, out []uint32) {
	out = out[:len(rows)]
	for i, row := range rows {
		out[i] = uint32(codes[row])
	}
}

// grouper gives rows of events the row of a breakdown that they belong to, for one worker.
type grouper struct {
	readers []*valueReader
	rows    *Rows
	direct  bool     // rows are numbered by the values of the only dimension
	single  []uint32 // of one dimension: row plus one by number of the value, 0 when not looked up yet
	strides [maxDims]uint32
	product []uint32 // of several dimensions: row plus one by the numbers of the values, while they are few
	joint   map[[maxDims]uint32]uint32
	numbers [maxDims][]uint32
	out     []uint32
}

// newGrouper lists rows when they are NewRows, and finds them when they are fixed.
func newGrouper(dims []*Dim, rows *Rows) *grouper {
	g := &grouper{rows: rows, joint: map[[maxDims]uint32]uint32{}}
	for _, d := range dims {
		g.readers = append(g.readers, newValueReader(d))
	}
	g.direct = rows.rest < 0 && len(dims) == 1 && g.readers[0].numbers() <= MaxRows
	return g
}

func (g *grouper) layer(l *columns.Layer) {
	for _, r := range g.readers {
		r.layer(l)
	}
}

// count is one more than the highest row given.
func (g *grouper) count() int {
	switch {
	case g.direct:
		return g.readers[0].numbers()
	case g.rows.rest >= 0:
		return len(g.rows.keys) + 1
	}
	return max(len(g.rows.keys), 1)
}

// key gives the key of a row that was listed.
func (g *grouper) key(row int) Key {
	if g.direct {
		return Key{g.readers[0].code(uint32(row))}
	}
	return g.rows.keys[row]
}

// gather gives the row of the breakdown of each of some ascending rows; nil
// without dimensions.
func (g *grouper) gather(b *block, rows []uint32) []uint32 {
	for i, r := range g.readers {
		g.numbers[i] = r.gather(b, rows, g.numbers[i])
	}
	switch {
	case len(g.readers) == 0:
		return nil
	case g.direct:
		return g.numbers[0]
	}
	g.out = grow(g.out, len(rows))
	if len(g.readers) == 1 {
		g.lookUp(g.numbers[0], g.out)
	} else {
		g.lookUpJoint(g.out)
	}
	return g.out
}

func (g *grouper) lookUp(numbers, out []uint32) {
	g.single = extend(g.single, g.readers[0].numbers())
	for i, number := range numbers {
		row := g.single[number]
		if row == 0 {
			row = uint32(g.rows.row(Key{g.readers[0].code(number)})) + 1
			g.single[number] = row
		}
		out[i] = row - 1
	}
}

// maxProduct is the size up to which combinations of values are looked up in a table.
const maxProduct = 1 << 20

// layOut makes room for all combinations of the values known now, if they are few.
func (g *grouper) layOut() {
	size, fits := 1, true
	for d, r := range g.readers {
		fits = fits && r.numbers() <= int(g.strides[d])
		size = min(size*(r.numbers()+len(r.list)), maxProduct+1) // new ones often follow
	}
	if fits {
		return
	}
	g.product, g.strides = g.product[:0], [maxDims]uint32{}
	if size > maxProduct {
		return
	}
	for d, r := range g.readers {
		g.strides[d] = uint32(r.numbers() + len(r.list))
	}
	g.product = extend(g.product, size)
}

func (g *grouper) lookUpJoint(out []uint32) {
	g.layOut()
	if len(g.product) == 0 {
		for i := range out {
			out[i] = g.jointRow(g.numbersAt(i))
		}
		return
	}
	copy(out, g.numbers[len(g.readers)-1])
	for d := len(g.readers) - 2; d >= 0; d-- {
		stride, numbers := g.strides[d], g.numbers[d][:len(out)]
		for i, at := range out {
			out[i] = at*stride + numbers[i]
		}
	}
	for i, at := range out {
		row := g.product[at]
		if row == 0 {
			row = g.jointRow(g.numbersAt(i)) + 1
			g.product[at] = row
		}
		out[i] = row - 1
	}
}

func (g *grouper) numbersAt(i int) (numbers [maxDims]uint32) {
	for d := range g.readers {
		numbers[d] = g.numbers[d][i]
	}
	return numbers
}

func (g *grouper) jointRow(numbers [maxDims]uint32) uint32 {
	row, known := g.joint[numbers]
	if known {
		return row
	}
	var key Key
	for d, r := range g.readers {
		key[d] = r.code(numbers[d])
	}
	row = uint32(g.rows.row(key))
	g.joint[numbers] = row
	return row
}

// numberCode is the code of a number; +0 turns -0 into 0.
func numberCode(x float64) code { return code{event.Number, math.Float64bits(x + 0)} }
