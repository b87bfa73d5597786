package kernel

import (
	"context"

	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/store/columns"
	"github.com/weirhq/weir/store/columns/vector"
)

// cutter brings the persons of one worker into blocks.
type cutter struct {
	ctx     context.Context //nolint:containedctx // it lives as long as one scan
	scanner *columns.Scanner
	to      blockVisitor

	splits  bool
	limited bool // only rows of [from, end) are wanted
	from    int64
	end     int64
	narrow  bool // limited, and the layer has so many others that they are left out

	current *columns.Layer // announced last
	filling block
	filled  int // rows of filling
	piece   block
	persons int64
	events  int64
	err     error
}

func newCutter(ctx context.Context, s *Source, need columns.Need, to blockVisitor) *cutter {
	c := &cutter{ctx: ctx, scanner: s.View.NewScanner(need), to: to, splits: to.splits()}
	if n, ok := to.(narrowed); ok {
		c.from, c.end = n.within()
		c.limited = true
	}
	if r, ok := to.(rowWise); ok && r.rowWise() {
		c.scanner.Apart()
	}
	return c
}

// dense visits the persons with ordinals in [from, to).
func (c *cutter) dense(from, to int) { c.scanner.Batches(from, to, c.batch) }

// listed visits some persons, each looked up.
func (c *cutter) listed(list []uint32) { c.scanner.Listed(list, c.batch) }

// batch cuts a batch; it reports false to end the scan.
func (c *cutter) batch(b *columns.Batch) bool {
	l := b.Layer
	if l != c.current {
		c.current = l
		c.to.layer(l)
		c.narrow = c.limited && worthNarrowing(l, c.from, c.end)
	}
	c.persons += int64(len(b.Entries))
	if b.Contiguous && !c.narrow {
		first := b.Entries[0]
		c.contiguous(l, first, first+uint32(len(b.Entries)))
		return c.err == nil
	}
	c.filling.reset(l)
	for _, e := range b.Entries {
		c.person(l.Persons[e], l.Offsets[e], l.Offsets[e+1])
	}
	c.flush()
	return c.err == nil
}

// worthNarrowing says whether most rows of a layer lie outside [from, end).
func worthNarrowing(l *columns.Layer, from, end int64) bool {
	first, last := l.FirstTime(), l.LastTime()
	return min(end, last)-max(from, first) < (last-first)/2
}

// contiguous cuts the entries [first, end) of a layer without copying.
func (c *cutter) contiguous(l *columns.Layer, first, end uint32) {
	offsets := l.Offsets
	c.events += int64(offsets[end] - offsets[first])
	for first < end && c.err == nil {
		next := first + 1
		for next < end && offsets[next+1]-offsets[first] <= blockRows {
			next++
		}
		lo, hi := offsets[first], offsets[next]
		if c.splits && hi-lo > blockRows {
			c.split(l.Persons[first], lo, hi)
		} else {
			c.piece.layer, c.piece.persons = l, l.Persons[first:next]
			c.piece.lo, c.piece.hi = offsets[first:next], offsets[first+1:next+1]
			c.piece.runs = append(c.piece.runs[:0], span{lo, hi})
			c.give(&c.piece)
		}
		first = next
	}
}

// person puts a person into the block at hand.
func (c *cutter) person(p person.Ordinal, lo, hi uint32) {
	c.events += int64(hi - lo)
	if c.narrow {
		if lo, hi = within(&c.current.Times, lo, hi, c.from, c.end); lo >= hi {
			return
		}
	}
	if c.filled+int(hi-lo) > blockRows {
		c.flush()
	}
	if c.splits && hi-lo > blockRows {
		c.split(p, lo, hi)
		return
	}
	c.filling.add(p, lo, hi)
	c.filled += int(hi - lo)
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
		end := min(lo+blockRows, hi)
		c.give(&block{
			layer: c.current, persons: []person.Ordinal{p}, lo: []uint32{lo}, hi: []uint32{end}, runs: []span{{lo, end}},
		})
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
