package analyse_test

import (
	"fmt"
	"strconv"
	"time"

	"pgregory.net/rapid"

	"github.com/weirhq/weir/analyse"
	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/query"
	"github.com/weirhq/weir/store/columns"
)

// draw makes random worlds and questions.
type draw struct{ *rapid.T }

func (d draw) int(low, high int) int    { return rapid.IntRange(low, high).Draw(d.T, "n") }
func (d draw) text(of ...string) string { return rapid.SampledFrom(of).Draw(d.T, "s") }

// chance is true so often. Small numbers are drawn more often than large ones;
// multiplying spreads them over the hundred.
func (d draw) chance(percent int) bool { return d.int(1, 100)*37%101 <= percent }

// size is up to most, and small as often as large.
func (d draw) size(most int) int {
	n := d.int(0, most)
	if d.chance(60) {
		return most - n
	}
	return n
}

// randomWorld is a world, and the same events in a table.
type randomWorld struct {
	*world
	project  analyse.Project
	analyser *analyse.Analyser
	table    *columns.Table
	ties     bool
}

// emptyWorld is a project without events.
func (d draw) emptyWorld() *randomWorld {
	zone, err := time.LoadLocation(d.text("America/New_York", "Asia/Shanghai", "UTC"))
	if err != nil {
		panic(err)
	}
	w := &world{
		zone: zone, week: time.Weekday(d.int(0, 1)), users: map[string]event.Properties{}, ids: map[string]string{},
		segments: map[string][]string{},
		now:      time.Date(2026, 3, d.int(8, 14), d.int(0, 23), 0, 0, 0, zone),
	}
	r := &randomWorld{world: w, table: columns.NewTable(), ties: d.chance(60)}
	sets := &fixedSets{people: func() *columns.People { return r.table.View().People() }, segments: w.segments}
	r.project = analyse.Project{ID: "p", Zone: zone, WeekStart: w.week}
	r.analyser = analyse.New(func(string) *columns.Table { return r.table }, sets, clock.NewManual(w.now))
	return r
}

func (d draw) world() *randomWorld {
	r := d.emptyWorld()
	var batch []*event.Event
	taken := map[string]bool{}
	for seq := range d.size(36) {
		e := d.event(r, uint64(seq+1))
		key := fmt.Sprint(e.DistinctID, e.Time)
		if taken[key] && !r.ties {
			continue
		}
		taken[key] = true
		batch = append(batch, e)
		if d.chance(15) { // some of it lands in layers of its own
			r.table.Apply(batch)
			r.table.View()
			batch = nil
		}
	}
	r.table.Apply(batch)
	r.sortEvents()
	for _, id := range []string{"seg_1", "seg_2"} {
		r.segments[id] = []string{}
		for _, p := range r.persons() {
			if d.chance(50) {
				r.segments[id] = append(r.segments[id], p)
			}
		}
	}
	return r
}

// event makes an event for the table and notes it in the world. A person may act
// under an anonymous id, which each of its signed-in events joins to it.
func (d draw) event(r *randomWorld, seq uint64) *event.Event {
	who := d.text("u1", "u2", "u3", "4")
	at := time.Date(2026, 3, d.int(5, 12), d.int(0, 23), 30*d.int(0, 1), 0, 0, r.zone)
	if d.chance(40) { // crowd some of them
		at = time.Date(2026, 3, 8, d.int(0, 4), 0, 0, 0, r.zone)
	}
	if !r.ties {
		at = at.Add(time.Duration(seq) * time.Millisecond)
	}
	e := &event.Event{
		Seq: seq, ID: strconv.FormatUint(seq, 10), Project: "p", DistinctID: who, Known: true, Time: at.UnixMilli(),
		Name: d.text("a", "a", "b", "b", "c", "$message_sent"), Properties: d.properties(),
		Join: &event.Join{Kind: event.Identify, Other: "anon-" + who},
	}
	if d.chance(30) {
		e.DistinctID, e.Known, e.Join = "anon-"+who, false, nil
	} else {
		r.ids[who] = who
	}
	r.ids["anon-"+who] = who
	if r.users[who] == nil {
		r.users[who] = event.Properties{}
	}
	if e.Known && d.chance(40) {
		e.Profile = &event.Profile{Set: event.Properties{"city": d.value()}}
		r.users[who]["city"] = e.Profile.Set["city"]
	}
	r.events = append(r.events, refEvent{person: who, name: e.Name, time: e.Time, seq: int(seq), props: e.Properties})
	return e
}

func (d draw) value() event.Value {
	return rapid.SampledFrom([]event.Value{
		event.Text("x"), event.Text("xy"), event.Num(1), event.Num(2), event.Flag(true), event.Flag(false),
		event.Strings("x", "z"), event.Strings("1"), event.Text("2026-03-08"), event.Text("2026-03-08T03:30:00Z"),
	}).Draw(d.T, "value")
}

func (d draw) properties() event.Properties {
	out := event.Properties{}
	if d.chance(70) {
		out["p"] = d.value()
	}
	if d.chance(70) {
		out["n"] = event.Num(float64(d.int(0, 5)) / 2) // labels that sort as the numbers do
	}
	if d.chance(60) {
		out["by"] = rapid.SampledFrom([]event.Value{
			event.Text("u1"), event.Text("u2"), event.Text("anon-u1"), event.Text("anon-u3"), event.Num(4), event.Text("nobody"), event.Flag(true),
		}).Draw(d.T, "by")
	}
	return out
}

func (d draw) events() query.EventSet {
	switch d.int(1, 8) {
	case 1:
		return query.AnyEvent()
	case 2:
		return query.Events("a", "c")
	case 3:
		return query.Events("nobody ever did this")
	}
	return query.Events(d.text("a", "b", "c"))
}

// where is a condition over an event, or none.
func (d draw) where() *query.Condition {
	if d.chance(65) {
		return nil
	}
	return d.condition(true, 2)
}

func (d draw) condition(ofEvent bool, depth int) *query.Condition {
	switch n := d.int(1, 12); {
	case n <= 3 && depth > 0:
		kind := rapid.SampledFrom([]query.ConditionKind{query.All, query.Any, query.Not}).Draw(d.T, "kind")
		c := &query.Condition{Kind: kind, Parts: []*query.Condition{d.condition(ofEvent, depth-1)}}
		if kind != query.Not && d.chance(60) {
			c.Parts = append(c.Parts, d.condition(ofEvent, depth-1))
		}
		return c
	case n == 4:
		return query.InSegment(d.text("seg_1", "seg_2"))
	case n <= 6 && depth > 0:
		kind := rapid.SampledFrom([]query.ConditionKind{query.DidEvent, query.DidNot}).Draw(d.T, "kind")
		return &query.Condition{Kind: kind, Did: d.did()}
	case n == 7 && depth > 0:
		return &query.Condition{Kind: query.Sequence, Sequence: d.sequence()}
	case ofEvent:
		return &query.Condition{Kind: query.Compare, Comparison: d.comparison(query.EventProperty, d.text("p", "n", "missing"))}
	}
	return &query.Condition{Kind: query.Compare, Comparison: d.comparison(query.UserProperty, "city")}
}

func (d draw) did() *query.Did {
	q := &query.Did{Event: d.events(), Where: d.where(), Measure: query.Measure{Func: query.Count}}
	if d.chance(60) {
		q.Op = rapid.SampledFrom([]query.Operator{query.Eq, query.Neq, query.Gt, query.Gte, query.Lt, query.Lte, query.Between}).Draw(d.T, "op")
		q.Values = []float64{float64(d.int(0, 3))}
		if q.Op == query.Between {
			q.Values = append(q.Values, float64(d.int(0, 3)))
		}
		q.Measure = rapid.SampledFrom([]query.Measure{
			{Func: query.Count},
			{Func: query.Days},
			{Func: query.Sum, Property: "n"},
			{Func: query.Avg, Property: "n"},
			{Func: query.Min, Property: "n"},
			{Func: query.Max, Property: "n"},
			{Func: query.Distinct, Property: "p"},
		}).Draw(d.T, "measure")
	}
	switch d.int(1, 3) {
	case 1:
		r := d.dates()
		q.Within = &r
	case 2:
		q.Within = &query.Range{Last: query.Span{Value: d.int(1, 100), Unit: query.Hour}}
	}
	return q
}

func (d draw) sequence() []query.SequenceStep {
	var steps []query.SequenceStep
	for i := range d.int(2, 3) {
		s := query.SequenceStep{Event: d.events(), Where: d.where()}
		if i > 0 && d.chance(70) {
			s.Within = &query.Span{Value: d.int(1, 60), Unit: query.Hour}
		}
		steps = append(steps, s)
	}
	steps[len(steps)-1].Absent = d.chance(40)
	return steps
}

func (d draw) comparison(scope query.Scope, name string) *query.Comparison {
	c := &query.Comparison{Scope: scope, Name: name, Op: rapid.SampledFrom([]query.Operator{
		query.Eq, query.Neq, query.In, query.NotIn, query.Contains, query.NotContains, query.StartsWith, query.EndsWith, query.Matches,
		query.Gt, query.Gte, query.Lt, query.Lte, query.Between, query.IsSet, query.IsNotSet, query.IsTrue, query.IsFalse,
		query.Before, query.After, query.WithinLast,
	}).Draw(d.T, "op")}
	scalars := []event.Value{event.Text("x"), event.Text("1"), event.Num(1), event.Num(2), event.Flag(true)}
	date := func() event.Value { return event.Text(d.text("2026-03-07", "2026-03-08")) }
	switch c.Op {
	case query.Eq, query.Neq:
		c.Operand = query.Value(rapid.SampledFrom(scalars).Draw(d.T, "operand"))
	case query.In, query.NotIn:
		c.Operand = query.Values(rapid.SampledFrom(scalars).Draw(d.T, "operand"), rapid.SampledFrom(scalars).Draw(d.T, "operand"))
	case query.Contains, query.NotContains, query.StartsWith, query.EndsWith:
		c.Operand = query.Value(event.Text(d.text("x", "y", "03")))
	case query.Matches:
		c.Operand = query.Value(event.Text(d.text("^x", "[yz]$", "^2026")))
	case query.Gt, query.Gte, query.Lt, query.Lte:
		c.Operand = query.Value(event.Num(1))
		if d.chance(50) {
			c.Operand = query.Value(date())
		}
	case query.Between:
		c.Operand = query.Values(event.Num(0), event.Num(float64(d.int(0, 2))))
		if d.chance(50) {
			c.Operand = query.Values(date(), date())
		}
	case query.Before, query.After:
		c.Operand = query.Value(date())
	case query.WithinLast:
		c.Operand = query.Operand{Span: query.Span{Value: d.int(1, 48), Unit: query.Hour}}
	}
	return c
}

func (d draw) dates() query.Range {
	from := d.int(5, 11)
	return query.Range{From: query.Moment(fmt.Sprintf("2026-03-%02d", from)), To: query.Moment(fmt.Sprintf("2026-03-%02d", d.int(from, 13)))}
}

func (d draw) breakdowns(most int) []query.Breakdown {
	var out []query.Breakdown
	for range d.int(0, most) {
		out = append(out, rapid.SampledFrom([]query.Breakdown{
			{Scope: query.EventProperty, Name: "p"},
			{Scope: query.EventProperty, Name: "n"},
			{Scope: query.UserProperty, Name: "city"},
			{Segments: []string{"seg_1", "seg_2"}},
		}).Draw(d.T, "breakdown"))
	}
	return out
}

func (d draw) trend() *query.Trend {
	q := &query.Trend{Interval: query.Unit(d.text("hour", "day", "week", "month")), Breakdown: d.breakdowns(3), BreakdownLimit: d.int(0, 3)}
	for range d.int(1, 2) {
		s := query.Series{Event: d.events(), Where: d.where(), Measure: rapid.SampledFrom([]query.Measure{
			{Func: query.Count},
			{Func: query.Persons},
			{Func: query.CountPerPerson},
			{Func: query.FirstTimePersons},
			{Func: query.RollingPersons},
			{Func: query.Sum, Property: "n"},
			{Func: query.Avg, Property: "n"},
			{Func: query.Min, Property: "n"},
			{Func: query.Max, Property: "n"},
			{Func: query.Median, Property: "n"},
			{Func: query.P90, Property: "n"},
			{Func: query.P95, Property: "n"},
			{Func: query.P99, Property: "n"},
			{Func: query.Distinct, Property: "p"},
		}).Draw(d.T, "measure")}
		if s.Measure.Func == query.RollingPersons {
			s.Days = d.int(1, 4)
		}
		q.Series = append(q.Series, s)
	}
	return q
}

func (d draw) funnel(ties bool) *query.Funnel {
	q := &query.Funnel{
		Order: query.Order(d.text("ordered", "ordered", "strict", "unordered")), Count: "persons",
		Window: query.Span{Value: d.int(1, 50), Unit: query.Hour}, HideIncomplete: d.chance(30), BreakdownLimit: d.int(0, 2),
		Trend: query.Unit(d.text("", "day")),
	}
	for range d.int(1, 4) {
		q.Steps = append(q.Steps, query.Step{Event: d.events(), Where: d.where()})
	}
	if len(q.Steps) > 1 && d.chance(30) {
		from := d.int(1, len(q.Steps)-1)
		q.Exclusions = []query.Exclusion{{Event: d.events(), From: from, To: d.int(from+1, len(q.Steps))}}
	}
	if d.chance(25) {
		q.Hold = []string{d.text("p", "n")}
	}
	if !ties && q.Order != query.Unordered && d.chance(40) {
		q.Count = "attempts" // which of several events of one time is used up would be a matter of taste
	}
	if d.chance(20) {
		q.Count = "sessions"
	}
	q.Breakdown = d.breakdowns(1)
	return q
}

func (d draw) retention() *query.Retention {
	q := &query.Retention{
		Start: query.Step{Event: d.events(), Where: d.where()}, Interval: query.Unit(d.text("hour", "day", "day", "week", "month")),
		Cohort: d.text(query.Recurring, query.FirstInRange, query.FirstEver), Mode: d.text(query.ModeCalendar, query.ModeRolling),
		Criterion: d.text(query.CriterionOn, query.CriterionOnOrAfter), Measure: query.Measure{Func: query.Persons},
	}
	q.Return = q.Start
	if d.chance(50) {
		q.Return = query.Step{Event: d.events(), Where: d.where()}
	}
	if d.chance(25) {
		q.Measure = query.Measure{Func: query.Sum, Property: "n"}
	}
	limit := map[query.Unit]int{query.Hour: 20, query.Day: 6, query.Week: 3, query.Month: 1}[q.Interval]
	if d.chance(25) {
		last := d.int(0, limit)
		q.Brackets = [][2]int{{d.int(0, last), last}, {0, 0}}
	} else {
		q.Periods = d.int(0, limit)
	}
	return q
}

func (d draw) request(q query.Question) query.Request {
	r := query.Request{Question: q, Range: d.dates()}
	if d.chance(25) {
		r.Filter = d.condition(false, 2)
	}
	return r
}
