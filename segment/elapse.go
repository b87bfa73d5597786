package segment

import (
	"container/heap"
	"context"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/analyse"
	"github.com/weirhq/weir/person"
)

// timers are the instants at which the passing of time changes who is in one
// segment. They are kept for the near future only: up to horizon every change is
// among them, and when it comes, those up to the next horizon are looked for.
type timers struct {
	prepared *analyse.Prepared
	horizon  time.Time        // zero: nothing was looked for since everybody was evaluated
	ahead    time.Duration    // how far the next horizon lies ahead
	due      dueHeap          // may hold instants that are not in next any more
	next     map[uint32]int64 // per person: when it is to be asked again, UTC milliseconds
}

const (
	// farthestAhead is how far ahead changes are looked for, and nearestAhead how
	// near that comes where very many persons are about to change.
	farthestAhead = 10 * time.Minute
	nearestAhead  = 15 * time.Second
	// maxTimers bounds what is kept for one segment to some 10 MB.
	maxTimers = 1 << 17
	// maxFollowed is how many touched persons are asked for their next change one
	// by one; where more were touched at once, all are looked for anew.
	maxFollowed = 1 << 13
)

// change is when a person is to be asked again.
type change struct {
	at     int64 // UTC milliseconds
	person uint32
}

// dueHeap has the earliest change first.
type dueHeap []change

func (h dueHeap) Len() int           { return len(h) }
func (h dueHeap) Less(i, j int) bool { return h[i].at < h[j].at }
func (h dueHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }

// Push is of heap.Interface.
func (h *dueHeap) Push(x any) { *h = append(*h, x.(change)) }

// Pop is of heap.Interface.
func (h *dueHeap) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}

// restart forgets all timers; changes are looked for anew at the next look at the clock.
func (t *timers) restart() {
	t.horizon = time.Time{}
	t.due, t.next = nil, nil
}

// set notes when a person changes; the zero time, or one beyond the horizon, is no timer.
func (t *timers) set(p uint32, at time.Time) {
	if at.IsZero() || !at.Before(t.horizon) {
		delete(t.next, p)
		return
	}
	if _, has := t.next[p]; !has && len(t.next) >= maxTimers || len(t.due) >= 2*maxTimers {
		t.horizon = at // what comes from then on is looked for when it is near
		delete(t.next, p)
		return
	}
	if ms := at.UnixMilli(); t.next[p] != ms {
		t.next[p] = ms
		heap.Push(&t.due, change{ms, p})
	}
}

// take removes the persons whose time has come.
func (t *timers) take(now time.Time) *roaring.Bitmap {
	come := roaring.New()
	for len(t.due) > 0 && t.due[0].at <= now.UnixMilli() {
		c := heap.Pop(&t.due).(change)
		if t.next[c.person] == c.at {
			delete(t.next, c.person)
			come.Add(c.person)
		}
	}
	return come
}

// elapse makes the changes that the passing of time has brought.
func (s *Service) elapse(ctx context.Context) {
	for _, p := range s.Projects() {
		c, err := s.catalog(ctx, p.ID)
		if err != nil {
			s.failed(ctx, "segments cannot be read", p.ID, "", err)
			continue
		}
		for _, e := range c.order {
			if !e.moves || ctx.Err() != nil {
				continue
			}
			if err := s.elapseOne(ctx, p, e); err != nil {
				s.failed(ctx, "segment does not follow the clock", p.ID, e.ID, err)
			}
		}
	}
}

func (s *Service) elapseOne(ctx context.Context, p analyse.Project, e *entry) error {
	now := s.Clock.Now()
	e.mu.Lock()
	defer e.mu.Unlock()
	was, t := e.state.Load(), &e.timers
	if was == nil {
		return nil // never computed: whoever asks for it does that
	}
	come := t.take(now)
	if !now.Before(t.horizon) {
		moving, err := s.lookAhead(ctx, p, e, was, now)
		if err != nil {
			return err
		}
		come.Or(moving)
	}
	if come.IsEmpty() {
		return nil
	}
	next, changed, err := s.askEach(p, e, was.bitmap, come)
	if err != nil {
		t.restart()
		return err
	}
	if !changed.IsEmpty() {
		e.state.Store(&members{bitmap: next, upTo: was.upTo, at: was.at})
		s.touch(p.ID, changed) // for segments that refer to this one
	}
	return nil
}

// lookAhead sets the next horizon, and gives the persons who may have changed
// since the last one or may change before the next.
func (s *Service) lookAhead(ctx context.Context, p analyse.Project, e *entry, was *members, now time.Time) (*roaring.Bitmap, error) {
	t := &e.timers
	from := t.horizon.Add(-time.Millisecond) // a change at the horizon itself is not among the timers
	if t.horizon.IsZero() {
		from = was.at
		t.next, t.ahead = make(map[uint32]int64), farthestAhead
	}
	moving, err := s.Analyser.Moving(ctx, p, e.Condition, from, now.Add(t.ahead))
	if err != nil {
		return nil, err
	}
	t.horizon = now.Add(t.ahead)
	switch n := moving.GetCardinality(); {
	case n > maxTimers:
		t.ahead = max(t.ahead/2, nearestAhead)
	case n < maxTimers/8:
		t.ahead = min(t.ahead*2, farthestAhead)
	}
	return moving, nil
}

// askEach asks persons one by one, and when each changes next.
func (s *Service) askEach(p analyse.Project, e *entry, members, persons *roaring.Bitmap) (next, changed *roaring.Bitmap, err error) {
	t := &e.timers
	if t.prepared == nil {
		if t.prepared, err = s.Analyser.Prepare(p, e.Condition); err != nil {
			return nil, nil, err
		}
	}
	moment := t.prepared.Now()
	changed = roaring.New()
	for it := persons.Iterator(); it.HasNext(); {
		o := it.Next()
		holds, at, err := moment.HoldsUntil(person.Ordinal(o), t.horizon)
		if err != nil {
			return nil, nil, err
		}
		t.set(o, at)
		if holds != members.Contains(o) {
			changed.Add(o)
		}
	}
	return roaring.Xor(members, changed), changed, nil
}

// reschedule sets the timers of persons who were touched and evaluated, and gives
// the members as they are a moment later.
func (s *Service) reschedule(p analyse.Project, e *entry, members, touched *roaring.Bitmap) (*roaring.Bitmap, error) {
	t := &e.timers
	if !e.moves || t.horizon.IsZero() {
		return members, nil
	}
	if touched.GetCardinality() > maxFollowed {
		t.restart()
		return members, nil
	}
	next, _, err := s.askEach(p, e, members, touched)
	if err != nil {
		t.restart()
		return nil, err
	}
	return next, nil
}
