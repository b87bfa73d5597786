package segment

import (
	"context"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/analyse"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/person"
)

// The age at which the members of a question are computed again when they are
// read: soon when there are newer events, and anyway after a while, because a
// question may look back from now.
const (
	staleWithEvents = time.Second
	staleAnyway     = time.Minute
)

// wholeAge is the age at which everybody is evaluated again although the segment
// follows events and the clock by itself.
const wholeAge = 15 * time.Minute

// Touched notes which persons of a project changed; it is what
// columns.Store.OnTouched wants.
func (s *Service) Touched(project string, persons []person.Ordinal) {
	if len(persons) == 0 {
		return
	}
	ordinals := make([]uint32, len(persons))
	for i, o := range persons {
		ordinals[i] = uint32(o)
	}
	s.touch(project, roaring.BitmapOf(ordinals...))
}

// touch notes persons whose segments are to be looked at again.
func (s *Service) touch(project string, persons *roaring.Bitmap) {
	if persons.IsEmpty() {
		return
	}
	s.mu.Lock()
	if s.pending[project] == nil {
		s.pending[project] = roaring.New()
	}
	s.pending[project].Or(persons)
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default: // it will wake already
	}
}

// loop is the background work: everything at the start, what is old at each
// trigger, touched persons soon after they were touched, and whom the passing of
// time changes when it does.
func (s *Service) loop(ctx context.Context) {
	fire, stop := s.Options.Recompute()
	defer stop()
	look, stopLooking := s.Options.Elapse()
	defer stopLooking()
	s.recompute(ctx)
	delay := time.NewTimer(s.Options.Delay)
	delay.Stop()
	defer delay.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.wake:
			delay.Reset(s.Options.Delay)
			select {
			case <-ctx.Done():
				return
			case <-delay.C:
			}
			s.follow(ctx)
		case <-look:
			s.elapse(ctx)
		case <-fire:
			s.renew(ctx, func(e *entry) bool {
				state := e.state.Load()
				return e.Question != nil || state == nil || s.Clock.Now().Sub(state.at) >= wholeAge
			})
		}
	}
}

// recompute evaluates every segment for everybody.
func (s *Service) recompute(ctx context.Context) {
	s.renew(ctx, func(*entry) bool { return true })
}

// renew evaluates some segments for everybody. Touched persons, and those whom
// the clock changes, are not kept waiting until it ends.
func (s *Service) renew(ctx context.Context, which func(e *entry) bool) {
	for _, p := range s.Projects() {
		c, err := s.catalog(ctx, p.ID)
		if err != nil {
			s.failed(ctx, "segments cannot be read", p.ID, "", err)
			continue
		}
		for _, e := range c.order {
			if ctx.Err() != nil {
				return
			}
			if !which(e) {
				continue
			}
			if err := s.compute(ctx, p, e); err != nil {
				s.failed(ctx, "segment not recomputed", p.ID, e.ID, err)
			}
			s.follow(ctx)
		}
	}
}

// follow evaluates the condition segments for the persons touched since the last time.
func (s *Service) follow(ctx context.Context) {
	s.mu.Lock()
	pending := s.pending
	s.pending = make(map[string]*roaring.Bitmap)
	s.mu.Unlock()
	if len(pending) == 0 {
		return
	}
	for _, p := range s.Projects() {
		touched := pending[p.ID]
		if touched == nil {
			continue
		}
		c, err := s.catalog(ctx, p.ID)
		if err != nil {
			s.failed(ctx, "segments cannot be read", p.ID, "", err)
			continue
		}
		for _, e := range c.order {
			if e.Condition == nil || ctx.Err() != nil {
				continue
			}
			if err := s.refresh(ctx, p, e, touched); err != nil {
				s.failed(ctx, "segment does not follow", p.ID, e.ID, err)
			}
		}
		if ctx.Err() != nil { // stopped half-way: they are still to be followed
			s.touch(p.ID, touched)
		}
	}
}

// refresh evaluates one segment for some persons, if it was ever computed.
func (s *Service) refresh(ctx context.Context, p analyse.Project, e *entry, touched *roaring.Bitmap) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	was := e.state.Load()
	if was == nil {
		return nil
	}
	view := s.Tables(p.ID).View()
	// Persons merged away are among the touched: they leave, whatever the condition says.
	among := roaring.And(touched, view.People().All())
	now, err := s.Analyser.Members(ctx, p, e.Condition, among)
	if err != nil {
		return err
	}
	next := was.bitmap
	if before := roaring.And(was.bitmap, touched); !before.Equals(now) {
		next = roaring.AndNot(was.bitmap, touched)
		next.Or(now)
	}
	if next, err = s.reschedule(p, e, next, touched); err != nil {
		return err
	}
	e.state.Store(&members{bitmap: next, upTo: view.UpTo(), at: was.at})
	return nil
}

// compute evaluates one segment for everybody.
func (s *Service) compute(ctx context.Context, p analyse.Project, e *entry) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return s.computeLocked(ctx, p, e)
}

func (s *Service) computeLocked(ctx context.Context, p analyse.Project, e *entry) error {
	next := &members{upTo: s.Tables(p.ID).View().UpTo(), at: s.Clock.Now()}
	var err error
	if e.Condition != nil {
		next.bitmap, err = s.Analyser.Members(ctx, p, e.Condition, nil)
	} else {
		next.bitmap, err = s.Analyser.Actors(ctx, p, *e.Question)
	}
	if err != nil {
		return err
	}
	e.timers.restart()
	was := e.state.Swap(next)
	if was != nil && e.Question != nil {
		// Segments that refer to a question's are not told by events.
		s.touch(p.ID, roaring.Xor(was.bitmap, next.bitmap))
	}
	return nil
}

// current gives a segment's members, computed now if they never were or, for a
// question, if they are stale.
func (s *Service) current(ctx context.Context, p analyse.Project, e *entry) (*members, error) {
	if state := e.state.Load(); state != nil && !s.stale(p, e, state) {
		return state, nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if state := e.state.Load(); state != nil && !s.stale(p, e, state) {
		return state, nil // computed while we waited
	}
	if err := s.computeLocked(ctx, p, e); err != nil {
		return nil, err
	}
	return e.state.Load(), nil
}

func (s *Service) stale(p analyse.Project, e *entry, state *members) bool {
	if e.Question == nil {
		return false
	}
	age := s.Clock.Now().Sub(state.at)
	return age >= staleAnyway || age >= staleWithEvents && s.Tables(p.ID).View().UpTo() != state.upTo
}

// segmentMembers is Memberships.SegmentMembers.
func (s *Service) segmentMembers(project, segmentID string) (*roaring.Bitmap, bool) {
	// The question that asks has its own limits; a computation that it begins
	// here serves everyone after it and is not ended with it.
	ctx := context.Background()
	p, err := s.project(project)
	if err != nil {
		return nil, false
	}
	e, err := s.find(ctx, project, segmentID)
	if err != nil {
		return nil, false
	}
	state, err := s.current(ctx, p, e)
	if err != nil {
		s.failed(ctx, "segment not computed", project, segmentID, err)
		return nil, false
	}
	return state.bitmap, true
}

func (s *Service) project(id string) (analyse.Project, error) {
	for _, p := range s.Projects() {
		if p.ID == id {
			return p, nil
		}
	}
	return analyse.Project{}, fault.New(fault.NotFound, "there is no project %s", id)
}

func (s *Service) failed(ctx context.Context, what, project, segmentID string, err error) {
	if ctx.Err() == nil {
		s.Logger.WarnContext(ctx, "segments not up to date", "what", what, "project", project, "segment", segmentID, "error", err)
	}
}
