package analyse

import (
	"bytes"
	"context"
	"encoding/json"
	"math"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/analyse/internal/kernel"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/query"
)

// intervalPlan is a question about times between events ready for the kernel.
type intervalPlan struct {
	k     kernel.Interval
	spans *intervals
	open  int64 // for how many milliseconds after a start its end is waited for
}

func (s *asking) planInterval(ctx context.Context, q *query.Interval, r query.Range) (*intervalPlan, error) {
	from, to, err := s.bounds(r)
	if err != nil {
		return nil, err
	}
	plan := &intervalPlan{k: kernel.Interval{Within: math.MaxInt64}}
	if plan.spans, err = s.intervals(q.Interval, from, to); err != nil {
		return nil, err
	}
	plan.k.Buckets = plan.spans.buckets()
	if q.Within != nil {
		plan.open = q.Within.Milliseconds()
		plan.k.Within = plan.open
	}
	compile := s.compiler(ctx)
	if plan.k.Start, err = compile.Matcher(q.Start.Event, q.Start.Where); err != nil {
		return nil, err
	}
	if plan.k.End, err = compile.Matcher(q.End.Event, q.End.Where); err != nil {
		return nil, err
	}
	plan.k.Alike, err = alike(q.Start, q.End)
	return plan, err
}

// alike says whether two steps are the same but for their names.
func alike(a, b query.Step) (bool, error) {
	a.Name, b.Name = "", ""
	first, err := json.Marshal(a)
	if err != nil {
		return false, fault.Wrap(fault.Internal, err, "the steps cannot be compared")
	}
	second, err := json.Marshal(b)
	if err != nil {
		return false, fault.Wrap(fault.Internal, err, "the steps cannot be compared")
	}
	return bytes.Equal(first, second), nil
}

func (s *asking) interval(ctx context.Context, q *query.Interval, r query.Range) (*IntervalAnswer, error) {
	plan, err := s.planInterval(ctx, q, r)
	if err != nil {
		return nil, err
	}
	counted, err := s.source.Interval(ctx, plan.k)
	if err != nil {
		return nil, err
	}
	answer := &IntervalAnswer{
		Buckets: plan.spans.labels(), Stats: []IntervalStats{}, Total: intervalStats(&counted.Total),
		Histogram: []IntervalBar{}, Incomplete: []bool{},
	}
	for i := range counted.Buckets {
		incomplete := !s.passed(plan.k.Buckets.Starts[i+1] + plan.open)
		answer.Stats = append(answer.Stats, intervalStats(&counted.Buckets[i]))
		answer.Incomplete = append(answer.Incomplete, incomplete)
		answer.Meta.Incomplete = answer.Meta.Incomplete || incomplete
	}
	for _, b := range histogram(&counted.Total.Times) {
		answer.Histogram = append(answer.Histogram, IntervalBar{From: b.from, To: b.to, Count: b.count})
	}
	return answer, nil
}

func intervalStats(c *kernel.IntervalCount) IntervalStats {
	out := IntervalStats{
		Count: int64(c.Times.Len()), Persons: c.Persons,
		Min: None(), P25: None(), Median: None(), P75: None(), P90: None(), Max: None(), Mean: None(),
	}
	if out.Count == 0 {
		return out
	}
	at := c.Times.Quantiles(0, 0.25, 0.5, 0.75, 0.9, 1)
	out.Min, out.P25, out.Median, out.P75 = Number(at[0]), Number(at[1]), Number(at[2]), Number(at[3])
	out.P90, out.Max, out.Mean = Number(at[4]), Number(at[5]), Number(c.Times.Mean())
	return out
}

// intervalPersons gives the persons of a cell.
func (s *asking) intervalPersons(ctx context.Context, q *query.Interval, r query.Range, c *query.IntervalCell) (*roaring.Bitmap, error) {
	plan, err := s.planInterval(ctx, q, r)
	if err != nil {
		return nil, err
	}
	bucket := -1
	if c.Bucket != "" {
		if bucket, err = plan.spans.find(c.Bucket, "actors.bucket"); err != nil {
			return nil, err
		}
	}
	return s.source.IntervalPersons(ctx, plan.k, bucket)
}
