package columns

import (
	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/person"
)

// foldPlan says how one part is made of others: the rows of the new part are
// those of the runs, one behind the other, which is their final order. Building
// it in memory and writing it to a file are the same loop over the runs, column
// by column.
type foldPlan struct {
	parts   []*Layer
	persons []person.Ordinal // ascending
	offsets []uint32         // len(persons)+1
	runs    []run
	born    uint32 // of the new part, see Layer.born
}

// run is rows [lo, hi) of parts[part] of a foldPlan. Persons who follow each
// other in one part share a run.
type run struct {
	part   int32
	lo, hi uint32
}

// rows is the number of rows of the new part.
func (p *foldPlan) rows() int {
	if len(p.offsets) == 0 {
		return 0
	}
	return int(p.offsets[len(p.offsets)-1])
}

// add puts the rows of the next person behind those of the persons before.
func (p *foldPlan) add(o person.Ordinal, runs []run) {
	if len(p.offsets) == 0 {
		p.offsets = append(p.offsets, 0)
	}
	rows := p.offsets[len(p.offsets)-1]
	for _, r := range runs {
		rows += r.hi - r.lo
		p.runs = appendRun(p.runs, r)
	}
	p.persons = append(p.persons, o)
	p.offsets = append(p.offsets, rows)
}

// keeper stores the parts of one table in files. A table without one keeps
// everything in memory.
type keeper interface {
	// flush writes the part that the plan describes, which takes the place of
	// frozen.parts[from:], and then makes durable that the table consists of
	// frozen.parts[:from] and the new part, with the state of frozen. All parts
	// before from came from the keeper. It gives the new part, mapped from its
	// file, or nil when the plan has no rows: then only the state changes.
	//
	// It is called in the background, never twice at a time. After an error the
	// files are as before, and the table tries again when more has come in.
	// The files of the parts replaced may go when no View uses them any more.
	flush(frozen *frozenTable, from int, plan *foldPlan) (*Layer, error)
}

// frozenTable is an immutable state of a Table, with every event up to upTo.
type frozenTable struct {
	parts  []*Layer // oldest first
	upTo   uint64   // Seq of the newest event
	events uint64   // number of events that the parts hold

	joined   uint64 // Seq of the newest event that changed who is who
	profiled uint64 // Seq of the newest event that changed a profile

	graph      *person.Snapshot
	everyone   *roaring.Bitmap // canonical persons
	names      *Dict           // event names
	stats      []*nameStats    // by code of the event name, nil for 0
	properties frozenRegistry  // of events
	people     frozenRegistry  // of persons
	counts     []kindCounts    // by code of the property: persons that have it
	records    person.Frozen[record]

	clock  uint32 // see kills, and Layer.born
	kills  []kill // ascending by at
	killed killed // the same
}

// frozenRegistry is an immutable state of a registry.
type frozenRegistry struct {
	properties []frozenProperty // by code; 0 is empty
	beyond     beyondLimit
}

// frozenProperty is an immutable state of a property.
type frozenProperty struct {
	name    string
	strings *Dict
	lists   *Lists // nil when it never had a list
}
