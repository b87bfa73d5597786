package columns

import (
	"math"
	"slices"
	"sort"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/person"
)

// record is what is kept of a person besides the events.
type record struct {
	first      int64 // times of the first and last activity, UTC milliseconds
	last       int64
	events     uint32
	activities uint32
	cells      []cell // the profile, ascending by property; never changed, only replaced
}

// cell is one property of a person.
type cell struct {
	bits     uint64 // a float64, a code of the property's dictionary, or 0 and 1
	property uint32
	kind     event.Kind
}

// profiles are the records of all persons of a Table.
type profiles struct {
	records    person.Array[record]
	properties *registry
	counts     []kindCounts // by code of the property: persons that have it
	scratch    []cell
}

func newProfiles() *profiles { return &profiles{properties: newRegistry()} }

// seen notes an event of the person.
func (r *record) seen(at int64, activity bool) {
	r.events++
	if !activity {
		return
	}
	if r.activities == 0 {
		r.first, r.last = at, at
	}
	r.first, r.last = min(r.first, at), max(r.last, at)
	r.activities++
}

// merge moves the record of one person into another's, whose values win.
func (p *profiles) merge(into, from person.Ordinal) {
	loser := p.records.At(uint32(from))
	*p.records.Edit(uint32(from)) = record{}
	winner := p.records.Edit(uint32(into))
	winner.events += loser.events
	switch {
	case loser.activities == 0:
	case winner.activities == 0:
		winner.first, winner.last = loser.first, loser.last
	default:
		winner.first, winner.last = min(winner.first, loser.first), max(winner.last, loser.last)
	}
	winner.activities += loser.activities

	edit := p.edit(winner.cells)
	for _, c := range loser.cells {
		p.counts[c.property][c.kind]--
		edit.setOnce(c)
	}
	winner.cells = edit.done()
}

// change applies a profile change, in the order of its fields.
func (p *profiles) change(o person.Ordinal, change *event.Profile) {
	r := p.records.Edit(uint32(o))
	edit := p.edit(r.cells)
	eachName(p.properties, change.Set, func(name string, v event.Value) {
		if c, ok := p.cell(name, v); ok {
			edit.set(c)
		}
	})
	eachName(p.properties, change.SetOnce, func(name string, v event.Value) {
		if c, ok := p.cell(name, v); ok {
			edit.setOnce(c)
		}
	})
	eachName(p.properties, change.Add, edit.add)
	eachName(p.properties, change.Append, func(name string, v event.Value) { edit.append(name, elements(v)) })
	for name, v := range change.Remove {
		edit.remove(name, elements(v))
	}
	for _, name := range change.Unset {
		edit.unset(name)
	}
	r.cells = edit.done()
}

// elements gives a value as elements of a list.
func elements(v event.Value) []string {
	switch v.Kind {
	case event.Missing:
		return nil
	case event.List:
		return v.List
	default:
		return []string{v.Text()}
	}
}

// property gives the property that a value of a name belongs to, with room for
// its counts; nil when the name is beyond the limit.
func (p *profiles) property(name string) (*property, uint32) {
	property, code := p.properties.get(name)
	p.reserve(code)
	p.properties.grown = true
	return property, code
}

// reserve makes room for the counts of a property.
func (p *profiles) reserve(code uint32) {
	for int(code) >= len(p.counts) {
		p.counts = append(p.counts, kindCounts{})
	}
}

// cell codes a value. It is not ok for a missing one, and for one whose name is
// beyond the limit.
func (p *profiles) cell(name string, v event.Value) (cell, bool) {
	if v.Kind == event.Missing {
		return cell{}, false
	}
	property, code := p.property(name)
	if property == nil {
		return cell{}, false
	}
	c := cell{property: code, kind: v.Kind}
	switch v.Kind {
	case event.String:
		c.bits = uint64(property.strings.code(v.Str))
	case event.List:
		c.bits = uint64(property.list(v.List))
	case event.Number, event.Bool:
		c.bits = math.Float64bits(v.Num)
	case event.Missing:
	}
	return c, true
}

// edit starts the change of a profile: the cells are copied, because views
// share them.
func (p *profiles) edit(cells []cell) *profileEdit {
	return &profileEdit{profiles: p, cells: append(p.scratch[:0], cells...)}
}

// profileEdit is a profile that is being changed.
type profileEdit struct {
	profiles *profiles
	cells    []cell
}

// done gives the changed profile.
func (e *profileEdit) done() []cell {
	e.profiles.scratch = e.cells
	if len(e.cells) == 0 {
		return nil
	}
	return slices.Clone(e.cells)
}

func (e *profileEdit) find(property uint32) (int, bool) {
	i := sort.Search(len(e.cells), func(i int) bool { return e.cells[i].property >= property })
	return i, i < len(e.cells) && e.cells[i].property == property
}

func (e *profileEdit) set(c cell) {
	i, ok := e.find(c.property)
	if ok {
		e.profiles.counts[c.property][e.cells[i].kind]--
		e.cells[i] = c
	} else {
		e.cells = slices.Insert(e.cells, i, c)
	}
	e.profiles.counts[c.property][c.kind]++
}

func (e *profileEdit) setOnce(c cell) {
	if _, ok := e.find(c.property); !ok {
		e.set(c)
	}
}

// setValue gives a property a value, unless its name is beyond the limit.
func (e *profileEdit) setValue(name string, v event.Value) {
	if c, ok := e.profiles.cell(name, v); ok {
		e.set(c)
	}
}

// add adds to a number. What is no number is left as it is: an increment is no
// reason to destroy a value.
func (e *profileEdit) add(name string, n float64) {
	if c, _, ok := e.named(name); ok {
		if c.kind != event.Number {
			return
		}
		n += math.Float64frombits(c.bits)
	}
	if math.IsNaN(n) || math.IsInf(n, 0) {
		return
	}
	e.setValue(name, event.Num(n))
}

// append adds the elements that the list does not have. A value that is no list
// becomes the list's first element.
func (e *profileEdit) append(name string, more []string) {
	if len(more) == 0 {
		return
	}
	list := e.list(name)
	for _, element := range more {
		if !slices.Contains(list, element) {
			list = append(list, element)
		}
	}
	e.setValue(name, event.Strings(list...))
}

// remove takes elements out of a list. A list that has none left is gone.
func (e *profileEdit) remove(name string, gone []string) {
	list := e.list(name)
	kept := slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(gone, s) })
	switch {
	case len(kept) == len(list):
	case len(kept) == 0:
		e.unset(name)
	default:
		e.setValue(name, event.Strings(kept...))
	}
}

// named gives the present value of a property, and its place.
func (e *profileEdit) named(name string) (c cell, at int, ok bool) {
	_, code := e.profiles.properties.find(name)
	if at, ok = e.find(code); !ok {
		return cell{}, 0, false
	}
	return e.cells[at], at, true
}

// list gives the present value of a property as elements of a list.
func (e *profileEdit) list(name string) []string {
	c, _, ok := e.named(name)
	if !ok {
		return nil
	}
	property, _ := e.profiles.properties.find(name)
	return elements(c.value(property.strings.snapshot(), property.listSnapshot()))
}

func (e *profileEdit) unset(name string) {
	if c, at, ok := e.named(name); ok {
		e.profiles.counts[c.property][c.kind]--
		e.cells = slices.Delete(e.cells, at, at+1)
	}
}

// value decodes a cell.
func (c cell) value(dict *Dict, lists *Lists) event.Value {
	switch c.kind {
	case event.String:
		return event.Text(dict.Text(uint32(c.bits)))
	case event.List:
		return event.Strings(lists.texts(uint32(c.bits), dict)...)
	case event.Number, event.Bool:
		return event.Value{Kind: c.kind, Num: math.Float64frombits(c.bits)}
	case event.Missing:
	}
	return event.Value{}
}

// picture makes People of the present state.
func (p *profiles) picture(graph *person.Snapshot, everyone *roaring.Bitmap) *People {
	return &People{
		graph:      graph,
		everyone:   everyone,
		records:    p.records.Freeze(),
		names:      p.properties.names.snapshot(),
		properties: p.properties.snapshot(),
		counts:     slices.Clone(p.counts),
		limit:      p.properties.limits(),
	}
}
