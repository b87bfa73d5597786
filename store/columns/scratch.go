package columns

import (
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/store/columns/vector"
)

// scratch makes layers of runs of rows, with the columns that a scan needs, in
// memory that it uses again and again. Two layers take turns, so that a reader
// that looks at the pointer notices a change.
type scratch struct {
	parts  []*Layer
	layers [2]Layer
	turn   int
	used   []bool // by part: some run is of it

	times, seqs intsBuffer
	names, ids  codesBuffer
	arrival     bool
	properties  []scratchColumn
}

// scratchColumn is a property that the scan needs, with each part's column of it.
type scratchColumn struct {
	name    string
	column  Column
	numbers floatsBuffer
	strings codesBuffer
	bools   codesBuffer
	lists   codesBuffer
}

func newScratch(parts []*Layer, need Need) *scratch {
	s := &scratch{parts: parts, used: make([]bool, len(parts)), arrival: need.Arrival || need.Everything}
	s.times.sources = sourcesOf(parts, func(l *Layer) *vector.Ints { return &l.Times })
	s.seqs.sources = sourcesOf(parts, func(l *Layer) *vector.Ints { return &l.Seqs })
	s.names.sources = sourcesOf(parts, func(l *Layer) *vector.Codes { return &l.Names })
	s.ids.sources = sourcesOf(parts, func(l *Layer) *vector.Codes { return &l.IDs })
	properties := need.Properties
	if need.Everything {
		properties = propertiesOf(parts)
	}
	columns := make(map[string]*Column, len(properties))
	for _, name := range properties {
		if _, twice := columns[name]; twice || name == "" {
			continue
		}
		columns[name] = nil
		s.properties = append(s.properties, newScratchColumn(parts, name))
	}
	for i := range s.layers {
		s.layers[i].columns = columns
	}
	return s
}

func newScratchColumn(parts []*Layer, name string) scratchColumn {
	c := scratchColumn{name: name}
	c.numbers.sources = columnsOf(parts, name, func(c *Column) *vector.Floats { return c.Numbers })
	c.strings.sources = columnsOf(parts, name, func(c *Column) *vector.Codes { return c.Strings })
	c.bools.sources = columnsOf(parts, name, func(c *Column) *vector.Codes { return c.Bools })
	c.lists.sources = columnsOf(parts, name, func(c *Column) *vector.Codes { return c.Lists })
	return c
}

func sourcesOf[V any](parts []*Layer, of func(*Layer) *V) []*V {
	out := make([]*V, len(parts))
	for i, l := range parts {
		out[i] = of(l)
	}
	return out
}

// columnsOf gives a vector of a property by part; none at all when no part has it.
func columnsOf[V any](parts []*Layer, name string, of func(*Column) *V) []*V {
	var out []*V
	for i, l := range parts {
		c := l.columns[name]
		if c == nil {
			continue
		}
		if v := of(c); v != nil {
			if out == nil {
				out = make([]*V, len(parts))
			}
			out[i] = v
		}
	}
	return out
}

// propertiesOf gives the names of all properties that parts have.
func propertiesOf(parts []*Layer) []string {
	var names []string
	known := make(map[string]bool)
	for _, l := range parts {
		for name, c := range l.columns {
			if c != nil && !known[name] {
				known[name] = true
				names = append(names, name)
			}
		}
	}
	return names
}

// layer makes the layer of some persons. It is valid until the next but one.
func (s *scratch) layer(persons []person.Ordinal, offsets []uint32, runs []run) *Layer {
	clear(s.used)
	for _, r := range runs {
		s.used[r.part] = true
	}
	n := int(offsets[len(offsets)-1])
	s.turn ^= 1
	l := &s.layers[s.turn]
	l.Persons, l.Offsets = persons, offsets
	l.Times = s.times.fill(s.used, runs, n)
	l.Names = *s.names.fill(s.used, runs, n)
	if s.arrival {
		l.Seqs = s.seqs.fill(s.used, runs, n)
		l.IDs = *s.ids.fill(s.used, runs, n)
	}
	for i := range s.properties {
		c := &s.properties[i]
		c.column = Column{
			Numbers: c.numbers.fill(s.used, runs, n),
			Strings: c.strings.fill(s.used, runs, n),
			Bools:   c.bools.fill(s.used, runs, n),
			Lists:   c.lists.fill(s.used, runs, n),
		}
		if c.column == (Column{}) {
			l.columns[c.name] = nil
		} else {
			l.columns[c.name] = &c.column
		}
	}
	l.span()
	return l
}

// room gives a slice of n elements, the same memory as before when it is enough.
func room[T any](buffer *[]T, n int) []T {
	if cap(*buffer) < n {
		*buffer = make([]T, n+n/4)
	}
	*buffer = (*buffer)[:cap(*buffer)]
	return (*buffer)[:n]
}

// intsBuffer fills vectors of whole numbers.
type intsBuffer struct {
	sources []*vector.Ints
	narrow  []uint32
	wide    []int64
}

func (b *intsBuffer) fill(used []bool, runs []run, n int) vector.Ints {
	if first, same := b.same(used); same {
		out := vector.Ints{Base: first.Base, Unit: first.Unit, U32: room(&b.narrow, n)}
		copyOffsets(out.U32, b.sources, runs)
		return out
	}
	out := vector.Ints{I64: room(&b.wide, n)}
	copyInts(out.I64, b.sources, runs)
	return out
}

// same says whether all parts keep the numbers as offsets from one base.
func (b *intsBuffer) same(used []bool) (first *vector.Ints, same bool) {
	for part, is := range used {
		if !is {
			continue
		}
		v := b.sources[part]
		if first == nil {
			first = v
		}
		if v.U32 == nil || v.Base != first.Base || v.Unit != first.Unit {
			return nil, false
		}
	}
	return first, true
}

// codesBuffer fills vectors of codes.
type codesBuffer struct {
	sources []*vector.Codes // none when no part has such a column
	out     vector.Codes
	u8      []uint8
	u16     []uint16
	u32     []uint32
}

// fill gives the codes of runs, nil when no part that they are of has any.
func (b *codesBuffer) fill(used []bool, runs []run, n int) *vector.Codes {
	width := 0
	for part, v := range b.sources {
		if v != nil && used[part] {
			width = max(width, v.Width())
		}
	}
	b.out = vector.Codes{}
	switch width {
	case 0:
		return nil
	case 1:
		b.out.U8 = room(&b.u8, n)
		copyCodes(b.out.U8, codes8, b.sources, runs)
	case 2:
		b.out.U16 = room(&b.u16, n)
		copyCodes(b.out.U16, codes16, b.sources, runs)
	default:
		b.out.U32 = room(&b.u32, n)
		copyCodes(b.out.U32, codes32, b.sources, runs)
	}
	return &b.out
}

// floatsBuffer fills vectors of numbers.
type floatsBuffer struct {
	sources []*vector.Floats // none when no part has such a column
	out     vector.Floats
	u8      []uint8
	u16     []uint16
	u32     []uint32
	f64     []float64
}

// fill gives the numbers of runs, nil when no part that they are of has any.
func (b *floatsBuffer) fill(used []bool, runs []run, n int) *vector.Floats {
	first, same := b.same(used)
	switch {
	case first == nil:
		return nil
	case !same:
		b.out = vector.Floats{F64: room(&b.f64, n)}
		copyFloats(b.out.F64, b.sources, runs)
		return &b.out
	}
	b.out = vector.Floats{Base: first.Base, Scale: first.Scale}
	switch {
	case first.U8 != nil:
		b.out.U8 = room(&b.u8, n)
		copyNarrow(b.out.U8, func(f *vector.Floats) []uint8 { return f.U8 }, b.sources, runs)
	case first.U16 != nil:
		b.out.U16 = room(&b.u16, n)
		copyNarrow(b.out.U16, func(f *vector.Floats) []uint16 { return f.U16 }, b.sources, runs)
	default:
		b.out.U32 = room(&b.u32, n)
		copyNarrow(b.out.U32, func(f *vector.Floats) []uint32 { return f.U32 }, b.sources, runs)
	}
	return &b.out
}

// same says whether all parts that have numbers keep them in one narrow form.
func (b *floatsBuffer) same(used []bool) (first *vector.Floats, same bool) {
	same = true
	for part, v := range b.sources {
		if v == nil || !used[part] {
			continue
		}
		if first == nil {
			first = v
		}
		same = same && v.F64 == nil && v.Base == first.Base && v.Scale == first.Scale &&
			(v.U8 != nil) == (first.U8 != nil) && (v.U16 != nil) == (first.U16 != nil)
	}
	return first, same
}
