package columns

import (
	"math"

	"github.com/weirhq/weir/store/columns/vector"
)

// The rows of a new layer are runs of rows of others. These functions copy one
// column of them, with the widths of both sides known before the inner loop.

type whole interface{ uint8 | uint16 | uint32 }

// copyCodes fills out with the codes of the runs; sources are by part, nil where
// a part has no such column, and slots gives what a source has in the width of out.
func copyCodes[T whole](out []T, slots func(*vector.Codes) []T, sources []*vector.Codes, runs []run) {
	at := uint32(0)
	for _, r := range runs {
		n := r.hi - r.lo
		part, src := out[at:at+n], sources[r.part]
		at += n
		if src != nil && src.Present == nil {
			if same := slots(src); same != nil {
				copy(part, same[r.lo:r.hi])
				continue
			}
		}
		runOfCodes(part, src, r.lo, r.hi)
	}
}

func codes8(c *vector.Codes) []uint8   { return c.U8 }
func codes16(c *vector.Codes) []uint16 { return c.U16 }
func codes32(c *vector.Codes) []uint32 { return c.U32 }

func runOfCodes[T whole](out []T, src *vector.Codes, lo, hi uint32) {
	switch {
	case src == nil:
		clear(out)
	case src.Present != nil:
		clear(out)
		src.Present.Each(lo, hi, func(row, at uint32) { out[row-lo] = T(src.Slot(at)) })
	case src.U8 != nil:
		convert(out, src.U8[lo:hi])
	case src.U16 != nil:
		convert(out, src.U16[lo:hi])
	default:
		convert(out, src.U32[lo:hi])
	}
}

func convert[T, S whole](out []T, from []S) {
	_ = out[:len(from)]
	for i, v := range from {
		out[i] = T(v)
	}
}

// copyFloats fills out with the numbers of the runs, NaN where there is none.
func copyFloats(out []float64, sources []*vector.Floats, runs []run) {
	at := uint32(0)
	for _, r := range runs {
		n := r.hi - r.lo
		runOfFloats(out[at:at+n], sources[r.part], r.lo, r.hi)
		at += n
	}
}

func runOfFloats(out []float64, src *vector.Floats, lo, hi uint32) {
	switch {
	case src == nil:
		noNumbers(out)
	case src.Present != nil:
		noNumbers(out)
		src.Present.Each(lo, hi, func(row, at uint32) { out[row-lo] = src.Slot(at) })
	case src.F64 != nil:
		copy(out, src.F64[lo:hi])
	case src.U8 != nil:
		widen(out, src.U8[lo:hi], src)
	case src.U16 != nil:
		widen(out, src.U16[lo:hi], src)
	default:
		widen(out, src.U32[lo:hi], src)
	}
}

func noNumbers(out []float64) {
	for i := range out {
		out[i] = math.NaN()
	}
}

func widen[S whole](out []float64, from []S, src *vector.Floats) {
	base, scale := src.Base, src.Scale
	_ = out[:len(from)]
	for i, v := range from {
		if v == 0 {
			out[i] = math.NaN()
		} else {
			out[i] = float64(base+int64(v)) / scale
		}
	}
}

// copyNarrow fills out with the slots of narrow numbers of one base and scale,
// 0 where there is none.
func copyNarrow[T whole](out []T, slots func(*vector.Floats) []T, sources []*vector.Floats, runs []run) {
	at := uint32(0)
	for _, r := range runs {
		n := r.hi - r.lo
		part := out[at : at+n]
		at += n
		src := sources[r.part]
		if src == nil {
			clear(part)
			continue
		}
		values := slots(src)
		if src.Present == nil {
			copy(part, values[r.lo:r.hi])
			continue
		}
		clear(part)
		src.Present.Each(r.lo, r.hi, func(row, at uint32) { part[row-r.lo] = values[at] })
	}
}

// copyInts fills out with the numbers of the runs.
func copyInts(out []int64, sources []*vector.Ints, runs []run) {
	at := uint32(0)
	for _, r := range runs {
		n := r.hi - r.lo
		sources[r.part].Append(out[at:at], r.lo, r.hi)
		at += n
	}
}

// copyOffsets fills out with the numbers of the runs as they are kept, when all
// have the same base and unit.
func copyOffsets(out []uint32, sources []*vector.Ints, runs []run) {
	at := uint32(0)
	for _, r := range runs {
		copy(out[at:], sources[r.part].U32[r.lo:r.hi])
		at += r.hi - r.lo
	}
}
