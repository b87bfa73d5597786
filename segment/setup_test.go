package segment

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/analyse"
	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/query"
	"github.com/weirhq/weir/store/columns"
	"github.com/weirhq/weir/store/meta"
)

var start = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

// bundle is a project with a segment service and a plain analyser of its own.
type bundle struct {
	*Service
	p        analyse.Project
	store    *columns.Store
	clk      *clock.Manual
	analyser *plainAnalyser
	fire     chan time.Time
	look     chan time.Time
}

func setup(t *testing.T, change ...func(*Config)) *bundle {
	t.Helper()
	db, err := meta.Open(t.Context(), filepath.Join(t.TempDir(), "meta.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	_, err = db.Exec(t.Context(), "account.project_insert", "p", "shop", "UTC", 1, "CNY", "key", 0, 1)
	require.NoError(t, err)
	b := &bundle{
		p: analyse.Project{ID: "p", Zone: time.UTC, WeekStart: time.Monday}, store: columns.NewStore(),
		clk: clock.NewManual(start), fire: make(chan time.Time), look: make(chan time.Time),
	}
	t.Cleanup(b.store.Close)
	sets := NewMemberships()
	b.analyser = &plainAnalyser{table: b.store.Table, sets: sets, clk: b.clk, asked: make(chan string, 1000)}
	c := Config{
		DB: db, Memberships: sets, Analyser: b.analyser, Tables: b.store.Table, Clock: b.clk, Logger: slog.New(slog.DiscardHandler),
		Projects: func() []analyse.Project { return []analyse.Project{b.p} },
		Options: Options{
			Delay:     time.Nanosecond,
			Recompute: func() (<-chan time.Time, func()) { return b.fire, func() {} },
			Elapse:    func() (<-chan time.Time, func()) { return b.look, func() {} },
		},
	}
	for _, f := range change {
		f(&c)
	}
	b.Service = New(c)
	b.store.OnTouched(b.Touched)
	return b
}

// again makes the service that a restart would make.
func (b *bundle) again() *Service {
	c := b.Config
	c.Memberships = NewMemberships()
	b.analyser.sets = c.Memberships
	return New(c)
}

func (b *bundle) apply(events ...*event.Event) {
	for _, e := range events {
		e.Project = b.p.ID
		if e.Time == 0 {
			e.Time = b.clk.Now().UnixMilli()
		}
	}
	b.store.Apply(events)
}

func did(who, name string) *event.Event {
	return &event.Event{Name: name, DistinctID: who, Known: true}
}

func profile(who, property string, v event.Value) *event.Event {
	return &event.Event{Name: event.NameProfile, DistinctID: who, Known: true, Profile: &event.Profile{Set: event.Properties{property: v}}}
}

func alias(into, other string) *event.Event {
	return &event.Event{Name: event.NameAlias, DistinctID: into, Known: true, Join: &event.Join{Kind: event.Alias, Other: other}}
}

func (b *bundle) ordinal(t *testing.T, who string) person.Ordinal {
	t.Helper()
	o, ok := b.store.Table(b.p.ID).View().People().Find(who)
	require.True(t, ok, who)
	return o
}

// names turns members into the ids of setup's events, in order.
func (b *bundle) names(set *roaring.Bitmap) []string {
	out := []string{}
	for _, o := range set.ToArray() {
		out = append(out, b.store.Table(b.p.ID).View().People().Identities(person.Ordinal(o))[0].ID)
	}
	slices.Sort(out)
	return out
}

func (b *bundle) members(t *testing.T, segmentID string) []string {
	t.Helper()
	set, err := b.Bitmap(t.Context(), b.p, segmentID)
	require.NoError(t, err)
	return b.names(set)
}

func (b *bundle) create(t *testing.T, name, condition string) Segment {
	t.Helper()
	c, err := query.ParseCondition([]byte(condition))
	require.NoError(t, err)
	s, err := b.Create(t.Context(), b.p, Draft{Name: name, Condition: c})
	require.NoError(t, err)
	return s
}

func (b *bundle) createQuestion(t *testing.T, name, question string) Segment {
	t.Helper()
	r, err := query.Parse([]byte(question))
	require.NoError(t, err)
	s, err := b.Create(t.Context(), b.p, Draft{Name: name, Question: &r})
	require.NoError(t, err)
	return s
}

const (
	paid     = `{"did":{"event":"pay"}}`
	paidCell = `{"kind":"trend","interval":"day","range":{"last":30,"unit":"day"},"series":[{"event":"pay","measure":"persons"}],"actors":{"series":0}}`
)

// plainAnalyser evaluates the few forms of condition that these tests use, person by person.
type plainAnalyser struct {
	table func(string) *columns.Table
	sets  *Memberships
	clk   clock.Clock
	asked chan string // «all», «some» or «cell», per call

	mu     sync.Mutex
	failOn string // event name whose conditions cannot be answered
}

func (a *plainAnalyser) breakOn(name string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.failOn = name
}

func (a *plainAnalyser) broken(name string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return name != "" && name == a.failOn
}

func (a *plainAnalyser) note(what string) {
	select {
	case a.asked <- what:
	default:
	}
}

// calls gives what was asked since the last look.
func (a *plainAnalyser) calls() (out []string) {
	for {
		select {
		case c := <-a.asked:
			out = append(out, c)
		default:
			return out
		}
	}
}

func (a *plainAnalyser) CheckCondition(_ analyse.Project, c *query.Condition) (err error) {
	c.Walk(func(c *query.Condition) {
		if c.Did != nil && a.broken(c.Did.Event.String()) {
			err = fault.New(fault.Invalid, "amount is a text now")
		}
	})
	return err
}

func (a *plainAnalyser) Members(_ context.Context, p analyse.Project, c *query.Condition, among *roaring.Bitmap) (*roaring.Bitmap, error) {
	what := "some"
	v := a.table(p.ID).View()
	if among == nil {
		what, among = "all", v.People().All()
	}
	out := roaring.New()
	for _, o := range among.ToArray() {
		holds, err := a.holds(v, p.ID, c, person.Ordinal(o))
		if err != nil {
			return nil, err
		}
		if holds {
			out.Add(o)
		}
	}
	a.note(what)
	return out, nil
}

func (a *plainAnalyser) Actors(_ context.Context, p analyse.Project, r query.Request) (*roaring.Bitmap, error) {
	v, out := a.table(p.ID).View(), roaring.New()
	names := r.Question.(*query.Trend).Series[0].Event
	for _, o := range v.People().All().ToArray() {
		if a.did(v, person.Ordinal(o), names, 30*24*time.Hour) && (r.Filter == nil || a.must(v, p.ID, r.Filter, person.Ordinal(o))) {
			out.Add(o)
		}
	}
	a.note("cell")
	return out, nil
}

// product is the product's own analyser over the same.
func (a *plainAnalyser) product() *analyse.Analyser { return analyse.New(a.table, a.sets, a.clk) }

func (a *plainAnalyser) Prepare(p analyse.Project, c *query.Condition) (*analyse.Prepared, error) {
	return a.product().Prepare(p, c)
}

func (a *plainAnalyser) Moving(ctx context.Context, p analyse.Project, c *query.Condition, from, until time.Time) (*roaring.Bitmap, error) {
	return a.product().Moving(ctx, p, c, from, until)
}

func (a *plainAnalyser) must(v *columns.View, project string, c *query.Condition, o person.Ordinal) bool {
	holds, err := a.holds(v, project, c, o)
	return holds && err == nil
}

func (a *plainAnalyser) holds(v *columns.View, project string, c *query.Condition, o person.Ordinal) (bool, error) {
	switch c.Kind {
	case query.Not:
		holds, err := a.holds(v, project, c.Parts[0], o)
		return !holds, err
	case query.Segment:
		set, ok := a.sets.SegmentMembers(project, c.Segment)
		if !ok {
			return false, errors.New("no such segment")
		}
		return set.Contains(uint32(o)), nil
	case query.Compare:
		want := c.Comparison.Operand.Values[0]
		if c.Comparison.Scope == query.TagValue {
			set, _ := a.sets.TagMembers(project, c.Comparison.Name, want.Str)
			return set != nil && set.Contains(uint32(o)), nil
		}
		return v.People().Property(o, c.Comparison.Name).Text() == want.Text(), nil
	case query.DidEvent, query.DidNot:
		if a.broken(c.Did.Event.String()) {
			return false, fault.New(fault.Invalid, "amount is a text now")
		}
		last := 100 * 365 * 24 * time.Hour
		if c.Did.Within != nil {
			last = time.Duration(c.Did.Within.Last.Milliseconds()) * time.Millisecond
		}
		return a.did(v, o, c.Did.Event, last) == (c.Kind == query.DidEvent), nil
	case query.All, query.Any, query.Sequence:
	}
	return false, errors.New("not of these tests")
}

func (a *plainAnalyser) did(v *columns.View, o person.Ordinal, names query.EventSet, last time.Duration) bool {
	l, lo, hi, ok := v.Locate(columns.Need{}, o)
	for row := lo; ok && row < hi; row++ {
		if names.Has(v.Names().Text(l.Names.At(row))) && l.Times.At(row) > a.clk.Now().Add(-last).UnixMilli() {
			return true
		}
	}
	return false
}
