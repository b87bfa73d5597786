package kernel

import (
	"math"
	bits32 "math/bits"
)

// onePass follows all attempts of an ordered funnel at once, in one pass over a
// person's hits. It knows no exclusions and no held properties.
//
// Per step it keeps the latest start of an attempt that reached the step: of two
// attempts at the same step the later one can go wherever the earlier one can,
// and for longer (ClickHouse's windowFunnel rests on the same). So the depth D of
// the deepest attempt is found, and the time at which depth D is first reached.
//
// The earliest attempt that gets to depth D is the one that starts first among
// those whose window reaches that time: an attempt that starts earlier is never
// behind one that starts later while its window lasts, so none of them reaches
// depth D later; and nothing reaches it earlier.
type onePass struct {
	steps  int
	window int64 // milliseconds, inclusive
	// starts[k+1] is the latest start that reached step k; starts[0] is the time of the event at hand.
	starts [32 + 1]int64
}

// noStart lies so far back that no window reaches a time from there, and near
// enough that differences do not overflow.
const noStart = -1 << 62

// run gives the depth of the deepest attempt and when it was first reached; no
// attempt gets deeper than limit. Only hits before to start attempts. It is not
// ok where events of one time that could each serve several steps have to be
// divided among them.
func (c *onePass) run(h hits, to int64, limit int) (depth int, reached int64, ok bool) {
	for k := range c.steps + 1 {
		c.starts[k] = noStart
	}
	before, masks := int64(math.MinInt64), h.masks[:len(h.times)]
	for i, t := range h.times {
		m := masks[i]
		if t == before || m&(m-1) != 0 {
			return c.runSlowly(h, to)
		}
		before = t
		if t < to {
			c.starts[0] = t
		} else {
			c.starts[0] = noStart
		}
		k := bits32.TrailingZeros32(m) & 31
		start, kept := c.starts[k], c.starts[k+1]
		reaches := t-start <= c.window
		if reaches {
			kept = start
		}
		c.starts[k+1] = kept
		if reaches && k >= depth {
			depth, reached = k+1, t
			if depth == limit {
				break
			}
		}
	}
	return depth, reached, true
}

// runSlowly does the same where events share their time, or serve several steps.
func (c *onePass) runSlowly(h hits, to int64) (depth int, reached int64, ok bool) {
	for k := range c.steps + 1 {
		c.starts[k] = noStart
	}
	for i := 0; i < len(h.times); i++ {
		t, m, tied := h.times[i], h.masks[i], false
		if i+1 < len(h.times) && h.times[i+1] == t {
			several := m & (m - 1)
			for ; i+1 < len(h.times) && h.times[i+1] == t; i++ {
				m |= h.masks[i+1]
				several |= h.masks[i+1] & (h.masks[i+1] - 1)
			}
			if tied = true; several != 0 {
				return 0, 0, false
			}
		}
		c.starts[0] = noStart
		if t < to {
			c.starts[0] = t
		}
		var deepest int
		if tied {
			deepest = c.together(m, t)
		} else {
			deepest = c.one(m, t)
		}
		if deepest > depth {
			depth, reached = deepest, t
		}
	}
	return depth, reached, true
}

// together takes events of one time, each of which serves one step, and gives the
// deepest depth reached: as they have no order, an attempt may take several
// steps among them.
func (c *onePass) together(mask uint32, t int64) (deepest int) {
	for left := mask; left != 0; left &= left - 1 {
		k := bits32.TrailingZeros32(left)
		if t-c.starts[k] <= c.window {
			c.starts[k+1], deepest = c.starts[k], k+1
		}
	}
	return deepest
}

// one takes an event that may serve several steps, but one of each attempt: from
// the last step to the first, so that no attempt takes it twice.
func (c *onePass) one(mask uint32, t int64) (deepest int) {
	for left := mask; left != 0; {
		k := bits32.Len32(left) - 1
		left &^= 1 << k
		if t-c.starts[k] <= c.window {
			c.starts[k+1] = c.starts[k]
			deepest = max(deepest, k+1)
		}
	}
	return deepest
}

// first gives the hit that starts the earliest of the deepest attempts.
func (c *onePass) first(h hits, depth int, reached int64) int {
	i := 0
	if depth > 1 {
		for from := reached - c.window; h.times[i] < from; {
			i++
		}
	}
	for h.masks[i]&1 == 0 {
		i++
	}
	return i
}

// trace follows the attempt from its first hit until it is as deep as it gets.
func (c *onePass) trace(h hits, start, depth int, a *attempt) {
	a.depth = 0
	a.reach(h, start)
	at := start
	for at > 0 && h.times[at-1] == h.times[start] {
		at--
	}
	for ; a.depth < depth; at++ {
		if at+1 == len(h.times) || h.times[at+1] != h.times[at] { // an event alone, by far the most common
			if at != start && h.masks[at]&(1<<a.depth) != 0 {
				a.reach(h, at)
			}
			continue
		}
		end := at + 1
		for end < len(h.times) && h.times[end] == h.times[at] {
			end++
		}
		for i := at; i < end && a.depth < depth; i++ {
			if i != start && h.masks[i]&(1<<a.depth) != 0 {
				a.reach(h, i)
				i = at - 1 // what comes next may have arrived before
			}
		}
		at = end - 1
	}
}
