package analyse

import (
	"context"
	"math"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/analyse/internal/kernel"
	"github.com/weirhq/weir/query"
	"github.com/weirhq/weir/store/columns"
)

// funnelPlan is a funnel ready for the kernel.
type funnelPlan struct {
	q     *query.Funnel
	k     kernel.Funnel
	dims  []*kernel.Dim
	spans *intervals // of the trend; nil for none
	open  int64      // for how many milliseconds after its first event an attempt is open
}

func (s *asking) planFunnel(ctx context.Context, q *query.Funnel, r query.Range) (*funnelPlan, error) {
	from, to, err := s.bounds(r)
	if err != nil {
		return nil, err
	}
	plan := &funnelPlan{q: q, k: kernel.Funnel{
		Window: q.Window.Milliseconds(), Order: q.Order, Hold: q.Hold, Attempts: q.Count == "attempts", From: from, To: to,
	}}
	plan.open = plan.k.Window
	if q.Count == "sessions" {
		plan.k.SessionGap, plan.open = sessionGap, sessionGap
	}
	if q.HideIncomplete {
		plan.k.Closed = s.closed()
	}
	compile := s.compiler(ctx)
	for _, step := range q.Steps {
		match, err := compile.Matcher(step.Event, step.Where)
		if err != nil {
			return nil, err
		}
		plan.k.Steps = append(plan.k.Steps, match)
	}
	for _, x := range q.Exclusions {
		match, err := compile.Matcher(x.Event, x.Where)
		if err != nil {
			return nil, err
		}
		plan.k.Exclusions = append(plan.k.Exclusions, kernel.Exclusion{Event: match, From: x.From - 1, To: x.To - 1})
	}
	if plan.k.Activity, err = compile.Matcher(query.AnyEvent(), nil); err != nil {
		return nil, err
	}
	if plan.dims, err = s.dims(q.Breakdown); err != nil {
		return nil, err
	}
	for i, d := range plan.dims {
		plan.k.Dims = append(plan.k.Dims, kernel.FunnelDim{Dim: d, Step: max(q.Breakdown[i].OfStep-1, 0)})
	}
	if q.Trend != "" {
		if plan.spans, err = s.intervals(q.Trend, from, to); err != nil {
			return nil, err
		}
		plan.k.Buckets = plan.spans.buckets()
	}
	return plan, nil
}

// closed is the data's end: the time of the newest event, or now when that is earlier.
func (s *asking) closed() int64 {
	end := dataEnd(s.view)
	if s.passed(end) {
		return end
	}
	s.slides()
	return s.cal.Now.UnixMilli()
}

// dataEnd is the time of the newest event.
func dataEnd(view *columns.View) int64 {
	end := int64(math.MinInt64 + 1)
	for _, name := range view.EventNames() {
		end = max(end, name.LastSeen)
	}
	return end
}

func (s *asking) funnel(ctx context.Context, q *query.Funnel, r query.Range) (*FunnelAnswer, error) {
	plan, err := s.planFunnel(ctx, q, r)
	if err != nil {
		return nil, err
	}
	counted, err := s.source.Funnel(ctx, plan.k)
	if err != nil {
		return nil, err
	}
	answer := &FunnelAnswer{}
	all := kernel.NewFunnelRow(kernel.Key{}, len(q.Steps))
	for _, row := range counted.Rows {
		all.Add(row)
	}
	if len(plan.dims) > 0 {
		answer.Breakdown = plan.breakdown(counted.Rows)
	}
	answer.Steps = plan.steps(all)
	if plan.spans != nil {
		answer.Trend = plan.trend(counted, s.passed)
	}
	if q.Histogram {
		answer.Histogram = []FunnelBar{}
		for _, b := range histogram(&counted.Total) {
			answer.Histogram = append(answer.Histogram, FunnelBar{From: b.from, To: b.to, Count: b.count})
		}
	}
	answer.Meta.Incomplete = !q.HideIncomplete && plan.k.To > plan.k.From && !s.passed(plan.k.To-1+plan.open)
	return answer, nil
}

// steps shows one row.
func (plan *funnelPlan) steps(row *kernel.FunnelRow) []FunnelStep {
	out := make([]FunnelStep, len(plan.q.Steps))
	for i, step := range plan.q.Steps {
		out[i] = FunnelStep{
			Name: step.Label(), Count: row.Reached[i],
			FromFirst:    share(row.Reached[i], row.Reached[0]),
			FromPrevious: share(row.Reached[i], row.Reached[max(i-1, 0)]),
			Median:       None(), Average: None(), P90: None(),
		}
		if since := &row.Since[i]; since.Len() > 0 {
			at := since.Quantiles(0.5, 0.9)
			out[i].Median, out[i].Average, out[i].P90 = Number(at[0]), Number(since.Mean()), Number(at[1])
		}
	}
	return out
}

func share(part, whole int64) Number {
	if whole == 0 {
		return 0
	}
	return Number(float64(part) / float64(whole))
}

// rankFunnel orders the rows by those who entered.
func (plan *funnelPlan) rank(rows []*kernel.FunnelRow) []ranked {
	out := make([]ranked, 0, len(rows))
	for _, row := range rows {
		out = append(out, ranked{row.Key, row.Key.Values(plan.dims), []float64{float64(row.Reached[0])}})
	}
	rank(out)
	return out
}

func (plan *funnelPlan) breakdown(rows []*kernel.FunnelRow) []FunnelRow {
	byKey := make(map[kernel.Key]*kernel.FunnelRow, len(rows))
	for _, row := range rows {
		byKey[row.Key] = row
	}
	all := plan.rank(rows)
	kept, rest := shown(all, plan.q.BreakdownLimit)
	out := make([]FunnelRow, 0, len(kept)+1)
	for _, r := range kept {
		out = append(out, FunnelRow{Value: label(r.values), Steps: plan.steps(byKey[r.key])})
	}
	if !rest {
		return out
	}
	other := kernel.NewFunnelRow(kernel.Key{}, len(plan.q.Steps))
	for _, r := range all[len(kept):] {
		other.Add(byKey[r.key])
	}
	return append(out, FunnelRow{Value: otherLabel(len(plan.dims)), Steps: plan.steps(other)})
}

func (plan *funnelPlan) trend(counted *kernel.FunnelAnswer, passed func(int64) bool) []FunnelBucket {
	edges := plan.k.Buckets.Starts
	out := make([]FunnelBucket, len(plan.spans.starts))
	for i := range out {
		out[i] = FunnelBucket{
			Bucket: plan.spans.label(i), Entered: counted.Entered[i], Converted: counted.Converted[i],
			Incomplete: !passed(edges[i+1] - 1 + plan.open),
		}
	}
	return out
}

// maxBars is how many bars a histogram has at most.
const maxBars = 60

// bar is one of the even bars of a histogram, half-open but for the last.
type bar struct {
	from, to float64
	count    int64
}

// histogram divides times evenly, into as many bars as the cube root of their number.
func histogram(times *kernel.Durations) []bar {
	if times.Len() == 0 {
		return nil
	}
	ends := times.Quantiles(0, 1)
	low, high := ends[0], ends[1]
	bars := min(int(math.Ceil(math.Cbrt(float64(times.Len())))), maxBars)
	if low == high {
		bars = 1
	}
	width := (high - low) / float64(bars)
	out := make([]bar, bars)
	for i := range out {
		out[i].from, out[i].to = low+float64(i)*width, low+float64(i+1)*width
	}
	out[bars-1].to = high
	for x := range times.Seconds() {
		i := 0
		if width > 0 {
			i = min(int((x-low)/width), bars-1)
		}
		// The quotient may be off by one where x stands at an edge.
		for i > 0 && x < out[i].from {
			i--
		}
		for i < bars-1 && x >= out[i].to {
			i++
		}
		out[i].count++
	}
	return out
}

// funnelPersons gives the persons of a cell.
func (s *asking) funnelPersons(ctx context.Context, q *query.Funnel, r query.Range, c *query.FunnelCell) (*roaring.Bitmap, error) {
	plan, err := s.planFunnel(ctx, q, r)
	if err != nil {
		return nil, err
	}
	target := kernel.FunnelTarget{Step: c.Step - 1, Dropped: c.Dropped}
	if len(c.Breakdown) > 0 {
		counted, err := s.source.Funnel(ctx, plan.k)
		if err != nil {
			return nil, err
		}
		all := plan.rank(counted.Rows)
		kept, _ := shown(all, q.BreakdownLimit)
		row, keys, ok := rowOf(c.Breakdown, kept, all)
		if !ok {
			return roaring.New(), nil
		}
		target.Accept = accept(row, keys)
	}
	return s.source.FunnelPersons(ctx, plan.k, target)
}

// accept says which keys belong to a row that rowOf found.
func accept(row int, keys []ranked) func(kernel.Key) bool {
	if row < len(keys) {
		return func(k kernel.Key) bool { return k == keys[row].key }
	}
	listed := make(map[kernel.Key]bool, len(keys))
	for _, r := range keys {
		listed[r.key] = true
	}
	return func(k kernel.Key) bool { return !listed[k] }
}
