package columns

import (
	"cmp"
	"slices"
	"sort"

	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/store/columns/vector"
)

// blueprint says how a new layer is put together from rows of older layers and
// from pending rows. It is laid out person by person, ascending, then built
// column by column.
type blueprint struct {
	layers  []*Layer
	persons []person.Ordinal
	offsets []uint32
	runs    []copiedRun
	next    uint32 // position of the next row

	pending *pendingRows // nil when only layers are folded
	rank    []uint32     // pending row → position

	late []lateRange
}

// copiedRun is rows [lo, hi) of an older layer that go to the positions from at.
type copiedRun struct {
	layer      int
	lo, hi, at uint32
}

// lateRange is the rows of a person that are not in order as laid out.
type lateRange struct {
	at      uint32
	order   []uint32 // what belongs at position at+i is now at position at+order[i]
	inverse []uint32 // what is now at position at+i belongs at position at+inverse[i]
}

func newBlueprint(layers []*Layer) *blueprint {
	return &blueprint{layers: layers}
}

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
	b.runs = append(b.runs, copiedRun{layer: layer, lo: lo, hi: hi, at: b.next})
	b.next += hi - lo
}

// end closes the last person.
func (b *blueprint) end() { b.offsets = append(b.offsets, b.next) }

// build makes the layer. properties are by code, with the values of the pending rows.
func (b *blueprint) build(properties []*property) *Layer {
	l := &Layer{Persons: b.persons, Offsets: b.offsets}
	times := dense(b, func(l *Layer, row uint32) int64 { return l.Times.At(row) }, func(r *pendingRows) []int64 { return r.times })
	seqs := dense(b, func(l *Layer, row uint32) int64 { return l.Seqs.At(row) }, func(r *pendingRows) []int64 { return r.seqs })
	names := dense(b, func(l *Layer, row uint32) uint32 { return l.Names.At(row) }, func(r *pendingRows) []uint32 { return r.names })
	ids := dense(b, func(l *Layer, row uint32) uint32 { return l.IDs.At(row) }, func(r *pendingRows) []uint32 { return r.ids })
	b.findLate(times, seqs)
	reorder(b, times)
	reorder(b, seqs)
	reorder(b, names)
	reorder(b, ids)
	l.Times, l.Seqs = vector.NewInts(times), vector.NewInts(seqs)
	l.Names, l.IDs = vector.NewCodes(names), vector.NewCodes(ids)
	l.columns = b.columns(properties)
	return l
}

// findLate notes the persons whose rows are not in order of time and arrival.
// Those copied from one layer are, so only others are looked at.
func (b *blueprint) findLate(times, seqs []int64) {
	if b.pending == nil {
		return
	}
	for i := range b.persons {
		lo, hi := b.offsets[i], b.offsets[i+1]
		if times, seqs := times[lo:hi], seqs[lo:hi]; !inOrder(times, seqs) {
			order := sortedOrder(times, seqs)
			b.late = append(b.late, lateRange{at: lo, order: order, inverse: inverse(order)})
		}
	}
}

func inOrder(times, seqs []int64) bool {
	for i := 1; i < len(times); i++ {
		if times[i] < times[i-1] || times[i] == times[i-1] && seqs[i] < seqs[i-1] {
			return false
		}
	}
	return true
}

func sortedOrder(times, seqs []int64) []uint32 {
	order := make([]uint32, len(times))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(a, b uint32) int {
		return cmp.Or(cmp.Compare(times[a], times[b]), cmp.Compare(seqs[a], seqs[b]))
	})
	return order
}

func inverse(order []uint32) []uint32 {
	out := make([]uint32, len(order))
	for to, from := range order {
		out[from] = uint32(to)
	}
	return out
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

// settled gives where the row that was laid out at a position ends up.
func (b *blueprint) settled(position uint32) uint32 {
	i := sort.Search(len(b.late), func(i int) bool { return b.late[i].at > position }) - 1
	if i < 0 || position >= b.late[i].at+uint32(len(b.late[i].order)) {
		return position
	}
	return b.late[i].at + b.late[i].inverse[position-b.late[i].at]
}

// dense assembles a column that every row has.
func dense[T any](b *blueprint, of func(l *Layer, row uint32) T, pending func(*pendingRows) []T) []T {
	out := make([]T, b.next)
	for _, r := range b.runs {
		for row := r.lo; row < r.hi; row++ {
			out[r.at+row-r.lo] = of(b.layers[r.layer], row)
		}
	}
	if b.pending != nil {
		for row, v := range pending(b.pending) {
			out[b.rank[row]] = v
		}
	}
	return out
}
