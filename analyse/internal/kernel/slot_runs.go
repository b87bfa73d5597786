package kernel

import "math"

// eachSlot visits the intervals of some rows of one person, whose times ascend:
// each interval once, n for rows outside. A row costs one comparison with the end
// of the interval at hand, which most rows of a session share.
func (s *slotter) eachSlot(rows []uint32, visit func(slot uint32)) {
	if s.times.U32 != nil {
		slotRuns(s, rows, s.times.U32, s.times.Base, s.times.Unit, visit)
	} else {
		slotRuns(s, rows, s.times.I64, 0, 1, visit)
	}
}

func slotRuns[T uint32 | int64](s *slotter, rows []uint32, times []T, base, unit int64, visit func(slot uint32)) {
	end := int64(math.MinInt64)
	for _, row := range rows {
		if t := int64(times[row]); t >= end {
			slot := s.at(base + t*unit)
			end = s.rawEnd(base+t*unit, slot, base, unit)
			visit(slot)
		}
	}
}

// rawEnd gives where the interval of an instant ends, as the first number of a
// vector (base + unit × number) that lies beyond it.
func (s *slotter) rawEnd(t int64, slot uint32, base, unit int64) int64 {
	switch {
	case slot < s.n:
		return (s.edges[slot+1] - base + unit - 1) / unit
	case s.n > 0 && t < s.edges[0]:
		return (s.edges[0] - base + unit - 1) / unit
	}
	return math.MaxInt64
}
