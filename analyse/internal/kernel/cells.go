package kernel

import (
	"math"

	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/query"
	"github.com/weirhq/weir/store/columns"
)

// maxCells is how many cells a table may have: rows × buckets.
const maxCells = 1 << 19

// cell holds what any measure of numbers and persons needs.
type cell struct {
	last    uint32 // the person counted last, plus one
	persons int64
	count   int64
	sum     float64
	comp    float64 // what sum lost to rounding (Neumaier)
	low     float64
	high    float64
	values  []float64         // of percentiles
	seen    map[code]struct{} // of distinct
}

// add counts a number.
func (c *cell) add(x float64) {
	if c.count == 0 {
		c.low, c.high = x, x
	}
	c.count++
	c.low, c.high = min(c.low, x), max(c.high, x)
	c.plus(x)
}

func (c *cell) plus(x float64) {
	t := c.sum + x
	if math.Abs(c.sum) >= math.Abs(x) {
		c.comp += (c.sum - t) + x
	} else {
		c.comp += (x - t) + c.sum
	}
	c.sum = t
}

// visit counts a person, once as long as persons come one after the other.
func (c *cell) visit(p person.Ordinal) {
	if c.last != uint32(p)+1 {
		c.last = uint32(p) + 1
		c.persons++
	}
}

// merge adds what another worker counted; no person is in both.
func (c *cell) merge(o *cell) {
	if o.count > 0 {
		if c.count == 0 {
			c.low, c.high = o.low, o.high
		}
		c.low, c.high = min(c.low, o.low), max(c.high, o.high)
	}
	c.persons += o.persons
	c.count += o.count
	c.plus(o.sum)
	c.comp += o.comp
	c.values = append(c.values, o.values...)
	if c.seen == nil {
		c.seen = o.seen
		return
	}
	for k := range o.seen {
		c.seen[k] = struct{}{}
	}
}

// value gives the measure of the cell; ok is false where nothing gives none (avg, min, max, percentiles).
func (c *cell) value(f query.Func) (value float64, ok bool) {
	switch f {
	case query.Count:
		return float64(c.count), true
	case query.Persons, query.FirstTimePersons, query.RollingPersons:
		return float64(c.persons), true
	case query.CountPerPerson:
		return ratio(float64(c.count), float64(c.persons))
	case query.Sum:
		return c.sum + c.comp, true
	case query.Avg:
		return ratio(c.sum+c.comp, float64(c.count))
	case query.Min:
		return c.low, c.count > 0
	case query.Max:
		return c.high, c.count > 0
	case query.Distinct:
		return float64(len(c.seen)), true
	}
	return Percentile(c.values, percentiles[f])
}

var percentiles = map[query.Func]float64{query.Median: 0.5, query.P90: 0.9, query.P95: 0.95, query.P99: 0.99}

func ratio(a, b float64) (float64, bool) {
	if b == 0 {
		return 0, false
	}
	return a / b, true
}

// feeder brings one row into cells, as the measure wants it.
type feeder struct {
	measure query.Measure
	column  *columns.Column
	budget  *budget
	err     error
}

func (f *feeder) layer(l *columns.Layer) { f.column = l.Column(f.measure.Property) }

// feed counts a row; it says whether the row had what the measure needs.
func (f *feeder) feed(c *cell, p person.Ordinal, row uint32) bool {
	switch f.measure.Func {
	case query.Persons, query.FirstTimePersons, query.RollingPersons:
		c.visit(p)
		return true
	case query.Count, query.CountPerPerson:
		c.visit(p)
		c.count++
		return true
	case query.Distinct:
		return f.distinct(c, p, row)
	}
	if f.column == nil || f.column.Numbers == nil {
		return false
	}
	x := f.column.Numbers.At(row)
	if math.IsNaN(x) {
		return false
	}
	c.visit(p)
	c.add(x)
	if percentiles[f.measure.Func] != 0 {
		c.values = append(c.values, x)
		f.keep(8)
	}
	return true
}

func (f *feeder) distinct(c *cell, p person.Ordinal, row uint32) bool {
	if f.column == nil {
		return false
	}
	v := codeOf(f.column, row)
	if v == (code{}) {
		return false
	}
	c.visit(p)
	if _, known := c.seen[v]; !known {
		if c.seen == nil {
			c.seen = map[code]struct{}{}
		}
		c.seen[v] = struct{}{}
		f.keep(seenBytes)
	}
	return true
}

// seenBytes is about what a distinct value takes in a map.
const seenBytes = 40

func (f *feeder) keep(bytes int64) {
	if err := f.budget.take(bytes); err != nil {
		f.err = err
	}
}
