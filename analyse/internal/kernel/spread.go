package kernel

import (
	"math"
	"slices"
	"sync"

	"github.com/weirhq/weir/store/columns/vector"
)

// spread keeps numbers by cell, for their order statistics. Numbers that are one
// of few steps are counted, others are kept.
type spread struct {
	step  steps
	from  *sharedSteps // where step comes from, when it depends on what is found
	cells int          // that numbers are counted of; those of other cells are kept
	count []uint32     // cell × step.n
	rest  samples
	sum   []int64 // scratch
}

// steps are the numbers (base + i) / scale for i in [0, n).
type steps struct {
	base  int64
	scale float64
	n     int
}

func (s steps) number(i int) float64 { return float64(s.base+int64(i)) / s.scale }

// sharedSteps are steps on which the workers of a question agree: those of the
// first column of narrow numbers that one of them meets.
type sharedSteps struct {
	once sync.Once
	step steps
}

// place says whether the codes of a column are steps, all but at its ends, and
// what to add to a code to get the step.
func (s *spread) place(f *vector.Floats) (offset int, ok bool) {
	if f == nil || f.U8 == nil && f.U16 == nil {
		return 0, false
	}
	s.from.once.Do(func() {
		s.from.step = steps{base: f.Base, scale: f.Scale, n: math.MaxUint8 + 1}
		if f.U16 != nil {
			s.from.step.n = math.MaxUint16 + 1
		}
	})
	s.step = s.from.step
	return int(f.Base - s.step.base), f.Scale == s.step.scale
}

// maxCounted bounds the counts of a spread: 64 MB.
const maxCounted = 1 << 24

func newSpread(b *budget) *spread { return &spread{rest: samples{budget: b}} }

// room makes place for counts of n cells, if they are not too many.
func (s *spread) room(n int) error {
	if n <= s.cells || s.step.n == 0 || n*s.step.n > maxCounted {
		return nil
	}
	if err := s.rest.budget.take(int64(n-s.cells) * int64(s.step.n) * 4); err != nil {
		return err
	}
	s.cells = n
	s.count = extend(s.count, n*s.step.n)
	return nil
}

// put counts a number that is a step, in a cell that there is room for.
func (s *spread) put(cell uint32, i int) { s.count[int(cell)*s.step.n+i]++ }

// add counts or keeps numbers.
func (s *spread) add(cells []uint32, values []float64) error { return s.rest.add(cells, values) }

// addCodes does the same for codes of a column, to which offset is added.
func (s *spread) addCodes(cells []uint32, codes []float64, offset int) error {
	n, all := s.step.n, s.cells
	for i, cell := range cells {
		step := int(codes[i]) + offset
		if int(cell) < all && uint(step) < uint(n) {
			s.count[int(cell)*n+step]++
			continue
		}
		if err := s.rest.add(cells[i:i+1], []float64{s.step.number(step)}); err != nil {
			return err
		}
	}
	return nil
}

// join takes the numbers of another worker, whose cells are renamed. Both count the same steps or none.
func (s *spread) join(o *spread, rename func(cell uint32) uint32) error {
	s.rest.join(&o.rest, rename)
	if o.cells == 0 {
		return nil
	}
	s.step = o.step
	for cell := range o.cells {
		from := o.count[cell*o.step.n : (cell+1)*o.step.n]
		if !slices.ContainsFunc(from, func(n uint32) bool { return n > 0 }) {
			continue
		}
		to := int(rename(uint32(cell)))
		if err := s.room(max(to+1, s.cells)); err != nil {
			return err
		}
		for i, n := range from {
			s.count[to*s.step.n+i] += n
		}
	}
	return nil
}

// prepare is called once, when all numbers are in.
func (s *spread) prepare(cells int) { s.rest.prepare(cells) }

// kept gives the numbers of the cells [from, to) that are not counted.
func (s *spread) kept(from, to int) []float64 {
	if to >= len(s.rest.starts) {
		return nil
	}
	return s.rest.values[s.rest.starts[from]:s.rest.starts[to]]
}

// each visits the numbers of the cells [from, to), equal ones perhaps together.
func (s *spread) each(from, to int, visit func(x float64, times int64)) {
	for cell := from; cell < min(to, s.cells); cell++ {
		for i, n := range s.count[cell*s.step.n : (cell+1)*s.step.n] {
			if n > 0 {
				visit(s.step.number(i), int64(n))
			}
		}
	}
	for _, x := range s.kept(from, to) {
		visit(x, 1)
	}
}

// percentile gives that of the numbers of the cells [from, to). Those of single
// cells are to be asked before those of several, as the order of what is kept changes.
func (s *spread) percentile(from, to int, q float64) (float64, bool) {
	kept := s.kept(from, to)
	s.sum = extend(s.sum, s.step.n)
	counted := s.sum
	clear(counted)
	total := int64(len(kept))
	for cell := from; cell < min(to, s.cells); cell++ {
		for i, n := range s.count[cell*s.step.n : (cell+1)*s.step.n] {
			counted[i] += int64(n)
			total += int64(n)
		}
	}
	if total == int64(len(kept)) {
		return Percentile(kept, q)
	}
	slices.Sort(kept)
	at := q * float64(total-1)
	low, high := s.neighbours(counted, kept, int64(at))
	return low + (at-float64(int64(at)))*(high-low), true
}

// neighbours gives the k-th of all numbers in order, and the one after it or the k-th again.
func (s *spread) neighbours(counted []int64, kept []float64, k int64) (low, high float64) {
	found := false
	take := func(x float64, times int64) (done bool) {
		if found {
			high = x
			return true
		}
		if k < times {
			low, high, found = x, x, true
			return k+1 < times
		}
		k -= times
		return false
	}
	for i, n := range counted {
		if n == 0 {
			continue
		}
		x := s.step.number(i)
		for len(kept) > 0 && kept[0] < x {
			if take(kept[0], 1) {
				return low, high
			}
			kept = kept[1:]
		}
		if take(x, n) {
			return low, high
		}
	}
	for _, x := range kept {
		if take(x, 1) {
			break
		}
	}
	return low, high
}
