package person

import "github.com/weirhq/weir/event"

// Every person that is not forgotten owns an id: an id only changes hands when
// its person owns a known id, which never changes hands, and only leaves its
// person when another id stays. So an event can name any person by an id.

// detach makes the other id of the event a person of its own. It does nothing
// unless both ids of the event are of one person, which owns another id too.
func (g *Graph) detach(e *event.Event) Resolved {
	if e.Join == nil {
		return Resolved{}
	}
	of, known := g.find(e.DistinctID)
	id, ok := g.find(e.Join.Other)
	if !ok || !known || g.owner(of) != g.owner(id) {
		return Resolved{}
	}
	from := g.owner(id)
	claimed, alone := g.without(from, id)
	if alone {
		return Resolved{}
	}
	to := g.addPerson()
	g.unlink(from, id)
	g.voidHandover(handover{id: id, to: from})
	g.ids.Edit(id).owner = to
	g.addLink(id, to, e.Time, g.addCause(e.ID))
	g.persons.Edit(uint32(to)).claimed = g.ids.At(id).known
	g.persons.Edit(uint32(from)).claimed = claimed
	return Resolved{ID: id, Person: to, Split: &Split{From: from, To: to, ID: id}}
}

// without says what would be left of a person without an id: whether a known id
// is, and whether none at all is.
func (g *Graph) without(o Ordinal, id uint32) (claimed, alone bool) {
	alone = true
	for n := g.persons.At(uint32(o)).first; n != 0; n = g.links.At(n).next {
		other := g.links.At(n).id
		if other == id || g.ids.At(other).gone || g.owner(other) != o {
			continue
		}
		alone = false
		claimed = claimed || g.ids.At(other).known
	}
	return claimed, alone
}

// unlink takes an id out of a person's list, in which it may stand more than
// once after a merge.
func (g *Graph) unlink(o Ordinal, id uint32) {
	p := g.persons.Edit(uint32(o))
	last := uint32(0)
	for n := p.first; n != 0; {
		l := g.links.At(n)
		switch {
		case l.id != id:
			last = n
		case last == 0:
			p.first = l.next
			g.ids.Edit(id).links--
		default:
			g.links.Edit(last).next = l.next
			g.ids.Edit(id).links--
		}
		n = l.next
	}
	p.last = last
}

// voidHandover makes that a later handover of the id to the person is noted again.
func (g *Graph) voidHandover(key handover) {
	if at, ok := g.handedAt[key]; ok {
		g.handed.Edit(at).id = noID
		delete(g.handedAt, key)
	}
}

// deletePerson forgets the person of the event's id.
func (g *Graph) deletePerson(e *event.Event) Resolved {
	id, ok := g.find(e.DistinctID)
	if !ok {
		return Resolved{}
	}
	o := g.owner(id)
	g.Forget(o)
	return Resolved{ID: id, Person: o, Forgotten: true}
}

// Forget deletes the person that o is: it has no ids any more, and those whose
// next event would have been its are unknown from now on. Ids that changed hands
// before stay with whom they went to. Forgetting twice is harmless.
func (g *Graph) Forget(o Ordinal) {
	o = g.Canonical(o)
	for n := g.persons.At(uint32(o)).first; n != 0; {
		l := g.links.Edit(n)
		if l.cause != 0 {
			*g.causes.Edit(l.cause) = ""
		}
		l.joined, l.cause = 0, 0
		g.voidHandover(handover{id: l.id, to: o})
		g.forgetID(l.id, o)
		n = l.next
	}
	p := g.persons.Edit(uint32(o))
	p.first, p.last, p.claimed, p.gone = 0, 0, false, true
}

// forgetID takes an id from a forgotten person.
func (g *Graph) forgetID(id uint32, of Ordinal) {
	i := g.ids.Edit(id)
	if !i.gone && g.owner(id) == of {
		i.gone = true
		g.mu.Lock()
		g.byID.remove(g.texts.At(id), g.texts.Len(), &g.texts)
		g.mu.Unlock()
	}
	if i.links--; i.links == 0 {
		*g.texts.Edit(id) = ""
	}
}
