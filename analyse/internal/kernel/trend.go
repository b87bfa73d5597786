package kernel

import (
	"context"
	"math"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/query"
	"github.com/weirhq/weir/store/columns"
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

// Rows finds the rows of the breakdown and their totals, and where that takes
// not much more, the buckets too: see Table.Of. So many rows will be shown.
func (s *Source) Rows(ctx context.Context, q Trend, shown int) (*Table, error) {
	if !s.fewRows(q, shown) {
		q.Buckets = Buckets{}
	}
	return s.trend(ctx, q, NewRows)
}

// fewRows says whether all rows can be counted bucket by bucket. Persons of rows
// that are not shown would have to be counted again, once for all of those rows.
func (s *Source) fewRows(q Trend, shown int) bool {
	if len(q.Dims) != 1 || q.Windows != nil || q.Measure.Func == query.Distinct || percentiles[q.Measure.Func] != 0 {
		return false
	}
	values := newValueReader(q.Dims[0]).numbers()
	if keepsOf(q.Measure.Func).persons && values-1 > shown {
		return false
	}
	return values*q.Buckets.Len() <= maxCells
}

// Trend counts into the given rows.
func (s *Source) Trend(ctx context.Context, q Trend, rows []Key) (*Table, error) {
	if tableTooLarge(len(rows), q.Buckets.Len()) {
		return nil, tooManyCells()
	}
	return s.trend(ctx, q, func() *Rows { return FixedRows(rows) })
}

func tableTooLarge(rows, buckets int) bool { return (rows+1)*(buckets+1) > maxCells }

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
	if target.Bucket >= 0 && q.Windows != nil {
		q.Windows = q.Windows[target.Bucket : target.Bucket+1] // the others do not matter
	} else if target.Bucket >= 0 {
		q.From, q.To = q.Buckets.Starts[target.Bucket], q.Buckets.Starts[target.Bucket+1]
	}
	q.Buckets = Buckets{}
	budget, steps := s.budget(), &sharedSteps{}
	visitors, err := scan(ctx, s, func() *trendVisitor {
		v := s.newTrendVisitor(q, FixedRows(target.Rows), budget, steps)
		v.collect = &collector{row: target.Row}
		return v
	})
	if err != nil {
		return nil, err
	}
	var found []uint32
	for _, v := range visitors {
		found = append(found, v.collect.found...)
	}
	return bitmapOf(found), nil
}

func bitmapOf(found []uint32) *roaring.Bitmap {
	slices.Sort(found)
	return roaring.BitmapOf(found...)
}

// collector keeps the persons of a row.
type collector struct {
	row   int
	found []uint32
}

// take keeps the persons of rows that belong to the row.
func (c *collector) take(owners []person.Ordinal, groups []uint32) {
	for i, p := range owners {
		if groups != nil && c.row >= 0 && int(groups[i]) != c.row {
			continue
		}
		if n := len(c.found); n == 0 || c.found[n-1] != uint32(p) {
			c.found = append(c.found, uint32(p))
		}
	}
}

func (s *Source) trend(ctx context.Context, q Trend, rows func() *Rows) (*Table, error) {
	if t := s.sums(q, rows()); t != nil {
		return t, ctx.Err()
	}
	budget, steps := s.budget(), &sharedSteps{}
	visitors, err := scan(ctx, s, func() *trendVisitor { return s.newTrendVisitor(q, rows(), budget, steps) })
	if err != nil {
		return nil, err
	}
	return mergeTables(visitors, rows())
}

// trendVisitor counts the persons of one worker.
type trendVisitor struct {
	q       Trend
	picker  *picker
	slots   *slotter
	rolling *rolling // of rolling persons
	groups  *grouper
	numbers *numbers     // of measures of numbers
	values  *valueReader // of distinct
	collect *collector

	onlyChanges bool // persons of all events are counted, see changes

	keeps    keeps
	width    int       // cells of a row
	cells    tally     // row × width
	totals   tally     // by row, of persons
	spread   *spread   // of percentiles
	offset   int       // of the layer's codes to the steps of spread
	distinct *distinct // by cell
	ofRow    *distinct // by row
	budget   *budget

	done    uint32 // of first time persons: the person whose first event was seen, plus one
	counted int    // rows that there is room for
	at      []uint32
	owners  []person.Ordinal
	known   []uint32
}

func (s *Source) newTrendVisitor(q Trend, rows *Rows, b *budget, steps *sharedSteps) *trendVisitor {
	edges := q.Buckets.Starts
	if q.Buckets.Len() == 0 {
		edges = []int64{q.From, q.To}
	}
	v := &trendVisitor{
		q: q, picker: newPicker(q.Event), groups: newGrouper(q.Dims, rows),
		keeps: keepsOf(q.Measure.Func), width: len(edges) - 1, budget: b,
	}
	if q.Windows != nil {
		v.rolling = newRolling(q.Windows)
		edges = v.rolling.edges
		v.width = 1
		if q.Buckets.Len() > 0 {
			v.width = len(q.Windows)
		}
	}
	v.slots = newSlotter(edges)
	switch {
	case q.Measure.Func == query.Distinct:
		v.values = newValueReader(PropertyDim(s.View, q.Measure.Property))
	case q.Measure.Func.OfProperty():
		v.numbers = &numbers{property: q.Measure.Property}
	}
	v.onlyChanges = v.keeps == (keeps{persons: true}) && q.Measure.Func != query.FirstTimePersons && len(q.Dims) == 0 && v.picker.everyRow()
	if percentiles[q.Measure.Func] != 0 {
		v.spread = newSpread(b)
		v.spread.from = steps
	}
	return v
}

func (v *trendVisitor) layer(l *columns.Layer) {
	v.picker.layer(l)
	v.slots.layer(l)
	v.groups.layer(l)
	if v.numbers != nil {
		v.numbers.layer(l)
	}
	if v.spread != nil {
		v.offset, v.numbers.codes = v.spread.place(v.numbers.floats)
	}
	if v.values != nil {
		v.values.layer(l)
	}
}

func (v *trendVisitor) needs() []string {
	list := append(needs(v.q.Event), v.q.Measure.Property)
	for _, d := range v.q.Dims {
		list = append(list, d.needs()...)
	}
	return list
}

func (v *trendVisitor) splits() bool { return true }

// within is the range of the events that count, where they are so many of all
// that leaving out others early is worth a search. A first event may lie before it.
func (v *trendVisitor) within() (from, to int64) {
	switch {
	case !v.picker.manyRows():
		return math.MinInt64, math.MaxInt64
	case v.q.Measure.Func == query.FirstTimePersons:
		return math.MinInt64, v.q.To
	}
	return v.q.From, v.q.To
}

// rowWise holds where events are counted, and not who did them.
func (v *trendVisitor) rowWise() bool {
	return !v.keeps.persons && v.q.Measure.Func != query.FirstTimePersons && v.collect == nil
}

func (v *trendVisitor) block(b *block) error {
	if v.onlyChanges && v.collect == nil {
		return v.changes(b)
	}
	rows := v.picker.pick(b)
	if v.q.Measure.Func == query.FirstTimePersons {
		rows = v.firsts(b, rows)
	}
	var values []float64
	var slots []uint32
	if v.numbers != nil {
		var inside int
		rows, values = v.numbers.gather(rows)
		if slots, inside = v.slots.find(rows, v.at); inside < len(rows) {
			rows, slots = compact(rows, slots, values, v.slots.n)
		}
	} else {
		rows, slots = v.slots.keep(rows, v.at)
	}
	v.at = slots[:0]
	if v.values != nil {
		rows, slots = v.withValue(b, rows, slots)
	}
	if len(rows) == 0 {
		return nil
	}
	groups := v.groups.gather(b, rows)
	if v.collect != nil {
		v.gather(b, rows, slots, groups)
		return nil
	}
	if err := v.room(); err != nil {
		return err
	}
	return v.count(b, rows, slots, groups, values[:min(len(values), len(rows))])
}

// changes counts persons of all events: only rows at which a person's slot changes matter.
func (v *trendVisitor) changes(b *block) error {
	v.picker.rows, v.at = v.slots.changes(b, v.picker.rows, v.at)
	rows, slots := compact(v.picker.rows, v.at, nil, v.slots.n)
	if len(rows) == 0 {
		return nil
	}
	if err := v.room(); err != nil {
		return err
	}
	return v.count(b, rows, slots, nil, nil)
}

// compact leaves out the rows whose slot is outside, in place, and their values, if any.
func compact(rows, slots []uint32, values []float64, outside uint32) (inRows, inSlots []uint32) {
	n := 0
	slots = slots[:len(rows)]
	if len(values) == 0 {
		for i, row := range rows {
			slot := slots[i]
			rows[n], slots[n] = row, slot
			n += bit(slot != outside)
		}
		return rows[:n], slots[:n]
	}
	for i, row := range rows {
		slot := slots[i]
		rows[n], slots[n], values[n] = row, slot, values[i]
		n += bit(slot != outside)
	}
	return rows[:n], slots[:n]
}

// withValue leaves out the rows that have no value of the property whose
// different values are counted.
func (v *trendVisitor) withValue(b *block, rows, slots []uint32) (withRows, withSlots []uint32) {
	v.known = v.values.gather(b, rows, v.known)
	n := 0
	for i, value := range v.known {
		rows[n], slots[n], v.known[n] = rows[i], slots[i], value
		n += bit(value != 0)
	}
	v.known = v.known[:n]
	return rows[:n], slots[:n]
}

// firsts leaves each person its first row.
func (v *trendVisitor) firsts(b *block, rows []uint32) []uint32 {
	n := 0
	b.each(rows, func(i, from, _ int) {
		if mark := uint32(b.persons[i]) + 1; mark != v.done {
			v.done = mark
			rows[n] = rows[from]
			n++
		}
	})
	return rows[:n]
}

// gather collects the persons of the wanted row; of rolling persons, those who
// were there in some window.
func (v *trendVisitor) gather(b *block, rows, slots, groups []uint32) {
	if v.rolling != nil {
		n := 0
		for i, slot := range slots {
			rows[n] = rows[i]
			if groups != nil {
				groups[n] = groups[i]
			}
			n += bit(v.rolling.some(slot))
		}
		rows = rows[:n]
	}
	v.owners = b.owners(rows, v.owners)
	v.collect.take(v.owners, groups)
}

// room makes place for the rows of the breakdown that are known by now.
func (v *trendVisitor) room() error {
	rows := v.groups.count()
	if rows > MaxRows+1 {
		return tooManyRows()
	}
	if rows <= v.counted {
		return nil
	}
	if err := v.budget.take(int64(rows-v.counted) * (v.keeps.bytes()*int64(v.width) + 12)); err != nil {
		return err
	}
	v.counted = rows
	v.cells.extend(v.keeps, rows*v.width)
	if v.keeps.persons {
		v.totals.extend(keeps{persons: true}, rows)
	}
	if v.rolling != nil {
		v.rolling.extend(rows)
	}
	if v.spread != nil {
		if err := v.spread.room(rows * v.width); err != nil {
			return err
		}
	}
	if v.values == nil || v.distinct != nil {
		return nil
	}
	var err error
	if v.distinct, err = newDistinct(v.budget, rows*v.width, v.values.numbers()); err != nil {
		return err
	}
	v.ofRow, err = newDistinct(v.budget, rows, v.values.numbers())
	return err
}

func (v *trendVisitor) count(b *block, rows, slots, groups []uint32, values []float64) error {
	if v.rolling != nil {
		v.owners = b.owners(rows, v.owners)
		v.rolling.count(v, slots, groups)
		return nil
	}
	if v.keeps.persons && groups == nil {
		v.countPersons(b, rows, slots)
		if v.keeps.counts {
			v.cells.addCounts(slots)
		}
		return nil
	}
	cells := slots
	if groups != nil && v.width > 1 {
		width := uint32(v.width)
		for i, group := range groups {
			cells[i] += group * width
		}
	} else if groups != nil {
		cells = groups
	}
	if v.keeps.persons {
		v.owners = b.owners(rows, v.owners)
		v.cells.addPersons(cells, v.owners)
		if v.q.Buckets.Len() > 0 {
			v.totals.addPersons(groups, v.owners)
		}
	}
	return v.add(cells, groups, values)
}

// add counts rows, and what the measure takes from them, into cells.
func (v *trendVisitor) add(cells, groups []uint32, values []float64) error {
	switch {
	case v.spread != nil:
		v.cells.addCounts(cells)
		if v.numbers.codes {
			return v.spread.addCodes(cells, values, v.offset)
		}
		return v.spread.add(cells, values)
	case v.numbers != nil:
		v.cells.addNumbers(v.keeps, cells, values)
	case v.values != nil:
		v.cells.addCounts(cells)
		if err := v.distinct.add(cells, v.known); err != nil || v.q.Buckets.Len() == 0 {
			return err
		}
		if groups == nil {
			groups = grow(v.groups.out, len(cells))
			clear(groups)
		}
		return v.ofRow.add(groups, v.known)
	case v.keeps.counts:
		v.cells.addCounts(cells)
	}
	return nil
}

// countPersons counts persons without a breakdown: a person's slots ascend, so
// that only changes count.
func (v *trendVisitor) countPersons(b *block, rows, slots []uint32) {
	persons, i := v.cells.persons, 0
	slots = slots[:len(rows)]
	for k := 0; k < len(rows); {
		for rows[k] >= b.hi[i] {
			i++
		}
		mark, end := uint32(b.persons[i])+1, b.hi[i]
		before := ^uint32(0)
		if v.totals.last[0] == mark { // a person in several blocks
			before = v.cells.last[0]
		} else {
			v.totals.last[0] = mark
			v.totals.persons[0]++
		}
		for ; k < len(rows) && rows[k] < end; k++ {
			slot := slots[k]
			persons[slot] += int64(bit(slot != before))
			before = slot
		}
		v.cells.last[0] = before
	}
}
