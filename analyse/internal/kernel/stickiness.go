package kernel

import (
	"context"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/person"
)

// Stickiness asks in how many buckets persons did an event.
type Stickiness struct {
	Event   *Matcher
	Buckets Buckets
}

// Stickiness gives at k-1 the number of persons with events in exactly k buckets.
func (s *Source) Stickiness(ctx context.Context, q Stickiness) ([]int64, error) {
	persons := make([]int64, q.Buckets.Len())
	visitors, err := scan(ctx, s, func() *stickyVisitor {
		v := &stickyVisitor{persons: make([]int64, q.Buckets.Len())}
		v.count(q, func(_ person.Ordinal, times int) { v.persons[times-1]++ })
		return v
	})
	if err != nil {
		return nil, err
	}
	for _, v := range visitors {
		v.finish()
		for i, n := range v.persons {
			persons[i] += n
		}
	}
	return persons, nil
}

// StickinessPersons gives the persons with events in exactly so many buckets.
func (s *Source) StickinessPersons(ctx context.Context, q Stickiness, buckets int) (*roaring.Bitmap, error) {
	visitors, err := scan(ctx, s, func() *stickyVisitor {
		v := &stickyVisitor{}
		v.count(q, func(p person.Ordinal, times int) {
			if times == buckets {
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

// stickyVisitor counts the persons of one worker.
type stickyVisitor struct {
	*presence
	persons []int64
	found   []uint32
}

// count tells in how many buckets each person was, of those who were in any.
func (v *stickyVisitor) count(q Stickiness, tell func(p person.Ordinal, times int)) {
	outside := uint32(q.Buckets.Len())
	v.presence = newPresence(q.Event, q.Buckets.Starts, func(p person.Ordinal, slots []uint32) {
		times := 0
		for _, slot := range slots {
			times += bit(slot != outside)
		}
		if times > 0 {
			tell(p, times)
		}
	})
	if outside > 0 {
		v.since = q.Buckets.Starts[0]
	}
}
