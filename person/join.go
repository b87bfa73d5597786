package person

import "github.com/weirhq/weir/event"

// identify joins the anonymous id of the event to its known one.
func (g *Graph) identify(e *event.Event) Resolved {
	known, haveKnown := g.find(e.DistinctID)
	anonymous, haveAnonymous := g.find(e.Join.Other)
	free := haveAnonymous && !g.ids.At(anonymous).known && !g.claimed(g.owner(anonymous))
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
	id, haveID := g.find(e.DistinctID)
	other, haveOther := g.find(e.Join.Other)
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
	old := g.persons.Edit(uint32(from))
	old.parent = into
	kept := g.persons.Edit(uint32(into))
	g.links.Edit(kept.last).next = old.first
	kept.last = old.last
	kept.claimed = kept.claimed || old.claimed
	return Resolved{ID: id, Person: into, Merged: &Merge{From: from, Into: into}}
}

// noteCause records why two persons became one: at the other id, or, when that
// was joined for another reason before, at the event's own.
func (g *Graph) noteCause(id, other uint32, e *event.Event) {
	for _, i := range []uint32{other, id} {
		n := g.ids.At(i).link
		if g.links.At(n).cause == 0 {
			l := g.links.Edit(n)
			l.cause, l.joined = g.addCause(e.ID), e.Time
			return
		}
	}
}

// handOver gives the later events of an anonymous id to another person.
func (g *Graph) handOver(id uint32, to Ordinal, e *event.Event) {
	g.ids.Edit(id).owner = to
	key := handover{id: id, to: to}
	if _, before := g.handedAt[key]; before {
		return
	}
	g.handedAt[key] = uint32(g.handed.Len())
	g.handed.Append(key)
	g.addLink(id, to, e.Time, g.addCause(e.ID))
}

// claimed says whether a canonical person owns a known id.
func (g *Graph) claimed(o Ordinal) bool { return g.persons.At(uint32(o)).claimed }
