package rfm

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/analyse"
	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/query"
	"github.com/weirhq/weir/segment"
	"github.com/weirhq/weir/store/columns"
	"github.com/weirhq/weir/store/meta"
	"github.com/weirhq/weir/task/tasktest"
)

// bundle is a project in Shanghai at noon of 2026-03-31.
type bundle struct {
	*Service
	p        analyse.Project
	store    *columns.Store
	clk      *clock.Manual
	segments *segment.Service
	fire     chan time.Time
	asked    *counting
}

// counting counts how often payments are read, and fails on demand.
type counting struct {
	Analyser
	calls atomic.Int64
	fail  atomic.Bool
	read  chan struct{}
}

func (c *counting) PersonSums(ctx context.Context, p analyse.Project, r analyse.PersonSumsRequest) (analyse.PersonSums, error) {
	c.calls.Add(1)
	select {
	case c.read <- struct{}{}:
	default:
	}
	if c.fail.Load() {
		return analyse.PersonSums{}, errors.New("no")
	}
	return c.Analyser.PersonSums(ctx, p, r)
}

func setup(t *testing.T) *bundle {
	t.Helper()
	db, err := meta.Open(t.Context(), filepath.Join(t.TempDir(), "meta.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	_, err = db.Exec(t.Context(), "account.project_insert", "p", "shop", "Asia/Shanghai", 1, "CNY", "key", 0, 1)
	require.NoError(t, err)
	b := &bundle{
		p: analyse.Project{ID: "p", Zone: shanghai, WeekStart: time.Monday}, store: columns.NewStore(),
		clk: clock.NewManual(time.Date(2026, 3, 31, 12, 0, 0, 0, shanghai)), fire: make(chan time.Time),
	}
	t.Cleanup(b.store.Close)
	sets, logger := segment.NewMemberships(), slog.New(slog.DiscardHandler)
	projects := func() []analyse.Project { return []analyse.Project{b.p} }
	analyser := analyse.New(b.store.Table, sets, b.clk)
	b.asked = &counting{Analyser: analyser, read: make(chan struct{}, 100)}
	b.segments = segment.New(segment.Config{DB: db, Memberships: sets, Analyser: analyser, Tables: b.store.Table, Projects: projects, Clock: b.clk, Logger: logger})
	b.Service = New(Config{
		DB: db, Memberships: sets, Analyser: b.asked, Tables: b.store.Table, Projects: projects, Clock: b.clk, Logger: logger,
		Options: Options{Delay: time.Nanosecond, Check: func() (<-chan time.Time, func()) { return b.fire, func() {} }},
	})
	b.store.OnTouched(b.Touched)
	return b
}

func (b *bundle) pay(who string, at time.Time, amount float64) {
	b.store.Apply([]*event.Event{{
		Project: "p", Name: "pay", Time: at.UnixMilli(), DistinctID: who, Known: true,
		Properties: event.Properties{"amount": event.Num(amount)},
	}})
}

func (b *bundle) daysAgo(n int) time.Time { return b.clk.Now().AddDate(0, 0, -n) }

func (b *bundle) tag(t *testing.T, group string) []uint32 {
	t.Helper()
	set, ok := b.Memberships.TagMembers("p", Tag, group)
	require.True(t, ok)
	return set.ToArray()
}

func TestSettingsAreGuessedThenKept(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s, err := b.Settings(t.Context(), b.p)
	require.NoError(t, err)
	require.Equal(t, "order_paid", s.Event)
	b.pay("a", b.daysAgo(1), 10)
	s, err = b.Settings(t.Context(), b.p)
	require.NoError(t, err)
	require.Equal(t, "pay", s.Event)
	require.Equal(t, "amount", s.Value)
	require.NoError(t, b.SetSettings(t.Context(), b.p, fixed))
	s, err = b.Settings(t.Context(), b.p)
	require.NoError(t, err)
	require.Equal(t, fixed, s)
	require.Equal(t, fault.Invalid, fault.KindOf(b.SetSettings(t.Context(), b.p, Settings{})))
	b.store.Apply([]*event.Event{{Project: "p", Name: "pay", Time: 1, DistinctID: "a", Known: true, Properties: event.Properties{"note": event.Text("x")}}})
	text := fixed
	text.Value = "note"
	require.Equal(t, fault.Invalid, fault.KindOf(b.SetSettings(t.Context(), b.p, text)), "a text is no money")
	s, err = b.Settings(t.Context(), b.p)
	require.NoError(t, err)
	require.Equal(t, fixed, s, "what was refused was not stored")
}

func TestBoardAsOfAnyDay(t *testing.T) {
	t.Parallel()
	b := setup(t)
	require.NoError(t, b.SetSettings(t.Context(), b.p, fixed))
	b.pay("a", b.daysAgo(0), 40)
	b.pay("a", b.daysAgo(10), 40)
	b.pay("a", b.daysAgo(29), 40)  // first day of the look-back of 30
	b.pay("b", b.daysAgo(30), 500) // the day before it
	b.store.Apply([]*event.Event{{Project: "p", Name: "view", Time: b.clk.Now().UnixMilli(), DistinctID: "c", Known: true}})

	today, err := b.Board(t.Context(), b.p, Request{})
	require.NoError(t, err)
	require.Equal(t, "2026-03-31", today.AsOf)
	require.Equal(t, 1, today.Persons)
	require.Equal(t, 2, today.NotRated)
	require.Equal(t, 1, today.Groups[0].Persons)
	require.InDelta(t, 120, today.Revenue, 0)

	yesterday, err := b.Board(t.Context(), b.p, Request{AsOf: "2026-03-30"})
	require.NoError(t, err)
	require.Equal(t, 2, yesterday.Persons, "the payment of 30 days ago is in, today's is not")
	require.InDelta(t, 580, yesterday.Revenue, 0)

	loose := fixed
	loose.Days, loose.Monetary.Threshold = 31, 500
	tried, err := b.Board(t.Context(), b.p, Request{Settings: &loose})
	require.NoError(t, err)
	require.Equal(t, 2, tried.Persons)
	require.Equal(t, 1, tried.Groups[4].Persons, "HHL")
	require.Equal(t, loose, tried.Settings)

	_, err = b.Board(t.Context(), b.p, Request{AsOf: "yesterday"})
	require.Equal(t, fault.Invalid, fault.KindOf(err))
	_, err = b.Board(t.Context(), b.p, Request{Settings: &Settings{}})
	require.Equal(t, fault.Invalid, fault.KindOf(err))
	b.p.Zone = nil
	_, err = b.Board(t.Context(), b.p, Request{})
	require.NoError(t, err, "UTC")
}

func TestPersonsOfAGroupOrACell(t *testing.T) {
	t.Parallel()
	b := setup(t)
	require.NoError(t, b.SetSettings(t.Context(), b.p, fixed))
	for range 3 {
		b.pay("a", b.daysAgo(1), 40)
	}
	b.pay("b", b.daysAgo(20), 5)
	for _, c := range []struct {
		request PersonsRequest
		want    []uint32
	}{
		{PersonsRequest{Group: "champions"}, []uint32{0}},
		{PersonsRequest{Group: "general_win_back"}, []uint32{1}},
		{PersonsRequest{Group: "keep"}, []uint32{}},
		{PersonsRequest{R: 5, FM: 5}, []uint32{0}},
		{PersonsRequest{R: 1, FM: 1}, []uint32{1}},
	} {
		set, err := b.Persons(t.Context(), b.p, c.request)
		require.NoError(t, err)
		require.Equal(t, c.want, append([]uint32{}, set.ToArray()...))
	}
	for _, wrong := range []PersonsRequest{{}, {Group: "best"}, {R: 6, FM: 1}, {Group: "keep", R: 1, FM: 1}, {Group: "keep", Request: Request{AsOf: "x"}}} {
		_, err := b.Persons(t.Context(), b.p, wrong)
		require.Equal(t, fault.Invalid, fault.KindOf(err), "%+v", wrong)
	}
}

func TestTagIsComputedWhenAskedAndFollowsPayments(t *testing.T) {
	t.Parallel()
	b := setup(t)
	require.NoError(t, b.SetSettings(t.Context(), b.p, fixed))
	b.pay("a", b.daysAgo(1), 200)
	b.check(t.Context())
	require.Equal(t, []uint32{0}, b.tag(t, "potential"))
	values, ok := b.Memberships.TagValues("p", Tag)
	require.True(t, ok)
	require.Len(t, values, 8, "also the empty ones")

	s, err := b.segments.Create(t.Context(), b.p, segment.Draft{Name: "best", Condition: &query.Condition{
		Kind: query.Compare, Comparison: &query.Comparison{Scope: query.TagValue, Name: Tag, Op: query.Eq, Operand: query.Value(event.Text("champions"))},
	}})
	require.NoError(t, err)
	require.Zero(t, s.Persons)

	calls := b.asked.calls.Load()
	b.store.Apply([]*event.Event{{Project: "p", Name: "view", Time: b.clk.Now().UnixMilli(), DistinctID: "a", Known: true}})
	b.check(t.Context())
	require.Equal(t, calls, b.asked.calls.Load(), "nobody paid")
	b.pay("a", b.daysAgo(1), 1)
	b.pay("a", b.daysAgo(0), 1)
	b.check(t.Context())
	require.Equal(t, []uint32{0}, b.tag(t, "champions"))
	require.Empty(t, b.tag(t, "potential"))
}

func TestTagAgesByTheHourAndTheDay(t *testing.T) {
	t.Parallel()
	b := setup(t)
	require.NoError(t, b.SetSettings(t.Context(), b.p, fixed))
	b.pay("a", b.daysAgo(7), 200)
	b.check(t.Context())
	require.Equal(t, []uint32{0}, b.tag(t, "potential"))
	calls := b.asked.calls.Load()
	b.clk.Advance(59 * time.Minute)
	b.check(t.Context())
	require.Equal(t, calls, b.asked.calls.Load())
	b.clk.Advance(time.Minute)
	b.check(t.Context())
	require.Equal(t, calls+1, b.asked.calls.Load())
	b.clk.Set(time.Date(2026, 3, 31, 23, 59, 0, 0, shanghai))
	b.check(t.Context())
	b.clk.Advance(time.Minute) // a new day in Shanghai
	b.check(t.Context())
	require.Equal(t, []uint32{0}, b.tag(t, "win_back"), "8 days ago")
}

func TestTagOfAMergedPerson(t *testing.T) {
	t.Parallel()
	b := setup(t)
	require.NoError(t, b.SetSettings(t.Context(), b.p, fixed))
	for _, who := range []string{"a", "b", "b"} {
		b.pay(who, b.daysAgo(1), 50)
	}
	b.check(t.Context())
	require.Equal(t, []uint32{0}, b.tag(t, "general_developing"))
	require.Equal(t, []uint32{1}, b.tag(t, "potential"))
	b.store.Apply([]*event.Event{{Project: "p", Name: event.NameAlias, Time: b.clk.Now().UnixMilli(), DistinctID: "a", Known: true, Join: &event.Join{Kind: event.Alias, Other: "b"}}})
	b.check(t.Context())
	require.Equal(t, []uint32{0}, b.tag(t, "champions"))
}

func TestFailureKeepsTheTagAndWaits(t *testing.T) {
	t.Parallel()
	b := setup(t)
	require.NoError(t, b.SetSettings(t.Context(), b.p, fixed))
	b.pay("a", b.daysAgo(1), 200)
	b.check(t.Context())
	b.asked.fail.Store(true)
	b.pay("a", b.daysAgo(1), 200)
	b.check(t.Context())
	calls := b.asked.calls.Load()
	b.check(t.Context())
	require.Equal(t, calls, b.asked.calls.Load(), "not at every event")
	require.Equal(t, []uint32{0}, b.tag(t, "potential"))
	b.asked.fail.Store(false)
	b.clk.Advance(retryAfter)
	b.pay("a", b.daysAgo(1), 200)
	b.check(t.Context())
	require.Equal(t, []uint32{0}, b.tag(t, "champions"))

	fresh := setup(t)
	fresh.asked.fail.Store(true)
	_, ok := fresh.Memberships.TagMembers("p", Tag, "keep")
	require.False(t, ok)
	require.Error(t, fresh.provide("another project"))
}

func TestTagsOfAPerson(t *testing.T) {
	t.Parallel()
	b := setup(t)
	require.NoError(t, b.SetSettings(t.Context(), b.p, fixed))
	b.pay("a", b.daysAgo(1), 200)
	b.pay("b", b.daysAgo(1), 200)
	b.store.Apply([]*event.Event{{Project: "p", Name: "view", Time: b.clk.Now().UnixMilli(), DistinctID: "c", Known: true}, {Project: "p", Name: "view", Time: b.clk.Now().UnixMilli(), DistinctID: "d", Known: true}})
	require.NoError(t, b.Refresh(t.Context(), b.p))
	tags, err := b.Tags(t.Context(), b.p, 0)
	require.NoError(t, err)
	require.Equal(t, []segment.Tag{
		{Tag: "rfm", Value: "potential", Category: "value", Weight: 0.5},
		{Tag: "rfm_recency", Value: "5", Label: "R5", Category: "value", Weight: 0.5},
		{Tag: "rfm_frequency", Value: "1", Label: "F1", Category: "value", Weight: 0.5},
		{Tag: "rfm_monetary", Value: "1", Label: "M1", Category: "value", Weight: 0.5},
	}, tags)
	tags, err = b.Tags(t.Context(), b.p, 2)
	require.NoError(t, err)
	require.Empty(t, tags, "not rated")
	b.segments.AddTagSource(b.Service)
	tags, err = b.segments.TagsOf(t.Context(), b.p, 0)
	require.NoError(t, err)
	require.Equal(t, "rfm", tags[0].Tag)
}

func TestLoopLooksAtStartOnPaymentsAndByTheClock(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.pay("a", b.daysAgo(1), 200)
	require.NoError(t, b.Start(t.Context()))
	defer b.Stop()
	<-b.asked.read
	b.pay("a", b.daysAgo(1), 200)
	<-b.asked.read
	b.clk.Advance(maxAge)
	b.fire <- b.clk.Now()
	<-b.asked.read
	b.Stop()
	tasktest.Stress(t, b.Service)
}

func TestSumsInAnotherOrderStayTies(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for i, amount := range []float64{0.1, 0.2, 0.3} {
		b.pay("a", b.daysAgo(5-i), amount)
		b.pay("b", b.daysAgo(3+i), amount)
	}
	s := fixed
	s.Monetary = Dimension{Method: Quintile}
	a, err := b.Assess(t.Context(), b.p, Request{Settings: &s})
	require.NoError(t, err)
	require.Equal(t, a.Ratings[0].M, a.Ratings[1].M)
}
