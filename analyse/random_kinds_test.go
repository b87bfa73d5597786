package analyse_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/weirhq/weir/analyse"
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/query"
)

// ask writes and reads a question, and asks it; nil where it is refused.
func (w *randomWorld) ask(t *rapid.T, d draw, q query.Question) (query.Request, *analyse.Answer) {
	r := roundTrip(t, d.request(q))
	a, err := w.analyser.Ask(context.Background(), w.project, r)
	if refused(err) {
		return r, nil
	}
	require.NoError(t, err)
	return r, a
}

// requireActors opens a cell and compares the persons.
func (w *randomWorld) requireActors(t *rapid.T, r query.Request, cell query.Cell, want refSet) {
	r.Actors = cell
	r = roundTrip(t, r)
	found, err := w.analyser.Actors(context.Background(), w.project, r)
	require.NoError(t, err)
	people := w.table.View().People()
	got := refSet{}
	for _, o := range found.ToArray() {
		got[refName(people.Identities(person.Ordinal(o))[0].ID)] = true
	}
	data, err := r.MarshalJSON()
	require.NoError(t, err)
	require.Equal(t, want.names(), got.names(), "%s", data)
}

// refName is the name in the reference of the person with an id.
func refName(id string) string { return strings.TrimPrefix(id, "anon-") }

func oneIf(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func TestGrowthAgainstReference(t *testing.T) {
	checkWorlds(t, growthAgrees)
}

func growthAgrees(t *rapid.T, d draw, w *randomWorld) bool {
	q := d.growth()
	r, answer := w.ask(t, d, q)
	if answer == nil {
		return false
	}
	a := answer.Growth
	want, got := refRows{}, refRows{}
	by := w.growth(q, r.Range, r.Filter)
	from, to := w.bounds(r.Range)
	for i, u := range w.units(q.Interval, from, to) {
		s := by[u.label]
		count := func(status string) float64 { return float64(len(s[status])) }
		want[u.label] = []float64{
			float64(i), count(query.StatusActive), count(query.StatusNew), count(query.StatusRetained), count(query.StatusResurrected),
			count(query.StatusDormant), ratio(count(query.StatusNew)+count(query.StatusResurrected), count(query.StatusDormant)),
			oneIf(u.to > w.now.UnixMilli()),
		}
	}
	for i, label := range a.Buckets {
		got[label] = []float64{
			float64(i), float64(a.Active[i]), float64(a.New[i]), float64(a.Retained[i]), float64(a.Resurrected[i]),
			float64(a.Dormant[i]), float64(a.QuickRatio[i]), oneIf(a.Incomplete[i]),
		}
	}
	requireRows(t, want, got, r)
	bucket := a.Buckets[d.int(0, len(a.Buckets)-1)]
	status := d.text(query.StatusActive, query.StatusNew, query.StatusRetained, query.StatusResurrected, query.StatusDormant)
	w.requireActors(t, r, &query.GrowthCell{Bucket: bucket, Status: status}, by[bucket][status])
	return true
}

func TestStickinessAgainstReference(t *testing.T) {
	checkWorlds(t, stickinessAgrees)
}

func stickinessAgrees(t *rapid.T, d draw, w *randomWorld) bool {
	q := d.stickiness()
	r, answer := w.ask(t, d, q)
	if answer == nil {
		return false
	}
	a := answer.Stickiness
	want := w.stickiness(q, r.Range, r.Filter)
	_, to := w.bounds(r.Range)
	require.Equal(t, len(want), a.Intervals)
	require.Len(t, a.Persons, len(want))
	require.Equal(t, to > w.now.UnixMilli(), a.Meta.Incomplete)
	for i, n := range a.Persons {
		require.EqualValues(t, len(want[i]), n, "%+v", q)
	}
	n := d.int(1, len(want))
	w.requireActors(t, r, &query.StickinessCell{Intervals: n}, want[n-1])
	return true
}

func TestDistributionAgainstReference(t *testing.T) {
	checkWorlds(t, distributionAgrees)
}

func distributionAgrees(t *rapid.T, d draw, w *randomWorld) bool {
	q := d.distribution()
	r, answer := w.ask(t, d, q)
	if answer == nil {
		return false
	}
	a := answer.Distribution
	values := w.distribution(q, r.Range, r.Filter)
	requireBins(t, q, a.Bins, values)
	inBin := func(bucket string, bin int) refSet {
		out := refSet{}
		for p, v := range values[bucket] {
			b := a.Bins[bin]
			if (b.From.IsNone() || v >= float64(b.From)) && (b.To.IsNone() || v < float64(b.To)) {
				out[p] = true
			}
		}
		return out
	}
	want, got := refRows{}, refRows{}
	for bucket, of := range values {
		want[bucket] = refStats(of)
		for bin := range a.Bins {
			want[bucket] = append(want[bucket], float64(len(inBin(bucket, bin))))
		}
	}
	for i, bucket := range a.Buckets {
		s := a.Stats[i]
		got[bucket] = []float64{float64(s.Persons), float64(s.Mean), float64(s.Median), float64(s.P90), float64(s.Max)}
		for _, n := range a.Persons[i] {
			got[bucket] = append(got[bucket], float64(n))
		}
	}
	requireRows(t, want, got, r)
	if len(a.Bins) > 0 {
		bucket, bin := a.Buckets[d.int(0, len(a.Buckets)-1)], d.int(0, len(a.Bins)-1)
		w.requireActors(t, r, &query.DistributionCell{Bucket: bucket, Bin: bin}, inBin(bucket, bin))
	}
	return true
}

// requireBins checks that the bins are those asked for, or well chosen: each
// begins where the one before ends, and each value lies in one.
func requireBins(t *rapid.T, q *query.Distribution, bins []analyse.DistributionBin, values map[string]map[string]float64) {
	for i := 1; i < len(bins); i++ {
		require.EqualValues(t, bins[i-1].To, bins[i].From)
	}
	if len(q.Bins) > 0 {
		require.Len(t, bins, len(q.Bins)+1)
		require.True(t, bins[0].From.IsNone() && bins[len(bins)-1].To.IsNone())
		for i, edge := range q.Bins {
			require.EqualValues(t, edge, bins[i].To)
		}
		return
	}
	low, high := math.Inf(1), math.Inf(-1)
	for _, of := range values {
		for _, v := range of {
			low, high = min(low, v), max(high, v)
		}
	}
	if low > high {
		return
	}
	first, last := bins[0], bins[len(bins)-1]
	require.True(t, (first.From.IsNone() || float64(first.From) <= low) && (last.To.IsNone() || float64(last.To) > high), "%v for %v to %v", bins, low, high)
	switch q.Measure.Func {
	case query.Count, query.Days, query.Distinct:
		edges := []float64{1, 2, 3, 4, 5, 6, 11, 21, 51, 101}
		if q.Measure.Func == query.Distinct {
			edges = append([]float64{0}, edges...)
		}
		for i, b := range bins {
			require.EqualValues(t, edges[i], b.From)
		}
	default:
		require.LessOrEqual(t, len(bins), 12)
		for _, b := range bins {
			require.InDelta(t, float64(bins[0].To-bins[0].From), float64(b.To-b.From), 1e-9)
		}
	}
}

func TestIntervalAgainstReference(t *testing.T) {
	checkWorlds(t, intervalAgrees)
}

func intervalAgrees(t *rapid.T, d draw, w *randomWorld) bool {
	q := d.intervals()
	r, answer := w.ask(t, d, q)
	if answer == nil {
		return false
	}
	a := answer.Interval
	pairs := w.interval(q, r.Range, r.Filter)
	from, to := w.bounds(r.Range)
	want, got := refRows{"total": refPairStats(pairs)}, refRows{"total": pairStats(a.Total)}
	byBucket := map[string][]refPair{"": pairs}
	for _, u := range w.units(q.Interval, from, to) {
		for _, p := range pairs {
			if p.start.time >= u.from && p.start.time < u.to {
				byBucket[u.label] = append(byBucket[u.label], p)
			}
		}
		until := u.to
		if q.Within != nil {
			until += q.Within.Milliseconds()
		}
		want[u.label] = append(refPairStats(byBucket[u.label]), oneIf(until > w.now.UnixMilli()))
	}
	for i, label := range a.Buckets {
		got[label] = append(pairStats(a.Stats[i]), oneIf(a.Incomplete[i]))
	}
	requireRows(t, want, got, r)
	requireHistogram(t, pairs, a.Histogram)
	bucket := append([]string{""}, a.Buckets...)[d.int(0, len(a.Buckets))]
	persons := refSet{}
	for _, p := range byBucket[bucket] {
		persons[p.start.person] = true
	}
	w.requireActors(t, r, &query.IntervalCell{Bucket: bucket}, persons)
	return true
}

func pairStats(s analyse.IntervalStats) []float64 {
	return []float64{
		float64(s.Count), float64(s.Persons), float64(s.Min), float64(s.P25), float64(s.Median), float64(s.P75), float64(s.P90),
		float64(s.Max), float64(s.Mean),
	}
}

// requireHistogram checks that every pair stands in the bar that its time belongs to.
func requireHistogram(t *rapid.T, pairs []refPair, bars []analyse.IntervalBar) {
	total := int64(0)
	for i, bar := range bars {
		n := int64(0)
		for _, p := range pairs {
			if p.seconds >= bar.From && (p.seconds < bar.To || i == len(bars)-1 && p.seconds <= bar.To+1e-9) {
				n++
			}
		}
		require.Equal(t, n, bar.Count, "bar %d of %v", i, bars)
		total += n
	}
	require.EqualValues(t, len(pairs), total)
}

func TestPathsAgainstReference(t *testing.T) {
	checkWorlds(t, pathsAgrees)
}

func pathsAgrees(t *rapid.T, d draw, w *randomWorld) bool {
	q := d.paths()
	r, answer := w.ask(t, d, q)
	if answer == nil {
		return false
	}
	a := answer.Paths
	walks := w.walks(q, r.Range, r.Filter)
	persons := refSet{}
	for _, walk := range walks {
		persons[walk.person] = true
	}
	want, got := refRows{"all": {float64(len(walks)), float64(len(persons))}}, refRows{"all": {float64(a.Sessions), float64(a.Persons)}}
	by := passed(walks, q.Steps)
	var edges []refEdge
	for edge, p := range by {
		edges = append(edges, edge)
		want[fmt.Sprint(edge)] = []float64{float64(p.sessions), float64(len(p.persons)), math.NaN()}
		if len(p.seconds) > 0 {
			slices.Sort(p.seconds)
			want[fmt.Sprint(edge)][2] = refPercentile(p.seconds, .5)
		}
	}
	for _, e := range a.Edges {
		got[fmt.Sprint(refEdge{e.Step, e.Source, e.Target})] = []float64{float64(e.Sessions), float64(e.Persons), float64(e.Median)}
	}
	for _, n := range a.Nodes {
		got[fmt.Sprint(refEdge{step: n.Step, source: n.Name})] = []float64{float64(n.Sessions), float64(n.Persons), math.NaN()}
	}
	requireRows(t, want, got, r)
	if len(edges) == 0 {
		return true
	}
	slices.SortFunc(edges, func(a, b refEdge) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	edge := edges[d.int(0, len(edges)-1)]
	cell := &query.PathsCell{Step: edge.step, Source: &edge.source, Target: &edge.target}
	if edge.target == (query.PathNode{}) {
		cell = &query.PathsCell{Step: edge.step, Node: &edge.source}
	}
	w.requireActors(t, r, cell, by[edge].persons)
	return true
}
