package analyse

import (
	"context"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/query"
)

// answerer answers one question over a view.
type answerer interface {
	// ask gives the answer without its meta, but for Incomplete.
	ask(ctx context.Context, s *asking, r query.Range) (part, error)
	// persons gives the persons of a cell of the answer, of the type that belongs to the question.
	persons(ctx context.Context, s *asking, r query.Range, c query.Cell) (*roaring.Bitmap, error)
}

// answererOf gives what answers a question: one line per kind, in the order of the glossary.
func answererOf(question query.Question) (answerer, error) {
	switch q := question.(type) {
	case *query.Trend:
		return answeredBy(q, (*asking).trend, (*asking).trendPersons), nil
	case *query.Funnel:
		return answeredBy(q, (*asking).funnel, (*asking).funnelPersons), nil
	case *query.Retention:
		return answeredBy(q, (*asking).retention, (*asking).retentionPersons), nil
	case *query.Growth:
		return answeredBy(q, (*asking).growth, (*asking).growthPersons), nil
	case *query.Stickiness:
		return answeredBy(q, (*asking).stickiness, (*asking).stickinessPersons), nil
	case *query.Distribution:
		return answeredBy(q, (*asking).distribution, (*asking).distributionPersons), nil
	case *query.Interval:
		return answeredBy(q, (*asking).interval, (*asking).intervalPersons), nil
	case *query.Paths:
		return answeredBy(q, (*asking).paths, (*asking).pathsPersons), nil
	case *query.Attribution:
		return answeredBy(q, (*asking).attribution, (*asking).attributionPersons), nil
	case *query.LTV:
		return answeredBy(q, (*asking).ltv, (*asking).ltvPersons), nil
	case *query.Referral:
		return answeredBy(q, (*asking).referral, (*asking).referralPersons), nil
	}
	return nil, fault.New(fault.Invalid, "questions of kind «%s» are not answered", question.Kind())
}

// answeredBy makes an answerer of the two methods that know a kind.
func answeredBy[Q query.Question, A part, C query.Cell](
	q Q,
	ask func(s *asking, ctx context.Context, q Q, r query.Range) (A, error),
	persons func(s *asking, ctx context.Context, q Q, r query.Range, c C) (*roaring.Bitmap, error),
) answerer {
	return methods[Q, A, C]{q: q, askMethod: ask, personsMethod: persons}
}

type methods[Q query.Question, A part, C query.Cell] struct {
	q             Q
	askMethod     func(*asking, context.Context, Q, query.Range) (A, error)
	personsMethod func(*asking, context.Context, Q, query.Range, C) (*roaring.Bitmap, error)
}

func (m methods[Q, A, C]) ask(ctx context.Context, s *asking, r query.Range) (part, error) {
	return m.askMethod(s, ctx, m.q, r)
}

// persons is called with a cell that the question's Check has let pass.
func (m methods[Q, A, C]) persons(ctx context.Context, s *asking, r query.Range, c query.Cell) (*roaring.Bitmap, error) {
	cell, ok := c.(C)
	if !ok {
		return nil, fault.New(fault.Invalid, "the cell is not one of a question of kind «%s»", m.q.Kind())
	}
	return m.personsMethod(s, ctx, m.q, r, cell)
}
