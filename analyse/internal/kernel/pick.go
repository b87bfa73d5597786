package kernel

import (
	"encoding/binary"
	bits64 "math/bits"

	"github.com/weirhq/weir/store/columns"
	"github.com/weirhq/weir/store/columns/vector"
)

// picker finds the rows of blocks that a Matcher lets through, for one worker.
type picker struct {
	of    *Matcher
	names nameSet
	where sieve // nil: all of them
	rows  []uint32
}

func newPicker(m *Matcher) *picker {
	p := &picker{of: m, names: newNameSet(m.byName)}
	if m.where != nil {
		p.where = m.where.sieve()
	}
	return p
}

func (p *picker) layer(l *columns.Layer) {
	p.names.layer(l)
	if p.where != nil {
		p.where.layer(l)
	}
}

// pick gives the rows, ascending. They are the caller's to change until the next call.
func (p *picker) pick(b *block) []uint32 {
	p.rows = p.names.pick(b, p.rows)
	if p.where == nil || len(p.rows) == 0 {
		return p.rows
	}
	return p.where.keep(b, p.rows)
}

// everyRow says that all rows are let through.
func (p *picker) everyRow() bool { return p.where == nil && p.names.every }

// manyRows says that more names are let through than can be looked for at once.
func (p *picker) manyRows() bool { return p.names.every || len(p.names.few) > fewNames }

// nameSet is a set of event names by code.
type nameSet struct {
	table []uint8 // 1 for names of the set
	few   []uint32
	every bool // all names that occur are in it
	names *vector.Codes
	short [256]uint8 // table, of layers whose codes have eight bits
}

// fewNames is up to how many names are looked for eight rows at a time.
const fewNames = 2

func newNameSet(byName []bool) nameSet {
	s := nameSet{table: make([]uint8, len(byName)), every: true}
	for code, in := range byName {
		s.table[code] = uint8(bit(in))
		if in {
			s.few = append(s.few, uint32(code))
		} else if code > 0 {
			s.every = false
		}
	}
	copy(s.short[:], s.table)
	return s
}

func (s *nameSet) layer(l *columns.Layer) { s.names = &l.Names }

// pick gives the rows of the block whose names are in the set.
func (s *nameSet) pick(b *block, out []uint32) []uint32 {
	out = grow(out, b.rows()+8)
	n := 0
	if len(s.few) == 0 {
		return out[:0]
	}
	for _, r := range b.runs {
		switch {
		case s.every:
			for row := r.lo; row < r.hi; row++ {
				out[n] = row
				n++
			}
		case s.names.U8 != nil && len(s.few) == 1 && s.few[0] < 256:
			n += pickOne(s.names.U8[r.lo:r.hi], r.lo, uint8(s.few[0]), out[n:])
		case s.names.U8 != nil && len(s.few) == fewNames && s.few[1] < 256:
			n += pickTwo(s.names.U8[r.lo:r.hi], r.lo, uint8(s.few[0]), uint8(s.few[1]), out[n:])
		case s.names.U8 != nil:
			n += pickShort(s.names.U8[r.lo:r.hi], r.lo, &s.short, out[n:])
		case s.names.U16 != nil:
			n += pickTable(s.names.U16[r.lo:r.hi], r.lo, s.table, out[n:])
		default:
			n += pickTable(s.names.U32[r.lo:r.hi], r.lo, s.table, out[n:])
		}
	}
	return out[:n]
}

// Eight bytes at a time: a byte of x is zero where the name is the wanted one;
// zeros leaves the highest bit of each such byte (Hacker's Delight, 6-1).
const (
	eachByte = 0x0101010101010101
	lowBits  = 0x7f7f7f7f7f7f7f7f
)

func zeros(x uint64) uint64 { return ^((x&lowBits + lowBits) | x | lowBits) }

// pickOne finds one name; out has room for eight more rows than there are names.
func pickOne(names []uint8, base uint32, name uint8, out []uint32) int {
	n := 0
	wanted := eachByte * uint64(name)
	for ; len(names) >= 8; names = names[8:] {
		n = put(zeros(binary.LittleEndian.Uint64(names)^wanted), base, out, n)
		base += 8
	}
	for i, x := range names {
		out[n] = base + uint32(i)
		n += bit(x == name)
	}
	return n
}

// pickTwo finds two names.
func pickTwo(names []uint8, base uint32, one, two uint8, out []uint32) int {
	n := 0
	first, second := eachByte*uint64(one), eachByte*uint64(two)
	for ; len(names) >= 8; names = names[8:] {
		x := binary.LittleEndian.Uint64(names)
		n = put(zeros(x^first)|zeros(x^second), base, out, n)
		base += 8
	}
	for i, x := range names {
		out[n] = base + uint32(i)
		n += bit(x == one || x == two)
	}
	return n
}

// put adds the rows of the bytes whose highest bit is set.
func put(hits uint64, base uint32, out []uint32, n int) int {
	if hits == 0 {
		return n
	}
	// The bits are moved together into the highest byte (hits>>7 has one bit per byte).
	mask := (hits >> 7) * 0x0102040810204080 >> 56
	places, to := &bytePlaces[mask], (*[8]uint32)(out[n:])
	for i, place := range places {
		to[i] = base + place
	}
	return n + bits64.OnesCount8(uint8(mask))
}

// pickShort finds any of a set of names, without a branch.
func pickShort(names []uint8, base uint32, table *[256]uint8, out []uint32) int {
	n := 0
	for i, x := range names {
		out[n] = base + uint32(i)
		n += int(table[x])
	}
	return n
}

func pickTable[T uint16 | uint32](names []T, base uint32, table []uint8, out []uint32) int {
	n := 0
	for i, x := range names {
		out[n] = base + uint32(i)
		n += int(table[x])
	}
	return n
}

// present gives those of some ascending rows that a sparse vector has, and the
// places of their values.
func present(p *vector.Present, rows, kept, places []uint32) (rowsWith, at []uint32) {
	kept, places = grow(kept, len(rows)), grow(places, len(rows))
	n, word, before := 0, uint32(0), uint32(0)
	for _, row := range rows {
		if w := row / 64; w != word {
			if w-word == 1 {
				before += uint32(bits64.OnesCount64(p.Words[word]))
			} else {
				before = p.Rank(w * 64)
			}
			word = w
		}
		mask := p.Words[word]
		kept[n] = row
		places[n] = before + uint32(bits64.OnesCount64(mask&(1<<(row%64)-1)))
		n += int(mask >> (row % 64) & 1)
	}
	return kept[:n], places[:n]
}

// stepPicker finds the rows that meet at least one of some matchers, and which.
type stepPicker struct {
	names  nameSet
	masks  []uint32 // by code of the name: the matchers that it meets, as bits
	wheres []sieve  // per matcher; nil without a condition
	rows   []uint32
	met    []uint32
	some   []uint32
	at     []uint32
}

// newStepPicker takes up to 32 matchers over one view.
func newStepPicker(matchers ...*Matcher) *stepPicker {
	p := &stepPicker{wheres: make([]sieve, len(matchers))}
	var known []bool
	for i, m := range matchers {
		known = extend(known, len(m.byName))
		p.masks = extend(p.masks, len(m.byName))
		for code, in := range m.byName {
			known[code] = known[code] || in
			p.masks[code] |= uint32(bit(in)) << i
		}
		if m.where != nil {
			p.wheres[i] = m.where.sieve()
		}
	}
	p.names = newNameSet(known)
	return p
}

func (p *stepPicker) layer(l *columns.Layer) {
	p.names.layer(l)
	for _, where := range p.wheres {
		if where != nil {
			where.layer(l)
		}
	}
}

// pick gives the rows, ascending, and for each the matchers that it meets as
// bits. Both are the caller's to change until the next call.
func (p *stepPicker) pick(b *block) (rows, masks []uint32) {
	p.rows = p.names.pick(b, p.rows)
	p.met = gatherCodes(p.rows, p.names.names, p.masks, p.met)
	tested := false
	for i, where := range p.wheres {
		if where != nil {
			p.refine(b, i, where)
			tested = true
		}
	}
	if !tested {
		return p.rows, p.met
	}
	n := 0
	for i, mask := range p.met {
		p.rows[n], p.met[n] = p.rows[i], mask
		n += bit(mask != 0)
	}
	return p.rows[:n], p.met[:n]
}

// refine takes the bit of a matcher from the rows that its condition does not hold for.
func (p *stepPicker) refine(b *block, matcher int, where sieve) {
	p.some, p.at = grow(p.some, len(p.rows)), grow(p.at, len(p.rows))
	n := 0
	for i, mask := range p.met {
		p.some[n], p.at[n] = p.rows[i], uint32(i)
		n += int(mask >> matcher & 1)
	}
	for _, i := range p.at[:n] {
		p.met[i] &^= 1 << matcher
	}
	i := 0
	for _, row := range where.keep(b, p.some[:n]) {
		for p.rows[p.at[i]] != row {
			i++
		}
		p.met[p.at[i]] |= 1 << matcher
	}
}

// gatherCodes looks a value up by the code of each row.
func gatherCodes(rows []uint32, codes *vector.Codes, table, out []uint32) []uint32 {
	out = grow(out, len(rows))
	switch {
	case codes.U8 != nil:
		gather(rows, codes.U8, table, out)
	case codes.U16 != nil:
		gather(rows, codes.U16, table, out)
	default:
		gather(rows, codes.U32, table, out)
	}
	return out
}

func gather[T uint8 | uint16 | uint32](rows []uint32, codes []T, table, out []uint32) {
	out = out[:len(rows)]
	for i, row := range rows {
		out[i] = table[codes[row]]
	}
}
