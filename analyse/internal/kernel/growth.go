package kernel

import (
	"context"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/person"
)

// Growth asks per bucket who is new, stayed, came back and went.
type Growth struct {
	Event   *Matcher
	Buckets Buckets // of the range
	// Before is where the whole interval before the first bucket's begins, and
	// Start where the first bucket's whole interval does: at or before the bucket.
	Before, Start int64
}

// GrowthAnswer counts persons per bucket.
type GrowthAnswer struct {
	New, Retained, Resurrected, Dormant []int64
}

// The states of a person in a bucket.
const (
	GrowthNew = iota
	GrowthRetained
	GrowthResurrected
	GrowthDormant
	growthStates
)

// Growth visits every person of the source.
func (s *Source) Growth(ctx context.Context, q Growth) (*GrowthAnswer, error) {
	n := q.Buckets.Len()
	sum := newGrowthCounts(n)
	visitors, err := scan(ctx, s, func() *growthVisitor {
		v := &growthVisitor{counts: newGrowthCounts(n)}
		v.presence = newGrowthWalk(q, func(_ person.Ordinal, bucket, state int) { v.counts[state][bucket]++ })
		return v
	})
	if err != nil {
		return nil, err
	}
	for _, v := range visitors {
		v.finish()
		for state := range sum {
			for b, persons := range v.counts[state] {
				sum[state][b] += persons
			}
		}
	}
	return &GrowthAnswer{New: sum[GrowthNew], Retained: sum[GrowthRetained], Resurrected: sum[GrowthResurrected], Dormant: sum[GrowthDormant]}, nil
}

// GrowthPersons gives the persons of a bucket that are in one of some states.
func (s *Source) GrowthPersons(ctx context.Context, q Growth, bucket int, states ...int) (*roaring.Bitmap, error) {
	var wanted [growthStates]bool
	for _, state := range states {
		wanted[state] = true
	}
	visitors, err := scan(ctx, s, func() *growthVisitor {
		v := &growthVisitor{}
		v.presence = newGrowthWalk(q, func(p person.Ordinal, b, state int) {
			if b == bucket && wanted[state] {
				v.found = append(v.found, uint32(p))
			}
		})
		return v
	})
	if err != nil {
		return nil, err
	}
	var found []uint32
	for _, v := range visitors {
		v.finish()
		found = append(found, v.found...)
	}
	return bitmapOf(found), nil
}

func newGrowthCounts(buckets int) (counts [growthStates][]int64) {
	for state := range counts {
		counts[state] = make([]int64, buckets)
	}
	return counts
}

// growthVisitor is the walk of one worker and what it found.
type growthVisitor struct {
	*presence
	counts [growthStates][]int64
	found  []uint32
}

// newGrowthWalk tells of each person's states. The intervals that are looked for
// are the one before, the part of the first that the range cuts off, and the buckets.
func newGrowthWalk(q Growth, tell func(p person.Ordinal, bucket, state int)) *presence {
	n := q.Buckets.Len()
	if n == 0 {
		return newPresence(q.Event, nil, func(person.Ordinal, []uint32) {})
	}
	edges := []int64{q.Before}
	if q.Start < q.Buckets.Starts[0] {
		edges = append(edges, q.Start)
	}
	first := len(edges) // the slot of the first bucket
	edges = append(edges, q.Buckets.Starts...)
	outside := uint32(len(edges) - 1)
	return newPresence(q.Event, edges, func(p person.Ordinal, slots []uint32) {
		const never = -9
		last := never // the bucket of the person's last presence; -1 is the interval before
		for i, slot := range slots {
			b := int(slot) - first
			if slot == 0 {
				b = -1
			} else if slot == outside || b < 0 {
				continue
			}
			if last != never && last+1 < b {
				tell(p, last+1, GrowthDormant)
			}
			switch {
			case b < 0:
			case i == 0:
				tell(p, b, GrowthNew)
			case last == b-1:
				tell(p, b, GrowthRetained)
			default:
				tell(p, b, GrowthResurrected)
			}
			last = b
		}
		if last != never && last+1 < n {
			tell(p, last+1, GrowthDormant)
		}
	})
}
