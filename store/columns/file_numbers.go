package columns

import (
	"math"

	"github.com/weirhq/weir/store/columns/vector"
)

// ints writes whole numbers that every row has.
func (p *partWriter) ints(section string, from []*vector.Ints, r intRange) {
	base, unit := r.low, vector.IntUnit(r.low, r.high, r.whole)
	if unit == 0 {
		p.w.Begin(section, 0, 8, 0, 0)
		eachPiece(p.plan, newPiece[int64](p.w), func(dst []int64, part int32, lo uint32) {
			from[part].Append(dst[:0], lo, lo+uint32(len(dst)))
		})
		return
	}
	p.w.Begin(section, 0, 4, base, unit)
	eachPiece(p.plan, newPiece[uint32](p.w), func(dst []uint32, part int32, lo uint32) {
		rebase(dst, from[part], lo, base, unit)
	})
}

// intRange is what is known of whole numbers.
type intRange struct {
	low, high int64
	whole     bool // they differ by thousands
}

// intRange looks at the numbers of all runs.
func (p *partWriter) intRange(of func(l *Layer) *vector.Ints) (from []*vector.Ints, s intRange) {
	from, s.whole = sourcesOf(p.plan.parts, of), true
	if len(p.plan.runs) == 0 {
		return from, s
	}
	first := from[p.plan.runs[0].part].At(p.plan.runs[0].lo)
	s.low, s.high = first, first
	for _, r := range p.plan.runs {
		s.look(from[r.part], r.lo, r.hi, first)
	}
	return from, s
}

func (s *intRange) look(v *vector.Ints, lo, hi uint32, first int64) {
	if v.U32 != nil && (!s.whole || v.Unit == 1000 && (v.Base-first)%1000 == 0) {
		low, high := v.U32[lo], v.U32[lo]
		for _, n := range v.U32[lo:hi] {
			low, high = min(low, n), max(high, n)
		}
		s.low, s.high = min(s.low, v.Base+int64(low)*v.Unit), max(s.high, v.Base+int64(high)*v.Unit)
		return
	}
	for ; lo < hi; lo++ {
		n := v.At(lo)
		s.low, s.high = min(s.low, n), max(s.high, n)
		s.whole = s.whole && (n-first)%1000 == 0
	}
}

// rebase copies numbers of rows from lo on, as offsets from a base in units.
func rebase(dst []uint32, v *vector.Ints, lo uint32, base, unit int64) {
	if v.U32 != nil && v.Unit == unit { // then the bases differ by whole units
		shift := uint32((v.Base - base) / unit) // may wrap around, as the sum then does again
		for i, x := range v.U32[lo : int(lo)+len(dst)] {
			dst[i] = x + shift
		}
		return
	}
	for i := range dst {
		dst[i] = uint32((v.At(lo+uint32(i)) - base) / unit)
	}
}

// numbers writes the numbers of a property, nothing when no row has one.
func (p *partWriter) numbers(number uint32, from []*vector.Floats) {
	s := p.numberRange(from)
	if s.count == 0 {
		return
	}
	var present *vector.Present
	if s.count*sparseShare < p.rows {
		present = p.bitmap(func(mark func(row uint32), r run) {
			if f := from[r.part]; f != nil {
				eachNumber(f, r.lo, r.hi, func(row uint32, _ float64) { mark(row) })
			}
		})
		p.present(sectionNumbers, number, present)
	}
	width, base, scale := s.width()
	p.w.Begin(sectionNumbers, number, width, base, scale)
	n := narrowing{base: base, scale: scale}
	switch width {
	case 1:
		putNumbers(p, newPiece[uint8](p.w), from, present, narrow[uint8](n), fillNarrow[uint8](n))
	case 2:
		putNumbers(p, newPiece[uint16](p.w), from, present, narrow[uint16](n), fillNarrow[uint16](n))
	case 4:
		putNumbers(p, newPiece[uint32](p.w), from, present, narrow[uint32](n), fillNarrow[uint32](n))
	default:
		putNumbers(p, newPiece[float64](p.w), from, present, func(v float64) float64 { return v }, fillWide)
	}
}

func putNumbers[T any](p *partWriter, out *piece[T], from []*vector.Floats, present *vector.Present, one func(v float64) T, fill func(dst []T, f *vector.Floats, lo uint32)) {
	if present != nil {
		putSparse(p, out, func(r run, add func(v T)) {
			if f := from[r.part]; f != nil {
				eachNumber(f, r.lo, r.hi, func(_ uint32, v float64) { add(one(v)) })
			}
		})
		return
	}
	eachPiece(p.plan, out, func(dst []T, part int32, lo uint32) { fill(dst, from[part], lo) })
}

// numberRange is what is known of the numbers of all runs.
type numberRange struct {
	count     uint64 // of values
	wide      bool   // some need 64 bits
	narrow    bool   // some do not
	scale     int64  // the finest of the narrow ones
	low, high int64  // as whole numbers in that scale
}

// numberRange looks at the numbers of all runs. Narrow vectors are not decoded:
// what is whole in a scale is whole in each finer one.
func (p *partWriter) numberRange(from []*vector.Floats) numberRange {
	s := numberRange{scale: 1}
	for _, f := range from {
		if f != nil && f.F64 == nil {
			s.scale = max(s.scale, int64(f.Scale))
		}
	}
	for _, r := range p.plan.runs {
		if f := from[r.part]; f != nil {
			s.look(f, r.lo, r.hi)
		}
	}
	return s
}

// look takes rows [lo, hi) of a vector in.
func (s *numberRange) look(f *vector.Floats, lo, hi uint32) {
	if f.Present != nil { // slots lie in order of rows
		lo, hi = slotsBefore(f.Present, lo), slotsBefore(f.Present, hi)
	}
	switch {
	case f.F64 != nil:
		for _, v := range f.F64[lo:hi] {
			if !math.IsNaN(v) {
				s.count, s.wide = s.count+1, true
			}
		}
	case f.U8 != nil:
		lookNarrow(s, f, f.U8[lo:hi])
	case f.U16 != nil:
		lookNarrow(s, f, f.U16[lo:hi])
	case f.U32 != nil:
		lookNarrow(s, f, f.U32[lo:hi])
	}
}

func lookNarrow[T whole](s *numberRange, f *vector.Floats, codes []T) {
	low, high, n := ^T(0), T(0), 0
	for _, c := range codes {
		if c != 0 {
			low, high = min(low, c), max(high, c)
			n++
		}
	}
	if n == 0 {
		return
	}
	factor := s.scale / int64(f.Scale)
	bottom, top := (f.Base+int64(low))*factor, (f.Base+int64(high))*factor
	if !s.narrow {
		s.low, s.high, s.narrow = bottom, top, true
	}
	s.low, s.high = min(s.low, bottom), max(s.high, top)
	s.count += uint64(n)
}

// width is how the numbers are written: 8 for float64.
func (s *numberRange) width() (width int, base, scale int64) {
	span := uint64(s.high-s.low) + 1
	if s.wide || span > math.MaxUint32 || max(s.high, -s.low) >= 1<<53 {
		return 8, 0, 0
	}
	switch {
	case span <= math.MaxUint8:
		width = 1
	case span <= math.MaxUint16:
		width = 2
	default:
		width = 4
	}
	return width, s.low - 1, s.scale
}

// narrowing is how numbers become codes: (number × scale) − base, 0 for a missing one.
type narrowing struct{ base, scale int64 }

func narrow[T whole](n narrowing) func(v float64) T {
	return func(v float64) T { return T(int64(math.Round(v*float64(n.scale))) - n.base) }
}

// fillNarrow gives a function that copies numbers of rows from lo on.
func fillNarrow[T whole](n narrowing) func(dst []T, f *vector.Floats, lo uint32) {
	one := narrow[T](n)
	return func(dst []T, f *vector.Floats, lo uint32) {
		hi := int(lo) + len(dst)
		switch {
		case f == nil:
			clear(dst)
		case f.Present != nil:
			clear(dst)
			eachNumber(f, lo, uint32(hi), func(row uint32, v float64) { dst[row-lo] = one(v) })
		case f.U8 != nil:
			recode(dst, f.U8[lo:hi], f, n)
		case f.U16 != nil:
			recode(dst, f.U16[lo:hi], f, n)
		case f.U32 != nil:
			recode(dst, f.U32[lo:hi], f, n)
		default: // wide vectors of no value at all
			clear(dst)
		}
	}
}

// recode turns codes of one base and scale into those of another.
func recode[T, S whole](dst []T, src []S, f *vector.Floats, n narrowing) {
	factor := n.scale / int64(f.Scale)
	shift := f.Base*factor - n.base
	for i, c := range src {
		if c == 0 {
			dst[i] = 0
		} else {
			dst[i] = T(int64(c)*factor + shift)
		}
	}
}

func fillWide(dst []float64, f *vector.Floats, lo uint32) {
	runOfFloats(dst, f, lo, lo+uint32(len(dst)))
}

// eachNumber visits the numbers of rows [lo, hi) that have one.
func eachNumber(f *vector.Floats, lo, hi uint32, visit func(row uint32, v float64)) {
	if f.Present != nil {
		f.Present.Each(lo, hi, func(row, at uint32) { visit(row, f.Slot(at)) })
		return
	}
	for row := lo; row < hi; row++ {
		if v := f.Slot(row); !math.IsNaN(v) {
			visit(row, v)
		}
	}
}
