package person

import (
	"strings"
	"sync"

	"github.com/weirhq/weir/event"
)

// Graph knows which ids belong to which person. Make one with NewGraph.
type Graph struct {
	mu    sync.RWMutex // guards byID between Apply, which adds, and Snapshot.Find
	byID  map[string]uint32
	texts []string // by id index; only ever growing, so snapshots share it

	ids     Array[idState] // by id index
	persons Array[node]    // by ordinal
	links   Array[link]    // the ids of persons, as lists
	causes  []string       // ids of the events that joined something; index 0 is none; only ever growing

	linkOf  []uint32 // by id index: its link in its owner's list
	tails   []uint32 // by ordinal: last link of its list
	claimed []bool   // by ordinal: the person has a known id
	handed  map[handover]struct{}
}

// idState is what an id is now.
type idState struct {
	owner Ordinal // whose the id's next event is; to be made canonical
	known bool    // has been a signed-in id
}

// node is one ordinal.
type node struct {
	parent Ordinal // itself when canonical, otherwise what it was merged into
	first  uint32  // first link of its list; after a merge the list is the parent's
}

// link says that an id belongs to a person.
type link struct {
	joined int64 // when, UTC milliseconds
	id     uint32
	next   uint32 // the next link of the person, 0 at the end
	cause  uint32 // index in causes
}

// handover is an id and a person to whom it was handed, so that a device that
// goes to and fro between two people does not grow their lists for ever.
type handover struct {
	id uint32
	to Ordinal
}

// Merge says that From is from now on the same person as Into, the lower one.
type Merge struct{ From, Into Ordinal }

// NewGraph makes a Graph without persons.
func NewGraph() *Graph {
	g := &Graph{
		byID:   make(map[string]uint32),
		causes: []string{""},
		handed: make(map[handover]struct{}),
	}
	g.links.Append(link{}) // index 0 means «no link»
	return g
}

// Resolved is what a Graph makes of an event.
type Resolved struct {
	ID     uint32  // index of the event's distinct id; Snapshot.Text gives it back
	Person Ordinal // the canonical person the event belongs to
	Merged *Merge  // the merge that the event caused, if any
}

// Apply takes the next event in order of arrival. It gives the canonical person
// the event belongs to, and the merge that the event caused, if any.
func (g *Graph) Apply(e *event.Event) (Ordinal, *Merge) {
	r := g.Resolve(e)
	return r.Person, r.Merged
}

// Resolve is Apply that also tells the index of the event's distinct id.
func (g *Graph) Resolve(e *event.Event) Resolved {
	if j := e.Join; j != nil && j.Other != e.DistinctID && Joinable(e.DistinctID) && Joinable(j.Other) {
		switch j.Kind {
		case event.Identify:
			return g.identify(e)
		case event.Alias:
			return g.alias(e)
		}
	}
	id, ok := g.byID[e.DistinctID]
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

// identify joins the anonymous id of the event to its known one.
func (g *Graph) identify(e *event.Event) Resolved {
	known, haveKnown := g.byID[e.DistinctID]
	anonymous, haveAnonymous := g.byID[e.Join.Other]
	free := haveAnonymous && !g.ids.At(anonymous).known && !g.claimed[g.owner(anonymous)]
	switch {
	case haveKnown:
	case free:
		known = g.addID(e.DistinctID, g.owner(anonymous), e.Time, g.addCause(e.ID))
	default:
		known = g.addID(e.DistinctID, g.addPerson(), e.Time, 0)
	}
	g.markKnown(known)
	switch {
	case !haveAnonymous:
		g.addID(e.Join.Other, g.owner(known), e.Time, g.addCause(e.ID))
	case g.owner(anonymous) == g.owner(known): // said before
	case g.ids.At(anonymous).known: // two known persons: only an alias joins them
	case !free:
		g.handOver(anonymous, g.owner(known), e)
	default:
		return g.merge(known, anonymous, e)
	}
	return g.resolved(known)
}

// alias makes one person of those of the event's two ids.
func (g *Graph) alias(e *event.Event) Resolved {
	id, haveID := g.byID[e.DistinctID]
	other, haveOther := g.byID[e.Join.Other]
	switch {
	case haveID:
	case haveOther:
		id = g.addID(e.DistinctID, g.owner(other), e.Time, g.addCause(e.ID))
	default:
		id = g.addID(e.DistinctID, g.addPerson(), e.Time, 0)
	}
	if e.Known {
		g.markKnown(id)
	}
	switch {
	case !haveOther:
		g.addID(e.Join.Other, g.owner(id), e.Time, g.addCause(e.ID))
	case g.owner(other) != g.owner(id):
		return g.merge(id, other, e)
	}
	return g.resolved(id)
}

// merge makes one person of the owners of two ids, the higher ordinal into the lower.
func (g *Graph) merge(id, other uint32, e *event.Event) Resolved {
	g.noteCause(id, other, e)
	into, from := g.owner(id), g.owner(other)
	if from < into {
		into, from = from, into
	}
	g.persons.Edit(uint32(from)).parent = into
	g.links.Edit(g.tails[into]).next = g.persons.At(uint32(from)).first
	g.tails[into] = g.tails[from]
	g.claimed[into] = g.claimed[into] || g.claimed[from]
	return Resolved{ID: id, Person: into, Merged: &Merge{From: from, Into: into}}
}

// noteCause records why two persons became one: at the other id, or, when that
// was joined for another reason before, at the event's own.
func (g *Graph) noteCause(id, other uint32, e *event.Event) {
	for _, i := range []uint32{other, id} {
		if g.links.At(g.linkOf[i]).cause == 0 {
			l := g.links.Edit(g.linkOf[i])
			l.cause, l.joined = g.addCause(e.ID), e.Time
			return
		}
	}
}

// handOver gives the later events of an anonymous id to another person.
func (g *Graph) handOver(id uint32, to Ordinal, e *event.Event) {
	g.ids.Edit(id).owner = to
	key := handover{id: id, to: to}
	if _, before := g.handed[key]; before {
		return
	}
	g.handed[key] = struct{}{}
	g.addLink(id, to, e.Time, g.addCause(e.ID))
}

// addPerson gives the next ordinal.
func (g *Graph) addPerson() Ordinal {
	o := Ordinal(g.persons.Len())
	g.persons.Append(node{parent: o})
	g.tails = append(g.tails, 0)
	g.claimed = append(g.claimed, false)
	return o
}

// addID notes an id seen for the first time. The text is copied, because it
// may be part of a whole request's memory.
func (g *Graph) addID(text string, owner Ordinal, at int64, cause uint32) uint32 {
	text = strings.Clone(text)
	id := uint32(len(g.texts))
	g.texts = append(g.texts, text)
	g.ids.Append(idState{owner: owner})
	g.linkOf = append(g.linkOf, 0)
	g.addLink(id, owner, at, cause)
	g.mu.Lock()
	g.byID[text] = id
	g.mu.Unlock()
	return id
}

func (g *Graph) addLink(id uint32, owner Ordinal, at int64, cause uint32) {
	n := uint32(g.links.Len())
	g.links.Append(link{joined: at, id: id, cause: cause})
	g.linkOf[id] = n
	if last := g.tails[owner]; last != 0 {
		g.links.Edit(last).next = n
	} else {
		g.persons.Edit(uint32(owner)).first = n
	}
	g.tails[owner] = n
}

// addCause keeps an event id as the reason of a join.
func (g *Graph) addCause(id string) uint32 {
	g.causes = append(g.causes, strings.Clone(id))
	return uint32(len(g.causes) - 1)
}

func (g *Graph) markKnown(id uint32) {
	if g.ids.At(id).known {
		return
	}
	g.ids.Edit(id).known = true
	g.claimed[g.owner(id)] = true
}

// owner is the canonical person of an id's next event.
func (g *Graph) owner(id uint32) Ordinal { return g.Canonical(g.ids.At(id).owner) }

// Len is the number of ordinals given, merged ones included.
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

// Find gives the canonical person to whom the next event of the id belongs.
func (g *Graph) Find(id string) (Ordinal, bool) {
	i, ok := g.byID[id]
	if !ok {
		return 0, false
	}
	return g.owner(i), true
}

// Identities gives the ids of the person that o is, oldest join first.
func (g *Graph) Identities(o Ordinal) []Identity { return g.Snapshot().Identities(o) }
