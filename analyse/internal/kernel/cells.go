package kernel

import (
	"math"

	"github.com/weirhq/weir/query"
)

// maxCells is how many cells a table may have: rows × buckets.
const maxCells = 1 << 19

// cell holds what any measure of numbers and persons needs.
type cell struct {
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
