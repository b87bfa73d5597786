package analyse

import (
	"context"
	"encoding/json"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/analyse/internal/kernel"
	"github.com/weirhq/weir/query"
)

// retentionPlan is a retention question ready for the kernel.
type retentionPlan struct {
	q     *query.Retention
	k     kernel.Retention
	spans *intervals
}

func (s *asking) planRetention(ctx context.Context, q *query.Retention, r query.Range) (*retentionPlan, error) {
	from, to, err := s.bounds(r)
	if err != nil {
		return nil, err
	}
	spans, err := s.intervals(q.Interval, from, to)
	if err != nil {
		return nil, err
	}
	plan := &retentionPlan{q: q, spans: spans}
	plan.k = kernel.Retention{
		Same: sameStep(q.Start, q.Return), From: from, To: to, Rows: len(spans.starts), Columns: q.Columns(),
		Single: len(q.Brackets) == 0, Cohort: q.Cohort, OrAfter: q.Criterion == query.CriterionOnOrAfter, Horizon: to,
		Property: q.Measure.Property,
	}
	if q.Mode == query.ModeRolling {
		plan.k.Rolling = q.Interval.Duration().Milliseconds()
	}
	if len(spans.starts) > 0 {
		furthest := 0
		for _, c := range plan.k.Columns {
			furthest = max(furthest, c[1])
		}
		plan.k.Edges = spans.edges(furthest)
	}
	compile := s.compiler(ctx)
	if plan.k.Start, err = compile.Matcher(q.Start.Event, q.Start.Where); err != nil {
		return nil, err
	}
	plan.k.Return, err = compile.Matcher(q.Return.Event, q.Return.Where)
	return plan, err
}

// sameStep says whether both steps are met by the same events.
func sameStep(a, b query.Step) bool {
	a.Name, b.Name = "", ""
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}

func (s *asking) retention(ctx context.Context, q *query.Retention, r query.Range) (*RetentionAnswer, error) {
	plan, err := s.planRetention(ctx, q, r)
	if err != nil {
		return nil, err
	}
	answer := &RetentionAnswer{Interval: q.Interval, Columns: plan.k.Columns, Rows: []RetentionRow{}, Average: []Number{}}
	if plan.k.Rows == 0 {
		return answer, nil
	}
	counted, err := s.source.Retention(ctx, plan.k)
	if err != nil {
		return nil, err
	}
	for i := range plan.spans.starts {
		row := RetentionRow{Cohort: plan.spans.label(i), Size: counted.Sizes[i]}
		for column, value := range counted.Values[i] {
			incomplete := plan.incomplete(i, column, s.passed)
			answer.Meta.Incomplete = answer.Meta.Incomplete || incomplete
			row.Values = append(row.Values, Number(value))
			row.Incomplete = append(row.Incomplete, incomplete)
		}
		answer.Rows = append(answer.Rows, row)
	}
	answer.Average = average(answer.Rows, len(plan.k.Columns))
	return answer, nil
}

// incomplete says whether the time of a cell has not fully elapsed for the
// cohort's last possible member, or, where returns count up to the range's end,
// whether the range ends before the cell does.
func (plan *retentionPlan) incomplete(row, column int, passed func(int64) bool) bool {
	last := plan.k.Columns[column][1]
	end := plan.k.Edges[row+last+1]
	if plan.k.Rolling > 0 {
		lastStart := min(plan.k.Edges[row+1], plan.k.To) - 1
		end = lastStart + int64(last+1)*plan.k.Rolling
	}
	if plan.k.OrAfter {
		return end > plan.k.Horizon || !passed(plan.k.Horizon)
	}
	return !passed(end)
}

// average divides the values of complete cells by the sizes of their cohorts.
func average(rows []RetentionRow, columns int) []Number {
	out := make([]Number, columns)
	for column := range out {
		sum, size := 0.0, int64(0)
		for _, row := range rows {
			if !row.Incomplete[column] {
				sum += float64(row.Values[column])
				size += row.Size
			}
		}
		out[column] = None()
		if size > 0 {
			out[column] = Number(sum / float64(size))
		}
	}
	return out
}

// retentionPersons gives the persons of a cell.
func (s *asking) retentionPersons(ctx context.Context, q *query.Retention, r query.Range, c *query.RetentionCell) (*roaring.Bitmap, error) {
	plan, err := s.planRetention(ctx, q, r)
	if err != nil {
		return nil, err
	}
	row, err := plan.spans.find(c.Cohort, "actors.cohort")
	if err != nil {
		return nil, err
	}
	target := kernel.RetentionTarget{Row: row, Column: -1, Returned: c.Returned}
	if c.Period != nil {
		target.Column = *c.Period
	}
	return s.source.RetentionPersons(ctx, plan.k, target)
}
