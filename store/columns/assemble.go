package columns

import (
	"cmp"
	"math"
	"runtime"
	"slices"
	"sync"

	"github.com/weirhq/weir/event"
)

// parallelRows is the size from which columns are assembled by all processors.
const parallelRows = 1 << 16

// columns assembles the columns of all properties that a row has.
func (b *blueprint) columns(properties []*property) map[string]*column {
	columns := make([]*column, len(properties))
	workers := 1
	if b.next >= parallelRows {
		workers = runtime.GOMAXPROCS(0)
	}
	sources := b.sources()
	var work sync.WaitGroup
	for w := range workers {
		work.Go(func() {
			for code := 1 + w; code < len(properties); code += workers {
				columns[code] = b.column(properties[code], sources)
			}
		})
	}
	work.Wait()
	out := make(map[string]*column)
	for code, c := range columns {
		if c != nil {
			out[properties[code].name] = c
		}
	}
	return out
}

// sources are the layers that rows are taken from.
func (b *blueprint) sources() []int {
	used := make([]bool, len(b.layers))
	for _, r := range b.runs {
		used[r.layer] = true
	}
	var out []int
	for index, is := range used {
		if is {
			out = append(out, index)
		}
	}
	return out
}

// column assembles the column of one property from the layers that rows are
// taken from, nil when no row has a value.
func (b *blueprint) column(p *property, sources []int) *column {
	var pending pendingColumn
	if b.pending != nil {
		pending = p.pending
	}
	old := make([]*column, len(b.layers))
	most := pending.count() // values that there may be
	for _, index := range sources {
		if c := b.layers[index].columns[p.name]; c != nil {
			old[index] = c
			most += c.count
		}
	}
	if most == 0 || b.next == 0 {
		return nil
	}
	if b.fill.few(most, int(b.next)) {
		return newFew(b.collect(old, &pending))
	}
	c := b.assemble(old, &pending)
	if c != nil && b.fill.few(c.count, int(b.next)) {
		every := make([]rowValue, 0, c.count)
		c.each(0, b.next, func(v rowValue) { every = append(every, v) })
		return newFew(every)
	}
	return c
}

// newFew makes a column of a list of values.
func newFew(values []rowValue) *column {
	if len(values) == 0 {
		return nil
	}
	c := &column{few: slices.Clip(values), count: len(values)}
	for _, v := range values {
		c.kinds[v.kind] = true
	}
	return c
}

// collect lists the values of all rows.
func (b *blueprint) collect(old []*column, pending *pendingColumn) []rowValue {
	var out []rowValue
	for _, r := range b.runs {
		if old[r.layer] != nil {
			old[r.layer].each(r.lo, r.hi, func(v rowValue) {
				v.row = b.settled(r.at + v.row - r.lo)
				out = append(out, v)
			})
		}
	}
	pending.each(func(v rowValue) {
		v.row = b.settled(b.rank[v.row])
		out = append(out, v)
	})
	slices.SortFunc(out, func(a, b rowValue) int { return cmp.Compare(a.row, b.row) })
	return out
}

// assemble makes a column with a slot for every row.
func (b *blueprint) assemble(old []*column, pending *pendingColumn) *column {
	c := &column{dense: &Column{}}
	c.dense.Numbers = assemble(b, c, old, slot[float64]{
		kind: event.Number, of: func(c *Column) []float64 { return c.Numbers }, pending: &pending.numbers,
		missing: math.NaN(), isMissing: math.IsNaN, decode: math.Float64frombits,
	})
	c.dense.Strings = assemble(b, c, old, slot[uint32]{
		kind: event.String, of: func(c *Column) []uint32 { return c.Strings }, pending: &pending.strings,
		isMissing: isZero[uint32], decode: func(bits uint64) uint32 { return uint32(bits) },
	})
	c.dense.Bools = assemble(b, c, old, slot[uint8]{
		kind: event.Bool, of: func(c *Column) []uint8 { return c.Bools }, pending: &pending.bools,
		isMissing: isZero[uint8], decode: func(bits uint64) uint8 { return uint8(bits) },
	})
	c.dense.Lists = assemble(b, c, old, slot[uint32]{
		kind: event.List, of: func(c *Column) []uint32 { return c.Lists }, pending: &pending.lists,
		isMissing: isZero[uint32], decode: func(bits uint64) uint32 { return uint32(bits) },
	})
	if c.count == 0 {
		return nil
	}
	return c
}

// slot is how values of one type are kept.
type slot[T any] struct {
	kind      event.Kind
	of        func(*Column) []T
	pending   *sparse[T]
	missing   T
	isMissing func(T) bool
	decode    func(bits uint64) T // of rowValue.bits
}

func isZero[T comparable](v T) bool {
	var zero T
	return v == zero
}

// assemble makes one type's slice of a column, nil when no row has a value, and
// counts the values.
func assemble[T any](b *blueprint, into *column, old []*column, s slot[T]) []T {
	some := !s.pending.empty()
	for _, c := range old {
		some = some || c != nil && c.has(s.kind)
	}
	if !some {
		return nil
	}
	out := make([]T, b.next)
	if !s.isMissing(out[0]) {
		fill(out, s.missing)
	}
	for _, r := range b.runs {
		c := old[r.layer]
		switch {
		case c == nil || !c.has(s.kind):
		case c.dense != nil:
			copy(out[r.at:], s.of(c.dense)[r.lo:r.hi])
		default:
			c.each(r.lo, r.hi, func(v rowValue) {
				if v.kind == s.kind {
					out[r.at+v.row-r.lo] = s.decode(v.bits)
				}
			})
		}
	}
	for _, block := range s.pending.blocks {
		for i, row := range block.rows {
			out[b.rank[row]] = block.values[i]
		}
	}
	count := 0
	for _, v := range out {
		if !s.isMissing(v) {
			count++
		}
	}
	if count == 0 {
		return nil
	}
	into.count += count
	into.kinds[s.kind] = true
	reorder(b, out)
	return out
}

// has says whether a value of the kind occurs.
func (c *column) has(kind event.Kind) bool { return c.kinds[kind] }

func fill[T any](out []T, v T) {
	for i := range out {
		out[i] = v
	}
}
