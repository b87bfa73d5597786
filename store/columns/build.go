package columns

import (
	"cmp"
	"math"
	"runtime"
	"slices"
	"sync"

	"github.com/weirhq/weir/person"
)

// blueprint says how a new layer is put together from rows of older layers and
// from pending rows. It is laid out person by person, ascending, then built
// column by column.
type blueprint struct {
	layers  []*Layer
	persons []person.Ordinal
	offsets []uint32
	runs    []run
	next    uint32 // position of the next row

	pending *pendingRows // nil when only layers are folded
	rank    []uint32     // pending row → position

	late []lateRange
}

// run is rows [lo, hi) of an older layer that go to the positions from at.
type run struct {
	layer      int
	lo, hi, at uint32
}

// lateRange is the rows of a person that are not in order as laid out.
type lateRange struct {
	at    uint32
	order []uint32 // what belongs at position at+i is now at position at+order[i]
}

func newBlueprint(layers []*Layer) *blueprint { return &blueprint{layers: layers} }

func (b *blueprint) rows() int { return int(b.next) }

// begin starts the next person.
func (b *blueprint) begin(p person.Ordinal) {
	b.persons = append(b.persons, p)
	b.offsets = append(b.offsets, b.next)
}

// copy adds rows of an older layer to the present person. Rows that continue
// the run before, as all do when a layer is mostly kept, extend it.
func (b *blueprint) copy(layer int, lo, hi uint32) {
	if n := len(b.runs); n > 0 {
		last := &b.runs[n-1]
		if last.layer == layer && last.hi == lo && last.at+(last.hi-last.lo) == b.next {
			last.hi = hi
			b.next += hi - lo
			return
		}
	}
	b.runs = append(b.runs, run{layer: layer, lo: lo, hi: hi, at: b.next})
	b.next += hi - lo
}

// end closes the last person.
func (b *blueprint) end() { b.offsets = append(b.offsets, b.next) }

// build makes the layer. properties are by code, with the values of the pending rows.
func (b *blueprint) build(properties []*property) *Layer {
	l := &Layer{Persons: b.persons, Offsets: b.offsets}
	l.Times = dense(b, func(l *Layer) []int64 { return l.Times }, func(r *pendingRows) []int64 { return r.times })
	l.Seqs = dense(b, func(l *Layer) []uint64 { return l.Seqs }, func(r *pendingRows) []uint64 { return r.seqs })
	l.Names = dense(b, func(l *Layer) []uint32 { return l.Names }, func(r *pendingRows) []uint32 { return r.names })
	l.IDs = dense(b, func(l *Layer) []uint32 { return l.IDs }, func(r *pendingRows) []uint32 { return r.ids })
	b.findLate(l)
	reorder(b, l.Times)
	reorder(b, l.Seqs)
	reorder(b, l.Names)
	reorder(b, l.IDs)
	l.columns = b.columns(properties)
	return l
}

// findLate notes the persons whose rows are not in order of time and arrival.
// Those copied from one layer are, so only others are looked at.
func (b *blueprint) findLate(l *Layer) {
	if b.pending == nil {
		return
	}
	for i := range b.persons {
		lo, hi := b.offsets[i], b.offsets[i+1]
		if times, seqs := l.Times[lo:hi], l.Seqs[lo:hi]; !inOrder(times, seqs) {
			b.late = append(b.late, lateRange{at: lo, order: sortedOrder(times, seqs)})
		}
	}
}

func inOrder(times []int64, seqs []uint64) bool {
	for i := 1; i < len(times); i++ {
		if times[i] < times[i-1] || times[i] == times[i-1] && seqs[i] < seqs[i-1] {
			return false
		}
	}
	return true
}

func sortedOrder(times []int64, seqs []uint64) []uint32 {
	order := make([]uint32, len(times))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(a, b uint32) int {
		return cmp.Or(cmp.Compare(times[a], times[b]), cmp.Compare(seqs[a], seqs[b]))
	})
	return order
}

// reorder puts the late ranges of a column into order.
func reorder[T any](b *blueprint, column []T) {
	var scratch []T
	for _, late := range b.late {
		values := column[late.at : int(late.at)+len(late.order)]
		scratch = append(scratch[:0], values...)
		for i, from := range late.order {
			values[i] = scratch[from]
		}
	}
}

// dense assembles a column that every row has.
func dense[T any](b *blueprint, of func(*Layer) []T, pending func(*pendingRows) []T) []T {
	out := make([]T, b.next)
	for _, r := range b.runs {
		copy(out[r.at:], of(b.layers[r.layer])[r.lo:r.hi])
	}
	if b.pending != nil {
		for row, v := range pending(b.pending) {
			out[b.rank[row]] = v
		}
	}
	return out
}

// parallelRows is the size from which columns are assembled by all processors.
const parallelRows = 1 << 16

// columns assembles the columns of all properties that a row has.
func (b *blueprint) columns(properties []*property) map[string]*Column {
	columns := make([]*Column, len(properties))
	workers := 1
	if b.next >= parallelRows {
		workers = runtime.GOMAXPROCS(0)
	}
	var work sync.WaitGroup
	for w := range workers {
		work.Go(func() {
			for code := 1 + w; code < len(properties); code += workers {
				columns[code] = b.column(properties[code])
			}
		})
	}
	work.Wait()
	out := make(map[string]*Column)
	for code, c := range columns {
		if c != nil {
			out[properties[code].name] = c
		}
	}
	return out
}

// column assembles the column of one property, nil when no row has a value.
func (b *blueprint) column(p *property) *Column {
	old := make([]*Column, len(b.layers))
	some := false
	for i, l := range b.layers {
		old[i] = l.columns[p.name]
		some = some || old[i] != nil
	}
	var pending pendingColumn
	if b.pending != nil {
		pending = p.pending
	}
	if !some && pending.empty() {
		return nil
	}
	c := &Column{
		Numbers: assemble(b, old, func(c *Column) []float64 { return c.Numbers }, pending.numbers, math.NaN(), math.IsNaN),
		Strings: assemble(b, old, func(c *Column) []uint32 { return c.Strings }, pending.strings, 0, isZero),
		Bools:   assemble(b, old, func(c *Column) []uint8 { return c.Bools }, pending.bools, 0, isZero),
		Lists:   assemble(b, old, func(c *Column) []uint32 { return c.Lists }, pending.lists, 0, isZero),
	}
	if c.Numbers == nil && c.Strings == nil && c.Bools == nil && c.Lists == nil {
		return nil
	}
	return c
}

func isZero[T comparable](v T) bool {
	var zero T
	return v == zero
}

// assemble makes one type's slice of a column, nil when no row has a value.
func assemble[T any](b *blueprint, old []*Column, of func(*Column) []T, pending sparse[T], missing T, isMissing func(T) bool) []T {
	sources := make([][]T, len(old))
	found := !pending.empty()
	some := found
	for i, c := range old {
		if c != nil {
			sources[i] = of(c)
			some = some || sources[i] != nil
		}
	}
	if !some || b.next == 0 {
		return nil
	}
	out := make([]T, b.next)
	if !isMissing(out[0]) {
		fill(out, missing)
	}
	for _, r := range b.runs {
		source := sources[r.layer]
		if source == nil {
			continue
		}
		copy(out[r.at:], source[r.lo:r.hi])
		found = found || slices.ContainsFunc(source[r.lo:r.hi], func(v T) bool { return !isMissing(v) })
	}
	if !found {
		return nil
	}
	for _, block := range pending.blocks {
		for i, row := range block.rows {
			out[b.rank[row]] = block.values[i]
		}
	}
	reorder(b, out)
	return out
}

func fill[T any](out []T, v T) {
	for i := range out {
		out[i] = v
	}
}
