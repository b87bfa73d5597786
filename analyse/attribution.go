package analyse

import (
	"context"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/analyse/internal/kernel"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/query"
)

// planAttribution makes an attribution ready for the kernel.
func (s *asking) planAttribution(ctx context.Context, q *query.Attribution, r query.Range) (kernel.Attribution, error) {
	k := kernel.Attribution{
		Value: q.Conversion.Value, By: kernel.PropertyDim(s.view, q.Touch.By), Lookback: q.Lookback.Milliseconds(), Models: q.Models,
	}
	var err error
	if k.From, k.To, err = s.bounds(r); err != nil {
		return k, err
	}
	compile := s.compiler(ctx)
	if k.Conversion, err = compile.Matcher(q.Conversion.Event, q.Conversion.Where); err != nil {
		return k, err
	}
	k.Touch, err = compile.Matcher(q.Touch.Event, q.Touch.Where)
	return k, err
}

func (s *asking) attribution(ctx context.Context, q *query.Attribution, r query.Range) (*AttributionAnswer, error) {
	plan, err := s.planAttribution(ctx, q, r)
	if err != nil {
		return nil, err
	}
	counted, err := s.source.Attribution(ctx, plan)
	if err != nil {
		return nil, err
	}
	answer := &AttributionAnswer{Models: q.Models, Rows: []AttributionRow{}, Conversions: counted.Conversions, Value: counted.Value}
	answer.Meta.Incomplete = !s.passed(plan.To)
	rows := make([]ranked, 0, len(counted.Rows))
	byKey := make(map[kernel.Key]kernel.AttributionRow, len(counted.Rows))
	for _, row := range counted.Rows {
		rows = append(rows, ranked{key: row.Key, values: row.Key.Values([]*kernel.Dim{plan.By}), totals: row.Credits})
		byKey[row.Key] = row
	}
	rank(rows)
	for _, r := range rows {
		answer.Rows = append(answer.Rows, attributionRow(byKey[r.key], query.TouchValue{Value: r.values[0]}))
	}
	if counted.Direct.Persons > 0 {
		answer.Rows = placed(answer.Rows, attributionRow(counted.Direct, query.TouchValue{Direct: true}))
	}
	return answer, nil
}

func attributionRow(row kernel.AttributionRow, value query.TouchValue) AttributionRow {
	return AttributionRow{
		Value: []query.TouchValue{value}, Touches: row.Touches, Persons: row.Persons, Assisted: row.Assisted,
		Credits: row.Credits, Values: row.Values,
	}
}

// placed puts a row before the first one with less credit under the first model.
func placed(rows []AttributionRow, row AttributionRow) []AttributionRow {
	at := 0
	for at < len(rows) && rows[at].Credits[0] >= row.Credits[0] {
		at++
	}
	rows = append(rows, AttributionRow{})
	copy(rows[at+1:], rows[at:])
	rows[at] = row
	return rows
}

// attributionPersons gives the persons with a conversion of which a row has a share.
func (s *asking) attributionPersons(ctx context.Context, q *query.Attribution, r query.Range, c *query.AttributionCell) (*roaring.Bitmap, error) {
	plan, err := s.planAttribution(ctx, q, r)
	if err != nil {
		return nil, err
	}
	target := kernel.AttributionTarget{Direct: c.Value.Direct}
	if !c.Value.Direct && c.Value.Kind != event.Missing {
		var known bool
		if target.Key, known = plan.By.Key(c.Value.Value); !known {
			return roaring.New(), nil
		}
	}
	return s.source.AttributionPersons(ctx, plan, target)
}
