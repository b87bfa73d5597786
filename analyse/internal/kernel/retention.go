package kernel

import (
	"context"
	"math"
	"slices"
	"sort"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/query"
	"github.com/weirhq/weir/store/columns"
	"github.com/weirhq/weir/store/columns/vector"
)

// Retention asks who comes back.
type Retention struct {
	Start, Return *Matcher
	Same          bool // both are the same events
	// From and To bound the start events, half-open.
	From, To int64
	// Edges are the boundaries of calendar intervals: the first Rows of them are
	// the cohorts, the others as many as columns look ahead.
	Edges    []int64
	Rows     int
	Columns  [][2]int // first and last interval of each column
	Single   bool     // column n is interval n
	Cohort   string   // as in package query
	Rolling  int64    // length of an interval from the start event, 0 for calendar intervals
	OrAfter  bool     // returns up to Horizon count, not only those in the column's intervals
	Horizon  int64
	Property string // sum of this property of the returns instead of persons
}

// RetentionAnswer is the table, one row per cohort.
type RetentionAnswer struct {
	Sizes  []int64
	Values [][]float64
}

// RetentionTarget is a cell whose persons are wanted.
type RetentionTarget struct {
	Row      int
	Column   int // -1: the whole cohort
	Returned bool
}

// Retention counts the table.
func (s *Source) Retention(ctx context.Context, q Retention) (*RetentionAnswer, error) {
	if q.Rows*len(q.Columns) > maxCells {
		return nil, tooManyCells()
	}
	if q.transposable() {
		return s.retentionByWords(ctx, q)
	}
	visitors, err := scan(ctx, s, func() *retentionVisitor { return newRetentionVisitor(ctx, q, nil) })
	if err != nil {
		return nil, err
	}
	answer := &RetentionAnswer{Sizes: make([]int64, q.Rows), Values: make([][]float64, q.Rows)}
	for row := range answer.Values {
		answer.Values[row] = make([]float64, len(q.Columns))
		for _, v := range visitors {
			answer.Sizes[row] += v.sizes[row]
		}
		for column := range q.Columns {
			var sum compensated
			for _, v := range visitors {
				sum.add(v.cells[row*len(q.Columns)+column])
			}
			answer.Values[row][column] = sum.value()
		}
	}
	return answer, nil
}

// RetentionPersons gives the persons of a cell.
func (s *Source) RetentionPersons(ctx context.Context, q Retention, target RetentionTarget) (*roaring.Bitmap, error) {
	return findInBlocks(ctx, s, func() *retentionVisitor { return newRetentionVisitor(ctx, q, &target) })
}

// retentionVisitor counts the persons of one worker.
type retentionVisitor struct {
	q      Retention
	edges  Buckets
	last   int64 // the first time of rows that do not matter any more
	sizes  []int64
	cells  []compensated
	target *RetentionTarget
	found  []uint32
	watch  watch
	came   []uint64 // bits by interval since the start, of one cohort

	steps   *stepPicker
	at      []int64 // times of the rows picked
	times   *vector.Ints
	numbers *vector.Floats

	cohorts []cohort
	returns []returned
}

// cohort is one row that the person belongs to, and by which start event.
type cohort struct {
	row  int
	from int64
}

// returned is one return event.
type returned struct {
	time     int64
	interval int // -1 beyond the edges
	value    float64
}

func newRetentionVisitor(ctx context.Context, q Retention, target *RetentionTarget) *retentionVisitor {
	v := &retentionVisitor{q: q, edges: NewBuckets(q.Edges), target: target, watch: watch{ctx: ctx}}
	v.sizes, v.cells = make([]int64, q.Rows), make([]compensated, q.Rows*len(q.Columns))
	v.last, v.steps = q.end(), newStepPicker(q.Start, q.Return)
	v.came = make([]uint64, q.furthest()/64+1)
	return v
}

// furthest is the last interval that a column looks at.
func (q *Retention) furthest() int {
	furthest := 0
	for _, c := range q.Columns {
		furthest = max(furthest, c[1])
	}
	return furthest
}

// end is the first time of rows that do not matter any more.
func (q *Retention) end() int64 {
	end := q.Edges[len(q.Edges)-1]
	if q.Rolling > 0 {
		end = q.To + int64(q.furthest()+1)*q.Rolling
	}
	if q.OrAfter {
		end = q.Horizon
	}
	return max(end, q.To)
}

func (v *retentionVisitor) needs() []string {
	return append(needs(v.q.Start, v.q.Return), v.q.Property)
}

// within narrows the rows where nothing before the range matters.
func (v *retentionVisitor) within() (from, to int64) {
	if v.q.Cohort == query.FirstEver {
		return never, v.last
	}
	return v.q.From, v.last
}

func (v *retentionVisitor) splits() bool { return false }

func (v *retentionVisitor) result() []uint32 { return v.found }

func (v *retentionVisitor) layer(l *columns.Layer) {
	v.steps.layer(l)
	v.times, v.numbers = &l.Times, nil
	if c := l.Column(v.q.Property); c != nil {
		v.numbers = c.Numbers
	}
}

func (v *retentionVisitor) block(b *block) error {
	rows, met := v.steps.pick(b)
	v.at = gatherTimes(rows, v.times, v.at)
	b.each(rows, func(i, from, to int) { v.person(b.persons[i], rows[from:to], met[from:to], v.at[from:to]) })
	return v.watch.err
}

func (v *retentionVisitor) person(p person.Ordinal, rows, met []uint32, at []int64) {
	v.gather(rows, met, at)
	next := 0 // the first return that is not before the cohort's start
	for _, c := range v.cohorts {
		if v.watch.stop(1) {
			return
		}
		v.sizes[c.row]++
		switch {
		case v.target != nil:
			v.collect(p, c)
		case v.q.Rolling > 0 && !v.q.OrAfter && v.q.Property == "":
			for next < len(v.returns) && v.returns[next].time < c.from {
				next++
			}
			v.roll(c, v.returns[next:])
		case v.q.Single && v.q.Rolling == 0 && !v.q.OrAfter && v.q.Property == "":
			v.mark(c)
		default:
			for column := range v.q.Columns {
				sum, came := v.returned(c, column)
				if v.q.Property == "" && came {
					sum = 1
				}
				v.cells[c.row*len(v.q.Columns)+column].plus(sum)
			}
		}
	}
}

// roll counts a member in the columns of intervals from its own start: the
// returns since then mark their intervals in a bitmap.
func (v *retentionVisitor) roll(c cohort, returns []returned) {
	clear(v.came)
	intervals := int64(v.q.furthest() + 1)
	end := c.from // of the interval that was met last
	for i := range returns {
		t := returns[i].time
		if t < end {
			continue
		}
		n := (t - c.from) / v.q.Rolling
		if n >= intervals {
			break
		}
		v.came[n/64] |= 1 << (n % 64)
		end = c.from + (n+1)*v.q.Rolling
	}
	v.watch.stop(len(returns))
	cells := v.cells[c.row*len(v.q.Columns):]
	for column, span := range v.q.Columns {
		for n := span[0]; n <= span[1]; n++ {
			if v.came[n/64]&(1<<(n%64)) != 0 {
				cells[column].sum++
				break
			}
		}
	}
}

// gather finds the person's cohorts and returns.
func (v *retentionVisitor) gather(rows, met []uint32, at []int64) {
	v.cohorts, v.returns = v.cohorts[:0], v.returns[:0]
	for i, t := range at {
		switch {
		case t >= v.last:
			return
		case t >= v.q.From:
		case v.q.Cohort == query.FirstEver && met[i]&startBit != 0:
			return // did it before the range
		default:
			continue
		}
		if met[i]&startBit != 0 && t < v.q.To {
			v.joins(t)
		}
		if met[i]&returnBit == 0 {
			continue
		}
		r := returned{time: t}
		if v.q.Rolling == 0 {
			r.interval = v.edges.Find(t)
		}
		if v.q.Property != "" {
			if v.numbers == nil || math.IsNaN(v.numbers.At(rows[i])) {
				continue
			}
			r.value = v.numbers.At(rows[i])
		}
		v.returns = append(v.returns, r)
	}
}

// joins puts the person into the cohort of a start event, once per interval.
func (v *retentionVisitor) joins(t int64) {
	if n := len(v.cohorts); n > 0 && (v.q.Cohort != query.Recurring || t < v.q.Edges[v.cohorts[n-1].row+1]) {
		return
	}
	v.cohorts = append(v.cohorts, cohort{row: v.edges.Find(t), from: t})
}

// window gives the times of a column for a member of a cohort, half-open.
func (v *retentionVisitor) window(c cohort, column int) (from, to int64) {
	first, last := v.q.Columns[column][0], v.q.Columns[column][1]
	if v.q.Rolling > 0 {
		from, to = c.from+int64(first)*v.q.Rolling, c.from+int64(last+1)*v.q.Rolling
	} else {
		from, to = v.q.Edges[c.row+first], v.q.Edges[c.row+last+1]
		if first == 0 && !v.q.Same {
			from = c.from
		}
	}
	if v.q.OrAfter {
		to = v.q.Horizon
	}
	return from, to
}

// returned says whether the member returned in a column, and the sum of its returns' values.
func (v *retentionVisitor) returned(c cohort, column int) (sum float64, came bool) {
	from, to := v.window(c, column)
	i, _ := slices.BinarySearchFunc(v.returns, from, func(r returned, t int64) int {
		if r.time < t {
			return -1
		}
		return 1
	})
	for ; i < len(v.returns) && v.returns[i].time < to; i++ {
		came = true
		if v.q.Property == "" {
			return 0, true
		}
		sum += v.returns[i].value
	}
	return sum, came
}

// mark counts a member in the columns of single calendar intervals: returns are
// in order, so each interval is met once per run.
func (v *retentionVisitor) mark(c cohort) {
	cells := v.cells[c.row*len(v.q.Columns) : (c.row+1)*len(v.q.Columns)]
	if _, came := v.returned(c, 0); came {
		cells[0].sum++
	}
	i := sort.Search(len(v.returns), func(i int) bool { return v.returns[i].time >= v.q.Edges[c.row+1] })
	first, last := i, c.row
	for ; i < len(v.returns); i++ {
		n := v.returns[i].interval
		if n < 0 || n-c.row >= len(cells) {
			break
		}
		if n != last {
			cells[n-c.row].sum++
			last = n
		}
	}
	v.watch.stop(i - first)
}

func (v *retentionVisitor) collect(p person.Ordinal, c cohort) {
	if c.row != v.target.Row {
		return
	}
	if v.target.Column >= 0 {
		if _, came := v.returned(c, v.target.Column); came != v.target.Returned {
			return
		}
	}
	v.found = append(v.found, uint32(p))
}
