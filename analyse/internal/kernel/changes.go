package kernel

import (
	"math"
)

// changes gives the rows of a block at which a person's interval changes, the
// first row of each person among them, and the intervals: what counts persons
// needs no other rows where all events count. A person's times ascend, so that
// most rows need one comparison with the end of the interval at hand.
func (s *slotter) changes(b *block, rows, slots []uint32) (at, in []uint32) {
	rows, slots = rows[:0], slots[:0]
	if s.n == 0 {
		return rows, slots
	}
	for i, lo := range b.lo {
		if s.times.U32 != nil {
			rows, slots = s.narrowChanges(lo, b.hi[i], rows, slots)
		} else {
			rows, slots = s.wideChanges(lo, b.hi[i], rows, slots)
		}
	}
	return rows, slots
}

// until gives the interval of an instant and where it ends: that of instants
// before all intervals where the first begins.
func (s *slotter) until(t int64) (slot uint32, end int64) {
	slot = s.at(t)
	switch {
	case slot < s.n:
		return slot, s.edges[slot+1]
	case t < s.origin:
		return slot, s.origin
	}
	return slot, math.MaxInt64
}

func (s *slotter) wideChanges(lo, hi uint32, rows, slots []uint32) (at, in []uint32) {
	end := int64(math.MinInt64)
	for i, t := range s.times.I64[lo:hi] {
		if t < end {
			continue
		}
		var slot uint32
		slot, end = s.until(t)
		rows, slots = append(rows, lo+uint32(i)), append(slots, slot)
		if end == math.MaxInt64 {
			break
		}
	}
	return rows, slots
}

func (s *slotter) narrowChanges(lo, hi uint32, rows, slots []uint32) (at, in []uint32) {
	base, unit := s.times.Base, s.times.Unit
	end := int64(math.MinInt64)
	for i, raw := range s.times.U32[lo:hi] {
		t := base + int64(raw)*unit
		if t < end {
			continue
		}
		var slot uint32
		slot, end = s.until(t)
		rows, slots = append(rows, lo+uint32(i)), append(slots, slot)
		if end == math.MaxInt64 {
			break
		}
	}
	return rows, slots
}
