package kernel

import (
	"math"
	"sort"

	"github.com/weirhq/weir/store/columns"
	"github.com/weirhq/weir/store/columns/vector"
)

// comparisonSieve asks a comparison of many rows. At most one vector of a column
// has a value in a row, so where only one of them is of a type that can meet the
// comparison, that one decides.
type comparisonSieve struct {
	of *comparison
	// By code: 1 where the positive test holds; nil for types that never meet it.
	texts, lists, flags []uint8
	flipped             map[*uint8][]uint8 // the same tables for a negated comparison

	column  *columns.Column
	codes   *vector.Codes // decides, by table
	table   []uint8
	numbers *vector.Floats // decides, by low and high
	low     float64
	high    float64
	several bool // more than one vector decides: row by row

	kept, places []uint32
}

func (f *comparison) sieve() sieve {
	s := &comparisonSieve{of: f, flipped: map[*uint8][]uint8{}}
	if f.is.isSet || f.is.text != nil {
		s.texts = s.tableOf(f.texts)
	}
	if f.is.isSet || f.is.element != nil {
		s.lists = s.tableOf(f.lists)
	}
	if f.is.isSet || f.is.flag != nil {
		holds := func(b bool) bool { return f.is.isSet || f.is.flag(b) }
		s.flags = s.tableOf([]bool{false, holds(false), holds(true)})
	}
	return s
}

// tableOf makes tables of numbers, which can be added without a branch.
func (s *comparisonSieve) tableOf(holds []bool) []uint8 {
	if len(holds) == 0 {
		return nil
	}
	table, flipped := make([]uint8, len(holds)), make([]uint8, len(holds))
	for code, h := range holds {
		table[code], flipped[code] = uint8(bit(h)), uint8(bit(!h))
	}
	s.flipped[&table[0]] = flipped
	return table
}

// layer chooses the vector that decides.
func (s *comparisonSieve) layer(l *columns.Layer) {
	s.column, s.codes, s.table, s.numbers, s.several = l.Column(s.of.property), nil, nil, nil, false
	if s.column == nil {
		return
	}
	candidates := 0
	for _, c := range []struct {
		codes *vector.Codes
		table []uint8
	}{{s.column.Strings, s.texts}, {s.column.Lists, s.lists}, {s.column.Bools, s.flags}} {
		if c.codes != nil && c.table != nil {
			s.codes, s.table = c.codes, c.table
			candidates++
		}
	}
	if is := s.of.is; s.column.Numbers != nil && (is.isSet || is.number != nil) {
		s.numbers = s.column.Numbers
		candidates++
		switch {
		case is.isSet:
			s.low, s.high = math.Inf(-1), math.Inf(1)
		case len(is.points) == 1:
			s.low, s.high = is.points[0], is.points[0]
		case len(is.points) > 1:
			candidates++
		default:
			s.low, s.high = is.low, is.high
		}
	}
	s.several = candidates > 1
}

func (s *comparisonSieve) keep(b *block, rows []uint32) []uint32 {
	switch {
	case s.several:
		return s.eachRow(rows)
	case s.codes != nil && s.codes.Present == nil:
		table := s.table
		if s.of.is.negated {
			table = s.flipped[&table[0]]
		}
		return keepCodes(rows, s.codes, table)
	case s.numbers != nil && s.numbers.Present == nil:
		return keepNumbers(rows, s.numbers, s.low, s.high, s.of.is.negated)
	case s.codes == nil && s.numbers == nil:
		if s.of.is.negated {
			return rows
		}
		return rows[:0]
	}
	positive := s.sparse(rows)
	if s.of.is.negated {
		return without(rows, positive)
	}
	return append(rows[:0], positive...)
}

func (s *comparisonSieve) eachRow(rows []uint32) []uint32 {
	n := 0
	for _, row := range rows {
		rows[n] = row
		n += bit(s.of.is.cell(s.column, row, s.of.texts, s.of.lists) != s.of.is.negated)
	}
	return rows[:n]
}

// sparse gives the rows that meet the positive test, of a vector that few rows have.
func (s *comparisonSieve) sparse(rows []uint32) []uint32 {
	n := 0
	if s.codes != nil {
		s.kept, s.places = present(s.codes.Present, rows, s.kept, s.places)
		for i, at := range s.places {
			s.kept[n] = s.kept[i]
			n += int(s.table[s.codes.Slot(at)])
		}
		return s.kept[:n]
	}
	s.kept, s.places = present(s.numbers.Present, rows, s.kept, s.places)
	for i, at := range s.places {
		s.kept[n] = s.kept[i]
		x := s.numbers.Slot(at)
		n += bit(x >= s.low && x <= s.high)
	}
	return s.kept[:n]
}

func keepCodes(rows []uint32, codes *vector.Codes, table []uint8) []uint32 {
	switch {
	case codes.U8 != nil:
		var wide [256]uint8
		copy(wide[:], table)
		return keepShort(rows, codes.U8, &wide)
	case codes.U16 != nil:
		return keepTable(rows, codes.U16, table)
	}
	return keepTable(rows, codes.U32, table)
}

func keepShort(rows []uint32, codes []uint8, table *[256]uint8) []uint32 {
	n := 0
	for _, row := range rows {
		rows[n] = row
		n += int(table[codes[row]])
	}
	return rows[:n]
}

func keepTable[T uint16 | uint32](rows []uint32, codes []T, table []uint8) []uint32 {
	n := 0
	for _, row := range rows {
		rows[n] = row
		n += int(table[codes[row]])
	}
	return rows[:n]
}

// keepNumbers keeps the rows whose number lies in [low, high], or the others. Narrow
// numbers ascend with their codes, so codes are compared instead.
func keepNumbers(rows []uint32, f *vector.Floats, low, high float64, negated bool) []uint32 {
	if f.F64 != nil {
		n := 0
		for _, row := range rows {
			x := f.F64[row]
			rows[n] = row
			n += bit((x >= low && x <= high) != negated)
		}
		return rows[:n]
	}
	switch {
	case f.U8 != nil:
		first, width, some := codeRange(f, math.MaxUint8, low, high)
		return keepRange(rows, f.U8, first, width, some, negated)
	case f.U16 != nil:
		first, width, some := codeRange(f, math.MaxUint16, low, high)
		return keepRange(rows, f.U16, first, width, some, negated)
	}
	first, width, some := codeRange(f, math.MaxUint32, low, high)
	return keepRange(rows, f.U32, first, width, some, negated)
}

// codeRange gives the codes of the numbers in [low, high]: the first, how many
// follow it, and whether there is any. Code 0 is missing.
func codeRange(f *vector.Floats, most uint64, low, high float64) (first, width uint32, some bool) {
	number := func(i int) float64 { return float64(f.Base+int64(i)+1) / f.Scale }
	from := sort.Search(int(most), func(i int) bool { return number(i) >= low })
	end := sort.Search(int(most), func(i int) bool { return number(i) > high })
	if from >= end {
		return 0, 0, false
	}
	return uint32(from) + 1, uint32(end - from - 1), true
}

func keepRange[T uint8 | uint16 | uint32](rows []uint32, codes []T, first, width uint32, some, negated bool) []uint32 {
	if !some {
		if negated {
			return rows
		}
		return rows[:0]
	}
	n := 0
	if negated {
		for _, row := range rows {
			rows[n] = row
			n += bit(uint32(codes[row])-first > width)
		}
		return rows[:n]
	}
	for _, row := range rows {
		rows[n] = row
		n += bit(uint32(codes[row])-first <= width)
	}
	return rows[:n]
}
