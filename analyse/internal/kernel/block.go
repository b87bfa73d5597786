package kernel

import (
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/store/columns"
)

// blockRows is how many rows are worked on together: the rows' numbers and what
// is found about them (some 100 kB) then stay in the second-level cache.
const blockRows = 1 << 13

// block is some persons, ascending, whose rows are in one layer. It has at most
// blockRows rows, save where one person has more.
type block struct {
	layer   *columns.Layer
	persons []person.Ordinal
	lo, hi  []uint32 // rows of persons[i] are lo[i]:hi[i]
	runs    []span   // the same rows, neighbours joined
}

// span is the rows [lo, hi).
type span struct{ lo, hi uint32 }

// add puts a person at the end.
func (b *block) add(p person.Ordinal, lo, hi uint32) {
	b.persons, b.lo, b.hi = append(b.persons, p), append(b.lo, lo), append(b.hi, hi)
	if n := len(b.runs); n > 0 && b.runs[n-1].hi == lo {
		b.runs[n-1].hi = hi
		return
	}
	b.runs = append(b.runs, span{lo, hi})
}

// reset empties the block, for persons of a layer.
func (b *block) reset(l *columns.Layer) {
	b.layer = l
	b.persons, b.lo, b.hi, b.runs = b.persons[:0], b.lo[:0], b.hi[:0], b.runs[:0]
}

// rows is the number of rows of the block.
func (b *block) rows() int {
	n := 0
	for _, r := range b.runs {
		n += int(r.hi - r.lo)
	}
	return n
}

// owners gives the person of each of some ascending rows.
func (b *block) owners(rows []uint32, out []person.Ordinal) []person.Ordinal {
	out = grow(out, len(rows))
	for k, i := 0, 0; k < len(rows); {
		for rows[k] >= b.hi[i] {
			i++
		}
		p, end := b.persons[i], b.hi[i]
		for k < len(rows) && rows[k] < end {
			out[k] = p
			k++
		}
	}
	return out
}

// each visits the persons that have some of the ascending rows: the i-th of the
// block, and where its rows are in the list, [from, to).
func (b *block) each(rows []uint32, visit func(i, from, to int)) {
	for k, i := 0, 0; k < len(rows); {
		for rows[k] >= b.hi[i] {
			i++
		}
		from, end := k, b.hi[i]
		for k < len(rows) && rows[k] < end {
			k++
		}
		visit(i, from, k)
	}
}

// grow gives a slice of that length, whose elements are of no meaning.
func grow[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, n+n/4)
	}
	return s[:n]
}

// extend lengthens a slice to n elements; the new ones are zero.
func extend[T any](s []T, n int) []T {
	if n <= len(s) {
		return s
	}
	if n > cap(s) {
		wider := make([]T, len(s), max(n, 2*cap(s)))
		copy(wider, s)
		s = wider
	}
	old := len(s)
	s = s[:n]
	clear(s[old:])
	return s
}

// bit is 1 for true, without a branch.
func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}
