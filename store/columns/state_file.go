package columns

import (
	"bytes"
	"fmt"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/store/columns/container"
)

// Sections of a state file; docs/formats/column-files.md describes them. Those of
// the properties of events and of persons have a prefix.
const (
	sectionTotals   = "totals"
	sectionEveryone = "everyone"
	sectionKills    = "kills"

	sectionGraphPersons = "graph.persons"
	sectionGraphIDs     = "graph.ids"
	sectionGraphLinks   = "graph.links"
	sectionGraphHanded  = "graph.handed"
	sectionGraphEnds    = "graph.ends"
	sectionGraphText    = "graph.text"

	sectionEventNames = "names"
	sectionStats      = "stats"
	sectionStatKinds  = "stats.kinds"

	sectionRecords = "records"
	sectionCells   = "records.cells"
	sectionCounts  = "person.counts"

	eventPrefix  = "event"
	personPrefix = "person"
	listsSuffix  = ".lists"
	itemsSuffix  = ".items"
	beyondSuffix = ".left"
)

// stateTotals are single numbers of a state.
type stateTotals struct {
	UpTo         uint64 // Seq of the newest event
	Events       uint64
	Clock        uint64 // of the kills
	Joined       uint64 // Seq of the newest event that changed who is who
	Profiled     uint64 // Seq of the newest event that changed a profile
	BeyondEvents uint64 // values left out because of the limit of property names
	BeyondPeople uint64
}

// statState is the statistics of an event name, by code from 1.
type statState struct {
	Events uint64
	First  int64
	Last   int64
	Newest uint64
}

// kindState counts the values of one type that a property has in events of one name.
type kindState struct {
	Name     uint32
	Property uint32
	Kind     uint32
	_        uint32
	Count    uint64
}

// recordState is a person besides its ids; its cells follow those of the person before.
type recordState struct {
	First      int64
	Last       int64
	Events     uint32
	Activities uint32
	Cells      uint32
	_          uint32
}

// cellState is a property of a person.
type cellState struct {
	Bits     uint64
	Property uint32
	Kind     uint32
}

// killState is a kill.
type killState struct{ Person, At uint32 }

// writeState writes what a table knows besides its parts.
func writeState(disk container.Disk, path string, t *frozenTable) (container.Identity, error) {
	w, err := container.Create(disk, path, container.State)
	if err != nil {
		return container.Identity{}, err
	}
	container.Put(w, sectionTotals, 0, []stateTotals{{
		UpTo: t.upTo, Events: t.events, Clock: uint64(t.clock), Joined: t.joined, Profiled: t.profiled,
		BeyondEvents: t.properties.beyond.values, BeyondPeople: t.people.beyond.values,
	}})
	putGraph(w, t)
	if err := putEveryone(w, t); err != nil {
		w.Abort()
		return container.Identity{}, err
	}
	putStats(w, t)
	putRegistry(w, eventPrefix, &t.properties)
	putRegistry(w, personPrefix, &t.people)
	putRecords(w, t)
	w.Begin(sectionKills, 0, 8, 0, 0)
	kills := newPiece[killState](w)
	for _, k := range t.kills {
		kills.room(1)[0] = killState{uint32(k.person), k.at}
	}
	kills.flush()
	return w.Commit()
}

func putGraph(w *container.Writer, t *frozenTable) {
	g := t.graph.State()
	container.Put(w, sectionGraphPersons, 0, g.Persons)
	container.Put(w, sectionGraphIDs, 0, g.IDs)
	container.Put(w, sectionGraphLinks, 0, g.Links)
	container.Put(w, sectionGraphHanded, 0, g.Handed)
	container.Put(w, sectionGraphEnds, 0, g.Ends)
	container.PutText(w, sectionGraphText, 0, g.Text)
}

func putEveryone(w *container.Writer, t *frozenTable) error {
	var b bytes.Buffer
	if _, err := t.everyone.WriteTo(&b); err != nil {
		return fmt.Errorf("write the set of persons: %w", err)
	}
	container.Put(w, sectionEveryone, 0, b.Bytes())
	return nil
}

func putStats(w *container.Writer, t *frozenTable) {
	putTexts(w, sectionEventNames, 0, t.names.texts[1:])
	w.Begin(sectionStats, 0, 32, 0, 0)
	stats := newPiece[statState](w)
	for _, s := range t.stats[1:] {
		stats.room(1)[0] = statState{Events: s.events, First: s.first, Last: s.last, Newest: s.newest}
	}
	stats.flush()
	w.Begin(sectionStatKinds, 0, 24, 0, 0)
	kinds := newPiece[kindState](w)
	for code, s := range t.stats[1:] {
		for property := range s.kinds {
			for kind, count := range s.kinds[property] {
				if count > 0 {
					kinds.room(1)[0] = kindState{Name: uint32(code) + 1, Property: uint32(property), Kind: uint32(kind), Count: count}
				}
			}
		}
	}
	kinds.flush()
}

// putRegistry writes property names as the texts of number 0, and each
// property's dictionaries under its code.
func putRegistry(w *container.Writer, prefix string, r *frozenRegistry) {
	names := make([]string, 0, len(r.properties))
	for code := 1; code < len(r.properties); code++ {
		names = append(names, r.properties[code].name)
	}
	putTexts(w, prefix, 0, names)
	for code := 1; code < len(r.properties); code++ {
		p := &r.properties[code]
		putTexts(w, prefix, uint32(code), p.strings.texts[1:])
		if p.lists != nil {
			container.Put(w, prefix+listsSuffix, uint32(code), p.lists.starts)
			container.Put(w, prefix+itemsSuffix, uint32(code), p.lists.flat)
		}
	}
	putTexts(w, prefix+beyondSuffix, 0, r.beyond.names)
}

func putRecords(w *container.Writer, t *frozenTable) {
	w.Begin(sectionRecords, 0, 32, 0, 0)
	records := newPiece[recordState](w)
	for i := range t.records.Len() {
		r := t.records.At(uint32(i))
		records.room(1)[0] = recordState{
			First: r.first, Last: r.last, Events: r.events, Activities: r.activities, Cells: uint32(len(r.cells)),
		}
	}
	records.flush()
	w.Begin(sectionCells, 0, 16, 0, 0)
	cells := newPiece[cellState](w)
	for i := range t.records.Len() {
		for _, c := range t.records.At(uint32(i)).cells {
			cells.room(1)[0] = cellState{Bits: c.bits, Property: c.property, Kind: uint32(c.kind)}
		}
	}
	cells.flush()
	w.Begin(sectionCounts, 0, (int(event.List)+1)*8, 0, 0)
	counts := newPiece[kindCounts](w)
	for _, c := range t.counts {
		counts.room(1)[0] = c
	}
	counts.flush()
}
