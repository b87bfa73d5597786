package analyse_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/weirhq/weir/analyse"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/query"
)

// Each kind of question is asked rounds × 100 × questionsPerWorld times (rapid
// draws 100 worlds a round) and compared with the reference; and once in each of
// 100 crowds.
const (
	rounds            = 5
	questionsPerWorld = 25
)

// roundTrip writes a request and reads it again.
func roundTrip(t require.TestingT, r query.Request) query.Request {
	data, err := json.Marshal(r)
	require.NoError(t, err)
	back, err := query.Parse(data)
	require.NoError(t, err, "%s", data)
	again, err := json.Marshal(back)
	require.NoError(t, err)
	require.JSONEq(t, string(data), string(again))
	return back
}

// refused says whether a question compares types that the property never had:
// random questions do.
func refused(err error) bool { return fault.KindOf(err) == fault.Invalid }

func checkWorlds(t *testing.T, check func(t *rapid.T, d draw, w *randomWorld) (answered bool)) {
	t.Parallel()
	t.Run("crowd", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(rt *rapid.T) {
			d := draw{rt}
			check(rt, d, d.crowd())
		})
	})
	for round := range rounds {
		t.Run(strconv.Itoa(round), func(t *testing.T) {
			t.Parallel()
			asked, answered := 0, 0
			rapid.Check(t, func(rt *rapid.T) {
				d := draw{rt}
				w := d.world()
				for range questionsPerWorld {
					asked++
					if check(rt, d, w) {
						answered++
					}
				}
			})
			require.Greater(t, answered, asked/2, "most random questions should have an answer")
		})
	}
}

func TestTrendAgainstReference(t *testing.T) {
	checkWorlds(t, trendAgrees)
}

func trendAgrees(t *rapid.T, d draw, w *randomWorld) bool {
	q := d.trend()
	r := roundTrip(t, d.request(q))
	a, err := w.analyser.Ask(context.Background(), w.project, r)
	if refused(err) {
		return false
	}
	require.NoError(t, err)
	got := refRows{}
	for _, s := range a.Trend.Series {
		label := fmt.Sprint(s.Series)
		for _, v := range s.Breakdown {
			if v.Other {
				label = fmt.Sprint(s.Series) + " other"
				break
			}
			label += fmt.Sprintf(" %d:%s", v.Kind, v.Text())
		}
		got[label] = append(numbers(s.Values), float64(s.Total))
	}
	requireRows(t, w.trend(q, r.Range, r.Filter), got, r)
	w.checkTrendActors(t, d, r, a)
	return true
}

// checkTrendActors opens a random cell that counts persons.
func (w *randomWorld) checkTrendActors(t *rapid.T, d draw, r query.Request, a *analyse.Answer) {
	if len(a.Trend.Series) == 0 {
		return
	}
	s := a.Trend.Series[d.int(0, len(a.Trend.Series)-1)]
	switch r.Question.(*query.Trend).Series[s.Series].Measure.Func {
	case query.Persons, query.FirstTimePersons, query.RollingPersons:
	default:
		return
	}
	cell := &query.TrendCell{Series: s.Series, Breakdown: s.Breakdown}
	r.Actors = cell
	want := s.Total
	if len(a.Trend.Buckets) > 0 && d.chance(70) {
		n := d.int(0, len(a.Trend.Buckets)-1)
		cell.Bucket, want = a.Trend.Buckets[n], s.Values[n]
	}
	found, err := w.analyser.Actors(context.Background(), w.project, roundTrip(t, r))
	require.NoError(t, err)
	require.EqualValues(t, want, found.GetCardinality())
}

func TestFunnelAgainstReference(t *testing.T) {
	checkWorlds(t, funnelAgrees)
}

func funnelAgrees(t *rapid.T, d draw, w *randomWorld) bool {
	q := d.funnel(w.ties)
	r := roundTrip(t, d.request(q))
	a, err := w.analyser.Ask(context.Background(), w.project, r)
	if refused(err) {
		return false
	}
	require.NoError(t, err)
	attempts := w.funnel(q, r.Range, r.Filter)
	requireRows(t, w.funnelRows(q, r.Range, attempts), funnelRows(a.Funnel), r)
	if q.Count != "persons" {
		return true
	}
	step := d.int(1, len(q.Steps))
	cell := &query.FunnelCell{Step: step, Dropped: step > 1 && d.chance(50)}
	r.Actors = cell
	steps := a.Funnel.Steps
	if n := len(a.Funnel.Breakdown); n > 0 && d.chance(60) {
		row := a.Funnel.Breakdown[d.int(0, n-1)]
		cell.Breakdown, steps = row.Value, row.Steps
	}
	want := steps[step-1].Count
	if cell.Dropped {
		want = steps[step-2].Count - want
	}
	found, err := w.analyser.Actors(context.Background(), w.project, roundTrip(t, r))
	require.NoError(t, err)
	require.EqualValues(t, want, found.GetCardinality(), "%+v", r.Actors)
	return true
}

func funnelRows(a *analyse.FunnelAnswer) refRows {
	out := refRows{}
	add := func(label string, steps []analyse.FunnelStep) {
		for _, s := range steps {
			out[label] = append(out[label], float64(s.Count), float64(s.FromFirst), float64(s.FromPrevious), float64(s.Median), float64(s.Average), float64(s.P90))
		}
	}
	add("all", a.Steps)
	for _, row := range a.Breakdown {
		label := ""
		for _, v := range row.Value {
			label += fmt.Sprintf(" %d:%s", v.Kind, v.Text())
			if v.Other {
				label = " other"
			}
		}
		add(label, row.Steps)
	}
	for _, b := range a.Trend {
		out["day "+b.Bucket] = []float64{float64(b.Entered), float64(b.Converted)}
	}
	return out
}

// funnelRows counts the reference's attempts.
func (w *world) funnelRows(q *query.Funnel, r query.Range, attempts []refAttempt) refRows {
	byRow := map[string][]refAttempt{}
	for _, a := range attempts {
		label := w.breakdown(q.Breakdown, a.start)
		byRow[label] = append(byRow[label], a)
	}
	labels := []string{}
	for label := range byRow {
		labels = append(labels, label)
	}
	sort.Slice(labels, func(i, j int) bool {
		a, b := len(byRow[labels[i]]), len(byRow[labels[j]])
		return a > b || a == b && labels[i] < labels[j]
	})
	out := refRows{"all": stepNumbers(q, attempts)}
	var rest []refAttempt
	for i, label := range labels {
		switch {
		case len(q.Breakdown) == 0:
		case i < query.RowLimit(q.BreakdownLimit):
			out[label] = stepNumbers(q, byRow[label])
		default:
			rest = append(rest, byRow[label]...)
			out[" other"] = stepNumbers(q, rest)
		}
	}
	if q.Trend == "" {
		return out
	}
	from, to := w.bounds(r)
	for _, u := range w.units(q.Trend, from, to) {
		row := []float64{0, 0}
		for _, a := range attempts {
			if a.start.time >= u.from && a.start.time < u.to {
				row[0]++
				if len(a.times) == len(q.Steps) {
					row[1]++
				}
			}
		}
		out["day "+u.label] = row
	}
	return out
}

func stepNumbers(q *query.Funnel, attempts []refAttempt) []float64 {
	var out []float64
	counts := make([]float64, len(q.Steps))
	for k := range q.Steps {
		var seconds []float64
		sum := 0.0
		for _, a := range attempts {
			if len(a.times) <= k {
				continue
			}
			counts[k]++
			if k > 0 {
				seconds = append(seconds, float64(a.times[k]-a.times[k-1])/1000)
				sum += seconds[len(seconds)-1]
			}
		}
		share := func(whole float64) float64 {
			if whole == 0 {
				return 0
			}
			return counts[k] / whole
		}
		median, average, p90 := math.NaN(), math.NaN(), math.NaN()
		if len(seconds) > 0 {
			sort.Float64s(seconds)
			median, average, p90 = refPercentile(seconds, .5), sum/float64(len(seconds)), refPercentile(seconds, .9)
		}
		out = append(out, counts[k], share(counts[0]), share(counts[max(k-1, 0)]), median, average, p90)
	}
	return out
}

func TestRetentionAgainstReference(t *testing.T) {
	checkWorlds(t, retentionAgrees)
}

func retentionAgrees(t *rapid.T, d draw, w *randomWorld) bool {
	q := d.retention()
	r := roundTrip(t, d.request(q))
	a, err := w.analyser.Ask(context.Background(), w.project, r)
	if refused(err) {
		return false
	}
	require.NoError(t, err)
	got := refRows{}
	for _, row := range a.Retention.Rows {
		got[row.Cohort] = append([]float64{float64(row.Size)}, numbers(row.Values)...)
	}
	requireRows(t, w.retention(q, r.Range, r.Filter), got, r)
	if q.Measure.Func != query.Persons {
		return true
	}
	row := a.Retention.Rows[d.int(0, len(a.Retention.Rows)-1)]
	period := d.int(0, len(row.Values)-1)
	cell := &query.RetentionCell{Cohort: row.Cohort, Period: &period, Returned: d.chance(50)}
	r.Actors = cell
	want := float64(row.Values[period])
	if !cell.Returned {
		want = float64(row.Size) - want
	}
	found, err := w.analyser.Actors(context.Background(), w.project, roundTrip(t, r))
	require.NoError(t, err)
	require.EqualValues(t, want, found.GetCardinality())
	return true
}

func TestMembersAgainstReference(t *testing.T) {
	checkWorlds(t, membersAgree)
}

func membersAgree(t *rapid.T, d draw, w *randomWorld) bool {
	c := d.condition(false, 3)
	data, err := json.Marshal(c)
	require.NoError(t, err)
	c, err = query.ParseCondition(data)
	require.NoError(t, err, "%s", data)
	found, err := w.analyser.Members(context.Background(), w.project, c, nil)
	require.NoError(t, err)
	people := w.table.View().People()
	got, want := []string{}, []string{}
	for _, o := range found.ToArray() {
		got = append(got, strings.TrimPrefix(people.Identities(person.Ordinal(o))[0].ID, "anon-"))
	}
	for _, p := range w.persons() {
		if w.holds(c, p, nil) {
			want = append(want, p)
		}
	}
	sort.Strings(got)
	require.Equal(t, want, got, "%s", data)
	one := people.All().Clone()
	if !one.IsEmpty() { // one person alone meets it as it does among all
		one.RemoveRange(uint64(one.Minimum())+1, 1<<32)
		alone, err := w.analyser.Members(context.Background(), w.project, c, one)
		require.NoError(t, err)
		require.Equal(t, found.Contains(one.Minimum()), alone.Contains(one.Minimum()), "%s", data)
	}
	return true
}

func numbers(list []analyse.Number) []float64 {
	out := make([]float64, 0, len(list)+1)
	for _, n := range list {
		out = append(out, float64(n))
	}
	return out
}

// requireRows compares rows of numbers; what is no number equals what is none.
func requireRows(t *rapid.T, want, got refRows, r query.Request) {
	data, err := json.Marshal(r)
	require.NoError(t, err)
	same := func(a, b []float64) bool {
		return slices.EqualFunc(a, b, func(x, y float64) bool {
			return x == y || math.IsNaN(x) && math.IsNaN(y) || math.Abs(x-y) < 1e-9*max(1, math.Abs(x))
		})
	}
	for label := range want {
		require.Contains(t, got, label, "%s", data)
	}
	for label, values := range got {
		require.True(t, same(want[label], values), "%s\nrow %s\nwant %v\ngot  %v", data, label, want[label], values)
	}
}
