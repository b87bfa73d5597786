package analyse

import (
	"context"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/analyse/internal/kernel"
	"github.com/weirhq/weir/query"
)

func (s *asking) planStickiness(ctx context.Context, q *query.Stickiness, r query.Range) (*intervals, kernel.Stickiness, error) {
	spans, err := s.rangeIntervals(q.Interval, r)
	if err != nil {
		return nil, kernel.Stickiness{}, err
	}
	match, err := s.compiler(ctx).Matcher(q.Event, q.Where)
	return spans, kernel.Stickiness{Event: match, Buckets: spans.buckets()}, err
}

func (s *asking) stickiness(ctx context.Context, q *query.Stickiness, r query.Range) (*StickinessAnswer, error) {
	spans, k, err := s.planStickiness(ctx, q, r)
	if err != nil {
		return nil, err
	}
	answer := &StickinessAnswer{Interval: q.Interval, Intervals: len(spans.starts)}
	if answer.Persons, err = s.source.Stickiness(ctx, k); err != nil {
		return nil, err
	}
	answer.Meta.Incomplete = !s.passed(spans.to)
	return answer, nil
}

func (s *asking) stickinessPersons(ctx context.Context, q *query.Stickiness, r query.Range, c *query.StickinessCell) (*roaring.Bitmap, error) {
	spans, k, err := s.planStickiness(ctx, q, r)
	if err != nil {
		return nil, err
	}
	if c.Intervals > len(spans.starts) {
		return nil, noSuchCell("actors.intervals", "the range has fewer intervals")
	}
	return s.source.StickinessPersons(ctx, k, c.Intervals)
}
