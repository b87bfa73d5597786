package kernel

import (
	"math"
	bits64 "math/bits"

	"github.com/weirhq/weir/store/columns"
	"github.com/weirhq/weir/store/columns/vector"
)

// slotter finds the interval that holds an instant: one look into a table of
// equal stretches of time and one comparison.
//
// A stretch is as long as the largest power of two that is not longer than the
// shortest interval, so that at most one boundary lies in it. The first and the
// last interval may be cut off by a range; their outer ends are compared apart.
type slotter struct {
	edges  []int64
	n      uint32 // intervals; also what find gives for instants outside
	origin int64
	span   uint64
	shift  uint8
	cells  []stretch
	loose  bool // intervals differ so much that several boundaries may share a stretch
	times  *vector.Ints
}

// stretch is 1<<shift milliseconds.
type stretch struct {
	slot uint32 // of its beginning
	edge uint32 // offset of the boundary in it, after which it is slot+1; none where there is no boundary
}

const (
	noEdge       = math.MaxUint32
	maxShift     = 31 // so that offsets are below noEdge
	maxStretches = 1 << 17
)

// newSlotter makes the table for ascending boundaries: interval i is [edges[i], edges[i+1]).
func newSlotter(edges []int64) *slotter {
	s := &slotter{edges: edges, n: uint32(max(len(edges)-1, 0))}
	if s.n == 0 {
		return s
	}
	s.origin = edges[0]
	s.span = uint64(edges[s.n]) - uint64(edges[0])
	shortest := uint64(1) << maxShift
	for i := 2; i < int(s.n); i++ {
		shortest = min(shortest, uint64(edges[i]-edges[i-1]))
	}
	s.shift = uint8(bits64.Len64(max(shortest, 1)) - 1)
	for s.span>>s.shift >= maxStretches {
		s.shift++
		s.loose = true
	}
	s.cells = make([]stretch, s.span>>s.shift+1)
	slot := uint32(0)
	for i := range s.cells {
		begin := uint64(i) << s.shift
		for slot+1 < s.n && uint64(edges[slot+1]-s.origin) <= begin {
			slot++
		}
		s.cells[i] = stretch{slot: slot, edge: noEdge}
		if slot+1 < s.n {
			if offset := uint64(edges[slot+1]-s.origin) - begin; offset < 1<<s.shift {
				s.cells[i].edge = uint32(offset)
			}
		}
	}
	return s
}

func (s *slotter) layer(l *columns.Layer) { s.times = &l.Times }

// at gives the interval of an instant, n when none holds it.
func (s *slotter) at(t int64) uint32 {
	x := uint64(t - s.origin)
	if x >= s.span {
		return s.n
	}
	c := s.cells[x>>s.shift]
	slot := c.slot + uint32(bit(uint32(x&(1<<s.shift-1)) >= c.edge))
	for s.loose && slot+1 < s.n && t >= s.edges[slot+1] {
		slot++
	}
	return slot
}

// find gives the interval of each row, n for those outside, and how many are inside.
func (s *slotter) find(rows, out []uint32) (slots []uint32, inside int) {
	out = grow(out, len(rows))
	switch {
	case s.n == 0 || s.loose || s.span >= math.MaxInt64 || s.shift >= 32:
		for i, row := range rows {
			out[i] = s.at(s.times.At(row))
			inside += bit(out[i] < s.n)
		}
		return out, inside
	case s.times.U32 != nil:
		return out, s.findNarrow(rows, out)
	}
	return out, s.findWide(rows, out)
}

func (s *slotter) findNarrow(rows, out []uint32) (inside int) {
	times, base, unit := s.times.U32, s.times.Base-s.origin, s.times.Unit
	cells, shift, last := s.cells, s.shift&31, uint64(len(s.cells)-1)
	mask, span, outside := uint32(1)<<shift-1, s.span, s.n
	out = out[:len(rows)]
	for i, row := range rows {
		x := uint64(base + int64(times[row])*unit)
		c := cells[min(x>>shift, last)]
		slot := c.slot + uint32(bit(uint32(x)&mask >= c.edge))
		if x >= span {
			slot = outside
		}
		inside += bit(x < span)
		out[i] = slot
	}
	return inside
}

func (s *slotter) findWide(rows, out []uint32) (inside int) {
	times, origin := s.times.I64, s.origin
	cells, shift, last := s.cells, s.shift&31, uint64(len(s.cells)-1)
	mask, span, outside := uint32(1)<<shift-1, s.span, s.n
	out = out[:len(rows)]
	for i, row := range rows {
		x := uint64(times[row] - origin)
		c := cells[min(x>>shift, last)]
		slot := c.slot + uint32(bit(uint32(x)&mask >= c.edge))
		if x >= span {
			slot = outside
		}
		inside += bit(x < span)
		out[i] = slot
	}
	return inside
}

// keep gives those of some ascending rows that lie in an interval, in the same
// slice, and their intervals.
func (s *slotter) keep(rows, out []uint32) (inside, slots []uint32) {
	out = grow(out, len(rows))
	if s.n == 0 || s.loose || s.span >= math.MaxInt64 {
		n := 0
		for _, row := range rows {
			slot := s.at(s.times.At(row))
			rows[n], out[n] = row, slot
			n += bit(slot < s.n)
		}
		return rows[:n], out[:n]
	}
	var n int
	if s.times.U32 != nil {
		n = s.keepNarrow(rows, out)
	} else {
		n = s.keepWide(rows, out)
	}
	return rows[:n], out[:n]
}

func (s *slotter) keepNarrow(rows, out []uint32) int {
	times, base, unit := s.times.U32, s.times.Base-s.origin, s.times.Unit
	cells, shift, last := s.cells, s.shift&31, uint64(len(s.cells)-1)
	mask, span, n := uint32(1)<<shift-1, s.span, 0
	out = out[:len(rows)]
	for _, row := range rows {
		x := uint64(base + int64(times[row])*unit)
		c := cells[min(x>>shift, last)]
		rows[n], out[n] = row, c.slot+uint32(bit(uint32(x)&mask >= c.edge))
		n += bit(x < span)
	}
	return n
}

func (s *slotter) keepWide(rows, out []uint32) int {
	times, origin := s.times.I64, s.origin
	cells, shift, last := s.cells, s.shift&31, uint64(len(s.cells)-1)
	mask, span, n := uint32(1)<<shift-1, s.span, 0
	out = out[:len(rows)]
	for _, row := range rows {
		x := uint64(times[row] - origin)
		c := cells[min(x>>shift, last)]
		rows[n], out[n] = row, c.slot+uint32(bit(uint32(x)&mask >= c.edge))
		n += bit(x < span)
	}
	return n
}
