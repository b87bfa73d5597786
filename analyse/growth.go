package analyse

import (
	"context"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/analyse/internal/kernel"
	"github.com/weirhq/weir/query"
)

func (s *asking) planGrowth(ctx context.Context, q *query.Growth, r query.Range) (*intervals, kernel.Growth, error) {
	spans, err := s.rangeIntervals(q.Interval, r)
	if err != nil {
		return nil, kernel.Growth{}, err
	}
	match, err := s.compiler(ctx).Matcher(q.Event, q.Where)
	if err != nil {
		return nil, kernel.Growth{}, err
	}
	k := kernel.Growth{Event: match, Buckets: spans.buckets()}
	if len(spans.starts) > 0 {
		k.Start = spans.starts[0].UnixMilli()
		k.Before = s.cal.Step(q.Interval, spans.starts[0], -1).UnixMilli()
	}
	return spans, k, nil
}

func (s *asking) growth(ctx context.Context, q *query.Growth, r query.Range) (*GrowthAnswer, error) {
	spans, k, err := s.planGrowth(ctx, q, r)
	if err != nil {
		return nil, err
	}
	counted, err := s.source.Growth(ctx, k)
	if err != nil {
		return nil, err
	}
	n := len(spans.starts)
	answer := &GrowthAnswer{
		Buckets: spans.labels(), Active: make([]int64, n), QuickRatio: make([]Number, n),
		New: counted.New, Retained: counted.Retained, Resurrected: counted.Resurrected, Dormant: counted.Dormant,
	}
	for i := range n {
		answer.Active[i] = answer.New[i] + answer.Retained[i] + answer.Resurrected[i]
		answer.QuickRatio[i] = None()
		if answer.Dormant[i] > 0 {
			answer.QuickRatio[i] = Number(float64(answer.New[i]+answer.Resurrected[i]) / float64(answer.Dormant[i]))
		}
	}
	answer.Incomplete, answer.Meta.Incomplete = s.incomplete(spans)
	return answer, nil
}

func (s *asking) growthPersons(ctx context.Context, q *query.Growth, r query.Range, c *query.GrowthCell) (*roaring.Bitmap, error) {
	spans, k, err := s.planGrowth(ctx, q, r)
	if err != nil {
		return nil, err
	}
	bucket, err := spans.find(c.Bucket, "actors.bucket")
	if err != nil {
		return nil, err
	}
	states := map[string][]int{
		query.StatusActive:      {kernel.GrowthNew, kernel.GrowthRetained, kernel.GrowthResurrected},
		query.StatusNew:         {kernel.GrowthNew},
		query.StatusRetained:    {kernel.GrowthRetained},
		query.StatusResurrected: {kernel.GrowthResurrected},
		query.StatusDormant:     {kernel.GrowthDormant},
	}[c.Status]
	return s.source.GrowthPersons(ctx, k, bucket, states...)
}
