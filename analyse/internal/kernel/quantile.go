package kernel

import "math"

// Percentile gives the value below which the share q of values lies, by linear
// interpolation between neighbours (ClickHouse's quantileExactInclusive). It
// changes the order of the values, and takes time in proportion to their number.
func Percentile(values []float64, q float64) (float64, bool) {
	if len(values) == 0 {
		return 0, false
	}
	at := q * float64(len(values)-1)
	i := int(at)
	low := selectAt(values, i)
	if i+1 >= len(values) || at == float64(i) {
		return low, true
	}
	high := values[i+1]
	for _, v := range values[i+2:] {
		high = min(high, v)
	}
	return low + (at-float64(i))*(high-low), true
}

// Largest gives the n-th largest of some values, n counted from 1 and not more
// than there are. It changes their order.
func Largest(values []float64, n int) float64 { return selectAt(values, len(values)-n) }

// selectAt puts the value that would be at k if they were sorted there, smaller ones
// before it and larger ones after it: Hoare's selection, with a sample to choose
// the pivot close to the wanted place (Floyd and Rivest, CACM 18, 1975).
func selectAt(values []float64, k int) float64 {
	left, right := 0, len(values)-1
	for right > left {
		if right-left > sampled {
			narrowAround(values, left, right, k)
		}
		i, j := partition(values, left, right, k)
		if k <= j {
			right = j
		}
		if k >= i {
			left = i
		}
		if k > j && k < i {
			break
		}
	}
	return values[k]
}

// sampled is the length from which a sample is worth its cost.
const sampled = 600

// narrowAround selects within a small part around k first, so that the value
// that is then at k splits the whole close to k.
func narrowAround(values []float64, left, right, k int) {
	n, i := float64(right-left+1), float64(k-left+1)
	z := math.Log(n)
	s := 0.5 * math.Exp(2*z/3)
	sd := 0.5 * math.Sqrt(z*s*(n-s)/n)
	if i < n/2 {
		sd = -sd
	}
	from := max(left, int(float64(k)-i*s/n+sd))
	to := min(right, int(float64(k)+(n-i)*s/n+sd))
	if from <= k && k <= to {
		selectAt(values[from:to+1], k-from)
	}
}

// partition divides values[left:right+1] by the value at k: those up to j are not
// larger, those from i on not smaller, and any between are equal to it.
func partition(values []float64, left, right, k int) (i, j int) {
	pivot := values[k]
	i, j = left, right
	for i <= j {
		for values[i] < pivot {
			i++
		}
		for pivot < values[j] {
			j--
		}
		if i <= j {
			values[i], values[j] = values[j], values[i]
			i++
			j--
		}
	}
	return i, j
}
