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
	rows, err := s.trendRows(ctx, plan, query.RowLimit(q.BreakdownLimit))
	if err != nil {
		return nil, err
	}
	answer := &TrendAnswer{Buckets: plan.spans.labels()}
	answer.Incomplete, answer.Meta.Incomplete = s.incomplete(plan.spans)
	if answer.Series, err = s.trendSeries(ctx, plan, rows, len(answer.Buckets), false); err != nil {
		return nil, err
	}
	if q.Compare == "" {
		return answer, nil
	}
	before, err := s.planTrend(ctx, q, plan.spans.previous(), from)
	if err != nil {
		return nil, err
	}
	answer.Compare, err = s.trendSeries(ctx, before, rows, len(answer.Buckets), true)
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

// trendRows are the rows of one series.
type trendRows struct {
	kept  []ranked
	rest  bool          // others are summed under «other»
	table *kernel.Table // in which they were found; nil without a breakdown
}

// trendRows ranks the rows of each series and keeps some. Where a formula joins
// the series they share their rows.
func (s *asking) trendRows(ctx context.Context, plan *trendPlan, limit int) ([]trendRows, error) {
	out := make([]trendRows, len(plan.series))
	if len(plan.dims) == 0 {
		return out, nil
	}
	shared := map[kernel.Key]int{} // index in all
	var all []ranked
	for i, series := range plan.series {
		table, err := s.source.Rows(ctx, series, limit)
		if err != nil {
			return nil, err
		}
		out[i].table = table
		var rows []ranked
		totals := make([]float64, len(table.Keys()))
		for n, key := range table.Keys() {
			if !table.Events(n) {
				continue
			}
			totals[n], _ = table.Total(n)
			rows = append(rows, ranked{key: key, totals: totals[n : n+1]})
		}
		if plan.q.Formula == "" {
			out[i].kept, out[i].rest = first(rows, limit, plan.dims)
			continue
		}
		for _, r := range rows {
			at, known := shared[r.key]
			if !known {
				at = len(all)
				shared[r.key] = at
				all = append(all, ranked{key: r.key, totals: make([]float64, len(plan.series))})
			}
			all[at].totals[i] = r.totals[0]
		}
	}
	if plan.q.Formula != "" {
		kept, rest := first(all, limit, plan.dims)
		for i := range out {
			out[i].kept, out[i].rest = kept, rest
		}
	}
	return out, nil
}

// trendSeries counts every series into its rows; width is the number of values
// of a row, to which a compared range with more or fewer intervals is brought.
// The rows were found in the same range unless it is the one before.
func (s *asking) trendSeries(ctx context.Context, plan *trendPlan, rows []trendRows, width int, before bool) ([]TrendSeries, error) {
	out := []TrendSeries{}
	perSeries := make([][]TrendSeries, len(plan.series))
	for i, series := range plan.series {
		keys := keysOf(rows[i].kept)
		var table *kernel.Table
		found := false
		if rows[i].table != nil && !before {
			table, found = rows[i].table.Of(keys)
		}
		if !found {
			var err error
			if table, err = s.source.Trend(ctx, series, keys); err != nil {
				return nil, err
			}
		}
		perSeries[i] = plan.tableRows(table, rows[i], width)
		for n := range perSeries[i] {
			perSeries[i][n].Name, perSeries[i][n].Series = plan.q.Series[i].Label(), i
		}
		out = append(out, perSeries[i]...)
	}
	if plan.q.Formula == "" {
		return out, nil
	}
	computed, err := formulaRows(plan.q.Formula, perSeries)
	return append(out, computed...), err
}

// tableRows shows the rows of a table: the kept ones, and the rest where there is any.
func (plan *trendPlan) tableRows(table *kernel.Table, rows trendRows, width int) []TrendSeries {
	buckets := plan.series[0].Buckets.Len()
	if len(plan.dims) == 0 {
		return []TrendSeries{trendRow(table, 0, buckets, width)}
	}
	var out []TrendSeries
	for n, r := range rows.kept {
		row := trendRow(table, n, buckets, width)
		row.Breakdown = label(r.values)
		out = append(out, row)
	}
	if rest := len(rows.kept); rows.rest || table.Events(rest) {
		row := trendRow(table, rest, buckets, width)
		row.Breakdown = otherLabel(len(plan.dims))
		out = append(out, row)
	}
	return out
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
	rows, err := s.trendRows(ctx, plan, math.MaxInt)
	if err != nil {
		return nil, err
	}
	bucket := -1
	if c.Bucket != "" {
		if bucket, err = plan.spans.find(c.Bucket, "actors.bucket"); err != nil {
			return nil, err
		}
	}
	all := rows[c.Series].kept
	kept, _ := shown(all, q.BreakdownLimit)
	row, keys, ok := rowOf(c.Breakdown, kept, all)
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
