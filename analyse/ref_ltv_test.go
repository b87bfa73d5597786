package analyse_test

import (
	"math"
	"sort"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/query"
)

// refMember is a person of a cohort.
type refMember struct {
	person  string
	start   refEvent
	revenue []float64 // per column, cumulative
	paid    []bool    // by the end of the column
}

const refDay = 24 * 3600 * 1000

// ltv gives the members per cohort.
func (w *world) ltv(q *query.LTV, r query.Range, filter *query.Condition) map[string][]refMember {
	left := w.asked(filter)
	from, to := w.bounds(r)
	out := map[string][]refMember{}
	for _, u := range w.units(q.Interval, from, to) {
		out[u.label] = nil
	}
	seen := refSet{}
	for _, e := range left.done(q.Cohort.Event, q.Cohort.Where) {
		if e.time < from || e.time >= to || seen[e.person] {
			continue
		}
		seen[e.person] = true
		m := refMember{person: e.person, start: e, revenue: make([]float64, q.Periods), paid: make([]bool, q.Periods)}
		for _, pay := range left.payments(q, e.time, math.MaxInt64) {
			for n := range q.Periods {
				if pay.person == e.person && pay.time < e.time+int64(n+1)*refDay {
					m.revenue[n] += pay.props[q.Revenue.Value].Num
					m.paid[n] = true
				}
			}
		}
		out[w.label(q.Interval, e.time)] = append(out[w.label(q.Interval, e.time)], m)
	}
	return out
}

// payments gives the revenue events in [from, to) that bring a number.
func (w *world) payments(q *query.LTV, from, to int64) []refEvent {
	var out []refEvent
	for _, e := range w.done(q.Revenue.Event, q.Revenue.Where) {
		if e.time >= from && e.time < to && e.props[q.Revenue.Value].Kind == event.Number {
			out = append(out, e)
		}
	}
	return out
}

// ltvIncomplete says whether some possible member of the cohort has not had its
// time in a column yet.
func (w *world) ltvIncomplete(u refUnit, column int) bool {
	return u.to-1+int64(column+1)*refDay > w.now.UnixMilli()
}

// ltvColumns gives size, then per column revenue, LTV, payers, pay rate and ARPPU.
func ltvColumns(members []refMember, periods int) []float64 {
	out := []float64{float64(len(members))}
	for n := range periods {
		out = append(out, ltvColumn(members, n)...)
	}
	return out
}

func ltvColumn(members []refMember, n int) []float64 {
	revenue, payers := 0.0, 0.0
	for _, m := range members {
		revenue += m.revenue[n]
		if m.paid[n] {
			payers++
		}
	}
	size := float64(len(members))
	return []float64{revenue, ratio(revenue, size), payers, ratio(payers, size), ratio(revenue, payers)}
}

// ratio of nothing is none.
func ratio(a, b float64) float64 {
	if b == 0 {
		return math.NaN()
	}
	return a / b
}

// ltvRows gives the rows by cohort and breakdown, the rows with the most members
// shown and the rest joined, the total, the intervals and the churned.
func (w *world) ltvRows(q *query.LTV, r query.Range, filter *query.Condition) (rows refRows, members map[string][]refMember) {
	from, to := w.bounds(r)
	cohorts := w.ltv(q, r, filter)
	sizes := map[string]int{}
	for _, cohort := range cohorts {
		for _, m := range cohort {
			sizes[w.breakdown(q.Breakdown, m.start)]++
		}
	}
	kept := map[string]bool{}
	for i, label := range largest(sizes) {
		kept[label] = i < query.RowLimit(q.BreakdownLimit)
	}
	rows, members = refRows{}, map[string][]refMember{}
	total := make([][]refMember, q.Periods)
	everybody := 0.0
	for _, u := range w.units(q.Interval, from, to) {
		if len(q.Breakdown) == 0 {
			members[u.label] = nil
		}
		for _, m := range cohorts[u.label] {
			label := w.breakdown(q.Breakdown, m.start)
			if !kept[label] {
				label = " other"
			}
			members[u.label+label] = append(members[u.label+label], m)
		}
		everybody += float64(len(cohorts[u.label]))
		for n := range total {
			if !w.ltvIncomplete(u, n) {
				total[n] = append(total[n], cohorts[u.label]...)
			}
		}
	}
	for label, list := range members {
		rows[label] = ltvColumns(list, q.Periods)
	}
	rows["total"] = []float64{everybody}
	for n, list := range total {
		rows["total"] = append(rows["total"], append([]float64{float64(len(list))}, ltvColumn(list, n)...)...)
	}
	w.asked(filter).ltvIntervals(q, r, rows)
	return rows, members
}

// largest sorts labels by size, then by themselves.
func largest(sizes map[string]int) []string {
	labels := []string{}
	for label := range sizes {
		labels = append(labels, label)
	}
	sort.Slice(labels, func(i, j int) bool {
		a, b := sizes[labels[i]], sizes[labels[j]]
		return a > b || a == b && labels[i] < labels[j]
	})
	return labels
}

// ltvIntervals adds the revenue of everybody per interval, and the churned.
func (w *world) ltvIntervals(q *query.LTV, r query.Range, rows refRows) {
	from, to := w.bounds(r)
	for _, u := range w.units(q.Interval, from, to) {
		revenue := 0.0
		payers := refSet{}
		for _, e := range w.payments(q, u.from, u.to) {
			revenue += e.props[q.Revenue.Value].Num
			payers[e.person] = true
		}
		active, paid := float64(len(w.refActive(u.from, u.to))), float64(len(payers))
		rows["in "+u.label] = []float64{revenue, active, paid, ratio(revenue, active), ratio(revenue, paid)}
	}
	churned, days := 0.0, 0.0
	for _, p := range w.persons() {
		var times []int64
		for _, e := range w.of(p) {
			if event.IsActivity(e.name) {
				times = append(times, e.time)
			}
		}
		n := len(times)
		if n > 0 && times[n-1] <= w.now.UnixMilli()-int64(q.ChurnDays)*refDay {
			churned++
			days += float64(times[n-1]-times[0]) / refDay
		}
	}
	rows["churned"] = []float64{churned, ratio(days, churned)}
}
