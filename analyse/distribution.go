package analyse

import (
	"context"
	"math"
	"sort"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/analyse/internal/kernel"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/query"
)

// distributionPlan is a distribution ready for the kernel.
type distributionPlan struct {
	q     *query.Distribution
	spans *intervals
	k     kernel.Distribution
	whole bool // the range is the only bucket
}

func (s *asking) planDistribution(ctx context.Context, q *query.Distribution, r query.Range) (*distributionPlan, error) {
	plan := &distributionPlan{q: q, whole: q.Interval == query.WholeRange}
	unit := q.Interval
	if plan.whole {
		unit = query.Month
	}
	var err error
	if plan.spans, err = s.rangeIntervals(unit, r); err != nil {
		return nil, err
	}
	plan.k = kernel.Distribution{Measure: q.Measure, Buckets: plan.spans.buckets()}
	if plan.whole {
		plan.k.Buckets = kernel.NewBuckets([]int64{plan.spans.from, plan.spans.to})
	}
	if q.Measure.Func == query.Days {
		days, err := s.intervals(query.Day, plan.spans.from, plan.spans.to)
		if err != nil {
			return nil, err
		}
		plan.k.Days = days.buckets().Starts
	}
	plan.k.Event, err = s.compiler(ctx).Matcher(q.Event, q.Where)
	return plan, err
}

func (s *asking) distribution(ctx context.Context, q *query.Distribution, r query.Range) (*DistributionAnswer, error) {
	plan, err := s.planDistribution(ctx, q, r)
	if err != nil {
		return nil, err
	}
	values, err := s.source.Distribution(ctx, plan.k)
	if err != nil {
		return nil, err
	}
	answer := &DistributionAnswer{Buckets: plan.spans.labels()}
	answer.Incomplete, answer.Meta.Incomplete = s.incomplete(plan.spans)
	if plan.whole {
		answer.Buckets = []string{string(query.WholeRange)}
		answer.Meta.Incomplete = !s.passed(plan.spans.to)
		answer.Incomplete = []bool{answer.Meta.Incomplete}
	}
	answer.Bins = plan.bins(values)
	answer.Persons, answer.Stats = [][]int64{}, []DistributionStats{}
	for b := range answer.Buckets {
		answer.Persons = append(answer.Persons, binned(values, b, answer.Bins))
		answer.Stats = append(answer.Stats, distributionStats(values, b))
	}
	return answer, nil
}

// binned counts the persons of each bin.
func binned(values *kernel.Values, bucket int, bins []DistributionBin) []int64 {
	persons := make([]int64, len(bins))
	values.Each(bucket, func(x float64, n int64) { persons[binOf(bins, x)] += n })
	return persons
}

// binOf gives the bin of a value; the bins cover all values.
func binOf(bins []DistributionBin, x float64) int {
	return sort.Search(len(bins)-1, func(i int) bool { return x < float64(bins[i].To) })
}

func distributionStats(values *kernel.Values, bucket int) DistributionStats {
	out := DistributionStats{Mean: None(), Median: None(), P90: None(), Max: None()}
	high := math.Inf(-1)
	values.Each(bucket, func(x float64, n int64) {
		out.Persons += n
		high = max(high, x)
	})
	if out.Persons == 0 {
		return out
	}
	median, _ := values.Percentile(bucket, 0.5)
	p90, _ := values.Percentile(bucket, 0.9)
	out.Mean, out.Median = Number(values.Sum(bucket)/float64(out.Persons)), Number(median)
	out.P90, out.Max = Number(p90), Number(high)
	return out
}

// bins gives those asked for, or chooses some that cover all values.
func (plan *distributionPlan) bins(values *kernel.Values) []DistributionBin {
	if edges := plan.q.Bins; len(edges) > 0 {
		return binsBetween(append(append([]float64{math.NaN()}, edges...), math.NaN()))
	}
	low, high := math.Inf(1), math.Inf(-1)
	for b := range plan.k.Buckets.Len() {
		values.Each(b, func(x float64, _ int64) { low, high = min(low, x), max(high, x) })
	}
	if low > high {
		return []DistributionBin{}
	}
	switch plan.q.Measure.Func {
	case query.Count, query.Days, query.Distinct:
		return binsBetween(wholeEdges(plan.q.Measure.Func == query.Distinct, high))
	}
	return binsBetween(evenEdges(low, high))
}

// binsBetween makes bins of edges, of which the outer may be NaN: none.
func binsBetween(edges []float64) []DistributionBin {
	bins := make([]DistributionBin, 0, len(edges)-1)
	for i := 1; i < len(edges); i++ {
		bins = append(bins, DistributionBin{From: Number(edges[i-1]), To: Number(edges[i])})
	}
	return bins
}

// wholeEdges are 1, 2, 3, 4, 5, 6, 11, 21, 51, 101 and none, up to the bin of the largest value.
func wholeEdges(zero bool, high float64) []float64 {
	all := []float64{1, 2, 3, 4, 5, 6, 11, 21, 51, 101, math.NaN()}
	if zero {
		all = append([]float64{0}, all...)
	}
	end := 1
	for end < len(all)-1 && high >= all[end] {
		end++
	}
	return all[:end+1]
}

// mostBins is up to how many even bins are chosen.
const mostBins = 12

// evenEdges are multiples of the smallest of 1, 2, 5, 10, … (and their tenths)
// that needs no more than mostBins bins.
func evenEdges(low, high float64) []float64 {
	width := (high - low) / mostBins
	if width == 0 {
		width = 1
	}
	// Narrower bins than this would have edges that a float64 cannot tell apart.
	exponent := math.Floor(math.Log10(max(width, math.Abs(low)*1e-12, math.Abs(high)*1e-12)))
	for {
		for _, step := range []float64{1, 2, 5} {
			multiple := func(n float64) float64 {
				if exponent < 0 { // exact where n·step is: dividing by a power of ten rounds once
					return n * step / math.Pow(10, -exponent)
				}
				return n * step * math.Pow(10, exponent)
			}
			width := multiple(1)
			first, last := math.Floor(low/width), math.Floor(high/width)
			for multiple(first) > low {
				first--
			}
			for multiple(last+1) <= high {
				last++
			}
			if last-first+1 > mostBins {
				continue
			}
			edges := []float64{}
			for n := first; n <= last+1; n++ {
				edges = append(edges, multiple(n))
			}
			return edges
		}
		exponent++
	}
}

func (s *asking) distributionPersons(ctx context.Context, q *query.Distribution, r query.Range, c *query.DistributionCell) (*roaring.Bitmap, error) {
	plan, err := s.planDistribution(ctx, q, r)
	if err != nil {
		return nil, err
	}
	bucket := 0
	switch {
	case !plan.whole:
		if bucket, err = plan.spans.find(c.Bucket, "actors.bucket"); err != nil {
			return nil, err
		}
	case c.Bucket != string(query.WholeRange):
		return nil, noSuchCell("actors.bucket", "the only bucket is «range»")
	}
	var values *kernel.Values
	if len(q.Bins) == 0 { // the bins are those that the answer would have
		if values, err = s.source.Distribution(ctx, plan.k); err != nil {
			return nil, err
		}
	}
	bins := plan.bins(values)
	if c.Bin >= len(bins) {
		return nil, noSuchCell("actors.bin", "the answer has fewer bins")
	}
	return s.source.DistributionPersons(ctx, plan.k, bucket, func(x float64) bool { return binOf(bins, x) == c.Bin })
}

// noSuchCell says that an answer has no such cell.
func noSuchCell(where, what string) error {
	return &fault.Error{
		Kind: fault.Invalid, Public: "the cell is not part of the answer",
		Details: []fault.Detail{{Where: where, What: what}},
	}
}
