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
// small layer for them; layers are folded together in the background.
//
//	View ─▶ []*Layer ─▶ Persons[i], rows Offsets[i]..Offsets[i+1] ─▶ Times, Names, Column(p)
//	     └▶ *People  ─▶ canonical ordinals, identities, profiles
//
// Times are UTC milliseconds. Text is dictionary-coded, one Dict per property,
// shared by all layers and only ever growing; code 0 means missing. A property
// that changes type keeps every type it had (Column has one slice per type).
//
// Cost: Apply is O(events); View is O(events of touched persons); memory is
// 20 bytes per event and 4–8 bytes per event and property that its layer has.
package columns

import (
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/person"
)

// View is an immutable picture of one project. It stays valid, and unchanged,
// while newer events are applied.
type View struct {
	layers []*Layer
	people *People
	names  *Dict            // event names
	dicts  map[string]*Dict // property → its strings
	lists  map[string]*Lists
	owner  []uint8 // ordinal → index of the layer that holds the person, noLayer when none
	events uint64
	upTo   uint64 // Seq of the newest event in the view
}

// noLayer marks an ordinal without events, or one merged into another.
const noLayer = 255

// Layer is the whole timeline of some persons, sorted by person, time, arrival.
type Layer struct {
	Persons []person.Ordinal // ascending; some may live in a newer layer of the view: see View.Scan
	Offsets []uint32         // len(Persons)+1; rows of Persons[i] are Offsets[i]:Offsets[i+1]
	Times   []int64          // per row, UTC milliseconds
	Names   []uint32         // per row, code in View.Names
	Seqs    []uint64         // per row, arrival order
	columns map[string]*Column
}

// Column is one event property of a layer, a slice per type it occurs with
// (nil when it never does). At most one of them has a value in a row.
type Column struct {
	Numbers []float64 // NaN where missing
	Strings []uint32  // code in View.Strings(property); 0 where missing
	Bools   []uint8   // 0 missing, 1 false, 2 true
	Lists   []uint32  // code in View.Lists(property); 0 where missing
}

// Column gives the column of an event property, nil when no row of the layer has it.
func (l *Layer) Column(property string) *Column { return l.columns[property] }

// Value gives the property's value in a row.
func (v *View) Value(l *Layer, row uint32, property string) event.Value {
	panic("to be written")
}

// Layers are the layers of the view; use Scan to visit each person once.
func (v *View) Layers() []*Layer { return v.layers }

// Names is the dictionary of event names.
func (v *View) Names() *Dict { return v.names }

// Strings is the dictionary of a property's strings, nil when it never had one.
func (v *View) Strings(property string) *Dict { return v.dicts[property] }

// Lists is the dictionary of a property's lists, nil when it never had one.
func (v *View) Lists(property string) *Lists { return v.lists[property] }

// People are the persons of the view.
func (v *View) People() *People { return v.people }

// Events is the number of events in the view.
func (v *View) Events() uint64 { return v.events }

// UpTo is the Seq of the newest event in the view.
func (v *View) UpTo() uint64 { return v.upTo }
