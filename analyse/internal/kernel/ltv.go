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
	q.Revenue = &Matcher{byName: make([]bool, len(q.Revenue.byName))} // nothing is paid
	visitors, err := scan(ctx, s, func() *ltvVisitor {
		v := newLTVVisitor(ctx, q, NewRows())
		v.everybody = nil
		return v
	})
	if err != nil {
		return nil, err
	}
	sizes := map[Key]int64{}
	for _, v := range visitors {
		for _, rows := range v.cohorts {
			for row := range rows {
				if rows[row].size > 0 {
					sizes[v.groups.key(row)] += rows[row].size
				}
			}
		}
	}
	if len(sizes) > MaxRows {
		return nil, tooManyRows()
	}
	return sizes, nil
}

// LTV counts into the given rows.
func (s *Source) LTV(ctx context.Context, q LTV, rows []Key) (*LTVAnswer, error) {
	if q.Buckets.Len()*(len(rows)+1)*q.Periods > maxCells {
		return nil, tooManyCells()
	}
	visitors, err := scan(ctx, s, func() *ltvVisitor { return newLTVVisitor(ctx, q, FixedRows(rows)) })
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
	return findInBlocks(ctx, s, func() *ltvVisitor {
		v := newLTVVisitor(ctx, q, FixedRows(target.Rows))
		v.everybody, v.target = nil, &target
		return v
	})
}

// ltvVisitor counts the persons of one worker.
type ltvVisitor struct {
	q         LTV
	groups    *grouper
	steps     *stepPicker
	everybody *ltvEverybody // nil where only the cohorts are wanted
	target    *LTVTarget
	found     []uint32
	watch     watch

	cohorts [][]ltvCohort // by bucket and row
	members []ltvMember   // of the block at hand
	joined  []uint32      // their rows
	times   *vector.Ints
	numbers *vector.Floats
}

// ltvMember is a person of the block that has a cohort event in the range.
type ltvMember struct {
	person   person.Ordinal
	start    int64
	from, to int // its steps among the rows picked
}

// ltvCohort counts one bucket and row.
type ltvCohort struct {
	size    int64
	periods []ltvPeriod // nil until somebody paid
}

// ltvPeriod is what is paid in one period, and how many pay for the first time in it.
type ltvPeriod struct {
	revenue compensated
	payers  int64
}

func newLTVVisitor(ctx context.Context, q LTV, rows *Rows) *ltvVisitor {
	return &ltvVisitor{
		q: q, groups: newGrouper(q.Dims, rows), steps: newStepPicker(q.Cohort, q.Revenue), everybody: newLTVEverybody(q),
		watch: watch{ctx: ctx}, cohorts: make([][]ltvCohort, q.Buckets.Len()),
	}
}

func (v *ltvVisitor) needs() []string {
	list := append(needs(v.q.Cohort, v.q.Revenue), v.q.Value)
	for _, d := range v.q.Dims {
		list = append(list, d.needs()...)
	}
	return list
}

func (v *ltvVisitor) splits() bool { return false }

func (v *ltvVisitor) layer(l *columns.Layer) {
	v.steps.layer(l)
	v.groups.layer(l)
	if v.everybody != nil {
		v.everybody.layer(l)
	}
	v.times, v.numbers = &l.Times, nil
	if c := l.Column(v.q.Value); c != nil {
		v.numbers = c.Numbers
	}
}

// What a row picked is.
const (
	cohortBit = 1 << iota
	revenueBit
)

func (v *ltvVisitor) block(b *block) error {
	if v.everybody != nil {
		v.everybody.block(b)
	}
	rows, met := v.steps.pick(b)
	v.members, v.joined = v.members[:0], v.joined[:0]
	b.each(rows, func(i, from, to int) { v.join(b.persons[i], rows, met, from, to) })
	groups := v.groups.gather(b, v.joined)
	for i, m := range v.members {
		row := 0
		if groups != nil {
			row = int(groups[i])
		}
		v.member(m, row, rows[m.from:m.to], met[m.from:m.to])
	}
	if v.watch.err != nil {
		return v.watch.err
	}
	return v.groups.rows.full()
}

// join finds the person's first cohort event in the range, and counts what is paid in it.
func (v *ltvVisitor) join(p person.Ordinal, rows, met []uint32, from, to int) {
	member := false
	for k := from; k < to; k++ {
		t := v.times.At(rows[k])
		if t < v.q.From {
			continue
		}
		if t >= v.q.To {
			break
		}
		if met[k]&cohortBit != 0 && !member {
			member = true
			v.members = append(v.members, ltvMember{p, t, from, to})
			v.joined = append(v.joined, rows[k])
		}
		if met[k]&revenueBit != 0 && v.everybody != nil {
			if x, ok := v.money(rows[k]); ok {
				v.everybody.pay(p, t, x)
			}
		}
	}
	v.watch.stop(to - from)
}

// money gives what a revenue event brings in; false when it has no number.
func (v *ltvVisitor) money(row uint32) (float64, bool) {
	if v.numbers == nil {
		return 0, false
	}
	x := v.numbers.At(row)
	return x, !math.IsNaN(x)
}

// member counts a person in its cohort, or collects it.
func (v *ltvVisitor) member(m ltvMember, row int, rows, met []uint32) {
	bucket := v.q.Buckets.Find(m.start)
	if v.target != nil {
		if bucket == v.target.Bucket && (v.target.Row < 0 || row == v.target.Row) && v.wanted(m.start, rows, met) {
			v.found = append(v.found, uint32(m.person))
		}
		return
	}
	c := v.at(bucket, row)
	c.size++
	paid := false
	v.payments(m.start, rows, met, v.q.Periods, func(period int, x float64) bool {
		if c.periods == nil {
			c.periods = make([]ltvPeriod, v.q.Periods)
		}
		c.periods[period].revenue.plus(x)
		if !paid {
			c.periods[period].payers++
			paid = true
		}
		return true
	})
}

// wanted says whether a member of the target's cohort has paid, if it must have.
func (v *ltvVisitor) wanted(start int64, rows, met []uint32) bool {
	wanted := !v.target.Payers
	if !wanted {
		v.payments(start, rows, met, v.target.Period+1, func(int, float64) bool {
			wanted = true
			return false
		})
	}
	return wanted
}

// payments visits what a member paid, by period. Payments of the same time as the
// cohort event count, also those that arrived before it.
func (v *ltvVisitor) payments(start int64, rows, met []uint32, periods int, visit func(period int, x float64) bool) {
	end := start + int64(periods)*Day
	for i, row := range rows {
		if met[i]&revenueBit == 0 {
			continue
		}
		t := v.times.At(row)
		if t >= end {
			return
		}
		if t < start {
			continue
		}
		if x, ok := v.money(row); ok && !visit(int((t-start)/Day), x) {
			return
		}
	}
}

// at gives the cohort of a bucket and row, making room for it.
func (v *ltvVisitor) at(bucket, row int) *ltvCohort {
	v.cohorts[bucket] = extend(v.cohorts[bucket], row+1)
	return &v.cohorts[bucket][row]
}

func (v *ltvVisitor) result() []uint32 { return v.found }

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
				to.periods[n].revenue.add(from.periods[n].revenue)
				to.periods[n].payers += from.periods[n].payers
			}
		}
	}
	v.everybody.merge(o.everybody)
}

func (v *ltvVisitor) answer(rows int) *LTVAnswer {
	a := &LTVAnswer{}
	v.everybody.answer(a)
	for bucket := range v.cohorts {
		list := make([]LTVCohort, rows)
		for row := range v.cohorts[bucket] {
			list[row] = v.cohorts[bucket][row].answer()
		}
		a.Cohorts = append(a.Cohorts, list)
	}
	return a
}

// answer adds the periods up.
func (c *ltvCohort) answer() LTVCohort {
	out := LTVCohort{Size: c.size}
	sum, payers := compensated{}, int64(0)
	for _, p := range c.periods {
		sum.add(p.revenue)
		payers += p.payers
		out.Revenue, out.Payers = append(out.Revenue, sum.value()), append(out.Payers, payers)
	}
	return out
}
