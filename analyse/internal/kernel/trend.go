package kernel

import (
	"context"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/query"
	"github.com/weirhq/weir/store/columns"
	"github.com/weirhq/weir/store/columns/vector"
)

// Trend asks for one measure over buckets.
type Trend struct {
	Event   *Matcher
	Measure query.Measure
	// From and To bound the events that count, half-open.
	From, To int64
	// Buckets cover [From, To); none asks for totals only.
	Buckets Buckets
	// Windows, of rolling persons, is for each bucket the interval whose persons
	// count. Both ends ascend. From and To are then those of all windows.
	Windows [][2]int64
	Dims    []*Dim
}

// Table is a trend's answer: per row the values of the buckets, and the total.
type Table struct {
	rows    *Rows
	buckets int
	cells   []cell // row × (buckets + 1); the last of a row is the total
	measure query.Func
}

// Keys are the rows' keys; when rows were fixed one more row follows, the rest.
func (t *Table) Keys() []Key { return t.rows.keys }

// Value gives a bucket of a row; ok is false where there is no value.
func (t *Table) Value(row, bucket int) (value float64, ok bool) {
	if i := row*(t.buckets+1) + bucket; i < len(t.cells) {
		return t.cells[i].value(t.measure)
	}
	return (&cell{}).value(t.measure)
}

// Total gives the measure over the whole range.
func (t *Table) Total(row int) (value float64, ok bool) { return t.Value(row, t.buckets) }

// Events says whether anything was counted in a row.
func (t *Table) Events(row int) bool {
	i := row*(t.buckets+1) + t.buckets
	return i < len(t.cells) && t.cells[i].persons > 0
}

// Totals finds the rows of the breakdown and their totals.
func (s *Source) Totals(ctx context.Context, q Trend) (*Table, error) {
	q.Buckets = Buckets{}
	return s.trend(ctx, q, NewRows, nil)
}

// Trend counts into the given rows.
func (s *Source) Trend(ctx context.Context, q Trend, rows []Key) (*Table, error) {
	if (len(rows)+1)*(q.Buckets.Len()+1) > maxCells {
		return nil, tooManyCells()
	}
	return s.trend(ctx, q, func() *Rows { return FixedRows(rows) }, nil)
}

func tooManyCells() error {
	return fault.New(fault.TooLarge, "the answer has more than %d cells; use larger intervals, a shorter range or fewer rows", maxCells)
}

// Target is a cell whose persons are wanted.
type Target struct {
	Rows   []Key
	Row    int // -1: any row; len(Rows): the rest
	Bucket int // -1: the whole range
}

// TrendPersons gives the persons of a cell.
func (s *Source) TrendPersons(ctx context.Context, q Trend, target Target) (*roaring.Bitmap, error) {
	collect := &collector{row: target.Row, bucket: target.Bucket}
	if target.Bucket < 0 {
		collect.bucket = q.Buckets.Len()
	}
	_, err := s.trend(ctx, q, func() *Rows { return FixedRows(target.Rows) }, collect)
	if err != nil {
		return nil, err
	}
	return bitmapOf(collect.found), nil
}

func bitmapOf(found []uint32) *roaring.Bitmap {
	slices.Sort(found)
	return roaring.BitmapOf(found...)
}

// collector keeps the persons of one cell.
type collector struct {
	row, bucket int
	found       []uint32
}

func (c *collector) take(row, bucket int, p person.Ordinal) {
	if bucket != c.bucket || c.row >= 0 && row != c.row {
		return
	}
	if n := len(c.found); n == 0 || c.found[n-1] != uint32(p) {
		c.found = append(c.found, uint32(p))
	}
}

func (s *Source) trend(ctx context.Context, q Trend, rows func() *Rows, collect *collector) (*Table, error) {
	shared := &budget{}
	visitors, err := run(ctx, s, func() *trendVisitor {
		v := &trendVisitor{q: q, table: Table{rows: rows(), buckets: q.Buckets.Len(), measure: q.Measure.Func}}
		v.feeder = feeder{measure: q.Measure, budget: shared}
		if collect != nil {
			v.collect = &collector{row: collect.row, bucket: collect.bucket}
		}
		return v
	})
	if err != nil {
		return nil, err
	}
	merged := &Table{rows: rows(), buckets: q.Buckets.Len(), measure: q.Measure.Func}
	for _, v := range visitors {
		merged.merge(&v.table)
		if collect != nil {
			collect.found = append(collect.found, v.collect.found...)
		}
	}
	return merged, merged.rows.full()
}

func (t *Table) merge(o *Table) {
	width := t.buckets + 1
	for i := range o.cells {
		row := i / width
		if row < len(o.rows.keys) {
			row = t.rows.row(o.rows.keys[row])
		}
		t.cell(row, i%width).merge(&o.cells[i])
	}
}

// cell gives a cell, making room for its row.
func (t *Table) cell(row, bucket int) *cell {
	i := row*(t.buckets+1) + bucket
	if i >= len(t.cells) {
		t.cells = append(t.cells, make([]cell, (row+1)*(t.buckets+1)-len(t.cells))...)
	}
	return &t.cells[i]
}

// trendVisitor counts the persons of one worker.
type trendVisitor struct {
	q       Trend
	table   Table
	feeder  feeder
	collect *collector

	match  bound
	dims   boundDims
	times  *vector.Ints
	rolled int // the first bucket that the person is not counted in yet, of rolling persons without dimensions
}

func (v *trendVisitor) layer(l *columns.Layer) {
	v.match, v.dims, v.times = v.q.Event.bind(l), bindDims(v.q.Dims, l), &l.Times
	v.feeder.layer(l)
}

func (v *trendVisitor) needs() []string {
	list := append(needs(v.q.Event), v.q.Measure.Property)
	for _, d := range v.q.Dims {
		list = append(list, d.needs()...)
	}
	return list
}

func (v *trendVisitor) failed() error {
	if v.feeder.err != nil {
		return v.feeder.err
	}
	return v.table.rows.full()
}

func (v *trendVisitor) person(p person.Ordinal, lo, hi uint32) {
	v.rolled = 0
	if v.q.Measure.Func == query.FirstTimePersons {
		v.first(p, lo, hi)
		return
	}
	// Most persons of a long table lie wholly on one side of a short range.
	if v.times.At(hi-1) < v.q.From || v.times.At(lo) >= v.q.To {
		return
	}
	for row := v.times.FirstAtOrAfter(lo, hi, v.q.From); row < hi && v.times.At(row) < v.q.To; row++ {
		if v.match.match(p, row) {
			v.count(p, row)
		}
	}
}

// first counts the person's first such event ever, if it lies in the range.
func (v *trendVisitor) first(p person.Ordinal, lo, hi uint32) {
	for row := lo; row < hi && v.times.At(row) < v.q.To; row++ {
		if v.match.match(p, row) {
			if v.times.At(row) >= v.q.From {
				v.count(p, row)
			}
			return
		}
	}
}

func (v *trendVisitor) count(p person.Ordinal, row uint32) {
	r := 0
	if len(v.dims) > 0 {
		r = v.table.rows.row(v.dims.key(p, row))
	}
	from, to := v.bucketsOf(v.times.At(row))
	first := from
	if v.q.Windows != nil && len(v.dims) == 0 {
		first = max(from, v.rolled)
		v.rolled = max(to, v.rolled)
	}
	for b := first; b < to && v.table.buckets > 0; b++ {
		v.put(r, b, p, row)
	}
	if from < to {
		v.put(r, v.table.buckets, p, row)
	}
}

// bucketsOf gives the buckets in which an event counts, as [from, to).
func (v *trendVisitor) bucketsOf(t int64) (from, to int) {
	if v.q.Windows == nil {
		if v.table.buckets == 0 { // totals only: all that is in the range
			return 0, 1
		}
		b := v.q.Buckets.Find(t)
		return max(b, 0), b + 1
	}
	// Windows ascend at both ends: those that have begun, without those that have ended.
	n := len(v.q.Windows)
	from = lowest(n, func(i int) bool { return v.q.Windows[i][1] > t })
	to = lowest(n, func(i int) bool { return v.q.Windows[i][0] > t })
	return from, to
}

func lowest(n int, holds func(int) bool) int {
	lo, hi := 0, n
	for lo < hi {
		if mid := (lo + hi) / 2; holds(mid) {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return lo
}

func (v *trendVisitor) put(r, bucket int, p person.Ordinal, row uint32) {
	if v.feeder.feed(v.table.cell(r, bucket), p, row) && v.collect != nil {
		v.collect.take(r, bucket, p)
	}
}
