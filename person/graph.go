package person

import (
	"strings"
	"sync"

	"github.com/weirhq/weir/event"
)

// Graph knows which ids belong to which person. Make one with NewGraph or
// NewGraphFrom.
type Graph struct {
	mu   sync.RWMutex // guards byID between Apply, which changes it, and Snapshot.Find
	byID *index

	texts   Array[string]  // by id index; empty when no person has it any more
	ids     Array[idState] // by id index
	persons Array[node]    // by ordinal
	links   Array[link]    // the ids of persons, as lists; index 0 is «no link»
	causes  Array[string]  // ids of the events that joined or parted something; index 0 is none

	handedAt map[handover]uint32 // where in handed
	handed   Array[handover]     // in any order; void entries have noID
}

// idState is what an id is now.
type idState struct {
	owner Ordinal // whose the id's next event is; to be made canonical
	link  uint32  // the last link made for it
	links uint32  // how many links there are in lists of persons
	known bool    // has been a signed-in id
	gone  bool    // forgotten: the same text will be another id; the text stays as long as a person lists it
}

// node is one ordinal.
type node struct {
	parent  Ordinal // itself when canonical, otherwise what it was merged into
	first   uint32  // first link of its list; after a merge the list is the parent's
	last    uint32  // last link of its list
	claimed bool    // owns a known id
	gone    bool    // forgotten
}

// link says that an id belongs to a person.
type link struct {
	joined int64 // when, UTC milliseconds
	id     uint32
	next   uint32 // the next link of the person, 0 at the end
	cause  uint32 // index in causes; no two links share one
}

// handover is an id and a person to whom it was handed, so that a device that
// goes to and fro between two people does not grow their lists for ever.
type handover struct {
	id uint32
	to Ordinal
}

// noID marks a void entry of Graph.handed.
const noID = ^uint32(0)

// Merge says that From is from now on the same person as Into, the lower one.
type Merge struct{ From, Into Ordinal }

// Split says that an id left the person From, which is canonical, and is the
// new person To from now on, with all events that From had under that id. Events
// that other persons had under it, before it changed hands, stay theirs.
type Split struct {
	From, To Ordinal
	ID       uint32 // index of the id
}

// NewGraph makes a Graph without persons.
func NewGraph() *Graph {
	g := &Graph{byID: newIndex(), handedAt: make(map[handover]uint32)}
	g.links.Append(link{})
	g.causes.Append("")
	return g
}

// Resolved is what a Graph makes of an event. ID and Person mean something
// unless all that follows them is zero.
type Resolved struct {
	ID        uint32  // index of the event's distinct id; Snapshot.Text gives it back
	Person    Ordinal // the canonical person the event belongs to or is about
	Row       bool    // the event is one of the person's events; false for those that only correct the log, and for erased ones
	Merged    *Merge  // the merge that the event caused, if any
	Split     *Split  // the split that the event caused, if any; Person is the new one
	Forgotten bool    // Person was deleted by the event
}

// Apply takes the next event in order of arrival. It gives the canonical person
// the event belongs to, and the merge that the event caused, if any.
func (g *Graph) Apply(e *event.Event) (Ordinal, *Merge) {
	r := g.Resolve(e)
	return r.Person, r.Merged
}

// Resolve is Apply that tells everything.
func (g *Graph) Resolve(e *event.Event) Resolved {
	switch e.Name {
	case event.NameDetach:
		return g.detach(e)
	case event.NameDeletePerson:
		return g.deletePerson(e)
	case event.NameDeleteEvents:
		return Resolved{}
	}
	r := g.join(e)
	r.Row = e.Name != event.NameErased // which still makes the persons and joins that it made
	return r
}

// join resolves an event of somebody.
func (g *Graph) join(e *event.Event) Resolved {
	if j := e.Join; j != nil && j.Other != e.DistinctID && Joinable(e.DistinctID) && Joinable(j.Other) {
		switch j.Kind {
		case event.Identify:
			return g.identify(e)
		case event.Alias:
			return g.alias(e)
		case event.Detach: // said by the name of the event
		}
	}
	id, ok := g.find(e.DistinctID)
	if !ok {
		id = g.addID(e.DistinctID, g.addPerson(), e.Time, 0)
	}
	if e.Known {
		g.markKnown(id)
	}
	return g.resolved(id)
}

// resolved is the outcome of an event that merged nothing.
func (g *Graph) resolved(id uint32) Resolved { return Resolved{ID: id, Person: g.owner(id)} }

// find gives the index of an id.
func (g *Graph) find(text string) (uint32, bool) { return g.byID.find(text, g.texts.Len(), &g.texts) }

// addPerson gives the next ordinal.
func (g *Graph) addPerson() Ordinal {
	o := Ordinal(g.persons.Len())
	g.persons.Append(node{parent: o})
	return o
}

// addID notes an id seen for the first time. The text is copied, because it
// may be part of a whole request's memory.
func (g *Graph) addID(text string, owner Ordinal, at int64, cause uint32) uint32 {
	text = strings.Clone(text)
	id := uint32(g.texts.Len())
	g.texts.Append(text)
	g.ids.Append(idState{owner: owner})
	g.addLink(id, owner, at, cause)
	g.mu.Lock()
	g.byID.add(text, id)
	g.mu.Unlock()
	return id
}

// addLink puts an id at the end of a person's list.
func (g *Graph) addLink(id uint32, owner Ordinal, at int64, cause uint32) {
	n := uint32(g.links.Len())
	g.links.Append(link{joined: at, id: id, cause: cause})
	i := g.ids.Edit(id)
	i.link = n
	i.links++
	p := g.persons.Edit(uint32(owner))
	if p.last != 0 {
		g.links.Edit(p.last).next = n
	} else {
		p.first = n
	}
	p.last = n
}

// addCause keeps an event id as the reason of a join.
func (g *Graph) addCause(id string) uint32 {
	g.causes.Append(strings.Clone(id))
	return uint32(g.causes.Len() - 1)
}

func (g *Graph) markKnown(id uint32) {
	if g.ids.At(id).known {
		return
	}
	g.ids.Edit(id).known = true
	g.persons.Edit(uint32(g.owner(id))).claimed = true
}

// owner is the canonical person of an id's next event.
func (g *Graph) owner(id uint32) Ordinal { return g.Canonical(g.ids.At(id).owner) }

// Len is the number of ordinals given, merged and forgotten ones included.
func (g *Graph) Len() int { return g.persons.Len() }

// Canonical gives the person that o is now. It shortens chains of merges on its way.
func (g *Graph) Canonical(o Ordinal) Ordinal {
	for {
		parent := g.persons.At(uint32(o)).parent
		if parent == o {
			return o
		}
		if grand := g.persons.At(uint32(parent)).parent; grand != parent {
			g.persons.Edit(uint32(o)).parent = grand
		}
		o = parent
	}
}

// Forgotten says whether the person that o is was deleted.
func (g *Graph) Forgotten(o Ordinal) bool { return g.persons.At(uint32(g.Canonical(o))).gone }

// Find gives the canonical person to whom the next event of the id belongs.
func (g *Graph) Find(id string) (Ordinal, bool) {
	i, ok := g.find(id)
	if !ok {
		return 0, false
	}
	return g.owner(i), true
}

// Identities gives the ids of the person that o is, oldest join first.
func (g *Graph) Identities(o Ordinal) []Identity { return g.Snapshot().Identities(o) }
