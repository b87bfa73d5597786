package columns

import (
	"slices"

	"github.com/weirhq/weir/store/columns/container"
	"github.com/weirhq/weir/store/columns/vector"
)

// Sections of a part file; docs/formats/column-files.md describes them. The
// number of a property's section is the property's code.
const (
	sectionPersons = "persons"
	sectionOffsets = "offsets"
	sectionTimes   = "times"
	sectionNames   = "names"
	sectionSeqs    = "seqs"
	sectionIDs     = "ids"
	sectionNumbers = "numbers"
	sectionStrings = "strings"
	sectionBools   = "bools"
	sectionLists   = "lists"

	// A sparse vector has two more sections.
	presentSuffix = ".present"
	ranksSuffix   = ".ranks"
)

// codedSection is a section of codes of a property.
type codedSection struct {
	name string
	of   func(c *Column) *vector.Codes
}

func codedSections() []codedSection {
	return []codedSection{
		{sectionStrings, func(c *Column) *vector.Codes { return c.Strings }},
		{sectionBools, func(c *Column) *vector.Codes { return c.Bools }},
		{sectionLists, func(c *Column) *vector.Codes { return c.Lists }},
	}
}

// pieceRows is how many values of a column are turned over at once: few enough
// to stay in the processor's cache.
const pieceRows = 1 << 14

// partWriter streams what a plan describes into a file, column by column. It
// holds a piece of a column at a time, besides the bitmap of a sparse one.
type partWriter struct {
	w    *container.Writer
	plan *foldPlan
	rows uint64
}

// writePart writes the part that a plan describes. properties gives codes by name.
func writePart(disk container.Disk, path string, plan *foldPlan, properties map[string]uint32) (container.Identity, error) {
	w, err := container.Create(disk, path, container.Part)
	if err != nil {
		return container.Identity{}, err
	}
	p := &partWriter{w: w, plan: plan, rows: uint64(plan.rows())}
	container.Put(w, sectionPersons, 0, plan.persons)
	times, span := p.intRange(func(l *Layer) *vector.Ints { return &l.Times })
	container.PutWith(w, sectionOffsets, 0, span.low, span.high, plan.offsets)
	p.ints(sectionTimes, times, span)
	p.dense(sectionNames, func(l *Layer) *vector.Codes { return &l.Names })
	seqs, span := p.intRange(func(l *Layer) *vector.Ints { return &l.Seqs })
	p.ints(sectionSeqs, seqs, span)
	p.dense(sectionIDs, func(l *Layer) *vector.Codes { return &l.IDs })
	names := propertiesOf(plan.parts)
	slices.Sort(names)
	for _, name := range names {
		p.property(name, properties[name])
	}
	return w.Commit()
}

// property writes the vectors of a property, those that some row has a value of.
func (p *partWriter) property(name string, number uint32) {
	parts := p.plan.parts
	if numbers := columnsOf(parts, name, func(c *Column) *vector.Floats { return c.Numbers }); numbers != nil {
		p.numbers(number, numbers)
	}
	for _, section := range codedSections() {
		if codes := columnsOf(parts, name, section.of); codes != nil {
			p.codes(section.name, number, codes)
		}
	}
}

// openPart opens a part that a manifest names, checks every byte of it, and
// gives it as a Layer over the mapped file. names are property names by code.
func openPart(f *container.File, names []string) (*Layer, error) {
	if err := f.Map(); err != nil {
		return nil, err
	}
	r := &partReader{f: f, names: names}
	return r.layer()
}

// partReader makes a Layer of a mapped file, and keeps the first thing that is
// not as it must be.
type partReader struct {
	f     *container.File
	names []string
	rows  int
	err   error
}

func (r *partReader) fail(why string) {
	if r.err == nil {
		r.err = &container.DamageError{Path: r.f.Path(), Why: why}
	}
}

// slice is the section of a name, which a part must have.
func slice[T any](r *partReader, name string, number uint32) ([]T, *container.Section) {
	values, s, err := container.Slice[T](r.f, name, number)
	if err != nil {
		if r.err == nil {
			r.err = err
		}
		return nil, &container.Section{}
	}
	return values, s
}

func (r *partReader) layer() (*Layer, error) {
	l := &Layer{backing: r.f, columns: make(map[string]*Column)}
	l.Persons, _ = slice[ordinal](r, sectionPersons, 0)
	offsets, s := slice[uint32](r, sectionOffsets, 0)
	l.Offsets, l.first, l.last = offsets, s.A, s.B
	r.checkPersons(l)
	if r.err != nil {
		return nil, r.err
	}
	l.Times, l.Seqs = r.ints(sectionTimes), r.ints(sectionSeqs)
	if names := r.codes(sectionNames, 0); names != nil {
		l.Names = *names
	}
	if ids := r.codes(sectionIDs, 0); ids != nil {
		l.IDs = *ids
	}
	if l.Names.Slots() != r.rows || l.IDs.Slots() != r.rows {
		r.fail("a row has no name or no id")
	}
	for _, s := range r.f.Sections() {
		r.column(l, s.Name, s.Number)
	}
	return l, r.err
}

// checkPersons checks that rows belong to ascending persons.
func (r *partReader) checkPersons(l *Layer) {
	if len(l.Offsets) != len(l.Persons)+1 || l.Offsets[0] != 0 {
		r.fail("its persons do not match their rows")
		return
	}
	for i := range l.Persons {
		if l.Offsets[i] > l.Offsets[i+1] || i > 0 && l.Persons[i-1] >= l.Persons[i] {
			r.fail("its persons are not in order")
			return
		}
	}
	r.rows = int(l.Offsets[len(l.Persons)])
}

// column adds the vector of a property's section to the layer.
func (r *partReader) column(l *Layer, section string, number uint32) {
	switch section {
	case sectionNumbers, sectionStrings, sectionBools, sectionLists:
	default:
		return
	}
	if number == 0 || int(number) >= len(r.names) {
		r.fail("it has a column of an unknown property")
		return
	}
	name := r.names[number]
	if l.columns[name] == nil {
		l.columns[name] = &Column{}
	}
	c := l.columns[name]
	switch section {
	case sectionNumbers:
		c.Numbers = r.numbers(number)
	case sectionStrings:
		c.Strings = r.codes(section, number)
	case sectionBools:
		c.Bools = r.codes(section, number)
	case sectionLists:
		c.Lists = r.codes(section, number)
	}
}

// present reads which rows of a sparse vector have a value; nil for a dense one.
func (r *partReader) present(section string, number uint32, slots int) *vector.Present {
	if _, sparse := r.f.Section(section+presentSuffix, number); !sparse {
		if slots != r.rows {
			r.fail("a column does not have every row")
		}
		return nil
	}
	p := &vector.Present{}
	p.Words, _ = slice[uint64](r, section+presentSuffix, number)
	p.Ranks, _ = slice[uint32](r, section+ranksSuffix, number)
	if r.err == nil && (len(p.Words) != (r.rows+63)/64 || len(p.Ranks) != (len(p.Words)+7)/8 || slotsBefore(p, uint32(r.rows)) != uint32(slots)) {
		r.fail("a sparse column does not match its bitmap")
	}
	return p
}

func (r *partReader) codes(section string, number uint32) *vector.Codes {
	s, ok := r.f.Section(section, number)
	if !ok {
		r.fail("section " + section + " is missing")
		return nil
	}
	c := &vector.Codes{}
	switch s.Width {
	case 1:
		c.U8, _ = slice[uint8](r, section, number)
	case 2:
		c.U16, _ = slice[uint16](r, section, number)
	default:
		c.U32, _ = slice[uint32](r, section, number)
	}
	c.Present = r.present(section, number, c.Slots())
	return c
}

func (r *partReader) ints(section string) vector.Ints {
	s, ok := r.f.Section(section, 0)
	if !ok {
		r.fail("section " + section + " is missing")
		return vector.Ints{}
	}
	v := vector.Ints{}
	if s.Width == 8 {
		v.I64, _ = slice[int64](r, section, 0)
	} else {
		v.Base, v.Unit = s.A, s.B
		v.U32, _ = slice[uint32](r, section, 0)
	}
	if v.Len() != r.rows {
		r.fail("section " + section + " does not have every row")
	}
	return v
}

func (r *partReader) numbers(number uint32) *vector.Floats {
	s, ok := r.f.Section(sectionNumbers, number)
	if !ok {
		r.fail("section numbers is missing")
		return nil
	}
	f := &vector.Floats{Base: s.A, Scale: float64(s.B)}
	switch s.Width {
	case 1:
		f.U8, _ = slice[uint8](r, sectionNumbers, number)
	case 2:
		f.U16, _ = slice[uint16](r, sectionNumbers, number)
	case 4:
		f.U32, _ = slice[uint32](r, sectionNumbers, number)
	default:
		*f = vector.Floats{}
		f.F64, _ = slice[float64](r, sectionNumbers, number)
	}
	f.Present = r.present(sectionNumbers, number, f.Slots())
	return f
}
