package analyse_test

import (
	"fmt"
	"slices"
	"sort"
	"time"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/query"
)

// refRows is an answer as rows of numbers, by label.
type refRows map[string][]float64

// breakdown gives the row of an event.
func (w *world) breakdown(list []query.Breakdown, e refEvent) string {
	label := ""
	for _, b := range list {
		v := event.Value{}
		switch {
		case b.Segments != nil:
			for _, id := range slices.Backward(b.Segments) {
				if slices.Contains(w.segments[id], e.person) {
					v = event.Text(id)
				}
			}
		case b.Scope == query.UserProperty:
			v = w.users[e.person][b.Name]
		default:
			v = e.props[b.Name]
		}
		label += fmt.Sprintf(" %d:%s", v.Kind, v.Text())
	}
	return label
}

// trend gives, per series and row, the buckets' values and the total.
func (w *world) trend(q *query.Trend, r query.Range, filter *query.Condition) refRows {
	from, to := w.bounds(r)
	units := w.units(q.Interval, from, to)
	left := w.asked(filter)
	out := refRows{}
	for i, s := range q.Series {
		windows := make([][2]int64, len(units))
		for n, u := range units {
			windows[n] = [2]int64{u.from, u.to}
			if s.Measure.Func == query.RollingPersons {
				end := time.UnixMilli(u.to).In(w.zone)
				windows[n][0] = time.Date(end.Year(), end.Month(), end.Day()-s.Days, end.Hour(), end.Minute(), 0, 0, w.zone).UnixMilli()
			}
		}
		var counted []refEvent
		first := map[string]bool{}
		for _, e := range left.events {
			if !w.matches(e, s.Event, s.Where) {
				continue
			}
			if s.Measure.Func == query.FirstTimePersons && first[e.person] {
				continue
			}
			first[e.person] = true
			counted = append(counted, e)
		}
		inside := func(e refEvent, window [2]int64) bool { return e.time >= window[0] && e.time < window[1] }
		byRow := map[string][]refEvent{}
		for _, e := range counted {
			if slices.ContainsFunc(windows, func(window [2]int64) bool { return inside(e, window) }) {
				row := w.breakdown(q.Breakdown, e)
				byRow[row] = append(byRow[row], e)
			}
		}
		if len(q.Breakdown) == 0 && len(byRow) == 0 {
			byRow[""] = nil
		}
		for row, events := range limitRows(byRow, s.Measure, query.RowLimit(q.BreakdownLimit)) {
			values := make([]float64, 0, len(units)+1)
			for _, window := range windows {
				var here []refEvent
				for _, e := range events {
					if inside(e, window) {
						here = append(here, e)
					}
				}
				v, _ := refMeasure(s.Measure, here)
				values = append(values, v)
			}
			total, _ := refMeasure(s.Measure, events)
			out[fmt.Sprint(i)+row] = append(values, total)
		}
	}
	return out
}

// limitRows keeps the rows with the largest totals, and joins the rest. Rows
// without what the measure needs (a sum of a property that none has) have nothing to show.
func limitRows(rows map[string][]refEvent, m query.Measure, limit int) map[string][]refEvent {
	labels := []string{}
	totals := map[string]float64{}
	for label, events := range rows {
		needs := slices.ContainsFunc(events, func(e refEvent) bool {
			kind := e.props[m.Property].Kind
			return !m.Func.OfProperty() || kind == event.Number || kind != event.Missing && m.Func == query.Distinct
		})
		if label == "" || needs {
			labels = append(labels, label)
			totals[label], _ = refMeasure(m, events)
		}
	}
	sort.Slice(labels, func(i, j int) bool {
		if totals[labels[i]] != totals[labels[j]] {
			return totals[labels[i]] > totals[labels[j]]
		}
		return labels[i] < labels[j]
	})
	out := map[string][]refEvent{}
	for i, label := range labels {
		if i >= limit {
			label = " other"
		}
		out[label] = append(out[label], rows[labels[i]]...)
	}
	return out
}

// refAttempt is what an attempt reached: the time of each step.
type refAttempt struct {
	start refEvent
	times []int64
}

// funnel gives every person's best attempt, or all attempts.
func (w *world) funnel(q *query.Funnel, r query.Range, filter *query.Condition) []refAttempt {
	left := w.asked(filter)
	from, to := w.bounds(r)
	end := w.now.UnixMilli()
	if n := len(w.events); n > 0 {
		end = min(end, w.events[n-1].time)
	}
	var out []refAttempt
	for _, events := range left.windows(q, end) {
		used := make([]bool, len(events))
		var best refAttempt
		for i, e := range events {
			starts := w.matches(e, q.Steps[0].Event, q.Steps[0].Where)
			if q.Order == query.Unordered {
				starts = slices.ContainsFunc(q.Steps, func(s query.Step) bool { return w.matches(e, s.Event, s.Where) })
			}
			open := q.HideIncomplete && q.Count != "sessions" && e.time+q.Window.Milliseconds() > end
			if !starts || used[i] || open || e.time < from || e.time >= to {
				continue
			}
			var times []int64
			var served []int
			if q.Order == query.Unordered {
				times = w.unordered(q, events, i)
			} else {
				times, served = w.ordered(q, events, used, i)
			}
			if q.Count == "attempts" {
				for _, n := range served {
					used[n] = true
				}
				out = append(out, refAttempt{e, times})
			} else if len(times) > len(best.times) {
				best = refAttempt{e, times}
			}
		}
		if len(best.times) > 0 {
			out = append(out, best)
		}
	}
	return out
}

// windows gives the events of each person or, where sessions are counted, of
// each session, without those that are still open at the end.
func (w *world) windows(q *query.Funnel, end int64) [][]refEvent {
	var out [][]refEvent
	const gap = 30 * 60 * 1000
	for _, person := range w.persons() {
		events := w.of(person)
		if q.Count != "sessions" {
			out = append(out, events)
			continue
		}
		var session []refEvent
		last := int64(-1)
		flush := func() {
			if last >= 0 && (!q.HideIncomplete || last+gap < end) {
				out = append(out, session)
			}
			session = nil
		}
		for _, e := range events {
			if event.IsActivity(e.name) {
				if last >= 0 && e.time-last > gap {
					flush()
				}
				last = e.time
			}
			session = append(session, e)
		}
		flush()
	}
	return out
}

// held says whether an event has the values of the attempt's first event.
func held(q *query.Funnel, start, e refEvent) bool {
	for _, name := range q.Hold {
		a, b := start.props[name], e.props[name]
		if a.Kind == event.Missing || a.Kind != b.Kind || a.Text() != b.Text() {
			return false
		}
	}
	return true
}

// refWindow is the funnel's window; a session has no other.
func refWindow(q *query.Funnel) int64 {
	if q.Count == "sessions" {
		return 1 << 50
	}
	return q.Window.Milliseconds()
}

// ordered takes for each next step the earliest event; among events of that
// time it tries each, and keeps what gets deepest, then earliest.
func (w *world) ordered(q *query.Funnel, events []refEvent, taken []bool, start int) (times []int64, served []int) {
	deadline := events[start].time + refWindow(q)
	var follow func(k int, last int64, used []int) ([]int64, []int)
	follow = func(k int, last int64, used []int) ([]int64, []int) {
		if k == len(q.Steps) {
			return nil, nil
		}
		earliest := int64(-1)
		var candidates []int
		for i, e := range events {
			fits := w.matches(e, q.Steps[k].Event, q.Steps[k].Where) && e.time >= last && e.time <= deadline && held(q, events[start], e)
			if !fits || taken[i] || slices.Contains(used, i) || earliest >= 0 && e.time != earliest {
				continue
			}
			earliest = e.time
			candidates = append(candidates, i)
		}
		for _, e := range events {
			between := e.time > last && e.time < earliest
			if between && q.Order == query.Strict && event.IsActivity(e.name) {
				return nil, nil
			}
			for _, x := range q.Exclusions {
				if between && k >= x.From && k < x.To && w.matches(e, x.Event, x.Where) {
					return nil, nil
				}
			}
		}
		var best []int64
		var bestServed []int
		for _, i := range candidates {
			times, served := follow(k+1, earliest, append(slices.Clone(used), i))
			times, served = append([]int64{earliest}, times...), append([]int{i}, served...)
			if len(times) > len(best) || len(times) == len(best) && slices.Compare(times, best) < 0 {
				best, bestServed = times, served
			}
		}
		return best, bestServed
	}
	times, served = follow(1, events[start].time, []int{start})
	return append([]int64{events[start].time}, times...), append([]int{start}, served...)
}

// unordered asks at each moment how many different steps have been met.
func (w *world) unordered(q *query.Funnel, events []refEvent, start int) []int64 {
	var times []int64
	var inside []refEvent
	for _, e := range events {
		if e.time < events[start].time || e.time > events[start].time+refWindow(q) || !held(q, events[start], e) && e.seq != events[start].seq {
			continue
		}
		inside = append(inside, e)
		for w.met(q.Steps, inside) > len(times) {
			times = append(times, e.time)
		}
	}
	for k := 1; k < len(times); k++ {
		for _, e := range events {
			for _, x := range q.Exclusions {
				if e.time > times[k-1] && e.time < times[k] && k >= x.From && k < x.To && w.matches(e, x.Event, x.Where) {
					return times[:k]
				}
			}
		}
	}
	return times
}

// met is how many steps can have an event each, by trying everything.
func (w *world) met(steps []query.Step, events []refEvent) int {
	if len(steps) == 0 {
		return 0
	}
	best := w.met(steps[1:], events)
	for i, e := range events {
		if w.matches(e, steps[0].Event, steps[0].Where) {
			best = max(best, 1+w.met(steps[1:], slices.Delete(slices.Clone(events), i, i+1)))
		}
	}
	return best
}

// retention gives per cohort its size and values.
func (w *world) retention(q *query.Retention, r query.Range, filter *query.Condition) refRows {
	left := w.asked(filter)
	from, to := w.bounds(r)
	units := w.units(q.Interval, from, to)
	ahead := map[query.Unit]int64{query.Hour: 2, query.Day: 10, query.Week: 35, query.Month: 70}[q.Interval]
	calendar := w.units(q.Interval, from, to+ahead*48*halfHour)
	out := refRows{}
	for _, u := range units {
		out[u.label] = make([]float64, len(q.Columns())+1)
	}
	for _, person := range left.persons() {
		events := left.of(person)
		var starts []refEvent
		for _, e := range events {
			if w.matches(e, q.Start.Event, q.Start.Where) && e.time < to && (e.time >= from || q.Cohort == query.FirstEver) {
				starts = append(starts, e)
			}
		}
		if q.Cohort != query.Recurring && len(starts) > 0 {
			starts = starts[:1]
		}
		seen := map[int]bool{}
		for _, s := range starts {
			row := slices.IndexFunc(units, func(u refUnit) bool { return s.time >= u.from && s.time < u.to })
			if row < 0 || seen[row] {
				continue
			}
			seen[row] = true
			w.returns(q, s.time, row, calendar, to, events, out[units[row].label])
		}
	}
	return out
}

func (w *world) returns(q *query.Retention, start int64, row int, calendar []refUnit, end int64, events []refEvent, values []float64) {
	values[0]++
	same := fmt.Sprint(q.Start.Event, q.Start.Where) == fmt.Sprint(q.Return.Event, q.Return.Where)
	length := q.Interval.Duration().Milliseconds()
	for column, c := range q.Columns() {
		low, high := calendar[row+c[0]].from, calendar[row+c[1]].to
		if c[0] == 0 && !same {
			low = start
		}
		if q.Mode == query.ModeRolling {
			low, high = start+int64(c[0])*length, start+int64(c[1]+1)*length
		}
		if q.Criterion == query.CriterionOnOrAfter {
			high = end
		}
		sum, came := 0.0, false
		for _, e := range events {
			if !w.matches(e, q.Return.Event, q.Return.Where) || e.time < low || e.time >= high {
				continue
			}
			came = true
			if v := e.props[q.Measure.Property]; v.Kind == event.Number {
				sum += v.Num
			}
		}
		if q.Measure.Func == query.Sum {
			values[column+1] += sum
		} else if came {
			values[column+1]++
		}
	}
}
