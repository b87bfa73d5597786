package analyse

import (
	"context"
	"time"

	"github.com/weirhq/weir/analyse/internal/kernel"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/query"
	"github.com/weirhq/weir/store/columns"
)

// Prepared is a condition that is asked of one person after another. It has the
// meaning of Analyser.Members, which asks all at once; a test holds the two
// together. It is for one goroutine.
type Prepared struct {
	a         *Analyser
	p         Project
	condition *query.Condition
	need      columns.Need
	moves     bool

	tests  map[*query.Comparison]kernel.ValueTest
	meters map[*query.Did]*kernel.Meter
	chains map[*query.Condition]*kernel.Follower

	// What was learnt of the event names of a table; they only ever grow.
	table *columns.Table
	names map[string]*nameTable
	rows  []uint32
	times []int64
}

// Holds says whether a person meets a condition now, and when that will change
// next by the passing of time alone; the zero time is never. A person that was
// merged into another, or never was, meets nothing.
//
// The instant is exact, but where finding it would take more than maxLooks
// looks: then it is an earlier one, at which one asks again. It is never later
// than the change.
func (a *Analyser) Holds(ctx context.Context, p Project, c *query.Condition, o person.Ordinal) (holds bool, changes time.Time, err error) {
	prepared, err := a.Prepare(p, c)
	if err != nil {
		return false, time.Time{}, err
	}
	if err := ctx.Err(); err != nil {
		return false, time.Time{}, err
	}
	return prepared.Now().Holds(o)
}

// Prepare makes a condition ready to be asked of one person after another.
func (a *Analyser) Prepare(p Project, c *query.Condition) (*Prepared, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	if p.Zone == nil {
		p.Zone = time.UTC
	}
	out := &Prepared{
		a: a, p: p, condition: c, moves: Moves(c),
		tests: map[*query.Comparison]kernel.ValueTest{}, meters: map[*query.Did]*kernel.Meter{}, chains: map[*query.Condition]*kernel.Follower{},
	}
	c.Walk(func(part *query.Condition) {
		switch part.Kind {
		case query.Compare:
			if part.Comparison.Scope == query.EventProperty {
				out.need.Properties = append(out.need.Properties, part.Comparison.Name)
			}
		case query.DidEvent, query.DidNot:
			if name := part.Did.Measure.Property; name != "" {
				out.need.Properties = append(out.need.Properties, name)
			}
		case query.All, query.Any, query.Not, query.Segment, query.Sequence:
		}
	})
	return out, nil
}

// Moves says whether the passing of time alone can change who meets a condition,
// segments and tags that it names aside.
func Moves(c *query.Condition) (moves bool) {
	c.Walk(func(part *query.Condition) {
		switch part.Kind {
		case query.Compare:
			moves = moves || part.Comparison.Op == query.WithinLast
		case query.DidEvent, query.DidNot:
			moves = moves || part.Did.Within != nil && part.Did.Within.Last != (query.Span{})
		case query.Sequence:
			last := part.Sequence[len(part.Sequence)-1]
			moves = moves || last.Absent && last.Within != nil
		case query.All, query.Any, query.Not, query.Segment:
		}
	})
	return moves
}

// Moves says whether the passing of time alone can change who meets the condition.
func (p *Prepared) Moves() bool { return p.moves }

// Moment is a Prepared at one instant, over what was known then.
type Moment struct {
	p    *Prepared
	view *columns.View
	now  int64 // UTC milliseconds
	fold map[query.Span]window

	person person.Ordinal
	layer  *columns.Layer // nil: no events
	lo, hi uint32
	inner  map[*query.Condition]verdict // of conditions over the person inside those over its events
	err    error
}

// Now gives the present moment: the newest view and the clock's time.
func (p *Prepared) Now() *Moment {
	table := p.a.tables(p.p.ID)
	if table != p.table { // made anew from the log: names may have other codes
		p.table, p.names = table, map[string]*nameTable{}
	}
	return &Moment{p: p, view: table.View(), now: p.a.clock.Now().UnixMilli(), fold: map[query.Span]window{}}
}

// never is no instant.
const never = int64(kernel.Never)

// verdict is whether a condition holds, and the instant until which that stays
// so by the passing of time alone; never for ever. It may change at until, not before.
type verdict struct {
	holds bool
	until int64
}

// maxLooks is how often Holds looks ahead to find when the answer changes.
const maxLooks = 64

// Holds says whether a person meets the condition, and when that changes; see Analyser.Holds.
func (m *Moment) Holds(o person.Ordinal) (holds bool, changes time.Time, err error) {
	holds, until, err := m.before(o, never)
	if err != nil || until == never {
		return holds, time.Time{}, err
	}
	return holds, time.UnixMilli(until).UTC(), nil
}

// HoldsUntil says whether a person meets the condition, and when that changes if
// it does before end. A change that is not before end is given as some instant
// that is not before end either, or as the zero time.
func (m *Moment) HoldsUntil(o person.Ordinal, end time.Time) (holds bool, changes time.Time, err error) {
	holds, until, err := m.before(o, end.UnixMilli())
	if err != nil || until == never {
		return holds, time.Time{}, err
	}
	return holds, time.UnixMilli(until).UTC(), nil
}

// before looks ahead until the answer changes, or to the instant end.
func (m *Moment) before(o person.Ordinal, end int64) (holds bool, until int64, err error) {
	if !m.view.People().All().Contains(uint32(o)) {
		return false, never, nil
	}
	m.person, m.err = o, nil
	m.layer, m.lo, m.hi = nil, 0, 0
	if l, lo, hi, ok := m.view.Locate(m.p.need, o); ok {
		m.layer, m.lo, m.hi = l, lo, hi
	}
	now := m.at(m.now)
	for looks := 0; now.until < end && looks < maxLooks; looks++ {
		later := m.at(now.until)
		if later.holds != now.holds {
			break
		}
		now.until = later.until
	}
	return now.holds, now.until, m.err
}

// at asks as of another instant.
func (m *Moment) at(now int64) verdict {
	clear(m.inner)
	if now == m.now {
		return m.ask(m.p.condition, nil)
	}
	then := *m
	then.now, then.fold = now, map[query.Span]window{}
	v := then.ask(m.p.condition, nil)
	m.err = then.err
	return v
}

// ask asks one condition of the person or, where row is given, of one of its events.
func (m *Moment) ask(c *query.Condition, row *uint32) verdict {
	if m.err != nil {
		return verdict{until: never}
	}
	switch c.Kind {
	case query.All:
		return m.several(c.Parts, true, row)
	case query.Any:
		return m.several(c.Parts, false, row)
	case query.Not:
		return m.ask(c.Parts[0], row).not()
	case query.DidEvent, query.DidNot, query.Sequence:
		if row == nil {
			return m.behaviour(c)
		}
		v, known := m.inner[c]
		if !known {
			if v = m.behaviour(c); m.inner == nil {
				m.inner = map[*query.Condition]verdict{}
			}
			m.inner[c] = v
		}
		return v
	case query.Segment:
		return verdict{m.inSegment(c.Segment), never}
	case query.Compare:
		return m.compare(c.Comparison, row)
	}
	return verdict{until: never}
}

// behaviour asks what the person did.
func (m *Moment) behaviour(c *query.Condition) verdict {
	switch c.Kind {
	case query.Sequence:
		return m.sequence(c)
	case query.DidNot:
		return m.did(c.Did).not()
	}
	return m.did(c.Did)
}

func (v verdict) not() verdict { return verdict{!v.holds, v.until} }

// several joins conditions: «all» is false as long as one of them is, and true as
// long as all are; «any» the other way round.
func (m *Moment) several(parts []*query.Condition, all bool, row *uint32) verdict {
	out := verdict{all, never}
	for _, part := range parts {
		v := m.ask(part, row)
		switch {
		case v.holds == all && out.holds == all:
			out.until = min(out.until, v.until)
		case v.holds != all && out.holds == all:
			out = v
		case v.holds != all:
			out.until = max(out.until, v.until)
		}
		if out.holds != all && out.until == never {
			break // decided for ever
		}
	}
	return out
}

// compare asks a comparison of an event's property, the person's, or a tag.
func (m *Moment) compare(c *query.Comparison, row *uint32) verdict {
	if c.Scope == query.TagValue {
		return verdict{m.tagged(c), never}
	}
	var value event.Value
	if c.Scope == query.UserProperty {
		value = m.view.People().Property(m.person, c.Name)
	} else {
		value = m.view.Value(m.layer, *row, c.Name)
	}
	if c.Op == query.WithinLast {
		at, _, ok := query.ParseTime(value.Str, m.p.p.Zone)
		if value.Kind != event.String || !ok {
			return verdict{false, never}
		}
		return m.window(c.Operand.Span).holds(at)
	}
	test, ok := m.p.tests[c]
	if !ok {
		test = kernel.NewValueTest(c, query.Calendar{Zone: m.p.p.Zone, WeekStart: m.p.p.WeekStart})
		m.p.tests[c] = test
	}
	return verdict{test.Value(value), never}
}

func (m *Moment) window(s query.Span) window {
	w, ok := m.fold[s]
	if !ok {
		w = newWindow(s, m.now, m.p.p.Zone)
		m.fold[s] = w
	}
	return w
}
