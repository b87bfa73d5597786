package kernel

import (
	"context"
	"math"

	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/store/columns"
	"github.com/weirhq/weir/store/columns/vector"
)

// Sums asks for a count, a sum and the last time per person.
type Sums struct {
	Event    *Matcher
	Property string // of numbers; "" for no sum
	From, To int64  // half-open
}

// PersonSums are slices by ordinal.
type PersonSums struct {
	Count []int64
	Sum   []float64
	First []int64 // UTC milliseconds; meaningless where Count is 0
	Last  []int64
}

// PersonSums visits every person of the source.
func (s *Source) PersonSums(ctx context.Context, q Sums) (*PersonSums, error) {
	n := s.View.People().Len()
	out := &PersonSums{Count: make([]int64, n), Sum: make([]float64, n), First: make([]int64, n), Last: make([]int64, n)}
	_, err := run(ctx, s, func() *sumsVisitor { return &sumsVisitor{q: q, out: out} })
	return out, err
}

// sumsVisitor writes the places of its own persons only, so that workers share the slices.
type sumsVisitor struct {
	q       Sums
	out     *PersonSums
	match   bound
	times   *vector.Ints
	numbers *vector.Floats
}

func (v *sumsVisitor) layer(l *columns.Layer) {
	v.match, v.times, v.numbers = v.q.Event.bind(l), &l.Times, nil
	if c := l.Column(v.q.Property); c != nil {
		v.numbers = c.Numbers
	}
}

func (v *sumsVisitor) needs() []string {
	return append(needs(v.q.Event), v.q.Property)
}

func (v *sumsVisitor) failed() error { return nil }

func (v *sumsVisitor) person(p person.Ordinal, lo, hi uint32) {
	var sum cell
	for row := v.times.FirstAtOrAfter(lo, hi, v.q.From); row < hi && v.times.At(row) < v.q.To; row++ {
		if !v.match.match(p, row) {
			continue
		}
		if v.out.Count[p] == 0 {
			v.out.First[p] = v.times.At(row)
		}
		v.out.Count[p]++
		v.out.Last[p] = v.times.At(row)
		if v.numbers != nil && !math.IsNaN(v.numbers.At(row)) {
			sum.plus(v.numbers.At(row))
		}
	}
	v.out.Sum[p] = sum.sum + sum.comp
}
