package person

import (
	"cmp"
	"slices"
)

// Identity is an id of a person.
type Identity struct {
	ID     string
	Known  bool   // has been a signed-in id
	Joined int64  // when it came to the person, UTC milliseconds
	By     string // id of the event that joined it to another id or parted it from one; empty when nothing did
}

// Snapshot is an immutable state of a Graph, safe for concurrent use, also
// while the Graph goes on.
type Snapshot struct {
	graph   *Graph // for the look-up of ids only, under its lock
	texts   Frozen[string]
	causes  Frozen[string]
	ids     Frozen[idState]
	persons Frozen[node]
	links   Frozen[link]
	handed  Frozen[handover]
}

// Snapshot gives the present state.
func (g *Graph) Snapshot() *Snapshot {
	return &Snapshot{
		graph:   g,
		texts:   g.texts.Freeze(),
		causes:  g.causes.Freeze(),
		ids:     g.ids.Freeze(),
		persons: g.persons.Freeze(),
		links:   g.links.Freeze(),
		handed:  g.handed.Freeze(),
	}
}

// Len is the number of ordinals given, merged ones included.
func (s *Snapshot) Len() int { return s.persons.Len() }

// Canonical gives the person that o is.
func (s *Snapshot) Canonical(o Ordinal) Ordinal {
	for {
		parent := s.persons.At(uint32(o)).parent
		if parent == o {
			return o
		}
		o = parent
	}
}

// Forgotten says whether the person that o is was deleted.
func (s *Snapshot) Forgotten(o Ordinal) bool { return s.persons.At(uint32(s.Canonical(o))).gone }

// Find gives the canonical person to whom the next event of the id belongs. An
// id that was forgotten after the snapshot is not found either.
func (s *Snapshot) Find(id string) (Ordinal, bool) {
	s.graph.mu.RLock()
	i, ok := s.graph.byID.find(id, s.texts.Len(), &s.texts)
	s.graph.mu.RUnlock()
	if !ok {
		return 0, false
	}
	return s.Canonical(s.ids.At(i).owner), true
}

// Text gives the id of an index that Graph.Resolve gave before the snapshot. It
// is empty when the id was forgotten by then.
func (s *Snapshot) Text(index uint32) string { return s.texts.At(index) }

// Identities gives the ids of the person that o is, oldest join first. An
// anonymous id that changed hands is among the ids of each of its persons.
func (s *Snapshot) Identities(o Ordinal) []Identity {
	var links []link
	for n := s.persons.At(uint32(s.Canonical(o))).first; n != 0; {
		l := s.links.At(n)
		links = append(links, l)
		n = l.next
	}
	slices.SortStableFunc(links, func(a, b link) int { return cmp.Compare(a.joined, b.joined) })
	out := make([]Identity, 0, len(links))
	seen := make(map[string]int, len(links)) // persons that shared an id may have merged, and an id may have come back
	for _, l := range links {
		id := Identity{ID: s.texts.At(l.id), Known: s.ids.At(l.id).known, Joined: l.joined, By: s.causes.At(l.cause)}
		if at, twice := seen[id.ID]; twice {
			out[at].Known = out[at].Known || id.Known
			continue
		}
		seen[id.ID] = len(out)
		out = append(out, id)
	}
	return out
}
