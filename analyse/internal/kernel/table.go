package kernel

import (
	"github.com/weirhq/weir/query"
)

// Table is a trend's answer: per row the values of the buckets, and the total.
type Table struct {
	keys     []Key
	measure  query.Func
	buckets  int
	width    int // cells of a row: buckets, or one
	keeps    keeps
	cells    tally
	totals   tally // by row
	spread   *spread
	distinct []int64 // by cell
	ofRow    []int64 // by row
}

// Keys are the rows' keys; when rows were fixed one more row follows, the rest.
// Rows without events may be among them.
func (t *Table) Keys() []Key { return t.keys }

// Value gives a bucket of a row; ok is false where there is no value.
func (t *Table) Value(row, bucket int) (value float64, ok bool) {
	at := row*t.width + bucket
	switch {
	case t.measure == query.Distinct:
		if at < len(t.distinct) {
			value = float64(t.distinct[at])
		}
		return value, true
	case percentiles[t.measure] != 0:
		return t.spread.percentile(at, at+1, percentiles[t.measure])
	}
	return t.cells.value(t.measure, at)
}

// Total gives the measure over the whole range. Totals of percentiles are to be
// asked after the buckets of all rows.
func (t *Table) Total(row int) (value float64, ok bool) {
	switch {
	case t.buckets == 0:
		return t.Value(row, 0)
	case t.measure == query.Distinct:
		if row < len(t.ofRow) {
			value = float64(t.ofRow[row])
		}
		return value, true
	case percentiles[t.measure] != 0:
		return t.spread.percentile(row*t.width, (row+1)*t.width, percentiles[t.measure])
	}
	return t.totals.value(t.measure, row)
}

// Events says whether anything was counted in a row.
func (t *Table) Events(row int) bool { return usedRow(t.keeps, t.width, &t.cells, &t.totals, row) }

// Of gives the table of some of the rows and, as one more row, the rest. It is
// not ok where that needs another scan: when only totals were counted, or persons
// who may be in several rows of the rest.
func (t *Table) Of(keys []Key) (of *Table, ok bool) {
	if t.buckets == 0 || tableTooLarge(len(keys), t.buckets) {
		return nil, false
	}
	places := make(map[Key]int, len(keys))
	for i, k := range keys {
		places[k] = i
	}
	of = &Table{keys: keys, measure: t.measure, buckets: t.buckets, width: t.width, keeps: t.keeps}
	of.cells.extend(t.keeps, (len(keys)+1)*t.width)
	of.totals.extend(t.keeps, len(keys)+1)
	for row, k := range t.keys {
		to, listed := places[k]
		if !listed {
			if to = len(keys); t.keeps.persons && t.Events(row) {
				return nil, false
			}
		}
		for c := range t.width {
			of.cells.merge(t.keeps, to*t.width+c, &t.cells, row*t.width+c)
		}
		if t.keeps.persons {
			of.totals.persons[to] += t.totals.persons[row]
		}
	}
	of.sumUp()
	return of, true
}

// mergeTables joins what workers counted, into rows of the same kind.
func mergeTables(visitors []*trendVisitor, rows *Rows) (*Table, error) {
	first := visitors[0]
	t := &Table{measure: first.q.Measure.Func, buckets: first.q.Buckets.Len(), width: first.width, keeps: first.keeps}
	renamed := make([][]int, len(visitors))
	for i, v := range visitors {
		if v.rolling != nil {
			v.rolling.settle(v)
		}
		renamed[i] = v.renamed(rows)
	}
	if err := rows.full(); err != nil {
		return nil, err
	}
	t.keys = rows.keys
	n := len(rows.keys)
	if rows.rest >= 0 {
		n++
	}
	t.cells.extend(t.keeps, max(n, 1)*t.width)
	t.totals.extend(t.keeps, max(n, 1))
	for i, v := range visitors {
		t.merge(v, renamed[i])
	}
	t.sumUp()
	if err := t.mergeValues(visitors, renamed); err != nil {
		return nil, err
	}
	return t, nil
}

// renamed gives the rows of a worker in a common list, -1 for those without events.
func (v *trendVisitor) renamed(rows *Rows) []int {
	out := make([]int, v.counted)
	for row := range out {
		switch {
		case len(v.groups.readers) == 0:
		case rows.rest >= 0:
			out[row] = row
		case !v.used(row):
			out[row] = -1
		default:
			out[row] = rows.row(v.groups.key(row))
		}
	}
	return out
}

// used says whether anything was counted in a row of a worker.
func (v *trendVisitor) used(row int) bool {
	return usedRow(v.keeps, v.width, &v.cells, &v.totals, row)
}

func usedRow(k keeps, width int, cells, totals *tally, row int) bool {
	if !k.counts {
		return totals.persons[row] > 0 || width == 1 && cells.persons[row] > 0
	}
	for _, n := range cells.counts[row*width : (row+1)*width] {
		if n > 0 {
			return true
		}
	}
	return false
}

func (t *Table) merge(v *trendVisitor, renamed []int) {
	for row := range v.counted {
		if renamed[row] < 0 {
			continue
		}
		for c := range t.width {
			t.cells.merge(t.keeps, renamed[row]*t.width+c, &v.cells, row*t.width+c)
		}
		if t.keeps.persons {
			t.totals.persons[renamed[row]] += v.totals.persons[row]
		}
	}
}

// sumUp makes the totals of what can be added up: all but persons.
func (t *Table) sumUp() {
	k := t.keeps
	k.persons = false
	for row := range len(t.cells.counts) / t.width {
		for c := range t.width {
			t.totals.merge(k, row, &t.cells, row*t.width+c)
		}
	}
}

// mergeValues joins the values that percentiles and distinct counts need.
func (t *Table) mergeValues(visitors []*trendVisitor, renamed [][]int) error {
	first := visitors[0]
	switch {
	case first.spread != nil:
		t.spread = newSpread(first.budget)
		for i, v := range visitors {
			err := t.spread.join(v.spread, func(cell uint32) uint32 {
				return uint32(renamed[i][int(cell)/t.width]*t.width + int(cell)%t.width)
			})
			if err != nil {
				return err
			}
		}
		t.spread.prepare(len(t.cells.counts))
	case first.values != nil:
		return t.mergeDistinct(visitors, renamed)
	}
	return nil
}

func (t *Table) mergeDistinct(visitors []*trendVisitor, renamed [][]int) error {
	cells, rows := len(t.cells.counts), len(t.totals.counts)
	names := newValueReader(visitors[0].values.dim)
	ofCell, err := newDistinct(visitors[0].budget, cells, names.numbers())
	if err != nil {
		return err
	}
	ofRow, err := newDistinct(visitors[0].budget, rows, names.numbers())
	if err != nil {
		return err
	}
	for i, v := range visitors {
		if v.distinct == nil {
			continue
		}
		number := func(value uint32) uint32 {
			if value < names.coded {
				return value
			}
			return names.other(v.values.code(value))
		}
		err := v.distinct.each(func(cell, value uint32) error {
			return ofCell.add([]uint32{uint32(renamed[i][int(cell)/t.width]*t.width + int(cell)%t.width)}, []uint32{number(value)})
		})
		if err != nil {
			return err
		}
		err = v.ofRow.each(func(row, value uint32) error {
			return ofRow.add([]uint32{uint32(renamed[i][row])}, []uint32{number(value)})
		})
		if err != nil {
			return err
		}
	}
	t.distinct, t.ofRow = ofCell.counts(cells), ofRow.counts(rows)
	return nil
}
