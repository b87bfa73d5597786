// Package columns keeps, derived from the event log and in memory, what
// questions are answered from: the persons of a project, and their events as
// columns sorted by (person, time, arrival).
//
// A Table belongs to one project. Apply takes committed events in order of
// arrival and resolves each one's person; View gives an immutable picture that
// holds every event applied before the call. A View consists of layers. Each
// layer holds the *whole* timeline of each person in it, and each person lives in
// exactly one layer of a view (the newest that has them), so that a scan always
// sees a person as one run of rows, also after late events and merged
// identities. Applying events marks persons as touched; the next View builds a
// small layer for them; layers are folded together, large ones in the background.
//
//	View ─▶ []*Layer ─▶ Persons[i], rows Offsets[i]..Offsets[i+1] ─▶ Times, Names, Column(p)
//	     └▶ *People  ─▶ canonical ordinals, identities, profiles
//
// Times are UTC milliseconds. Text is dictionary-coded, one Dict per property,
// shared by all layers and only ever growing; code 0 means missing. A property
// that changes type keeps every type it had (Column has one slice per type).
//
// A Table is safe for concurrent use; a View is immutable and needs no locks.
// Nothing is stored: after a restart the events are applied again, and the same
// events in the same order give the same ordinals. Close stops the folding.
//
// Cost: Apply is O(events), some 1.3 µs of processor time for an event with ten
// properties; View is O(events of touched persons), 2 ms for 300 events over a
// million persons, and free when nothing was applied. Memory is 24 bytes per
// event, 1–8 bytes per event and property that its layer has (16 bytes per value
// of a property that less than a 32nd of the rows have), and about 200 bytes per
// person besides the profile. The timing tests measure it.
//
// It answers no question (package analyse does) and knows no definitions.
// Random batches, late events, ties, merges and properties of changing type are
// compared with a slow rebuild in the tests.
package columns

import (
	"math"
	"sort"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/store/columns/vector"
)

// View is an immutable picture of one project. It stays valid, and unchanged,
// while newer events are applied.
type View struct {
	layers     []*Layer
	people     *People
	names      *Dict                   // event names
	properties map[string]propertyView // of events
	owner      person.Frozen[uint8]    // ordinal → index of the layer that holds the person
	stats      []*nameStats            // by code of the event name
	events     uint64
	upTo       uint64 // Seq of the newest event in the view
	joined     uint64 // and of the newest that changed who is who
	profiled   uint64 // and of the newest that changed a profile
}

// noLayer marks an ordinal without events, or one merged into another.
const noLayer = 255

// Layer is the whole timeline of some persons, sorted by person, time, arrival.
type Layer struct {
	Persons []person.Ordinal // ascending; some may live in a newer layer of the view: see View.Scan
	Offsets []uint32         // len(Persons)+1; rows of Persons[i] are Offsets[i]:Offsets[i+1]
	Times   vector.Ints      // per row, UTC milliseconds
	Names   vector.Codes     // per row, code in View.Names
	Seqs    vector.Ints      // per row, arrival order
	IDs     vector.Codes     // per row, index of the distinct id; see People.DistinctID
	columns map[string]*Column

	// born orders a layer among the deletions of rows: rows of a person who was
	// killed later do not count, see kill.
	born    uint32
	backing any // what keeps the memory of a mapped layer alive; nil in memory
}

// Column gives the column of an event property, nil when no row of the layer
// has it. Take it once per layer, not once per row.
func (l *Layer) Column(property string) *Column { return l.columns[property] }

// Properties gives the names of the properties that the layer has, in order.
func (l *Layer) Properties() []string {
	names := make([]string, 0, len(l.columns))
	for name := range l.columns {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// Rows is the number of rows, those of persons who live in a newer layer included.
func (l *Layer) Rows() int { return l.Times.Len() }

// find gives the place of a person in Persons.
func (l *Layer) find(p person.Ordinal) (int, bool) {
	if i := int(p); i < len(l.Persons) && l.Persons[i] == p { // a layer of everybody
		return i, true
	}
	i := sort.Search(len(l.Persons), func(i int) bool { return l.Persons[i] >= p })
	return i, i < len(l.Persons) && l.Persons[i] == p
}

// Need says what is read of the rows of a scan, besides their times and names.
type Need struct {
	Properties []string
	Arrival    bool // Seqs and IDs
	Everything bool // all of this
}

// Scan visits each person that has events, and an ordinal in [from, to), once:
// layer by layer, ascending inside a layer. The person's rows are [lo, hi) of
// the layer, which has at least what is needed and is not to be
// kept beyond the visit. It stops when visit returns false. Disjoint ranges may
// be scanned concurrently.
func (v *View) Scan(_ Need, from, to int, visit func(l *Layer, p person.Ordinal, lo, hi uint32) bool) {
	for index, l := range v.layers {
		newest := index == len(v.layers)-1
		start := sort.Search(len(l.Persons), func(i int) bool { return int(l.Persons[i]) >= from })
		for i := start; i < len(l.Persons) && int(l.Persons[i]) < to; i++ {
			p := l.Persons[i]
			if !newest && v.owner.At(uint32(p)) != uint8(index) {
				continue
			}
			if !visit(l, p, l.Offsets[i], l.Offsets[i+1]) {
				return
			}
		}
	}
}

// Locate gives the rows [lo, hi) of a canonical person. It is not ok for a
// person without events, and for one that was merged into another.
func (v *View) Locate(_ Need, p person.Ordinal) (l *Layer, lo, hi uint32, ok bool) {
	if int(p) >= v.owner.Len() {
		return nil, 0, 0, false
	}
	index := v.owner.At(uint32(p))
	if index == noLayer {
		return nil, 0, 0, false
	}
	l = v.layers[index]
	i, ok := l.find(p)
	if !ok {
		return nil, 0, 0, false
	}
	return l, l.Offsets[i], l.Offsets[i+1], true
}

// Value gives the property's value in a row.
func (v *View) Value(l *Layer, row uint32, property string) event.Value {
	c := l.columns[property]
	if c == nil {
		return event.Value{}
	}
	switch value := c.value(row); value.kind {
	case event.String:
		return event.Text(v.Strings(property).Text(uint32(value.bits)))
	case event.Number:
		return event.Num(math.Float64frombits(value.bits))
	case event.Bool:
		return event.Flag(value.bits == 2)
	case event.List:
		return event.Strings(v.Lists(property).texts(uint32(value.bits), v.Strings(property))...)
	case event.Missing:
	}
	return event.Value{}
}

// Row gives all properties of a row.
func (v *View) Row(l *Layer, row uint32) event.Properties {
	out := make(event.Properties)
	for name := range l.columns {
		if value := v.Value(l, row, name); value.Kind != event.Missing {
			out[name] = value
		}
	}
	return out
}

// Layers are the layers of the view; use Scan to visit each person once.
func (v *View) Layers() []*Layer { return v.layers }

// Names is the dictionary of event names.
func (v *View) Names() *Dict { return v.names }

// Strings is the dictionary of an event property's strings, nil when no event has the property.
func (v *View) Strings(property string) *Dict { return v.properties[property].strings }

// Lists is the dictionary of an event property's lists, nil when it never had one.
func (v *View) Lists(property string) *Lists { return v.properties[property].lists }

// People are the persons of the view.
func (v *View) People() *People { return v.people }

// Events is the number of events in the view.
func (v *View) Events() uint64 { return v.events }

// UpTo is the Seq of the newest event in the view.
func (v *View) UpTo() uint64 { return v.upTo }
