package columns

import (
	"slices"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/person"
)

// pendingRows are the events applied since the last view, in order of arrival.
// Their properties are with each property, as sparse columns.
type pendingRows struct {
	persons []person.Ordinal // at arrival; to be made canonical
	times   []int64
	names   []uint32
	seqs    []int64
	ids     []uint32
}

// reusable is the number of rows up to which buffers are kept for the next
// view; the buffers of a bulk load are given back.
const reusable = 1 << 14

func (r *pendingRows) len() int { return len(r.times) }

func (r *pendingRows) add(p person.Ordinal, e *event.Event, name, id uint32, seq uint64) {
	if n := len(r.times); n == cap(r.times) {
		r.grow(2*n + 64)
	}
	r.persons = append(r.persons, p)
	r.times = append(r.times, e.Time)
	r.names = append(r.names, name)
	r.seqs = append(r.seqs, int64(seq))
	r.ids = append(r.ids, id)
}

// grow makes room for n rows. Doubling copies less than append's own growth,
// which is by a quarter for long slices.
func (r *pendingRows) grow(n int) {
	r.persons = slices.Grow(r.persons, n-len(r.persons))
	r.times = slices.Grow(r.times, n-len(r.times))
	r.names = slices.Grow(r.names, n-len(r.names))
	r.seqs = slices.Grow(r.seqs, n-len(r.seqs))
	r.ids = slices.Grow(r.ids, n-len(r.ids))
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

// sparse is the values of some pending rows, in blocks, so that growing copies nothing.
type sparse[T any] struct {
	blocks []block[T] // all full but the last
}

type block[T any] struct {
	rows   []uint32 // ascending
	values []T
}

// A block has at most so many values; the first of a column starts smaller, for
// most columns of most views have few.
const (
	blockSize  = 1 << 13
	firstBlock = 1 << 6
)

func (s *sparse[T]) add(row uint32, v T) {
	last := len(s.blocks) - 1
	if last < 0 || len(s.blocks[last].rows) == blockSize {
		size := blockSize
		if last < 0 {
			size = firstBlock
		}
		s.blocks = append(s.blocks, block[T]{rows: make([]uint32, 0, size), values: make([]T, 0, size)})
		last++
	}
	b := &s.blocks[last]
	b.rows = append(b.rows, row)
	b.values = append(b.values, v)
}

// count is the number of values.
func (s *sparse[T]) count() int {
	if len(s.blocks) == 0 {
		return 0
	}
	last := len(s.blocks) - 1
	n := len(s.blocks[last].rows)
	for _, b := range s.blocks[:last] {
		n += len(b.rows)
	}
	return n
}

func (s *sparse[T]) each(visit func(row uint32, v T)) {
	for _, b := range s.blocks {
		for i, row := range b.rows {
			visit(row, b.values[i])
		}
	}
}

// reset forgets the values and keeps the first block's memory.
func (s *sparse[T]) reset() {
	if len(s.blocks) == 0 {
		return
	}
	first := s.blocks[0]
	s.blocks = []block[T]{{rows: first.rows[:0], values: first.values[:0]}}
}

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
