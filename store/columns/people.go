package columns

import (
	"context"
	"math"
	"sort"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/person"
)

// People are the persons of a View: immutable, and safe for concurrent use.
//
// Every method takes any ordinal: one that was merged away means the person it
// is now, and one that was never given has no identities, properties or events.
type People struct {
	graph      *person.Snapshot
	everyone   *roaring.Bitmap
	records    person.Frozen[record]
	names      *Dict // of properties
	properties map[string]propertyView
	counts     []kindCounts // by code of the property
	limit      Limit        // of names
}

// Len is the number of ordinals given, those merged away included.
func (p *People) Len() int { return p.records.Len() }

// Canonical gives the person that o is.
func (p *People) Canonical(o person.Ordinal) person.Ordinal {
	if int(o) >= p.records.Len() {
		return o
	}
	return p.graph.Canonical(o)
}

// Find gives the canonical person to whom the next event of a distinct id belongs.
func (p *People) Find(id string) (person.Ordinal, bool) { return p.graph.Find(id) }

// DistinctID gives the distinct id of a row, by its index in Layer.IDs.
func (p *People) DistinctID(index uint32) string { return p.graph.Text(index) }

// Identities gives the ids of a person, oldest join first.
func (p *People) Identities(o person.Ordinal) []person.Identity {
	if int(o) >= p.records.Len() {
		return nil
	}
	return p.graph.Identities(o)
}

// All are the canonical persons, also those without events of their own. The
// bitmap is shared and must not be changed.
func (p *People) All() *roaring.Bitmap { return p.everyone }

func (p *People) record(o person.Ordinal) record {
	if int(o) >= p.records.Len() {
		return record{}
	}
	return p.records.At(uint32(p.graph.Canonical(o)))
}

// FirstSeen is the time of the person's first activity (event.IsActivity), UTC
// milliseconds, 0 when there is none.
func (p *People) FirstSeen(o person.Ordinal) int64 { return p.record(o).first }

// LastSeen is the time of the person's last activity, 0 when there is none.
func (p *People) LastSeen(o person.Ordinal) int64 { return p.record(o).last }

// Events is the number of the person's events, activity or not: its rows.
func (p *People) Events(o person.Ordinal) int { return int(p.record(o).events) }

// Activities is the number of the person's events that are activity.
func (p *People) Activities(o person.Ordinal) int { return int(p.record(o).activities) }

// Profile gives the person's properties. The map is the caller's own.
func (p *People) Profile(o person.Ordinal) event.Properties {
	cells := p.record(o).cells
	out := make(event.Properties, len(cells))
	for _, c := range cells {
		name := p.names.Text(c.property)
		out[name] = p.value(c, p.properties[name])
	}
	return out
}

// Property gives one property of a person.
func (p *People) Property(o person.Ordinal, name string) event.Value {
	dicts, ok := p.properties[name]
	if !ok {
		return event.Value{}
	}
	c, ok := p.cell(o, dicts.code)
	if !ok {
		return event.Value{}
	}
	return p.value(c, dicts)
}

// Reader gives a function that reads one property of many persons without
// looking the property up again.
func (p *People) Reader(name string) func(o person.Ordinal) event.Value {
	dicts, ok := p.properties[name]
	if !ok {
		return func(person.Ordinal) event.Value { return event.Value{} }
	}
	return func(o person.Ordinal) event.Value {
		c, ok := p.cell(o, dicts.code)
		if !ok {
			return event.Value{}
		}
		return p.value(c, dicts)
	}
}

func (p *People) cell(o person.Ordinal, property uint32) (cell, bool) {
	cells := p.record(o).cells
	i := sort.Search(len(cells), func(i int) bool { return cells[i].property >= property })
	if i == len(cells) || cells[i].property != property {
		return cell{}, false
	}
	return cells[i], true
}

func (p *People) value(c cell, dicts propertyView) event.Value {
	return c.value(dicts.strings, dicts.lists)
}

// Properties describes the properties of persons, the most frequent first.
func (p *People) Properties() []PropertyInfo {
	out := make([]PropertyInfo, 0, len(p.properties))
	for name, dicts := range p.properties {
		if info := p.counts[dicts.code].info(name); info.Count > 0 {
			out = append(out, info)
		}
	}
	sortProperties(out)
	return out
}

// Values gives the most frequent values of a property of persons. It reads every person.
func (p *People) Values(ctx context.Context, q ValueQuery) ([]ValueInfo, error) {
	dicts, ok := p.properties[q.Property]
	if !ok {
		return nil, nil
	}
	tally := newTally(dicts)
	for n, it := 0, p.everyone.Iterator(); it.HasNext(); n++ {
		if n&0xffff == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if c, ok := p.cell(person.Ordinal(it.Next()), dicts.code); ok {
			tally.cell(c)
		}
	}
	return tally.top(q), nil
}

// cell counts a person's value.
func (t *tally) cell(c cell) {
	switch c.kind {
	case event.String:
		t.strings[c.bits]++
	case event.List:
		t.list(uint32(c.bits))
	case event.Number:
		t.number(math.Float64frombits(c.bits))
	case event.Bool:
		t.bools[boolCode(math.Float64frombits(c.bits))]++
	case event.Missing:
	}
}
