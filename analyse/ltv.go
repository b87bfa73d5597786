package analyse

import (
	"context"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/analyse/internal/kernel"
	"github.com/weirhq/weir/query"
)

// ltvPlan is a question about value by age, ready for the kernel.
type ltvPlan struct {
	q     *query.LTV
	k     kernel.LTV
	spans *intervals
}

func (s *asking) planLTV(ctx context.Context, q *query.LTV, r query.Range) (*ltvPlan, error) {
	from, to, err := s.bounds(r)
	if err != nil {
		return nil, err
	}
	plan := &ltvPlan{q: q}
	if plan.spans, err = s.intervals(q.Interval, from, to); err != nil {
		return nil, err
	}
	plan.k = kernel.LTV{Value: q.Revenue.Value, From: from, To: to, Buckets: plan.spans.buckets(), Periods: q.Periods}
	if plan.k.Dims, err = s.dims(q.Breakdown); err != nil {
		return nil, err
	}
	compile := s.compiler(ctx)
	if plan.k.Cohort, err = compile.Matcher(q.Cohort.Event, q.Cohort.Where); err != nil {
		return nil, err
	}
	if plan.k.Revenue, err = compile.Matcher(q.Revenue.Event, q.Revenue.Where); err != nil {
		return nil, err
	}
	plan.k.Activity, err = compile.Matcher(query.AnyEvent(), nil)
	return plan, err
}

// ltvRows ranks the rows of the breakdown by their members in all cohorts.
func (s *asking) ltvRows(ctx context.Context, plan *ltvPlan) ([]ranked, error) {
	if len(plan.k.Dims) == 0 {
		return nil, nil
	}
	sizes, err := s.source.LTVSizes(ctx, plan.k)
	if err != nil {
		return nil, err
	}
	rows := make([]ranked, 0, len(sizes))
	for key, size := range sizes {
		rows = append(rows, ranked{key, key.Values(plan.k.Dims), []float64{float64(size)}})
	}
	rank(rows)
	return rows, nil
}

func (s *asking) ltv(ctx context.Context, q *query.LTV, r query.Range) (*LTVAnswer, error) {
	plan, err := s.planLTV(ctx, q, r)
	if err != nil {
		return nil, err
	}
	rows, err := s.ltvRows(ctx, plan)
	if err != nil {
		return nil, err
	}
	kept, _ := shown(rows, q.BreakdownLimit)
	plan.k.Churned = s.cal.Now.UnixMilli() - int64(q.ChurnDays)*kernel.Day
	counted, err := s.source.LTV(ctx, plan.k, keysOf(kept))
	if err != nil {
		return nil, err
	}
	if counted.NextChurn != 0 {
		s.passed(counted.NextChurn + int64(q.ChurnDays)*kernel.Day) // then somebody else has churned
	}
	answer := &LTVAnswer{Interval: q.Interval, Rows: []LTVRow{}, Intervals: []LTVInterval{}, Churned: ltvChurned(counted)}
	total := newLTVTotal(q.Periods)
	for bucket, cohorts := range counted.Cohorts {
		incomplete := s.ltvIncomplete(plan, bucket)
		for _, row := range plan.cohort(bucket, cohorts, kept, incomplete) {
			total.add(row)
			answer.Rows = append(answer.Rows, row)
		}
		answer.Meta.Incomplete = answer.Meta.Incomplete || slices.Contains(incomplete, true)
		answer.Intervals = append(answer.Intervals, ltvInterval(plan.spans.label(bucket), counted.Intervals[bucket]))
	}
	answer.Total = total.answer()
	return answer, nil
}

// cohort gives the rows of one bucket: one, or those of the breakdown that have persons.
func (plan *ltvPlan) cohort(bucket int, counted []kernel.LTVCohort, kept []ranked, incomplete []bool) []LTVRow {
	var out []LTVRow
	for i, cohort := range counted {
		if len(plan.k.Dims) > 0 && cohort.Size == 0 {
			continue
		}
		row := ltvRow(cohort, incomplete)
		row.Cohort = plan.spans.label(bucket)
		switch {
		case len(plan.k.Dims) == 0:
		case i < len(kept):
			row.Breakdown = label(kept[i].values)
		default:
			row.Breakdown = otherLabel(len(plan.k.Dims))
		}
		out = append(out, row)
	}
	return out
}

// ltvIncomplete says of each column whether a member who came at the cohort's last
// moment has not had its time yet.
func (s *asking) ltvIncomplete(plan *ltvPlan, bucket int) []bool {
	out := make([]bool, plan.q.Periods)
	last := plan.k.Buckets.Starts[bucket+1] - 1
	for n := range out {
		out[n] = !s.passed(last + int64(n+1)*kernel.Day)
	}
	return out
}

func ltvChurned(a *kernel.LTVAnswer) LTVChurned {
	out := LTVChurned{Persons: a.Churned, MeanDays: None()}
	if a.Churned > 0 {
		out.MeanDays = Number(a.ChurnedDays / float64(a.Churned))
	}
	return out
}

func ltvInterval(bucket string, i kernel.LTVInterval) LTVInterval {
	return LTVInterval{
		Bucket: bucket, Revenue: i.Revenue, Active: i.Active, Payers: i.Payers,
		ARPU: per(i.Revenue, i.Active), ARPPU: per(i.Revenue, i.Payers),
	}
}

// per divides among a number of persons; none where there is nobody.
func per(x float64, persons int64) Number {
	if persons == 0 {
		return None()
	}
	return Number(x / float64(persons))
}

func ltvRow(c kernel.LTVCohort, incomplete []bool) LTVRow {
	row := LTVRow{Size: c.Size, Revenue: c.Revenue, Payers: c.Payers, Incomplete: incomplete}
	if c.Revenue == nil { // nobody paid
		row.Revenue, row.Payers = make([]float64, len(incomplete)), make([]int64, len(incomplete))
	}
	for n := range incomplete {
		row.LTV = append(row.LTV, per(row.Revenue[n], row.Size))
		row.PayRate = append(row.PayRate, per(float64(row.Payers[n]), row.Size))
		row.ARPPU = append(row.ARPPU, per(row.Revenue[n], row.Payers[n]))
	}
	return row
}

// ltvTotal adds up the rows, in each column those that are complete there.
type ltvTotal struct {
	size            int64
	members, payers []int64
	revenue         []float64
}

func newLTVTotal(periods int) *ltvTotal {
	return &ltvTotal{members: make([]int64, periods), payers: make([]int64, periods), revenue: make([]float64, periods)}
}

func (t *ltvTotal) add(row LTVRow) {
	t.size += row.Size
	for n, incomplete := range row.Incomplete {
		if !incomplete {
			t.members[n] += row.Size
			t.payers[n] += row.Payers[n]
			t.revenue[n] += row.Revenue[n]
		}
	}
}

func (t *ltvTotal) answer() LTVTotal {
	out := LTVTotal{Size: t.size, Members: t.members, Payers: t.payers, Revenue: t.revenue}
	for n, revenue := range t.revenue {
		out.LTV = append(out.LTV, per(revenue, t.members[n]))
		out.PayRate = append(out.PayRate, per(float64(t.payers[n]), t.members[n]))
		out.ARPPU = append(out.ARPPU, per(revenue, t.payers[n]))
	}
	return out
}

// ltvPersons gives the persons of a cohort, or those of them who have paid.
func (s *asking) ltvPersons(ctx context.Context, q *query.LTV, r query.Range, c *query.LTVCell) (*roaring.Bitmap, error) {
	plan, err := s.planLTV(ctx, q, r)
	if err != nil {
		return nil, err
	}
	target := kernel.LTVTarget{Row: -1, Payers: c.Payers, Period: q.Periods - 1}
	if target.Bucket, err = plan.spans.find(c.Cohort, "actors.cohort"); err != nil {
		return nil, err
	}
	if c.Period != nil {
		target.Period = *c.Period
	}
	if len(c.Breakdown) > 0 {
		rows, err := s.ltvRows(ctx, plan)
		if err != nil {
			return nil, err
		}
		kept, _ := shown(rows, q.BreakdownLimit)
		row, keys, ok := rowOf(c.Breakdown, kept, rows)
		if !ok {
			return roaring.New(), nil
		}
		target.Row, target.Rows = row, keysOf(keys)
	}
	return s.source.LTVPersons(ctx, plan.k, target)
}
