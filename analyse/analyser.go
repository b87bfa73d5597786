package analyse

import (
	"context"
	"runtime"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"golang.org/x/sync/semaphore"

	"github.com/weirhq/weir/analyse/internal/kernel"
	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/query"
	"github.com/weirhq/weir/store/columns"
)

// Project is whose data is asked about, and how it counts time.
type Project struct {
	ID        string
	Zone      *time.Location
	WeekStart time.Weekday
}

// Sets gives the sets of persons that others keep. The bitmaps are not changed
// by package analyse and must not change while it reads them.
type Sets interface {
	// SegmentMembers gives the persons in a segment now; false when there is no such segment.
	SegmentMembers(project, segmentID string) (*roaring.Bitmap, bool)
	// TagMembers gives the persons whose tag has that value now; false when there is no such tag.
	TagMembers(project, tag, value string) (*roaring.Bitmap, bool)
	// TagValues gives the values that a tag can have; false when there is no such tag.
	TagValues(project, tag string) ([]string, bool)
}

// Analyser answers questions. Make one with New.
type Analyser struct {
	tables func(project string) *columns.Table
	sets   Sets
	clock  clock.Clock
	cache  *cache
	turns  *semaphore.Weighted // of all questions; see kernel.Source
	memory int64               // bytes that a scan may keep; see LimitMemory

	eventIDs EventIDs // nil when events are named by their number of arrival
}

// New makes an Analyser over the projects' tables.
func New(tables func(project string) *columns.Table, sets Sets, clk clock.Clock) *Analyser {
	return &Analyser{tables: tables, sets: sets, clock: clk, cache: newCache(cacheBytes), turns: semaphore.NewWeighted(int64(runtime.GOMAXPROCS(0)))}
}

// NameEventsBy makes timelines show the ids that clients gave to events. It is
// called before the first question.
func (a *Analyser) NameEventsBy(ids EventIDs) { a.eventIDs = ids }

// LimitMemory sets how many bytes a question's scan may keep beyond tables of a
// fixed size, for rows of breakdowns, percentiles, different values and times; 0
// is kernel.DefaultMemory, 512 MiB. Beyond it a question fails with
// fault.TooLarge. It is called before the first question.
func (a *Analyser) LimitMemory(bytes int64) { a.memory = bytes }

// cacheBytes bounds the answers that are kept, as the JSON they are written to.
const cacheBytes = 64 << 20

// Ask answers a question; Actors of the request are left out of account. An
// answer that still holds is given again, with Meta.Cached.
func (a *Analyser) Ask(ctx context.Context, p Project, r query.Request) (*Answer, error) {
	started := a.clock.Now()
	r.Actors = nil
	s, err := a.open(p, r)
	if err != nil {
		return nil, err
	}
	if kept, ok := a.recall(s); ok {
		known, _ := kept.(part)
		got := copyOf(known)
		meta := got.meta()
		meta.Cached, meta.EventsScanned, meta.PersonsScanned = true, 0, 0
		meta.ElapsedMS = a.since(started)
		return answerOf(got), nil
	}
	got, err := s.answer(ctx, r)
	if err != nil {
		return nil, err
	}
	meta := got.meta()
	meta.Engine = "kernel"
	meta.ElapsedMS = a.since(started)
	meta.PersonsScanned, meta.EventsScanned = s.source.Scanned()
	a.remember(s, got, func() int64 { return jsonSize(got) })
	return answerOf(copyOf(got)), nil
}

func (a *Analyser) since(started time.Time) float64 {
	return float64(a.clock.Now().Sub(started).Microseconds()) / 1000
}

// answer asks the question of the persons that its filter leaves.
func (s *asking) answer(ctx context.Context, r query.Request) (part, error) {
	by, err := answererOf(r.Question)
	if err != nil {
		return nil, err
	}
	if err := s.narrow(ctx, r.Filter); err != nil {
		return nil, err
	}
	return by.ask(ctx, s, r.Range)
}

// Actors gives the persons of the cell that the request names.
func (a *Analyser) Actors(ctx context.Context, p Project, r query.Request) (*roaring.Bitmap, error) {
	if r.Actors == nil {
		return nil, fault.New(fault.Invalid, "say which cell's persons are wanted: actors is missing")
	}
	s, err := a.open(p, r)
	if err != nil {
		return nil, err
	}
	if kept, ok := a.recall(s); ok {
		known, _ := kept.(*roaring.Bitmap)
		return known.Clone(), nil
	}
	by, err := answererOf(r.Question)
	if err != nil {
		return nil, err
	}
	if err := s.narrow(ctx, r.Filter); err != nil {
		return nil, err
	}
	persons, err := by.persons(ctx, s, r.Range, r.Actors)
	if err != nil {
		return nil, err
	}
	a.remember(s, persons, func() int64 { return int64(persons.GetSizeInBytes()) })
	return persons.Clone(), nil
}

// asking is one question over one view.
type asking struct {
	turns   *semaphore.Weighted
	memory  int64
	sets    Sets
	project string
	view    *columns.View
	cal     query.Calendar
	source  *kernel.Source // of the persons that the filter leaves

	key   string // of the cache; "" for what is not kept
	print *footprint
	used  []usedSet
	until int64 // see passed
}

// begin takes the newest view of a project.
func (a *Analyser) begin(p Project) *asking {
	zone := p.Zone
	if zone == nil {
		zone = time.UTC
	}
	view := a.tables(p.ID).View()
	s := &asking{
		turns: a.turns, memory: a.memory,
		sets: a.sets, project: p.ID, view: view,
		cal:   query.Calendar{Zone: zone, WeekStart: p.WeekStart, Now: a.clock.Now()},
		until: forEver,
	}
	s.source = s.scanning(nil)
	return s
}

// scanning is a scan of some persons, all when among is nil.
func (s *asking) scanning(among *roaring.Bitmap) *kernel.Source {
	return &kernel.Source{View: s.view, Among: among, Workers: runtime.GOMAXPROCS(0), Turns: s.turns, Memory: s.memory}
}

// open checks a request against the newest view.
func (a *Analyser) open(p Project, r query.Request) (*asking, error) {
	if err := r.Check(); err != nil {
		return nil, err
	}
	s := a.begin(p)
	if err := s.checkRequest(r); err != nil {
		return nil, err
	}
	s.identify(p, r)
	return s, nil
}

// narrow leaves only the persons who meet a filter.
func (s *asking) narrow(ctx context.Context, filter *query.Condition) error {
	if filter == nil {
		return nil
	}
	among, err := s.members(ctx, filter, s.view.People().All())
	if err != nil {
		return err
	}
	s.source = s.scanning(among)
	return nil
}

// compiler makes matchers over the view; what conditions on events say about
// persons is resolved for everybody.
func (s *asking) compiler(ctx context.Context) *kernel.Compiler {
	return &kernel.Compiler{View: s.view, Calendar: s.cal, Persons: func(c *query.Condition) (*roaring.Bitmap, error) {
		return s.members(ctx, c, s.view.People().All())
	}}
}

// bounds gives a question's range in UTC milliseconds.
func (s *asking) bounds(r query.Range) (from, to int64, err error) {
	from, to = r.Whole(s.cal)
	if from > to {
		return 0, 0, &fault.Error{Kind: fault.Invalid, Public: "the range ends before it begins", Details: []fault.Detail{{Where: "range", What: "to lies before from"}}}
	}
	return from, to, nil
}
