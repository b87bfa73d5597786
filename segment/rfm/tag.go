package rfm

import (
	"context"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/analyse"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/segment"
)

// maxAge is how old a tag becomes although nothing was paid: payments leave the look-back.
const maxAge = time.Hour

// patience bounds the work of following payments: after a computation that took
// one second the next one waits ten, so that it takes a tenth of a core at most.
const patience = 10

// retryAfter keeps settings that do not fit the events (money that is a text)
// from being tried, and logged, at every event.
const retryAfter = time.Minute

// standing is one project's tag as it is now.
type standing struct {
	mu      sync.Mutex // held while the tag is computed
	current *assigned  // nil before the first time
	failed  time.Time  // when computing failed last; zero when it did not
}

// assigned is who stands where, in six bytes per rated person; immutable.
type assigned struct {
	day     Day
	at      time.Time
	cost    time.Duration
	seen    signature
	persons int              // of the project
	rated   []person.Ordinal // ascending
	marks   []mark           // of the rated
	groups  [8]int           // persons by group
	scores  [3][6]int        // persons by dimension and score
}

// mark packs a group and three scores, three bits each.
type mark uint16

func markOf(r Rating) mark { return mark(r.Group | r.R<<3 | r.F<<6 | r.M<<9) }

func (m mark) group() int              { return int(m & 7) }
func (m mark) score(dimension int) int { return int(m>>(3+3*dimension)) & 7 }

// signature changes when there are other payments, or persons were merged.
type signature struct {
	event    string
	payments uint64
	merged   uint64
}

func (s *Service) standing(project string) *standing {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.projects[project] == nil {
		s.projects[project] = &standing{}
	}
	return s.projects[project]
}

// Refresh computes a project's tag as of today.
func (s *Service) Refresh(ctx context.Context, p analyse.Project) error {
	st := s.standing(p.ID)
	st.mu.Lock()
	defer st.mu.Unlock()
	return s.refreshLocked(ctx, p, st)
}

func (s *Service) refreshLocked(ctx context.Context, p analyse.Project, st *standing) error {
	started := s.Clock.Now()
	settings, err := s.Settings(ctx, p)
	if err != nil {
		return err
	}
	next := &assigned{day: DayOf(started, zoneOf(p)), at: started, seen: s.signature(p, settings)}
	a, err := s.assess(ctx, p, next.day, settings)
	if err != nil {
		return err
	}
	next.persons = len(a.Ratings) + a.NotRated
	values := make(map[string]*roaring.Bitmap, 8)
	for _, g := range Groups() {
		values[g.Key] = roaring.New()
	}
	keys := Groups()
	for _, r := range a.Ratings { // in order of ordinal
		values[keys[r.Group].Key].Add(uint32(r.Person))
		next.rated, next.marks = append(next.rated, r.Person), append(next.marks, markOf(r))
		next.groups[r.Group]++
		for dimension, score := range [3]int{r.R, r.F, r.M} {
			next.scores[dimension][score]++
		}
	}
	next.cost = s.Clock.Now().Sub(started)
	st.current, st.failed = next, time.Time{}
	s.Memberships.SetTag(p.ID, Tag, values)
	return nil
}

// signature reads what the tag depends on, without reading events.
func (s *Service) signature(p analyse.Project, settings Settings) signature {
	view := s.Tables(p.ID).View()
	sig := signature{event: settings.Event, merged: uint64(view.People().Len()) - view.People().All().GetCardinality()}
	for _, n := range view.EventNames() {
		if n.Name == settings.Event {
			sig.payments = n.Count
		}
	}
	return sig
}

// provide computes the tag for whoever asks for it first; see segment.Memberships.ProvideTag.
func (s *Service) provide(project string) error {
	ctx := context.Background() // it serves everyone after who asked first
	for _, p := range s.Projects() {
		if p.ID == project {
			_, err := s.assigned(ctx, p)
			if err != nil {
				s.Logger.WarnContext(ctx, "RFM not computed", "project", project, "error", err)
			}
			return err
		}
	}
	return fault.New(fault.NotFound, "there is no project %s", project)
}

// assigned gives who stands where, computed now if it never was.
func (s *Service) assigned(ctx context.Context, p analyse.Project) (*assigned, error) {
	st := s.standing(p.ID)
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.current == nil {
		if err := s.refreshLocked(ctx, p, st); err != nil {
			return nil, err
		}
	}
	return st.current, nil
}

// Tags gives a person's group and scores; nothing for one who is not rated. It
// makes the Service a segment.TagSource.
func (s *Service) Tags(ctx context.Context, p analyse.Project, o person.Ordinal) ([]segment.Tag, error) {
	a, err := s.assigned(ctx, p)
	if err != nil {
		return nil, err
	}
	i, rated := slices.BinarySearch(a.rated, o)
	if !rated {
		return nil, nil
	}
	group := a.marks[i].group()
	tags := []segment.Tag{{
		Tag: Tag, Value: Groups()[group].Key, Category: segment.CategoryModel,
		Weight: segment.Specificity(a.groups[group], a.persons),
	}}
	for dimension, name := range [3]string{"recency", "frequency", "monetary"} {
		score := a.marks[i].score(dimension)
		tags = append(tags, segment.Tag{
			Tag: Tag + "_" + name, Value: strconv.Itoa(score), Label: "RFM"[dimension:dimension+1] + strconv.Itoa(score), Category: segment.CategoryModel,
			Weight: segment.Specificity(a.scores[dimension][score], a.persons),
		})
	}
	return tags, nil
}

// Touched hears that persons of a project changed; it is what
// columns.Store.OnTouched wants.
func (s *Service) Touched(string, []person.Ordinal) {
	select {
	case s.wake <- struct{}{}:
	default: // it will wake already
	}
}

// loop keeps the tags of all projects.
func (s *Service) loop(ctx context.Context) {
	fire, stop := s.Options.Check()
	defer stop()
	delay := time.NewTimer(0)
	defer delay.Stop()
	armed := true // the first look is at once
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.wake:
			if !armed { // further changes do not put it off
				delay.Reset(s.Options.Delay)
				armed = true
			}
			continue
		case <-delay.C:
			armed = false
		case <-fire:
		}
		s.check(ctx)
	}
}

// check computes the tags that are due.
func (s *Service) check(ctx context.Context) {
	for _, p := range s.Projects() {
		if ctx.Err() != nil {
			return
		}
		if err := s.checkProject(ctx, p); err != nil && ctx.Err() == nil {
			s.Logger.WarnContext(ctx, "RFM not computed", "project", p.ID, "error", err)
		}
	}
}

func (s *Service) checkProject(ctx context.Context, p analyse.Project) error {
	st := s.standing(p.ID)
	st.mu.Lock()
	defer st.mu.Unlock()
	if !st.failed.IsZero() && s.Clock.Now().Sub(st.failed) < retryAfter {
		return nil
	}
	if st.current != nil {
		settings, err := s.Settings(ctx, p)
		if err != nil {
			return err
		}
		if !s.due(p, st.current, settings) {
			return nil
		}
	}
	err := s.refreshLocked(ctx, p, st)
	if err != nil {
		st.failed = s.Clock.Now()
	}
	return err
}

// due says whether the tag is to be computed again.
func (s *Service) due(p analyse.Project, current *assigned, settings Settings) bool {
	now := s.Clock.Now()
	age := now.Sub(current.at)
	if age >= maxAge || current.day != DayOf(now, zoneOf(p)) {
		return true
	}
	return age >= patience*current.cost && s.signature(p, settings) != current.seen
}
