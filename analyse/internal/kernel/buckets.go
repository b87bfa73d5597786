package kernel

// Buckets are half-open intervals of UTC milliseconds that follow each other
// without a gap: bucket i is [Starts[i], Starts[i+1]).
type Buckets struct {
	Starts []int64 // one more than there are buckets
	scale  float64 // buckets per millisecond, on average
}

// NewBuckets makes buckets from ascending boundaries.
func NewBuckets(starts []int64) Buckets {
	b := Buckets{Starts: starts}
	if n := b.Len(); n > 0 {
		b.scale = float64(n) / float64(starts[n]-starts[0])
	}
	return b
}

// Len is the number of buckets.
func (b Buckets) Len() int { return max(len(b.Starts)-1, 0) }

// Find gives the bucket that holds an instant, -1 when none does. Calendar units
// differ little in length, so a guess by the average is off by one at most often.
func (b Buckets) Find(t int64) int {
	n := b.Len()
	if n == 0 || t < b.Starts[0] || t >= b.Starts[n] {
		return -1
	}
	i := min(int(float64(t-b.Starts[0])*b.scale), n-1)
	for t < b.Starts[i] {
		i--
	}
	for t >= b.Starts[i+1] {
		i++
	}
	return i
}
