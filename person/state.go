package person

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
)

// State is all that a Graph knows, in plain slices without pointers and without
// hidden padding, to be written to a file and read back.
type State struct {
	Persons []OrdinalState // by ordinal
	IDs     []IDState      // by index
	Links   []LinkState    // index 0 is «none»
	Handed  []HandedState
	Ends    []uint64 // ends in Text: of the text of each id, then of the causes
	Text    string   // all texts, one behind the other; those that no person has any more are empty
}

// OrdinalState is an ordinal: 16 bytes.
type OrdinalState struct {
	Parent uint32 // itself when canonical, otherwise a lower one
	First  uint32 // in Links
	Last   uint32
	Flags  uint32 // FlagKnown, FlagForgotten
}

// IDState is an id: 16 bytes.
type IDState struct {
	Owner uint32 // an ordinal
	Link  uint32 // the last one made for it
	Links uint32 // how many persons' lists it stands in, counted as often as it does
	Flags uint32 // FlagKnown, FlagForgotten
}

// LinkState says that an id belongs to a person: 24 bytes.
type LinkState struct {
	Joined int64 // UTC milliseconds
	ID     uint32
	Next   uint32
	Cause  uint32
	_      uint32
}

// HandedState is an id and a person to whom it was handed: 8 bytes.
type HandedState struct{ ID, To uint32 }

// Flags of ordinals and of ids.
const (
	FlagKnown     = 1 << iota // an id: is or was a signed-in id; an ordinal: owns such an id
	FlagForgotten             // was deleted
)

// State gives what the Graph knew at the time of the snapshot. It takes time in
// proportion to the number of ids, and the Graph goes on meanwhile.
func (s *Snapshot) State() State {
	state := State{
		Persons: make([]OrdinalState, s.persons.Len()),
		IDs:     make([]IDState, s.ids.Len()),
		Links:   make([]LinkState, s.links.Len()),
		Handed:  make([]HandedState, 0, s.handed.Len()),
	}
	inParallel(2, func(w int) {
		if w == 0 {
			state.Ends, state.Text = joined(s.texts, s.causes)
			return
		}
		s.fixed(&state)
	})
	return state
}

// fixed fills what has a fixed width.
func (s *Snapshot) fixed(state *State) {
	for i := range state.Persons {
		n := s.persons.At(uint32(i))
		state.Persons[i] = OrdinalState{
			Parent: uint32(n.parent), First: n.first, Last: n.last,
			Flags: flag(n.claimed, FlagKnown) | flag(n.gone, FlagForgotten),
		}
	}
	for i := range state.IDs {
		n := s.ids.At(uint32(i))
		state.IDs[i] = IDState{Owner: uint32(n.owner), Link: n.link, Links: n.links, Flags: flag(n.known, FlagKnown) | flag(n.gone, FlagForgotten)}
	}
	for i := range state.Links {
		l := s.links.At(uint32(i))
		state.Links[i] = LinkState{Joined: l.joined, ID: l.id, Next: l.next, Cause: l.cause}
	}
	for i := range s.handed.Len() {
		if h := s.handed.At(uint32(i)); h.id != noID {
			state.Handed = append(state.Handed, HandedState{ID: h.id, To: uint32(h.to)})
		}
	}
}

func flag(set bool, f uint32) uint32 {
	if set {
		return f
	}
	return 0
}

// joined writes texts one behind the other.
func joined(parts ...Frozen[string]) ([]uint64, string) {
	count, size := 0, 0
	for _, part := range parts {
		count += part.Len()
		for i := range part.Len() {
			size += len(part.At(uint32(i)))
		}
	}
	ends := make([]uint64, 0, count)
	var all strings.Builder
	all.Grow(size)
	for _, part := range parts {
		for i := range part.Len() {
			all.WriteString(part.At(uint32(i)))
			ends = append(ends, uint64(all.Len()))
		}
	}
	return ends, all.String()
}

// NewGraphFrom makes the Graph whose State was taken. Its texts share the memory
// of s.Text. A State that no Graph can have had is an error.
func NewGraphFrom(s State) (*Graph, error) {
	if err := s.check(); err != nil {
		return nil, fmt.Errorf("the saved persons do not fit together: %w", err)
	}
	g := &Graph{byID: newIndex(), handedAt: make(map[handover]uint32, len(s.Handed))}
	ids := len(s.IDs)
	text := func(i int) string {
		start := uint64(0)
		if i > 0 {
			start = s.Ends[i-1]
		}
		return s.Text[start:s.Ends[i]]
	}
	g.texts = arrayOf(ids, text)
	unique := false
	inParallel(2, func(w int) {
		if w == 0 {
			gone := func(id uint32) bool { return s.IDs[id].Flags&FlagForgotten != 0 }
			unique = g.byID.fill(ids, &g.texts, gone, max(1, runtime.GOMAXPROCS(0)))
			return
		}
		g.causes = arrayOf(len(s.Ends)-ids, func(i int) string { return text(ids + i) })
		g.restore(s)
	})
	if !unique {
		return nil, errors.New("the saved persons do not fit together: an id is there twice")
	}
	return g, nil
}

// restore fills what has a fixed width.
func (g *Graph) restore(s State) {
	g.persons = arrayOf(len(s.Persons), func(i int) node {
		p := s.Persons[i]
		return node{
			parent: Ordinal(p.Parent), first: p.First, last: p.Last,
			claimed: p.Flags&FlagKnown != 0, gone: p.Flags&FlagForgotten != 0,
		}
	})
	g.ids = arrayOf(len(s.IDs), func(i int) idState {
		id := s.IDs[i]
		return idState{owner: Ordinal(id.Owner), link: id.Link, links: id.Links, known: id.Flags&FlagKnown != 0, gone: id.Flags&FlagForgotten != 0}
	})
	g.links = arrayOf(len(s.Links), func(i int) link {
		l := s.Links[i]
		return link{joined: l.Joined, id: l.ID, next: l.Next, cause: l.Cause}
	})
	for i, h := range s.Handed {
		key := handover{id: h.ID, to: Ordinal(h.To)}
		g.handed.Append(key)
		g.handedAt[key] = uint32(i)
	}
}

// check says whether every number of the state leads to something.
func (s *State) check() error {
	persons, ids, links := uint32(len(s.Persons)), uint32(len(s.IDs)), uint32(len(s.Links))
	causes := len(s.Ends) - len(s.IDs)
	if links == 0 || causes < 1 {
		return errors.New("the first link or cause is missing")
	}
	for i, p := range s.Persons {
		if p.Parent > uint32(i) || p.First >= links || p.Last >= links || (p.First == 0) != (p.Last == 0) {
			return fmt.Errorf("person %d", i)
		}
	}
	for i, id := range s.IDs {
		if id.Owner >= persons || id.Link == 0 || id.Link >= links {
			return fmt.Errorf("id %d", i)
		}
	}
	for i, l := range s.Links[1:] {
		if l.ID >= ids || l.Next >= links || int64(l.Cause) >= int64(causes) {
			return fmt.Errorf("link %d", i+1)
		}
	}
	for i, h := range s.Handed {
		if h.ID >= ids || h.To >= persons {
			return fmt.Errorf("handover %d", i)
		}
	}
	return s.checkTexts()
}

func (s *State) checkTexts() error {
	end := uint64(0)
	for i, e := range s.Ends {
		if e < end || e > uint64(len(s.Text)) {
			return fmt.Errorf("text %d", i)
		}
		end = e
	}
	return nil
}
