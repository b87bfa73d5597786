package analyse_test

import (
	"regexp"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/query"
)

// This file and its neighbours ref_*_test.go answer questions slowly and
// obviously, from a plain list of events. They share no code with the kernel.

// refEvent is one event of one person; persons are known by name.
type refEvent struct {
	person string
	name   string
	time   int64
	seq    int
	props  event.Properties
}

// world is all there is to ask about.
type world struct {
	zone     *time.Location
	week     time.Weekday
	now      time.Time
	events   []refEvent // in order of time, then of arrival
	users    map[string]event.Properties
	ids      map[string]string // the person of each id
	segments map[string][]string

	byPerson map[string][]refEvent // what of gives; filled when first needed
}

func (w *world) sortEvents() {
	sort.SliceStable(w.events, func(i, j int) bool {
		a, b := w.events[i], w.events[j]
		return a.time < b.time || a.time == b.time && a.seq < b.seq
	})
}

// persons gives everybody, sorted.
func (w *world) persons() []string {
	names := []string{}
	for name := range w.users {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// of gives one person's events in order.
func (w *world) of(person string) []refEvent {
	if w.byPerson == nil {
		w.byPerson = map[string][]refEvent{}
		for _, e := range w.events {
			w.byPerson[e.person] = append(w.byPerson[e.person], e)
		}
	}
	return slices.Clone(w.byPerson[person])
}

// matches says whether an event belongs to a set and meets a condition.
func (w *world) matches(e refEvent, set query.EventSet, where *query.Condition) bool {
	named := slices.Contains(set.Names, e.name) || set.Any && event.IsActivity(e.name)
	return named && (where == nil || w.holds(where, e.person, &e))
}

// holds says whether a person, or an event of it, meets a condition.
func (w *world) holds(c *query.Condition, person string, e *refEvent) bool {
	switch c.Kind {
	case query.All:
		for _, p := range c.Parts {
			if !w.holds(p, person, e) {
				return false
			}
		}
		return true
	case query.Any:
		for _, p := range c.Parts {
			if w.holds(p, person, e) {
				return true
			}
		}
		return false
	case query.Not:
		return !w.holds(c.Parts[0], person, e)
	case query.Segment:
		return slices.Contains(w.segments[c.Segment], person)
	case query.DidEvent:
		return w.did(c.Did, person)
	case query.DidNot:
		return !w.did(c.Did, person)
	case query.Sequence:
		return w.sequence(c.Sequence, person)
	case query.Compare:
		if c.Comparison.Scope == query.UserProperty {
			return w.compare(c.Comparison, w.users[person][c.Comparison.Name])
		}
		return w.compare(c.Comparison, e.props[c.Comparison.Name])
	}
	panic("a condition of kind " + string(c.Kind))
}

func (w *world) compare(c *query.Comparison, v event.Value) bool {
	complement := map[query.Operator]query.Operator{
		query.Neq: query.Eq, query.NotIn: query.In, query.NotContains: query.Contains, query.IsNotSet: query.IsSet,
	}
	if positive, ok := complement[c.Op]; ok {
		return !w.compare(&query.Comparison{Op: positive, Operand: c.Operand}, v)
	}
	if v.Kind == event.Missing {
		return false
	}
	if c.Op == query.IsSet {
		return true
	}
	if v.Kind == event.List {
		for _, element := range v.List {
			if w.compareElement(c, element) {
				return true
			}
		}
		return false
	}
	return w.compareScalar(c, v)
}

// compareElement compares one text of a list; numbers in a list are text.
func (w *world) compareElement(c *query.Comparison, element string) bool {
	switch c.Op {
	case query.Eq, query.In:
		for _, o := range c.Operand.Values {
			if o.Text() == element {
				return true
			}
		}
		return false
	case query.Contains, query.StartsWith, query.EndsWith, query.Matches:
		return w.compareScalar(c, event.Text(element))
	}
	return false
}

func (w *world) compareScalar(c *query.Comparison, v event.Value) bool {
	o := event.Value{}
	if len(c.Operand.Values) > 0 {
		o = c.Operand.Values[0]
	}
	isText := v.Kind == event.String
	switch c.Op {
	case query.Eq, query.In:
		for _, x := range c.Operand.Values {
			if x.Kind == v.Kind && x.Text() == v.Text() {
				return true
			}
		}
		return false
	case query.Contains:
		return isText && strings.Contains(v.Str, o.Str)
	case query.StartsWith:
		return isText && strings.HasPrefix(v.Str, o.Str)
	case query.EndsWith:
		return isText && strings.HasSuffix(v.Str, o.Str)
	case query.Matches:
		return isText && regexp.MustCompile(o.Str).MatchString(v.Str)
	case query.IsTrue:
		return v.Kind == event.Bool && v.Num == 1
	case query.IsFalse:
		return v.Kind == event.Bool && v.Num == 0
	}
	if o.Kind == event.Number {
		return v.Kind == event.Number && compareNumbers(c.Op, v.Num, c.Operand.Values)
	}
	return isText && w.compareTimes(c, v.Str)
}

func compareNumbers(op query.Operator, x float64, operands []event.Value) bool {
	a := operands[0].Num
	switch op {
	case query.Gt:
		return x > a
	case query.Gte:
		return x >= a
	case query.Lt:
		return x < a
	case query.Lte:
		return x <= a
	case query.Between:
		return x >= a && x <= operands[1].Num
	}
	return false
}

// compareTimes compares instants. Operands here are dates: all their day is meant.
func (w *world) compareTimes(c *query.Comparison, text string) bool {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		if t, err = time.ParseInLocation(time.DateOnly, text, w.zone); err != nil {
			return false
		}
	}
	if c.Op == query.WithinLast {
		return !t.After(w.now) && !t.Before(w.now.Add(-time.Duration(c.Operand.Span.Value)*time.Hour))
	}
	day := t.In(w.zone).Format(time.DateOnly)
	date := c.Operand.Values[0].Str
	switch c.Op {
	case query.Before, query.Lt:
		return day < date
	case query.After, query.Gt:
		return day > date
	case query.Gte:
		return day >= date
	case query.Lte:
		return day <= date
	case query.Between:
		return day >= date && day <= c.Operand.Values[1].Str
	}
	return false
}

func (w *world) did(d *query.Did, person string) bool {
	var events []refEvent
	for _, e := range w.of(person) {
		if w.matches(e, d.Event, d.Where) && w.within(e.time, d.Within) {
			events = append(events, e)
		}
	}
	if d.Op == "" {
		return len(events) > 0
	}
	var value float64
	ok := true
	if d.Measure.Func == query.Days {
		days := map[string]bool{}
		for _, e := range events {
			days[time.UnixMilli(e.time).In(w.zone).Format(time.DateOnly)] = true
		}
		value = float64(len(days))
	} else {
		value, ok = refMeasure(d.Measure, events)
	}
	switch d.Op {
	case query.Eq:
		return ok && value == d.Values[0]
	case query.Neq:
		return !(ok && value == d.Values[0])
	}
	operands := []event.Value{}
	for _, x := range d.Values {
		operands = append(operands, event.Num(x))
	}
	return ok && compareNumbers(d.Op, value, operands)
}

// within says whether an instant lies in a range of dates, or in the last hours.
func (w *world) within(t int64, r *query.Range) bool {
	if r == nil {
		return true
	}
	if r.Last.Value > 0 {
		return t <= w.now.UnixMilli() && t >= w.now.Add(-time.Duration(r.Last.Value)*time.Hour).UnixMilli()
	}
	day := time.UnixMilli(t).In(w.zone).Format(time.DateOnly)
	return day >= string(r.From) && day <= string(r.To)
}

// sequence tries every choice of events.
func (w *world) sequence(steps []query.SequenceStep, person string) bool {
	events := w.of(person)
	var follow func(k int, last int64, used []int) bool
	follow = func(k int, last int64, used []int) bool {
		if k == len(steps) {
			return true
		}
		s := steps[k]
		if s.Absent {
			for _, e := range events {
				if w.matches(e, s.Event, s.Where) && e.time >= last && (s.Within == nil || e.time <= last+s.Within.Milliseconds()) {
					return false
				}
			}
			return s.Within == nil || last+s.Within.Milliseconds() < w.now.UnixMilli()
		}
		for i, e := range events {
			inReach := k == 0 || e.time >= last && (s.Within == nil || e.time <= last+s.Within.Milliseconds())
			if inReach && !slices.Contains(used, i) && w.matches(e, s.Event, s.Where) &&
				follow(k+1, e.time, append(slices.Clone(used), i)) {
				return true
			}
		}
		return false
	}
	return follow(0, 0, nil)
}

// refMeasure computes a measure of some events; ok is false where there is no value.
func refMeasure(m query.Measure, events []refEvent) (float64, bool) {
	persons := map[string]bool{}
	distinct := map[string]bool{}
	var numbers []float64
	for _, e := range events {
		persons[e.person] = true
		v := e.props[m.Property]
		if v.Kind == event.Number {
			numbers = append(numbers, v.Num)
		}
		if v.Kind != event.Missing {
			distinct[v.Kind.String()+v.Text()] = true
		}
	}
	sort.Float64s(numbers)
	sum := 0.0
	for _, x := range numbers {
		sum += x
	}
	n := float64(len(numbers))
	switch m.Func {
	case query.Count:
		return float64(len(events)), true
	case query.Persons, query.FirstTimePersons, query.RollingPersons:
		return float64(len(persons)), true
	case query.CountPerPerson:
		return float64(len(events)) / float64(max(len(persons), 1)), true
	case query.Distinct:
		return float64(len(distinct)), true
	case query.Sum:
		return sum, true
	}
	if n == 0 {
		return 0, false
	}
	switch m.Func {
	case query.Avg:
		return sum / n, true
	case query.Min:
		return numbers[0], true
	case query.Max:
		return numbers[len(numbers)-1], true
	}
	return refPercentile(numbers, map[query.Func]float64{query.Median: .5, query.P90: .9, query.P95: .95, query.P99: .99}[m.Func]), true
}

// refPercentile of sorted numbers, with linear interpolation.
func refPercentile(sorted []float64, q float64) float64 {
	position := q * float64(len(sorted)-1)
	below := int(position)
	above := min(below+1, len(sorted)-1)
	part := position - float64(below)
	return sorted[below]*(1-part) + sorted[above]*part
}

// label names the calendar unit of an instant.
func (w *world) label(u query.Unit, t int64) string {
	at := time.UnixMilli(t).In(w.zone)
	switch u {
	case query.Hour:
		return at.Format("2006-01-02T15:00:00Z07:00")
	case query.Week:
		for at.Weekday() != w.week {
			at = time.Date(at.Year(), at.Month(), at.Day()-1, 12, 0, 0, 0, w.zone)
		}
	case query.Month:
		return at.Format("2006-01") + "-01"
	}
	return at.Format(time.DateOnly)
}

// refUnit is a calendar unit and the part of time that it covers.
type refUnit struct {
	label    string
	from, to int64
}

// halfHour is the grain at which the reference walks through time: every
// boundary in the zones of the tests lies on it.
const halfHour = 30 * 60 * 1000

// units walks through time and notes where the label changes.
func (w *world) units(u query.Unit, from, to int64) []refUnit {
	var out []refUnit
	for t := from; t < to; t += halfHour {
		if name := w.label(u, t); len(out) == 0 || out[len(out)-1].label != name {
			out = append(out, refUnit{name, t, t})
		}
		out[len(out)-1].to = t + halfHour
	}
	return out
}

// bounds of a range of dates.
func (w *world) bounds(r query.Range) (from, to int64) {
	first, _ := time.ParseInLocation(time.DateOnly, string(r.From), w.zone)
	last, _ := time.ParseInLocation(time.DateOnly, string(r.To), w.zone)
	return first.UnixMilli(), time.Date(last.Year(), last.Month(), last.Day()+1, 0, 0, 0, 0, w.zone).UnixMilli()
}

// asked gives the events of the persons who meet the filter.
func (w *world) asked(filter *query.Condition) *world {
	if filter == nil {
		return w
	}
	left := *w
	left.events, left.byPerson = nil, nil
	for _, e := range w.events {
		if w.holds(filter, e.person, nil) {
			left.events = append(left.events, e)
		}
	}
	return &left
}
