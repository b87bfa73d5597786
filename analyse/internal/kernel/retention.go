package kernel

import (
	"context"
	"math"
	"slices"

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
	visitors, err := run(ctx, s, func() *retentionVisitor { return newRetentionVisitor(ctx, q, nil) })
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
	return findPersons(ctx, s, func() *retentionVisitor { return newRetentionVisitor(ctx, q, &target) })
}

// retentionVisitor counts the persons of one worker.
type retentionVisitor struct {
	q      Retention
	edges  Buckets
	first  int64 // the earliest time of rows that matter
	last   int64 // and the first that does not any more
	sizes  []int64
	cells  []compensated
	target *RetentionTarget
	found  []uint32
	watch  watch
	came   []uint64 // bits by interval since the start, of one cohort

	start, ret bound
	column     *columns.Column
	times      *vector.Ints

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
	v.first, v.last = q.From, q.end()
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

func (v *retentionVisitor) failed() error { return v.watch.err }

func (v *retentionVisitor) result() []uint32 { return v.found }

func (v *retentionVisitor) layer(l *columns.Layer) {
	v.start, v.ret, v.times = v.q.Start.bind(l), v.q.Return.bind(l), &l.Times
	v.column = l.Column(v.q.Property)
}

func (v *retentionVisitor) person(p person.Ordinal, lo, hi uint32) {
	if v.times.At(hi-1) < v.q.From || v.times.At(lo) >= v.q.To {
		return
	}
	v.gather(p, lo, hi)
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
	for i := range returns {
		n := (returns[i].time - c.from) / v.q.Rolling
		if n >= intervals || v.watch.stop(1) {
			break
		}
		v.came[n/64] |= 1 << (n % 64)
	}
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
func (v *retentionVisitor) gather(p person.Ordinal, lo, hi uint32) {
	v.cohorts, v.returns = v.cohorts[:0], v.returns[:0]
	if v.q.Cohort == query.FirstEver && v.didBefore(p, lo, hi) {
		return
	}
	for row := v.times.FirstAtOrAfter(lo, hi, v.first); row < hi && !v.watch.stop(1); row++ {
		name := v.start.names.At(row)
		if !v.start.byName[name] && !v.ret.byName[name] {
			continue
		}
		t := v.times.At(row)
		if t >= v.last {
			break
		}
		if t < v.q.To && v.start.match(p, row) {
			v.joins(t)
		}
		if !v.ret.match(p, row) {
			continue
		}
		r := returned{time: t, interval: v.edges.Find(t)}
		if v.q.Property != "" {
			if v.column == nil || v.column.Numbers == nil || math.IsNaN(v.column.Numbers.At(row)) {
				continue
			}
			r.value = v.column.Numbers.At(row)
		}
		v.returns = append(v.returns, r)
	}
}

// didBefore says whether the person did the start event before the range.
func (v *retentionVisitor) didBefore(p person.Ordinal, lo, hi uint32) bool {
	for row := lo; row < hi && v.times.At(row) < v.q.From; row++ {
		if v.start.match(p, row) {
			return true
		}
	}
	return false
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
	last := c.row
	for i := len(v.returns); i > 0 && v.returns[i-1].time >= v.q.Edges[c.row+1]; i-- {
		n := v.returns[i-1].interval
		if n != last && n > c.row && n-c.row < len(cells) {
			cells[n-c.row].sum++
		}
		last = n
	}
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
