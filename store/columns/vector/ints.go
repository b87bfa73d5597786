package vector

import "math"

// Ints are whole numbers that every row has, such as times. Either U32 is set,
// and a row's number is Base + Unit × U32[row], or I64 is.
type Ints struct {
	Base int64
	Unit int64 // 1 or 1000
	U32  []uint32
	I64  []int64
}

// NewInts keeps numbers in the narrowest width. Times of whole seconds over a
// hundred years, and of milliseconds over 49 days, take four bytes.
func NewInts(values []int64) Ints {
	if len(values) == 0 {
		return Ints{}
	}
	low, high, whole := values[0], values[0], true
	for _, v := range values {
		low, high = min(low, v), max(high, v)
		whole = whole && (v-values[0])%1000 == 0
	}
	unit := IntUnit(low, high, whole)
	if unit == 0 {
		return Ints{I64: values}
	}
	out := Ints{Base: low, Unit: unit, U32: make([]uint32, len(values))}
	for i, v := range values {
		out.U32[i] = uint32((v - low) / unit)
	}
	return out
}

// IntUnit gives the unit in which numbers from low to high can be kept in 32
// bits, 0 when they cannot; whole says that they all differ by thousands.
func IntUnit(low, high int64, whole bool) int64 {
	span := uint64(high) - uint64(low)
	switch {
	case span <= math.MaxUint32:
		return 1
	case whole && span/1000 <= math.MaxUint32:
		return 1000
	}
	return 0
}

// At gives the number of a row.
func (v *Ints) At(row uint32) int64 {
	if v.U32 != nil {
		return v.Base + int64(v.U32[row])*v.Unit
	}
	return v.I64[row]
}

// Len is the number of rows.
func (v *Ints) Len() int { return len(v.U32) + len(v.I64) }

// Append adds the numbers of rows [lo, hi) to a slice.
func (v *Ints) Append(to []int64, lo, hi uint32) []int64 {
	if v.U32 == nil {
		return append(to, v.I64[lo:hi]...)
	}
	for _, x := range v.U32[lo:hi] {
		to = append(to, v.Base+int64(x)*v.Unit)
	}
	return to
}

// FirstAtOrAfter gives the first row of [lo, hi), whose numbers ascend, that is
// at least x; hi when there is none.
func (v *Ints) FirstAtOrAfter(lo, hi uint32, x int64) uint32 {
	if lo < hi && v.At(lo) >= x { // the usual case: the range begins before the person
		return lo
	}
	for lo < hi {
		if mid := lo + (hi-lo)/2; v.At(mid) < x {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}
