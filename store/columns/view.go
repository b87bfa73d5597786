package columns

import (
	"math"

	"github.com/weirhq/weir/event"
)

// View is an immutable picture of one project. It stays valid, and unchanged,
// while newer events are applied.
type View struct {
	parts      []*Layer // oldest first
	killed     killed   // rows of parts that do not count
	people     *People
	names      *Dict                   // event names
	properties map[string]propertyView // of events
	limit      Limit                   // of names of event properties
	stats      []*nameStats            // by code of the event name
	events     uint64
	upTo       uint64 // Seq of the newest event in the view
	joined     uint64 // and of the newest that changed who is who
	profiled   uint64 // and of the newest that changed a profile
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

// Layers are the parts that the view is made of, which hold fragments: what is of
// interest about them is how many there are. Timelines are read by a Scanner.
func (v *View) Layers() []*Layer { return v.parts }

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
