package kernel

import (
	"context"
	"math"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/store/columns"
	"github.com/weirhq/weir/store/columns/vector"
)

// Day is the length of a column of LTV, in milliseconds.
const Day = 24 * 3600 * 1000

// LTV asks what persons bring in by the time since they came; see query.LTV.
type LTV struct {
	Cohort, Revenue, Activity *Matcher
	Value                     string // property of the revenue events
	Buckets                   Buckets
	From, To                  int64 // half-open: what the buckets cover
	Periods                   int
	Churned                   int64 // persons whose last activity is not after this have churned
	Dims                      []*Dim
}

// LTVAnswer is the cohorts, bucket by bucket, and what everybody did.
type LTVAnswer struct {
	Cohorts     [][]LTVCohort // by bucket and row
	Intervals   []LTVInterval // by bucket
	Churned     int64
	ChurnedDays float64 // from first to last activity, of all who have churned
	NextChurn   int64   // the earliest last activity of the others; 0 for none
}

// LTVCohort is the persons of one bucket and row. Revenue and Payers are by
// period, cumulative; nil where nobody paid.
type LTVCohort struct {
	Size    int64
	Revenue []float64
	Payers  []int64
}

// LTVInterval is what everybody did in one bucket.
type LTVInterval struct {
	Revenue        float64
	Active, Payers int64
}

// LTVTarget is a cohort whose persons are wanted.
type LTVTarget struct {
	Bucket int
	Rows   []Key
	Row    int  // -1: any row; len(Rows): the rest
	Payers bool // only those who paid in periods 0 to Period
	Period int
}

// LTVSizes finds the rows of the breakdown and how many persons each has.
func (s *Source) LTVSizes(ctx context.Context, q LTV) (map[Key]int64, error) {
	visitors, err := run(ctx, s, func() *ltvVisitor {
		v := newLTVVisitor(ctx, q, NewRows())
		v.onlySizes = true
		return v
	})
	if err != nil {
		return nil, err
	}
	sizes := map[Key]int64{}
	for _, v := range visitors {
		for _, rows := range v.cohorts {
			for row := range rows {
				sizes[v.rows.keys[row]] += rows[row].size
			}
		}
	}
	return sizes, nil
}

// LTV counts into the given rows.
func (s *Source) LTV(ctx context.Context, q LTV, rows []Key) (*LTVAnswer, error) {
	if q.Buckets.Len()*(len(rows)+1)*q.Periods > maxCells {
		return nil, tooManyCells()
	}
	visitors, err := run(ctx, s, func() *ltvVisitor { return newLTVVisitor(ctx, q, FixedRows(rows)) })
	if err != nil {
		return nil, err
	}
	all := newLTVVisitor(ctx, q, FixedRows(rows))
	for _, v := range visitors {
		all.merge(v)
	}
	return all.answer(len(rows) + 1), nil
}

// LTVPersons gives the persons of a cohort.
func (s *Source) LTVPersons(ctx context.Context, q LTV, target LTVTarget) (*roaring.Bitmap, error) {
	return findPersons(ctx, s, func() *ltvVisitor {
		v := newLTVVisitor(ctx, q, FixedRows(target.Rows))
		v.target = &target
		return v
	})
}

// What an event of some name can be.
const (
	isActivity = 1 << iota
	isCohort
	isRevenue
)

// ltvVisitor counts the persons of one worker.
type ltvVisitor struct {
	q         LTV
	rows      *Rows
	means     []uint8 // by code of the event name
	onlySizes bool
	target    *LTVTarget
	found     []uint32
	watch     watch

	cohorts   [][]ltvCohort // by bucket and row
	intervals []ltvInterval
	churned   int64
	lived     exact // milliseconds, of the churned
	next      int64 // the earliest last activity of those who have not churned

	cohort, revenue bound
	dims            boundDims
	times           *vector.Ints
	numbers         *vector.Floats
}

// ltvCohort counts one bucket and row.
type ltvCohort struct {
	size    int64
	periods []ltvPeriod // nil until somebody paid
}

// ltvPeriod is what is paid in one period, and how many pay for the first time in it.
type ltvPeriod struct {
	revenue exact
	payers  int64
}

type ltvInterval struct {
	revenue        exact
	active, payers int64
}

func newLTVVisitor(ctx context.Context, q LTV, rows *Rows) *ltvVisitor {
	v := &ltvVisitor{q: q, rows: rows, watch: watch{ctx: ctx}}
	v.cohorts, v.intervals = make([][]ltvCohort, q.Buckets.Len()), make([]ltvInterval, q.Buckets.Len())
	v.means = make([]uint8, len(q.Cohort.byName))
	for code := range v.means {
		for bit, m := range map[uint8]*Matcher{isActivity: q.Activity, isCohort: q.Cohort, isRevenue: q.Revenue} {
			if m.byName[code] {
				v.means[code] |= bit
			}
		}
	}
	return v
}

func (v *ltvVisitor) needs() []string {
	list := append(needs(v.q.Cohort, v.q.Revenue), v.q.Value)
	for _, d := range v.q.Dims {
		list = append(list, d.needs()...)
	}
	return list
}

func (v *ltvVisitor) layer(l *columns.Layer) {
	v.cohort, v.revenue, v.times = v.q.Cohort.bind(l), v.q.Revenue.bind(l), &l.Times
	v.dims, v.numbers = bindDims(v.q.Dims, l), nil
	if c := l.Column(v.q.Value); c != nil {
		v.numbers = c.Numbers
	}
}

func (v *ltvVisitor) failed() error {
	if v.watch.err != nil {
		return v.watch.err
	}
	return v.rows.full()
}

func (v *ltvVisitor) result() []uint32 { return v.found }

func (v *ltvVisitor) person(p person.Ordinal, lo, hi uint32) {
	if v.target == nil && !v.onlySizes {
		v.churn(lo, hi)
	}
	if v.times.At(hi-1) < v.q.From || v.times.At(lo) >= v.q.To {
		return
	}
	joined, member := v.visit(p, lo, hi)
	if !member {
		return
	}
	bucket := v.q.Buckets.Find(v.times.At(joined))
	row := 0
	if len(v.q.Dims) > 0 {
		row = v.rows.row(v.dims.key(p, joined))
	}
	switch {
	case v.target != nil:
		v.collect(p, bucket, row, joined, lo, hi)
	case v.onlySizes:
		v.at(bucket, row).size++
	default:
		cohort := v.at(bucket, row)
		cohort.size++
		v.pay(p, cohort, joined, lo, hi)
	}
}

// churn counts a person whose activity has ended.
func (v *ltvVisitor) churn(lo, hi uint32) {
	active := func(row uint32) bool { return v.means[v.cohort.names.At(row)]&isActivity != 0 }
	last := hi
	for last > lo && !active(last-1) {
		last--
	}
	if last == lo {
		return
	}
	if t := v.times.At(last - 1); t > v.q.Churned {
		if v.next == 0 || t < v.next {
			v.next = t
		}
		return
	}
	first := lo
	for !active(first) {
		first++
	}
	v.churned++
	v.lived.add(float64(v.times.At(last-1) - v.times.At(first)))
}

// visit counts what the person did in the buckets, and finds its first cohort event in the range.
func (v *ltvVisitor) visit(p person.Ordinal, lo, hi uint32) (joined uint32, member bool) {
	active, paid := -1, -1 // the last bucket in which the person was counted
	everything := v.target == nil && !v.onlySizes
	for row := v.times.FirstAtOrAfter(lo, hi, v.q.From); row < hi && !v.watch.stop(1); row++ {
		means := v.means[v.cohort.names.At(row)]
		if member {
			means &^= isCohort
		}
		if means == 0 || means == isActivity && !everything {
			continue
		}
		t := v.times.At(row)
		if t >= v.q.To {
			break
		}
		if means&isCohort != 0 && v.cohort.match(p, row) {
			joined, member = row, true
			if !everything {
				break
			}
		}
		if !everything {
			continue
		}
		bucket := v.q.Buckets.Find(t)
		if means&isActivity != 0 && bucket != active {
			v.intervals[bucket].active++
			active = bucket
		}
		if means&isRevenue == 0 {
			continue
		}
		if x, ok := v.money(p, row); ok {
			v.intervals[bucket].revenue.add(x)
			if bucket != paid {
				v.intervals[bucket].payers++
				paid = bucket
			}
		}
	}
	return joined, member && v.watch.err == nil
}

// money gives what a row brings in; false when it is no revenue.
func (v *ltvVisitor) money(p person.Ordinal, row uint32) (float64, bool) {
	if v.numbers == nil || !v.revenue.match(p, row) {
		return 0, false
	}
	x := v.numbers.At(row)
	return x, !math.IsNaN(x)
}

// at gives the cohort of a bucket and row, making room for it.
func (v *ltvVisitor) at(bucket, row int) *ltvCohort {
	if more := row + 1 - len(v.cohorts[bucket]); more > 0 {
		v.cohorts[bucket] = append(v.cohorts[bucket], make([]ltvCohort, more)...)
	}
	return &v.cohorts[bucket][row]
}

// payments visits what a member paid, by period. Payments of the same time as the
// cohort event count, also those that arrived before it.
func (v *ltvVisitor) payments(p person.Ordinal, joined, lo, hi uint32, periods int, visit func(period int, x float64) bool) {
	start := v.times.At(joined)
	end := start + int64(periods)*Day
	for row := v.times.FirstAtOrAfter(lo, hi, start); row < hi && !v.watch.stop(1); row++ {
		if v.means[v.revenue.names.At(row)]&isRevenue == 0 {
			continue
		}
		t := v.times.At(row)
		if t >= end {
			return
		}
		if x, ok := v.money(p, row); ok && !visit(int((t-start)/Day), x) {
			return
		}
	}
}

func (v *ltvVisitor) pay(p person.Ordinal, c *ltvCohort, joined, lo, hi uint32) {
	paid := false
	v.payments(p, joined, lo, hi, v.q.Periods, func(period int, x float64) bool {
		if c.periods == nil {
			c.periods = make([]ltvPeriod, v.q.Periods)
		}
		c.periods[period].revenue.add(x)
		if !paid {
			c.periods[period].payers++
			paid = true
		}
		return true
	})
}

func (v *ltvVisitor) collect(p person.Ordinal, bucket, row int, joined, lo, hi uint32) {
	if bucket != v.target.Bucket || v.target.Row >= 0 && row != v.target.Row {
		return
	}
	wanted := !v.target.Payers
	if !wanted {
		v.payments(p, joined, lo, hi, v.target.Period+1, func(int, float64) bool {
			wanted = true
			return false
		})
	}
	if wanted {
		v.found = append(v.found, uint32(p))
	}
}

// merge adds what another worker counted; no person is in both.
func (v *ltvVisitor) merge(o *ltvVisitor) {
	for bucket, rows := range o.cohorts {
		for row := range rows {
			to, from := v.at(bucket, row), &rows[row]
			to.size += from.size
			if to.periods == nil {
				to.periods = from.periods
				continue
			}
			for n := range from.periods {
				to.periods[n].revenue.join(from.periods[n].revenue)
				to.periods[n].payers += from.periods[n].payers
			}
		}
	}
	for i, from := range o.intervals {
		to := &v.intervals[i]
		to.revenue.join(from.revenue)
		to.active += from.active
		to.payers += from.payers
	}
	if v.next == 0 || o.next != 0 && o.next < v.next {
		v.next = o.next
	}
	v.churned += o.churned
	v.lived.join(o.lived)
}

func (v *ltvVisitor) answer(rows int) *LTVAnswer {
	a := &LTVAnswer{Churned: v.churned, ChurnedDays: v.lived.value() / Day, NextChurn: v.next}
	for bucket := range v.cohorts {
		list := make([]LTVCohort, rows)
		for row := range v.cohorts[bucket] {
			list[row] = v.cohorts[bucket][row].answer()
		}
		a.Cohorts = append(a.Cohorts, list)
		i := v.intervals[bucket]
		a.Intervals = append(a.Intervals, LTVInterval{Revenue: i.revenue.value(), Active: i.active, Payers: i.payers})
	}
	return a
}

// answer adds the periods up.
func (c *ltvCohort) answer() LTVCohort {
	out := LTVCohort{Size: c.size}
	sum, payers := exact{}, int64(0)
	for _, p := range c.periods {
		sum.join(p.revenue)
		payers += p.payers
		out.Revenue, out.Payers = append(out.Revenue, sum.value()), append(out.Payers, payers)
	}
	return out
}
