package analyse

import (
	"context"
	"runtime"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

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

	eventIDs EventIDs // nil when events are named by their number of arrival
}

// New makes an Analyser over the projects' tables.
func New(tables func(project string) *columns.Table, sets Sets, clk clock.Clock) *Analyser {
	return &Analyser{tables: tables, sets: sets, clock: clk}
}

// NameEventsBy makes timelines show the ids that clients gave to events. It is
// called before the first question.
func (a *Analyser) NameEventsBy(ids EventIDs) { a.eventIDs = ids }

// Ask answers a question; Actors of the request are left out of account.
func (a *Analyser) Ask(ctx context.Context, p Project, r query.Request) (*Answer, error) {
	started := a.clock.Now()
	s, err := a.prepare(ctx, p, r)
	if err != nil {
		return nil, err
	}
	by, err := answererOf(r.Question)
	if err != nil {
		return nil, err
	}
	got, err := by.ask(ctx, s, r.Range)
	if err != nil {
		return nil, err
	}
	meta := got.meta()
	meta.Engine = "kernel"
	meta.ElapsedMS = float64(a.clock.Now().Sub(started).Microseconds()) / 1000
	meta.PersonsScanned, meta.EventsScanned = s.source.Scanned()
	return answerOf(got), nil
}

// Actors gives the persons of the cell that the request names.
func (a *Analyser) Actors(ctx context.Context, p Project, r query.Request) (*roaring.Bitmap, error) {
	if r.Actors == nil {
		return nil, fault.New(fault.Invalid, "say which cell's persons are wanted: actors is missing")
	}
	s, err := a.prepare(ctx, p, r)
	if err != nil {
		return nil, err
	}
	by, err := answererOf(r.Question)
	if err != nil {
		return nil, err
	}
	return by.persons(ctx, s, r.Range, r.Actors)
}

// asking is one question over one view.
type asking struct {
	sets    Sets
	project string
	view    *columns.View
	cal     query.Calendar
	source  *kernel.Source // of the persons that the filter leaves
}

// begin takes the newest view of a project.
func (a *Analyser) begin(p Project) *asking {
	zone := p.Zone
	if zone == nil {
		zone = time.UTC
	}
	view := a.tables(p.ID).View()
	return &asking{
		sets: a.sets, project: p.ID, view: view,
		cal:    query.Calendar{Zone: zone, WeekStart: p.WeekStart, Now: a.clock.Now()},
		source: source(view, nil),
	}
}

func source(view *columns.View, among *roaring.Bitmap) *kernel.Source {
	return &kernel.Source{View: view, Among: among, Workers: runtime.GOMAXPROCS(0)}
}

// prepare checks a request and applies its filter.
func (a *Analyser) prepare(ctx context.Context, p Project, r query.Request) (*asking, error) {
	if err := r.Check(); err != nil {
		return nil, err
	}
	s := a.begin(p)
	if err := s.checkRequest(r); err != nil {
		return nil, err
	}
	if r.Filter == nil {
		return s, nil
	}
	among, err := s.members(ctx, r.Filter, s.view.People().All())
	if err != nil {
		return nil, err
	}
	s.source = source(s.view, among)
	return s, nil
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
