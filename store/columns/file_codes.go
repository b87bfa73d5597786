package columns

import (
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/store/columns/container"
	"github.com/weirhq/weir/store/columns/vector"
)

type ordinal = person.Ordinal

// piece gathers values of a section and writes them when there are many.
type piece[T any] struct {
	w      *container.Writer
	values []T
}

func newPiece[T any](w *container.Writer) *piece[T] {
	return &piece[T]{w: w, values: make([]T, 0, pieceRows)}
}

// room gives place for up to n further values, which the caller fills in.
func (p *piece[T]) room(n uint32) []T {
	if len(p.values) == cap(p.values) {
		p.flush()
	}
	at := len(p.values)
	p.values = p.values[:min(at+int(n), cap(p.values))]
	return p.values[at:]
}

func (p *piece[T]) flush() {
	_, _ = p.w.Write(container.Bytes(p.values)) // the Writer keeps the error
	p.values = p.values[:0]
}

// eachPiece visits the rows of the plan in order, cut so that each visit fills
// one slice of the output.
func eachPiece[T any](plan *foldPlan, out *piece[T], fill func(dst []T, part int32, lo uint32)) {
	for _, r := range plan.runs {
		for lo := r.lo; lo < r.hi; {
			dst := out.room(r.hi - lo)
			fill(dst, r.part, lo)
			lo += uint32(len(dst))
		}
	}
	out.flush()
}

// dense writes codes that every row has.
func (p *partWriter) dense(section string, of func(l *Layer) *vector.Codes) {
	p.widthOfCodes(section, 0, sourcesOf(p.plan.parts, of), nil)
}

// codes writes the codes of a property of one type, nothing when no row has one.
// A column that few rows have becomes sparse.
func (p *partWriter) codes(section string, number uint32, codes []*vector.Codes) {
	count := uint64(0)
	for _, r := range p.plan.runs {
		if c := codes[r.part]; c != nil {
			count += uint64(countCodes(c, r.lo, r.hi))
		}
	}
	switch {
	case count == 0:
		return
	case count*sparseShare >= p.rows:
		p.widthOfCodes(section, number, codes, nil)
		return
	}
	present := p.bitmap(func(mark func(row uint32), r run) {
		if c := codes[r.part]; c != nil {
			eachCode(c, r.lo, r.hi, func(row, _ uint32) { mark(row) })
		}
	})
	p.present(section, number, present)
	p.widthOfCodes(section, number, codes, present)
}

// present writes the two sections that say which rows of a sparse column have a value.
func (p *partWriter) present(section string, number uint32, present *vector.Present) {
	container.Put(p.w, section+presentSuffix, number, present.Words)
	container.Put(p.w, section+ranksSuffix, number, present.Ranks)
}

// bitmap marks the rows of the new part for which mark is called.
func (p *partWriter) bitmap(visit func(mark func(row uint32), r run)) *vector.Present {
	words := make([]uint64, (p.rows+63)/64)
	at := uint32(0)
	for _, r := range p.plan.runs {
		shift := at - r.lo
		visit(func(row uint32) {
			row += shift
			words[row/64] |= 1 << (row % 64)
		}, r)
		at += r.hi - r.lo
	}
	return vector.PresentOf(words)
}

// slotsBefore is the number of values of the rows before a row, which may be the
// end of all.
func slotsBefore(p *vector.Present, row uint32) uint32 {
	if row == 0 {
		return 0
	}
	n := p.Rank(row - 1)
	if p.Has(row - 1) {
		n++
	}
	return n
}

// countCodes counts the values of rows [lo, hi).
func countCodes(c *vector.Codes, lo, hi uint32) int {
	switch {
	case c.Present != nil:
		return int(slotsBefore(c.Present, hi) - slotsBefore(c.Present, lo))
	case c.U8 != nil:
		return countSet(c.U8[lo:hi])
	case c.U16 != nil:
		return countSet(c.U16[lo:hi])
	}
	return countSet(c.U32[lo:hi])
}

// countSet counts what is not 0, without branches.
func countSet[T whole](values []T) int {
	zero := 0
	for _, v := range values {
		zero += int((uint64(v) - 1) >> 63)
	}
	return len(values) - zero
}

// widthOfCodes writes codes in the widest width that one of their parts has.
func (p *partWriter) widthOfCodes(section string, number uint32, codes []*vector.Codes, present *vector.Present) {
	width := 1
	for _, c := range codes {
		if c != nil {
			width = max(width, c.Width())
		}
	}
	p.w.Begin(section, number, width, 0, 0)
	switch width {
	case 1:
		putCodes[uint8](p, codes, present)
	case 2:
		putCodes[uint16](p, codes, present)
	default:
		putCodes[uint32](p, codes, present)
	}
}

func putCodes[T whole](p *partWriter, codes []*vector.Codes, present *vector.Present) {
	out := newPiece[T](p.w)
	if present != nil {
		putSparse(p, out, func(r run, add func(v T)) {
			if c := codes[r.part]; c != nil {
				eachCode(c, r.lo, r.hi, func(_, code uint32) { add(T(code)) })
			}
		})
		return
	}
	eachPiece(p.plan, out, func(dst []T, part int32, lo uint32) {
		runOfCodes(dst, codes[part], lo, lo+uint32(len(dst)))
	})
}

// putSparse writes the values that a visit of each run adds.
func putSparse[T any](p *partWriter, out *piece[T], visit func(r run, add func(v T))) {
	add := func(v T) { out.room(1)[0] = v }
	for _, r := range p.plan.runs {
		visit(r, add)
	}
	out.flush()
}

// eachCode visits the codes of rows [lo, hi) that have one.
func eachCode(c *vector.Codes, lo, hi uint32, visit func(row, code uint32)) {
	if c.Present != nil {
		c.Present.Each(lo, hi, func(row, at uint32) { visit(row, c.Slot(at)) })
		return
	}
	for row := lo; row < hi; row++ {
		if code := c.Slot(row); code != 0 {
			visit(row, code)
		}
	}
}
