package kernel

import (
	"iter"
	"math"
	bits32 "math/bits"
	"slices"
)

// Durations are lengths of time in whole milliseconds. Averages and quantiles of
// them are exact, and do not depend on the order in which they were added.
type Durations struct {
	short []uint32 // below 2³² ms, some 49 days: nearly all
	long  []int64  // the rest
	high  uint64   // sum of all, in 128 bits
	low   uint64
}

// Add adds one; it is not negative.
func (d *Durations) Add(ms int64) {
	var carry uint64
	d.low, carry = bits32.Add64(d.low, uint64(ms), 0)
	d.high += carry
	if uint64(ms) <= math.MaxUint32 {
		d.short = append(d.short, uint32(ms))
		return
	}
	d.long = append(d.long, ms)
}

// Join adds all of another's.
func (d *Durations) Join(o *Durations) {
	var carry uint64
	d.low, carry = bits32.Add64(d.low, o.low, 0)
	d.high += o.high + carry
	d.short = append(d.short, o.short...)
	d.long = append(d.long, o.long...)
}

// Len is how many there are.
func (d *Durations) Len() int { return len(d.short) + len(d.long) }

// Mean gives the average in seconds; there is at least one.
func (d *Durations) Mean() float64 {
	const word = 1 << 32
	return (float64(d.high)*word*word + float64(d.low)) / float64(d.Len()) / 1000
}

// Seconds visits all in seconds, in no order.
func (d *Durations) Seconds() iter.Seq[float64] {
	return func(yield func(float64) bool) {
		for _, ms := range d.short {
			if !yield(float64(ms) / 1000) {
				return
			}
		}
		for _, ms := range d.long {
			if !yield(float64(ms) / 1000) {
				return
			}
		}
	}
}

// Quantiles gives for each share q the value in seconds below which that share
// lies, by linear interpolation between neighbours (ClickHouse's
// quantileExactInclusive). There is at least one value; they are reordered.
func (d *Durations) Quantiles(shares ...float64) []float64 {
	ranks := make([]int, 0, 2*len(shares))
	for _, q := range shares {
		i := int(q * float64(d.Len()-1))
		ranks = append(ranks, i, min(i+1, d.Len()-1))
	}
	at := d.ranked(ranks)
	out := make([]float64, len(shares))
	for n, q := range shares {
		position := q * float64(d.Len()-1)
		below, above := float64(at[ranks[2*n]])/1000, float64(at[ranks[2*n+1]])/1000
		out[n] = below + (position-math.Floor(position))*(above-below)
	}
	return out
}

// ranked gives the values that stand at some places of the sorted list.
func (d *Durations) ranked(ranks []int) map[int]int64 {
	out := make(map[int]int64, len(ranks))
	var short []int
	for _, r := range ranks {
		if r < len(d.short) {
			short = append(short, r)
		}
	}
	if len(short) < len(ranks) {
		slices.Sort(d.long)
		for _, r := range ranks {
			if r >= len(d.short) {
				out[r] = d.long[r-len(d.short)]
			}
		}
	}
	slices.Sort(short)
	selectRanks(d.short, 0, slices.Compact(short), out)
	return out
}

// selectSmall is the length below which sorting is cheaper than counting.
const selectSmall = 4096

// selectRanks notes the values at ascending places of a list, of which before
// are counted that stand before it. It counts values by their leading bits and
// goes on with the classes that hold a place: two passes over the list, where
// sorting takes twenty.
func selectRanks(values []uint32, before int, ranks []int, out map[int]int64) {
	if len(ranks) == 0 {
		return
	}
	low, high := values[0], values[0]
	for _, v := range values {
		low, high = min(low, v), max(high, v)
	}
	if len(values) <= selectSmall || low == high {
		if low != high {
			slices.Sort(values)
		}
		for _, r := range ranks {
			out[r] = int64(values[r-before])
		}
		return
	}
	const classBits = 11
	shift := max(bits32.Len32(high-low)-classBits, 0)
	var counts [1 << classBits]int
	for _, v := range values {
		counts[(v-low)>>shift]++
	}
	for class, n := range counts {
		here := 0
		for here < len(ranks) && ranks[here] < before+n {
			here++
		}
		if here > 0 {
			part := make([]uint32, 0, n)
			for _, v := range values {
				if int((v-low)>>shift) == class {
					part = append(part, v)
				}
			}
			selectRanks(part, before, ranks[:here], out)
			ranks = ranks[here:]
		}
		before += n
	}
}
