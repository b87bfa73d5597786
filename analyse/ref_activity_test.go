package analyse_test

import (
	"encoding/json"
	"math"
	"slices"
	"sort"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/query"
)

// refSet is a set of persons.
type refSet map[string]bool

// names gives the set sorted.
func (s refSet) names() []string {
	out := []string{}
	for name := range s {
		out = append(out, name)
	}
	sort.Strings(out)
	return out
}

// done gives the events that belong to a set and meet a condition, in order.
func (w *world) done(set query.EventSet, where *query.Condition) []refEvent {
	var out []refEvent
	for _, e := range w.events {
		if w.matches(e, set, where) {
			out = append(out, e)
		}
	}
	return out
}

// between gives the persons of the events in [from, to).
func between(events []refEvent, from, to int64) refSet {
	out := refSet{}
	for _, e := range events {
		if e.time >= from && e.time < to {
			out[e.person] = true
		}
	}
	return out
}

// growth gives per bucket and status the persons.
func (w *world) growth(q *query.Growth, r query.Range, filter *query.Condition) map[string]map[string]refSet {
	from, to := w.bounds(r)
	events := w.asked(filter).done(q.Event, q.Where)
	firstEver := map[string]int64{}
	for _, e := range events {
		if _, known := firstEver[e.person]; !known {
			firstEver[e.person] = e.time
		}
	}
	before := w.wholeUnitBefore(q.Interval, from)
	previous := refSet{}
	for _, e := range events {
		if w.label(q.Interval, e.time) == before {
			previous[e.person] = true
		}
	}
	out := map[string]map[string]refSet{}
	for _, u := range w.units(q.Interval, from, to) {
		status := map[string]refSet{
			query.StatusActive: between(events, u.from, u.to), query.StatusNew: {}, query.StatusRetained: {},
			query.StatusResurrected: {}, query.StatusDormant: {},
		}
		for p := range status[query.StatusActive] {
			switch {
			case firstEver[p] >= u.from:
				status[query.StatusNew][p] = true
			case previous[p]:
				status[query.StatusRetained][p] = true
			default:
				status[query.StatusResurrected][p] = true
			}
		}
		for p := range previous {
			if !status[query.StatusActive][p] {
				status[query.StatusDormant][p] = true
			}
		}
		out[u.label] = status
		previous = status[query.StatusActive]
	}
	return out
}

// wholeUnitBefore gives the label of the unit before the one that holds an instant.
func (w *world) wholeUnitBefore(u query.Unit, t int64) string {
	own := w.label(u, t)
	for w.label(u, t) == own {
		t -= halfHour
	}
	return w.label(u, t)
}

// stickiness gives at k−1 the persons active in exactly k intervals.
func (w *world) stickiness(q *query.Stickiness, r query.Range, filter *query.Condition) []refSet {
	from, to := w.bounds(r)
	units := w.units(q.Interval, from, to)
	events := w.asked(filter).done(q.Event, q.Where)
	times := map[string]int{}
	for _, u := range units {
		for p := range between(events, u.from, u.to) {
			times[p]++
		}
	}
	out := make([]refSet, len(units))
	for i := range out {
		out[i] = refSet{}
	}
	for p, n := range times {
		out[n-1][p] = true
	}
	return out
}

// distribution gives per bucket each person's value.
func (w *world) distribution(q *query.Distribution, r query.Range, filter *query.Condition) map[string]map[string]float64 {
	from, to := w.bounds(r)
	units := []refUnit{{query.WholeRange, from, to}}
	if q.Interval != query.WholeRange {
		units = w.units(q.Interval, from, to)
	}
	events := w.asked(filter).done(q.Event, q.Where)
	out := map[string]map[string]float64{}
	for _, u := range units {
		out[u.label] = map[string]float64{}
		for p := range between(events, u.from, u.to) {
			var own []refEvent
			days := map[string]bool{}
			for _, e := range events {
				if e.person == p && e.time >= u.from && e.time < u.to {
					own = append(own, e)
					days[w.label(query.Day, e.time)] = true
				}
			}
			if q.Measure.Func == query.Days {
				out[u.label][p] = float64(len(days))
			} else if v, ok := refMeasure(q.Measure, own); ok {
				out[u.label][p] = v
			}
		}
	}
	return out
}

// refStats gives the number of values, then mean, median, p90 and max.
func refStats(values map[string]float64) []float64 {
	var sorted []float64
	sum := 0.0
	for _, v := range values {
		sorted = append(sorted, v)
		sum += v
	}
	n := len(sorted)
	if n == 0 {
		return []float64{0, math.NaN(), math.NaN(), math.NaN(), math.NaN()}
	}
	sort.Float64s(sorted)
	return []float64{float64(n), sum / float64(n), refPercentile(sorted, .5), refPercentile(sorted, .9), sorted[n-1]}
}

// refPair is a start and the seconds to its end.
type refPair struct {
	start   refEvent
	seconds float64
}

// interval gives the pairs whose start lies in the range.
func (w *world) interval(q *query.Interval, r query.Range, filter *query.Condition) []refPair {
	from, to := w.bounds(r)
	left := w.asked(filter)
	var out []refPair
	for _, p := range left.persons() {
		events := left.of(p)
		for i, start := range events {
			if start.time < from || start.time >= to || !w.matches(start, q.Start.Event, q.Start.Where) {
				continue
			}
			candidates := slices.Delete(slices.Clone(events), i, i+1) // any other event
			if sameSteps(q.Start, q.End) {
				candidates = events[i+1:]
			}
			for _, end := range candidates { // in order of time: the first that fits is the earliest
				if end.time < start.time || !w.matches(end, q.End.Event, q.End.Where) {
					continue
				}
				if q.Within == nil || end.time-start.time <= q.Within.Milliseconds() {
					out = append(out, refPair{start, float64(end.time-start.time) / 1000})
				}
				break
			}
		}
	}
	return out
}

func sameSteps(a, b query.Step) bool {
	a.Name, b.Name = "", ""
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	return string(x) == string(y)
}

// refPairStats gives count, persons, min, p25, median, p75, p90, max and mean.
func refPairStats(pairs []refPair) []float64 {
	persons := refSet{}
	var seconds []float64
	sum := 0.0
	for _, p := range pairs {
		persons[p.start.person] = true
		seconds = append(seconds, p.seconds)
		sum += p.seconds
	}
	n := math.NaN()
	if len(pairs) == 0 {
		return []float64{0, 0, n, n, n, n, n, n, n}
	}
	sort.Float64s(seconds)
	return []float64{
		float64(len(pairs)), float64(len(persons)), seconds[0], refPercentile(seconds, .25), refPercentile(seconds, .5),
		refPercentile(seconds, .75), refPercentile(seconds, .9), seconds[len(seconds)-1], sum / float64(len(pairs)),
	}
}

// refActive gives the persons with activity in [from, to).
func (w *world) refActive(from, to int64) refSet {
	var events []refEvent
	for _, e := range w.events {
		if event.IsActivity(e.name) {
			events = append(events, e)
		}
	}
	return between(events, from, to)
}
