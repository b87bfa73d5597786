package kernel

import (
	"context"
	"slices"

	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/store/columns"
	"github.com/weirhq/weir/store/columns/vector"
)

// cutter brings the persons of one worker into blocks.
type cutter struct {
	ctx   context.Context //nolint:containedctx // it lives as long as one scan
	view  *columns.View
	to    blockVisitor
	among bits // the persons that count; nil for everybody

	splits  bool
	narrow  bool // only rows of [from, end) are wanted
	from    int64
	end     int64
	current *columns.Layer // announced last
	lasting bool           // current stays as it is until the end of the scan
	filling block
	filled  int // rows of filling
	piece   block
	persons int64
	events  int64
	err     error
}

func newCutter(ctx context.Context, s *Source, to blockVisitor) *cutter {
	c := &cutter{ctx: ctx, view: s.View, to: to, splits: to.splits()}
	if n, ok := to.(narrowed); ok {
		c.from, c.end = n.within()
		c.narrow = true
	}
	return c
}

// dense visits the persons with ordinals in [from, to).
func (c *cutter) dense(need columns.Need, from, to int) {
	c.view.Scan(need, from, to, func(l *columns.Layer, p person.Ordinal, lo, hi uint32) bool {
		if c.among == nil || c.among.has(p) {
			c.person(l, p, lo, hi)
		}
		return c.err == nil
	})
	c.flush()
}

// listed visits some persons, each looked up.
func (c *cutter) listed(need columns.Need, list []uint32) {
	for _, p := range list {
		if l, lo, hi, ok := c.view.Locate(need, person.Ordinal(p)); ok {
			c.person(l, person.Ordinal(p), lo, hi)
		}
		if c.err != nil {
			return
		}
	}
	c.flush()
}

// person puts a person into the block at hand.
func (c *cutter) person(l *columns.Layer, p person.Ordinal, lo, hi uint32) {
	c.persons++
	c.events += int64(hi - lo)
	if l != c.current || c.filled+int(hi-lo) > blockRows {
		c.flush()
	}
	if l != c.current {
		c.current = l
		c.lasting = slices.Contains(c.view.Layers(), l)
		c.to.layer(l)
		c.filling.reset(l)
	}
	if c.narrow {
		if lo, hi = within(&l.Times, lo, hi, c.from, c.end); lo >= hi {
			return
		}
	}
	if c.splits && hi-lo > blockRows {
		c.flush()
		c.split(p, lo, hi)
		return
	}
	c.filling.add(p, lo, hi)
	c.filled += int(hi - lo)
	if !c.lasting {
		c.flush()
	}
}

// within narrows rows, whose times ascend, to those of [from, end).
func within(times *vector.Ints, lo, hi uint32, from, end int64) (uint32, uint32) {
	if times.At(hi-1) < from || times.At(lo) >= end {
		return lo, lo
	}
	lo = times.FirstAtOrAfter(lo, hi, from)
	if times.At(hi-1) >= end {
		hi = times.FirstAtOrAfter(lo, hi, end)
	}
	return lo, hi
}

// split gives a person's rows in pieces.
func (c *cutter) split(p person.Ordinal, lo, hi uint32) {
	for ; lo < hi && c.err == nil; lo += min(blockRows, hi-lo) {
		c.piece.reset(c.current)
		c.piece.add(p, lo, min(lo+blockRows, hi))
		c.give(&c.piece)
	}
}

// flush gives away what has been gathered.
func (c *cutter) flush() {
	if c.filled > 0 && c.err == nil {
		c.give(&c.filling)
	}
	c.filling.reset(c.current)
	c.filled = 0
}

func (c *cutter) give(b *block) {
	if c.err = c.ctx.Err(); c.err == nil {
		c.err = c.to.block(b)
	}
}
