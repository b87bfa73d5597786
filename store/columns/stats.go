package columns

import (
	"github.com/weirhq/weir/event"
)

// nameStats counts the events of one name. A snapshot shares it: the Table
// copies it before the next change.
type nameStats struct {
	name     string
	activity bool // event.IsActivity
	shared   bool // a view has it
	events   uint64
	first    int64        // earliest time
	last     int64        // latest time
	newest   uint64       // Seq of the event that arrived last
	kinds    []kindCounts // by code of the property
}

func newNameStats(name string) *nameStats {
	return &nameStats{name: name, activity: event.IsActivity(name)}
}

func (s *nameStats) seen(at int64) {
	if s.events == 0 || at < s.first {
		s.first = at
	}
	if s.events == 0 || at > s.last {
		s.last = at
	}
	s.events++
}

// count notes that an event has the property.
func (s *nameStats) count(property uint32, kind event.Kind) {
	for int(property) >= len(s.kinds) {
		s.kinds = append(s.kinds, kindCounts{})
	}
	s.kinds[property][kind]++
}

// statsOf gives the statistics of an event name for writing.
func (t *Table) statsOf(name uint32) *nameStats {
	s := t.stats[name]
	if s.shared {
		own := *s
		own.shared = false
		own.kinds = append([]kindCounts(nil), s.kinds...)
		s = &own
		t.stats[name] = s
	}
	return s
}

func (t *Table) statsSnapshot() []*nameStats {
	for _, s := range t.stats {
		if s != nil {
			s.shared = true
		}
	}
	return append([]*nameStats(nil), t.stats...)
}
