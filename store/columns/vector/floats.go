package vector

import "math"

// Floats are numbers of events; NaN means missing. One of the slices is set. In
// the narrow ones 0 means missing, and any other v stands for (Base + v) / Scale.
type Floats struct {
	Present *Present // nil when every row has a slot
	Base    int64
	Scale   float64 // 1, 10, 100 or 1000
	U8      []uint8
	U16     []uint16
	U32     []uint32
	F64     []float64
}

// widest is the magnitude below which every whole number is a float64.
const widest = 1 << 53

// NewFloats keeps one number per row in the narrowest width that gives back
// every one of them exactly.
func NewFloats(values []float64) Floats {
	scale, base, span := FloatRange(values)
	return PackFloats(values, scale, base, span)
}

// SparseFloats keeps the numbers of some rows, which ascend, of n.
func SparseFloats(rows []uint32, values []float64, n int) Floats {
	f := NewFloats(values)
	f.Present = NewPresent(rows, n)
	return f
}

// FloatRange finds how numbers can be kept: as whole numbers after multiplying
// with scale, base being one less than the lowest, and span what is needed
// beyond it. A scale of 0 says that they need 64 bits.
func FloatRange(values []float64) (scale float64, base int64, span uint64) {
	var s FloatScan
	s.Add(values)
	return s.Result()
}

// FloatScan looks for a common scale of numbers that come in pieces.
type FloatScan struct {
	failed    [4]bool // by power of ten
	low, high [4]int64
	some      bool
}

// Add looks at more numbers.
func (s *FloatScan) Add(values []float64) {
	for _, v := range values {
		if math.IsNaN(v) {
			continue
		}
		scale := 1.0
		for i := range s.failed {
			if !s.failed[i] {
				s.look(i, v, scale)
			}
			scale *= 10
		}
		s.some = true
	}
}

func (s *FloatScan) look(i int, v, scale float64) {
	scaled := math.Round(v * scale)
	whole := int64(scaled) // of no meaning beyond widest
	if math.Abs(scaled) >= widest || math.Float64bits(float64(whole)/scale) != math.Float64bits(v) {
		s.failed[i] = true
		return
	}
	if !s.some {
		s.low[i], s.high[i] = whole, whole
	}
	s.low[i], s.high[i] = min(s.low[i], whole), max(s.high[i], whole)
}

// Result gives what FloatRange gives.
func (s *FloatScan) Result() (scale float64, base int64, span uint64) {
	scale = 1
	for i := range s.failed {
		span = uint64(s.high[i]-s.low[i]) + 1
		if !s.failed[i] && span <= math.MaxUint32 {
			return scale, s.low[i] - 1, span
		}
		scale *= 10
	}
	return 0, 0, 0
}

// PackFloats keeps numbers as FloatRange found for them, or for a set of numbers
// that includes them.
func PackFloats(values []float64, scale float64, base int64, span uint64) Floats {
	out := Floats{Base: base, Scale: scale}
	switch {
	case scale == 0:
		return Floats{F64: values}
	case span <= math.MaxUint8:
		out.U8 = pack[uint8](values, scale, base)
	case span <= math.MaxUint16:
		out.U16 = pack[uint16](values, scale, base)
	default:
		out.U32 = pack[uint32](values, scale, base)
	}
	return out
}

func pack[T uint8 | uint16 | uint32](values []float64, scale float64, base int64) []T {
	out := make([]T, len(values))
	for i, v := range values {
		if !math.IsNaN(v) {
			out[i] = T(int64(math.Round(v*scale)) - base)
		}
	}
	return out
}

// At gives the number of a row, NaN when it is missing.
func (f *Floats) At(row uint32) float64 {
	if f.Present != nil {
		at, ok := f.Present.index(row)
		if !ok {
			return math.NaN()
		}
		row = at
	}
	return f.Slot(row)
}

// Slot gives the number at a place of the slices: a row of a dense vector, or a
// place that Present gives.
func (f *Floats) Slot(at uint32) float64 {
	var code uint32
	switch {
	case f.F64 != nil:
		return f.F64[at]
	case f.U8 != nil:
		code = uint32(f.U8[at])
	case f.U16 != nil:
		code = uint32(f.U16[at])
	default:
		code = f.U32[at]
	}
	if code == 0 {
		return math.NaN()
	}
	return float64(f.Base+int64(code)) / f.Scale
}

// Slots is the number of numbers kept: of rows, or of present rows.
func (f *Floats) Slots() int { return len(f.U8) + len(f.U16) + len(f.U32) + len(f.F64) }
