package segment

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/analyse"
	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/id"
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/query"
	"github.com/weirhq/weir/store/columns"
	"github.com/weirhq/weir/store/meta"
	"github.com/weirhq/weir/task"
)

// Analyser answers who belongs; *analyse.Analyser does.
type Analyser interface {
	CheckCondition(p analyse.Project, c *query.Condition) error
	Members(ctx context.Context, p analyse.Project, c *query.Condition, among *roaring.Bitmap) (*roaring.Bitmap, error)
	Actors(ctx context.Context, p analyse.Project, r query.Request) (*roaring.Bitmap, error)
	Prepare(p analyse.Project, c *query.Condition) (*analyse.Prepared, error)
	Moving(ctx context.Context, p analyse.Project, c *query.Condition, from, until time.Time) (*roaring.Bitmap, error)
}

// Config is what a Service works with. All fields but UsedBy and Options are needed.
type Config struct {
	DB          *meta.DB
	Memberships *Memberships // the one that the analyser was given
	Analyser    Analyser
	Tables      func(project string) *columns.Table
	Projects    func() []analyse.Project
	// UsedBy lists what refers to a segment besides other segments (campaigns).
	UsedBy  func(ctx context.Context, project, segmentID string) ([]User, error)
	Clock   clock.Clock
	Logger  *slog.Logger
	Options Options
}

// Options can be left at zero.
type Options struct {
	// Delay is how long touched persons are collected before segments follow.
	// Default 200 ms; longer saves work under a steady stream, and more than 500 ms
	// would break the promise that a segment follows within a second.
	Delay time.Duration
	// Recompute fires when segments from questions, and others that are old, are
	// computed again. Default: each minute.
	Recompute task.Trigger
	// Elapse fires when the service looks at the clock for what the passing of time
	// has changed. Default: four times a second; it costs nothing when nothing has.
	Elapse task.Trigger
}

func (o *Options) fill() {
	if o.Delay <= 0 {
		o.Delay = 200 * time.Millisecond
	}
	o.Delay = min(o.Delay, 500*time.Millisecond)
	if o.Recompute == nil {
		o.Recompute = task.Every(time.Minute)
	}
	if o.Elapse == nil {
		o.Elapse = task.Every(250 * time.Millisecond)
	}
}

// Service keeps segments and their members. Make one with New.
type Service struct {
	task.Worker
	Config

	writing sync.Mutex // one change of definitions at a time

	mu       sync.Mutex // guards the fields below
	catalogs map[string]*catalog
	pending  map[string]*roaring.Bitmap // touched persons by project
	sources  []TagSource

	wake  chan struct{} // something is pending
	facts *factIndex
}

// New makes a Service and joins it to its Memberships. Tell it of changes by
// Touched (columns.Store.OnTouched).
func New(c Config) *Service {
	c.Options.fill()
	s := &Service{
		Config:   c,
		catalogs: make(map[string]*catalog),
		pending:  make(map[string]*roaring.Bitmap),
		wake:     make(chan struct{}, 1),
		facts:    newFactIndex(),
	}
	s.Run = s.loop
	c.Memberships.mu.Lock()
	c.Memberships.segments, c.Memberships.touched = s.segmentMembers, s.touch
	c.Memberships.mu.Unlock()
	return s
}

// Create makes a segment and computes it.
func (s *Service) Create(ctx context.Context, p analyse.Project, d Draft) (Segment, error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	e, err := s.entryOf(ctx, p, "", d, true)
	if err != nil {
		return Segment{}, err
	}
	now := s.Clock.Now().UTC().Truncate(time.Millisecond)
	e.ID, e.CreatedAt, e.UpdatedAt = id.New("seg", now), now, now
	// Evaluated before it is stored: one that cannot be answered is refused with the reason.
	if err := s.compute(ctx, p, e); err != nil {
		return Segment{}, err
	}
	condition, question, err := e.columns()
	if err != nil {
		return Segment{}, err
	}
	if _, err := s.DB.Exec(ctx, "segment.insert", e.ID, p.ID, e.Name, e.Description, condition, question, now.UnixMilli()); err != nil {
		return Segment{}, takenOr(err, e.Name)
	}
	return s.publish(ctx, p, e)
}

// Update changes a segment and computes it again where its definition changed.
func (s *Service) Update(ctx context.Context, p analyse.Project, segmentID string, c Change) (Segment, error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	was, err := s.find(ctx, p.ID, segmentID)
	if err != nil {
		return Segment{}, err
	}
	d, redefined := was.changed(c)
	e, err := s.entryOf(ctx, p, segmentID, d, true)
	if err != nil {
		return Segment{}, err
	}
	now := s.Clock.Now().UTC().Truncate(time.Millisecond)
	e.ID, e.CreatedAt, e.UpdatedAt = was.ID, was.CreatedAt, now
	if redefined {
		if err := s.compute(ctx, p, e); err != nil {
			return Segment{}, err
		}
	}
	condition, question, err := e.columns()
	if err != nil {
		return Segment{}, err
	}
	if _, err := s.DB.Exec(ctx, "segment.update", p.ID, e.ID, e.Name, e.Description, condition, question, now.UnixMilli()); err != nil {
		return Segment{}, takenOr(err, e.Name)
	}
	if !redefined {
		was.mu.Lock() // the live step writes to one of the two only
		e.state.Store(was.state.Load())
		was.mu.Unlock()
	}
	out, err := s.publish(ctx, p, e)
	if before, after := was.state.Load(), e.state.Load(); err == nil && redefined && before != nil && after != nil {
		s.touch(p.ID, roaring.Xor(before.bitmap, after.bitmap)) // for segments that refer to this one
	}
	return out, err
}

// publish puts the entry into the catalog, from where the live step keeps it.
func (s *Service) publish(ctx context.Context, p analyse.Project, e *entry) (Segment, error) {
	if err := s.replace(ctx, p.ID, e.ID, e); err != nil {
		return Segment{}, err
	}
	// Events that came between its evaluation and now were nobody's to follow.
	if state := e.state.Load(); state == nil || state.upTo != s.Tables(p.ID).View().UpTo() {
		if err := s.compute(ctx, p, e); err != nil {
			return Segment{}, err
		}
	}
	return s.shown(ctx, p, e)
}

// Delete removes a segment that nothing refers to.
func (s *Service) Delete(ctx context.Context, p analyse.Project, segmentID string) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	e, err := s.find(ctx, p.ID, segmentID)
	if err != nil {
		return err
	}
	users, err := s.usedBy(ctx, p.ID, segmentID)
	if err != nil {
		return err
	}
	if len(users) > 0 {
		f := fault.New(fault.Conflict, "«%s» is in use and stays; change what refers to it first", e.Name)
		for _, u := range users {
			f.Details = append(f.Details, fault.Detail{Where: u.Kind + " " + u.ID, What: u.Name})
		}
		return f
	}
	if _, err := s.DB.Exec(ctx, "segment.delete", p.ID, segmentID); err != nil {
		return fmt.Errorf("delete segment: %w", err)
	}
	return s.replace(ctx, p.ID, segmentID, nil)
}

// entryOf checks a draft, the segments it refers to included.
func (s *Service) entryOf(ctx context.Context, p analyse.Project, segmentID string, d Draft, named bool) (*entry, error) {
	if err := d.check(named); err != nil {
		return nil, err
	}
	refs, err := d.refers()
	if err != nil {
		return nil, err
	}
	c, err := s.catalog(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	var f fault.List
	for _, ref := range refs {
		if c.byID[ref] == nil {
			f.Add("segment", "there is no segment %s in this project", ref)
		} else if circle := c.path(ref, segmentID); segmentID != "" && circle != nil {
			f.Add("segment", "refers to itself: %s", circleText(circle))
		}
	}
	if err := f.Err("the segment refers to segments that it cannot be made of"); err != nil {
		return nil, err
	}
	if d.Condition != nil { // Actors checks its question itself
		if err := s.Analyser.CheckCondition(p, d.Condition); err != nil {
			return nil, err
		}
	}
	return &entry{
		Segment: Segment{Name: d.Name, Description: d.Description, Condition: d.Condition, Question: d.Question},
		refs:    refs, moves: analyse.Moves(d.Condition),
	}, nil
}

// Estimate is who would belong to a draft.
type Estimate struct {
	Persons int
	Total   int              // persons of the project
	Sample  []person.Ordinal // up to ten, spread over the members
}

// sampleSize is how many persons an estimate shows.
const sampleSize = 10

// Estimate evaluates a draft without keeping it.
func (s *Service) Estimate(ctx context.Context, p analyse.Project, d Draft) (Estimate, error) {
	e, err := s.entryOf(ctx, p, "", d, false)
	if err != nil {
		return Estimate{}, err
	}
	if err := s.compute(ctx, p, e); err != nil {
		return Estimate{}, err
	}
	members := e.state.Load().bitmap
	out := Estimate{
		Persons: int(members.GetCardinality()),
		Total:   int(s.Tables(p.ID).View().People().All().GetCardinality()),
		Sample:  []person.Ordinal{},
	}
	for i := range min(sampleSize, out.Persons) {
		o, err := members.Select(uint32(i * out.Persons / min(sampleSize, out.Persons)))
		if err != nil {
			return Estimate{}, fmt.Errorf("pick a sample: %w", err)
		}
		out.Sample = append(out.Sample, person.Ordinal(o))
	}
	return out, nil
}

func takenOr(err error, name string) error {
	if meta.IsUnique(err) {
		return &fault.Error{
			Kind: fault.Conflict, Public: fmt.Sprintf("there is a segment «%s» already", name),
			Details: []fault.Detail{{Where: "name", What: "choose another name"}}, Cause: err,
		}
	}
	return fmt.Errorf("store segment: %w", err)
}
