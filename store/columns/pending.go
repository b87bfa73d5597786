package columns

import (
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/person"
)

// pendingRows are the events applied since the last view, in order of arrival.
// Their properties are with each property, as sparse columns.
type pendingRows struct {
	persons []person.Ordinal // at arrival; to be made canonical
	times   []int64
	names   []uint32
	seqs    []uint64
	ids     []uint32
}

// reusable is the number of rows up to which buffers are kept for the next
// view; the buffers of a bulk load are given back.
const reusable = 1 << 14

func (r *pendingRows) len() int { return len(r.times) }

func (r *pendingRows) add(p person.Ordinal, e *event.Event, name, id uint32, seq uint64) {
	r.persons = append(r.persons, p)
	r.times = append(r.times, e.Time)
	r.names = append(r.names, name)
	r.seqs = append(r.seqs, seq)
	r.ids = append(r.ids, id)
}

func (r *pendingRows) reset() {
	r.persons = reuse(r.persons)
	r.times = reuse(r.times)
	r.names = reuse(r.names)
	r.seqs = reuse(r.seqs)
	r.ids = reuse(r.ids)
}

func reuse[T any](s []T) []T {
	if cap(s) > reusable {
		return nil
	}
	return s[:0]
}

// sparse is the values of some pending rows.
type sparse[T any] struct {
	rows   []uint32 // ascending
	values []T
}

func (s *sparse[T]) add(row uint32, v T) {
	s.rows = append(s.rows, row)
	s.values = append(s.values, v)
}

func (s *sparse[T]) reset() { s.rows, s.values = reuse(s.rows), reuse(s.values) }

// pendingColumn is a property's values in the pending rows, by type.
type pendingColumn struct {
	numbers sparse[float64]
	strings sparse[uint32]
	bools   sparse[uint8]
	lists   sparse[uint32]
}

func (c *pendingColumn) reset() {
	c.numbers.reset()
	c.strings.reset()
	c.bools.reset()
	c.lists.reset()
}

// add notes the value of a row.
func (p *property) add(row uint32, v *event.Value) {
	switch v.Kind {
	case event.String:
		p.pending.strings.add(row, p.strings.code(v.Str))
	case event.Number:
		p.pending.numbers.add(row, v.Num)
	case event.Bool:
		p.pending.bools.add(row, boolCode(v.Num))
	case event.List:
		p.pending.lists.add(row, p.list(v.List))
	case event.Missing:
	}
}

// boolCode is a boolean as Column.Bools has it.
func boolCode(n float64) uint8 {
	if n != 0 {
		return 2
	}
	return 1
}

// empty says whether no pending row has a value.
func (c *pendingColumn) empty() bool {
	return len(c.numbers.rows)+len(c.strings.rows)+len(c.bools.rows)+len(c.lists.rows) == 0
}
