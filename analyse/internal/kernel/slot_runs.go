package kernel

import "math"

// rawEnd gives where the interval of an instant ends, as the first number of a
// vector of times (base + unit × number) that lies beyond it. Rows of one person
// ascend, so that a row costs one comparison with it, and most rows of a session
// share their interval.
func (s *slotter) rawEnd(t int64, slot uint32, base, unit int64) int64 {
	switch {
	case slot < s.n:
		return (s.edges[slot+1] - base + unit - 1) / unit
	case s.n > 0 && t < s.edges[0]:
		return (s.edges[0] - base + unit - 1) / unit
	}
	return math.MaxInt64
}
