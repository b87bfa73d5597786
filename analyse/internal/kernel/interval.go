package kernel

import (
	"cmp"
	"context"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/store/columns"
	"github.com/weirhq/weir/store/columns/vector"
)

// Interval asks how long it takes from each start to the next end.
type Interval struct {
	Start, End *Matcher
	Alike      bool  // both are met by the same events: each pairs with the next
	Within     int64 // milliseconds; pairs farther apart do not count
	// Buckets bound the starts, and divide them.
	Buckets Buckets
}

// IntervalCount is the pairs whose start lies in one bucket, or in any.
type IntervalCount struct {
	Persons int64
	Times   Durations
}

// IntervalAnswer counts per bucket, and all together.
type IntervalAnswer struct {
	Buckets []IntervalCount
	Total   IntervalCount
}

// Interval counts all pairs.
func (s *Source) Interval(ctx context.Context, q Interval) (*IntervalAnswer, error) {
	shared := s.budget()
	visitors, err := scan(ctx, s, func() *intervalVisitor { return newIntervalVisitor(ctx, q, shared) })
	if err != nil {
		return nil, err
	}
	out := &IntervalAnswer{Buckets: make([]IntervalCount, q.Buckets.Len())}
	for _, v := range visitors {
		for i := range out.Buckets {
			out.Buckets[i].Persons += v.counts[i].Persons
			out.Buckets[i].Times.Join(&v.counts[i].Times)
		}
		out.Total.Persons += v.persons
	}
	for i := range out.Buckets {
		out.Total.Times.Join(&out.Buckets[i].Times)
	}
	return out, nil
}

// IntervalPersons gives the persons with a pair in a bucket, in any with -1.
func (s *Source) IntervalPersons(ctx context.Context, q Interval, bucket int) (*roaring.Bitmap, error) {
	visitors, err := scan(ctx, s, func() *intervalVisitor {
		v := newIntervalVisitor(ctx, q, s.budget())
		v.collect, v.bucket = true, bucket
		return v
	})
	if err != nil {
		return nil, err
	}
	var found []uint32
	for _, v := range visitors {
		found = append(found, v.found...)
	}
	return bitmapOf(slices.Compact(found)), nil
}

// intervalVisitor counts the pairs of one worker's persons. It walks back through
// a person's hits, so that the next end is always known.
type intervalVisitor struct {
	q       Interval
	first   int64 // starts lie in [first, to)
	to      int64
	last    int64 // no end after it counts
	counts  []IntervalCount
	visited []uint32 // per bucket: the person counted last, plus one
	persons int64
	pairs   int64 // not yet taken from the budget
	collect bool  // note persons of the bucket instead of counting
	bucket  int
	found   []uint32

	pick   *stepPicker
	slots  *slotter
	times  *vector.Ints
	hits   hits
	budget *budget
	watch  watch
}

// The bits of a hit.
const (
	pairStart = 1
	pairEnd   = 2
)

func newIntervalVisitor(ctx context.Context, q Interval, shared *budget) *intervalVisitor {
	n := q.Buckets.Len()
	v := &intervalVisitor{
		q: q, counts: make([]IntervalCount, n), visited: make([]uint32, n), budget: shared, watch: watch{ctx: ctx},
		slots: newSlotter(q.Buckets.Starts), last: q.Within,
	}
	if n > 0 {
		v.first, v.to = q.Buckets.Starts[0], q.Buckets.Starts[n]
	}
	v.last = max(v.to+q.Within, q.Within) // Within may be without end
	v.pick = newStepPicker(q.Start, q.End)
	return v
}

func (v *intervalVisitor) needs() []string { return needs(v.q.Start, v.q.End) }

func (v *intervalVisitor) splits() bool { return false }

func (v *intervalVisitor) within() (from, to int64) { return v.first, max(v.last, v.last+1) }

func (v *intervalVisitor) layer(l *columns.Layer) {
	v.pick.layer(l)
	v.times = &l.Times
}

func (v *intervalVisitor) block(b *block) error {
	v.hits.rows, v.hits.masks = v.pick.pick(b)
	v.hits.times = gatherTimes(v.hits.rows, v.times, v.hits.times)
	b.each(v.hits.rows, func(i, from, to int) { v.person(b.persons[i], v.hits.slice(from, to)) })
	more := 12 * v.pairs // in the worker, in the bucket and in the total
	v.pairs = 0
	return cmp.Or(v.watch.err, v.budget.take(more))
}

// person pairs one person's hits.
func (v *intervalVisitor) person(p person.Ordinal, h hits) {
	const none = -1
	next := int64(none) // time of the first end of a later time than the hits at hand
	some := false
	for hi := len(h.times); hi > 0; {
		if v.watch.stop(1) {
			return
		}
		t := h.times[hi-1]
		if t < v.first {
			break
		}
		lo, ends := hi, 0
		for lo > 0 && h.times[lo-1] == t {
			lo--
			ends += int(h.masks[lo] & pairEnd)
		}
		for i := hi - 1; i >= lo; i-- {
			if h.masks[i]&pairStart == 0 || t >= v.to {
				continue
			}
			took := int64(none)
			switch {
			case v.q.Alike && i+1 < len(h.times):
				took = h.times[i+1] - t
			case v.q.Alike: // the last one has none after it
			case ends > int(h.masks[i]&pairEnd): // another event of the same time
				took = 0
			case next != none:
				took = next - t
			}
			if took >= 0 && took <= v.q.Within {
				v.pair(p, t, took)
				some = true
			}
		}
		if ends > 0 {
			next = t
		}
		hi = lo
	}
	v.persons += int64(bit(some))
}

func (v *intervalVisitor) pair(p person.Ordinal, start, took int64) {
	slot := v.slots.at(start)
	if v.collect {
		if n := len(v.found); (v.bucket < 0 || int(slot) == v.bucket) && (n == 0 || v.found[n-1] != uint32(p)) {
			v.found = append(v.found, uint32(p))
		}
		return
	}
	c := &v.counts[slot]
	c.Times.Add(took)
	if v.visited[slot] != uint32(p)+1 {
		v.visited[slot] = uint32(p) + 1
		c.Persons++
	}
	v.pairs++
}
