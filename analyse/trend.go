package analyse

import (
	"context"
	"math"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/analyse/internal/kernel"
	"github.com/weirhq/weir/query"
)

// trendPlan is a trend ready for the kernel.
type trendPlan struct {
	q      *query.Trend
	spans  *intervals
	series []kernel.Trend
	dims   []*kernel.Dim
}

func (s *asking) planTrend(ctx context.Context, q *query.Trend, from, to int64) (*trendPlan, error) {
	spans, err := s.intervals(q.Interval, from, to)
	if err != nil {
		return nil, err
	}
	plan := &trendPlan{q: q, spans: spans}
	if plan.dims, err = s.dims(q.Breakdown); err != nil {
		return nil, err
	}
	compile := s.compiler(ctx)
	for _, series := range q.Series {
		match, err := compile.Matcher(series.Event, series.Where)
		if err != nil {
			return nil, err
		}
		k := kernel.Trend{Event: match, Measure: series.Measure, From: from, To: to, Buckets: spans.buckets(), Dims: plan.dims}
		if series.Measure.Func == query.RollingPersons && k.Buckets.Len() > 0 {
			k.Windows = spans.windows(series.Days)
			k.From = k.Windows[0][0]
		}
		plan.series = append(plan.series, k)
	}
	return plan, nil
}

// windows gives for each interval the days that end with it.
func (v *intervals) windows(days int) [][2]int64 {
	edges := v.buckets().Starts
	windows := make([][2]int64, len(edges)-1)
	for i := range windows {
		end := edges[i+1]
		windows[i] = [2]int64{time.UnixMilli(end).In(v.cal.Zone).AddDate(0, 0, -days).UnixMilli(), end}
	}
	return windows
}

func (s *asking) trend(ctx context.Context, q *query.Trend, r query.Range) (*TrendAnswer, error) {
	from, to, err := s.bounds(r)
	if err != nil {
		return nil, err
	}
	plan, err := s.planTrend(ctx, q, from, to)
	if err != nil {
		return nil, err
	}
	rows, err := s.trendRows(ctx, plan)
	if err != nil {
		return nil, err
	}
	answer := &TrendAnswer{Buckets: plan.spans.labels()}
	answer.Incomplete, answer.Meta.Incomplete = s.incomplete(plan.spans)
	if answer.Series, err = s.trendSeries(ctx, plan, rows, len(answer.Buckets)); err != nil {
		return nil, err
	}
	if q.Compare == "" {
		return answer, nil
	}
	before, err := s.planTrend(ctx, q, plan.spans.previous(), from)
	if err != nil {
		return nil, err
	}
	answer.Compare, err = s.trendSeries(ctx, before, rows, len(answer.Buckets))
	return answer, err
}

// previous gives where the range of the same length begins that ends where this
// one begins. Lengths are counted by the calendar where the range is of whole
// units, so that months are compared with months and days keep their midnight.
func (v *intervals) previous() int64 {
	n := len(v.starts)
	if n == 0 {
		return v.from
	}
	edges := v.edges(0)
	if edges[0] == v.from && edges[n] == v.to {
		return v.cal.Step(v.unit, v.starts[0], -n).UnixMilli()
	}
	first, end := time.UnixMilli(v.from).In(v.cal.Zone), time.UnixMilli(v.to).In(v.cal.Zone)
	if v.cal.StartOf(query.Day, first).Equal(first) && v.cal.StartOf(query.Day, end).Equal(end) {
		days := int(math.Round(end.Sub(first).Hours() / 24))
		return v.cal.Step(query.Day, first, -days).UnixMilli()
	}
	return v.from - (v.to - v.from)
}

// trendRows ranks the rows of each series. Where a formula joins the series they
// share their rows.
func (s *asking) trendRows(ctx context.Context, plan *trendPlan) ([][]ranked, error) {
	rows := make([][]ranked, len(plan.series))
	if len(plan.dims) == 0 {
		for i := range rows {
			rows[i] = []ranked{}
		}
		return rows, nil
	}
	shared := map[kernel.Key][]float64{}
	for i, series := range plan.series {
		table, err := s.source.Totals(ctx, series)
		if err != nil {
			return nil, err
		}
		for n, key := range table.Keys() {
			if !table.Events(n) {
				continue
			}
			total, _ := table.Total(n)
			rows[i] = append(rows[i], ranked{key, key.Values(plan.dims), []float64{total}})
			if shared[key] == nil {
				shared[key] = make([]float64, len(plan.series))
			}
			shared[key][i] = total
		}
		rank(rows[i])
	}
	if plan.q.Formula == "" {
		return rows, nil
	}
	var all []ranked
	for key, totals := range shared {
		all = append(all, ranked{key, key.Values(plan.dims), totals})
	}
	rank(all)
	for i := range rows {
		rows[i] = all
	}
	return rows, nil
}

// trendSeries counts every series into its rows; width is the number of values
// of a row, to which a compared range with more or fewer intervals is brought.
func (s *asking) trendSeries(ctx context.Context, plan *trendPlan, rows [][]ranked, width int) ([]TrendSeries, error) {
	out := []TrendSeries{}
	perSeries := make([][]TrendSeries, len(plan.series))
	for i, series := range plan.series {
		kept, rest := shown(rows[i], plan.q.BreakdownLimit)
		table, err := s.source.Trend(ctx, series, keysOf(kept))
		if err != nil {
			return nil, err
		}
		name := plan.q.Series[i].Label()
		buckets := series.Buckets.Len()
		if len(plan.dims) == 0 {
			perSeries[i] = []TrendSeries{trendRow(table, 0, buckets, width)}
		} else {
			for n, r := range kept {
				row := trendRow(table, n, buckets, width)
				row.Breakdown = label(r.values)
				perSeries[i] = append(perSeries[i], row)
			}
			if rest || table.Events(len(kept)) {
				row := trendRow(table, len(kept), buckets, width)
				row.Breakdown = otherLabel(len(plan.dims))
				perSeries[i] = append(perSeries[i], row)
			}
		}
		for n := range perSeries[i] {
			perSeries[i][n].Name, perSeries[i][n].Series = name, i
		}
		out = append(out, perSeries[i]...)
	}
	if plan.q.Formula == "" {
		return out, nil
	}
	computed, err := formulaRows(plan.q.Formula, perSeries)
	return append(out, computed...), err
}

func trendRow(t *kernel.Table, row, buckets, width int) TrendSeries {
	out := TrendSeries{Values: make([]Number, width)}
	for b := range min(buckets, width) {
		v, _ := t.Value(row, b) // nothing is 0
		out.Values[b] = Number(v)
	}
	total, _ := t.Total(row)
	out.Total = Number(total)
	return out
}

// formulaRows computes a formula row by row; the series share their rows, but
// not all of them need have a row of the rest.
func formulaRows(text string, perSeries [][]TrendSeries) ([]TrendSeries, error) {
	formula, err := query.ParseFormula(text, len(perSeries))
	if err != nil {
		return nil, err
	}
	longest := perSeries[0]
	for _, rows := range perSeries {
		if len(rows) > len(longest) {
			longest = rows
		}
	}
	var out []TrendSeries
	operands := make([]float64, len(perSeries))
	compute := func(read func(series int) float64) Number {
		for i := range operands {
			operands[i] = read(i)
		}
		v, ok := formula.Value(operands)
		if !ok {
			return None()
		}
		return Number(v)
	}
	for n := range longest {
		row := TrendSeries{Name: text, Series: -1, Formula: true, Breakdown: longest[n].Breakdown}
		for b := range longest[n].Values {
			row.Values = append(row.Values, compute(func(i int) float64 {
				if n >= len(perSeries[i]) {
					return 0
				}
				return float64(perSeries[i][n].Values[b])
			}))
		}
		row.Total = compute(func(i int) float64 {
			if n >= len(perSeries[i]) {
				return 0
			}
			return float64(perSeries[i][n].Total)
		})
		out = append(out, row)
	}
	return out, nil
}

// trendPersons gives the persons of a cell.
func (s *asking) trendPersons(ctx context.Context, q *query.Trend, r query.Range, c *query.TrendCell) (*roaring.Bitmap, error) {
	from, to, err := s.bounds(r)
	if err != nil {
		return nil, err
	}
	plan, err := s.planTrend(ctx, q, from, to)
	if err != nil {
		return nil, err
	}
	rows, err := s.trendRows(ctx, plan)
	if err != nil {
		return nil, err
	}
	bucket := -1
	if c.Bucket != "" {
		if bucket, err = plan.spans.find(c.Bucket, "actors.bucket"); err != nil {
			return nil, err
		}
	}
	kept, _ := shown(rows[c.Series], q.BreakdownLimit)
	row, keys, ok := rowOf(c.Breakdown, kept, rows[c.Series])
	if !ok {
		return roaring.New(), nil
	}
	if c.Previous {
		if plan, err = s.planTrend(ctx, q, plan.spans.previous(), from); err != nil {
			return nil, err
		}
		if bucket >= len(plan.spans.starts) {
			return roaring.New(), nil
		}
	}
	return s.source.TrendPersons(ctx, plan.series[c.Series], kernel.Target{Rows: keysOf(keys), Row: row, Bucket: bucket})
}
