package kernel

import (
	"math"

	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/query"
)

// tally keeps, by cell, the numbers of one measure; slices that the measure
// does not need stay empty.
type tally struct {
	counts  []int64  // of events, or of numbers
	persons []int64  //
	last    []uint32 // the person counted last, plus one
	sums    []compensated
	lows    []float64
	highs   []float64
}

// compensated is a sum with what rounding lost, so that it does not depend on the order.
type compensated struct{ sum, lost float64 }

// plus adds a number without loss (Knuth's two-sum).
func (c *compensated) plus(x float64) {
	t := c.sum + x
	z := t - c.sum
	c.lost += (c.sum - (t - z)) + (x - z)
	c.sum = t
}

func (c *compensated) add(o compensated) {
	c.plus(o.sum)
	c.lost += o.lost
}

func (c *compensated) value() float64 { return c.sum + c.lost }

// counts what a measure needs of each cell.
type keeps struct{ counts, persons, sums, lows, highs bool }

func keepsOf(f query.Func) keeps {
	switch f {
	case query.Count:
		return keeps{counts: true}
	case query.Persons, query.FirstTimePersons, query.RollingPersons:
		return keeps{persons: true}
	case query.CountPerPerson:
		return keeps{counts: true, persons: true}
	case query.Sum, query.Avg:
		return keeps{counts: true, sums: true}
	case query.Min:
		return keeps{counts: true, lows: true}
	case query.Max:
		return keeps{counts: true, highs: true}
	}
	return keeps{counts: true} // percentiles and distinct keep values of their own
}

// extend makes room for n cells.
func (t *tally) extend(k keeps, n int) {
	if k.counts {
		t.counts = extend(t.counts, n)
	}
	if k.persons {
		t.persons, t.last = extend(t.persons, n), extend(t.last, n)
	}
	if k.sums {
		t.sums = extend(t.sums, n)
	}
	if k.lows {
		t.lows = extend(t.lows, n)
	}
	if k.highs {
		t.highs = extend(t.highs, n)
	}
}

// bytes is what a cell takes.
func (k keeps) bytes() int64 {
	return int64(8*bit(k.counts) + 12*bit(k.persons) + 16*bit(k.sums) + 8*bit(k.lows) + 8*bit(k.highs))
}

// addCounts counts a row into each cell.
func (t *tally) addCounts(cells []uint32) {
	counts := t.counts
	for _, c := range cells {
		counts[c]++
	}
}

// addPersons counts persons, who come one after the other, once per cell.
func (t *tally) addPersons(cells []uint32, owners []person.Ordinal) {
	persons, last := t.persons, t.last
	owners = owners[:len(cells)]
	for i, c := range cells {
		mark := uint32(owners[i]) + 1
		persons[c] += int64(bit(last[c] != mark))
		last[c] = mark
	}
}

// addNumbers counts numbers into their cells.
func (t *tally) addNumbers(k keeps, cells []uint32, values []float64) {
	values = values[:len(cells)]
	if k.sums {
		for i, c := range cells {
			t.sums[c].plus(values[i])
		}
	}
	if k.lows {
		for i, c := range cells {
			if t.counts[c] == 0 || values[i] < t.lows[c] {
				t.lows[c] = values[i]
			}
			t.counts[c]++
		}
		return
	}
	if k.highs {
		for i, c := range cells {
			if t.counts[c] == 0 || values[i] > t.highs[c] {
				t.highs[c] = values[i]
			}
			t.counts[c]++
		}
		return
	}
	t.addCounts(cells)
}

// merge adds a cell that another worker counted; no person is in both.
func (t *tally) merge(k keeps, to int, o *tally, from int) {
	if k.lows && o.counts[from] > 0 && (t.counts[to] == 0 || o.lows[from] < t.lows[to]) {
		t.lows[to] = o.lows[from]
	}
	if k.highs && o.counts[from] > 0 && (t.counts[to] == 0 || o.highs[from] > t.highs[to]) {
		t.highs[to] = o.highs[from]
	}
	if k.counts {
		t.counts[to] += o.counts[from]
	}
	if k.persons {
		t.persons[to] += o.persons[from]
	}
	if k.sums {
		t.sums[to].add(o.sums[from])
	}
}

// value gives a measure of a cell; ok is false where nothing gives none.
func (t *tally) value(f query.Func, c int) (value float64, ok bool) {
	switch f {
	case query.Count:
		return float64(t.counts[c]), true
	case query.Persons, query.FirstTimePersons, query.RollingPersons:
		return float64(t.persons[c]), true
	case query.CountPerPerson:
		return ratio(float64(t.counts[c]), float64(t.persons[c]))
	case query.Sum:
		return t.sums[c].value(), true
	case query.Avg:
		return ratio(t.sums[c].value(), float64(t.counts[c]))
	case query.Min:
		return t.lows[c], t.counts[c] > 0
	case query.Max:
		return t.highs[c], t.counts[c] > 0
	}
	return math.NaN(), false
}
