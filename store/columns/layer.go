package columns

import (
	"sort"

	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/store/columns/vector"
)

// Layer is some events of some persons, sorted by person, time and arrival. A
// part of a Table is one: it has a fragment of a person's timeline. A Batch has
// one with whole timelines.
type Layer struct {
	Persons []person.Ordinal // ascending
	Offsets []uint32         // len(Persons)+1; rows of Persons[i] are Offsets[i]:Offsets[i+1]
	Times   vector.Ints      // per row, UTC milliseconds
	Names   vector.Codes     // per row, code in View.Names
	Seqs    vector.Ints      // per row, arrival order
	IDs     vector.Codes     // per row, index of the distinct id; see People.DistinctID
	columns map[string]*Column

	first, last int64    // times of the earliest and the latest row
	sums        sumCache // by name and time

	// born orders a part among the deletions of rows: rows of a person that was
	// killed later do not count, see kills.
	born    uint32
	backing any // what keeps the memory of a mapped part alive; nil in memory
}

// Column gives the column of an event property, nil when no row of the layer
// has it. Take it once per layer, not once per row.
func (l *Layer) Column(property string) *Column { return l.columns[property] }

// Properties gives the names of the properties that the layer has, in order.
func (l *Layer) Properties() []string {
	names := make([]string, 0, len(l.columns))
	for name, c := range l.columns {
		if c != nil {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	return names
}

// Rows is the number of rows.
func (l *Layer) Rows() int { return l.Times.Len() }

// FirstTime is the time of the earliest row, UTC milliseconds. It means nothing
// for a layer without rows.
func (l *Layer) FirstTime() int64 { return l.first }

// LastTime is the time of the latest row.
func (l *Layer) LastTime() int64 { return l.last }

// span notes the earliest and the latest time. Each person's first and last
// rows have them.
func (l *Layer) span() {
	for i := range l.Persons {
		first, last := l.Times.At(l.Offsets[i]), l.Times.At(l.Offsets[i+1]-1)
		if i == 0 {
			l.first, l.last = first, last
		}
		l.first, l.last = min(l.first, first), max(l.last, last)
	}
}

// find gives the place of a person in Persons.
func (l *Layer) find(p person.Ordinal) (int, bool) {
	i := l.search(0, 0, p)
	return i, i < len(l.Persons) && l.Persons[i] == p
}

// search gives the place of the first person at or after p. It begins at place
// at, which is known to be right for the ordinal from: as each person has its own
// ordinal, the place is at most p-from further.
func (l *Layer) search(at int, from, p person.Ordinal) int {
	if at >= len(l.Persons) || p <= from {
		return at
	}
	lo, hi := at, min(len(l.Persons), at+int(p-from))
	if hi < len(l.Persons) && l.Persons[hi] == p { // as when everybody is there
		return hi
	}
	for lo < hi {
		if mid := int(uint(lo+hi) >> 1); l.Persons[mid] < p {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}
