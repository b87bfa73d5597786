package person

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/weirhq/weir/event"
)

// slow is the identity rules over plain maps, in which a merge rewrites
// everything.
type slow struct {
	owner map[string]Ordinal // always canonical
	known map[string]bool
	now   []Ordinal // by ordinal: the canonical one
	gone  map[Ordinal]bool
}

func newSlow() *slow {
	return &slow{owner: map[string]Ordinal{}, known: map[string]bool{}, gone: map[Ordinal]bool{}}
}

func (s *slow) isPerson(id string) bool { _, ok := s.owner[id]; return ok }

func (s *slow) newPerson() Ordinal {
	s.now = append(s.now, Ordinal(len(s.now)))
	return Ordinal(len(s.now) - 1)
}

func (s *slow) ensure(id string) {
	if !s.isPerson(id) {
		s.owner[id] = s.newPerson()
	}
}

// hasKnown says whether one of the person's ids is known.
func (s *slow) hasKnown(o Ordinal) bool {
	for id := range s.known {
		if s.owner[id] == o {
			return true
		}
	}
	return false
}

func (s *slow) unite(a, b Ordinal) {
	into, from := min(a, b), max(a, b)
	for id, o := range s.owner {
		if o == from {
			s.owner[id] = into
		}
	}
	for i, o := range s.now {
		if o == from {
			s.now[i] = into
		}
	}
}

// others counts the ids of a person but one.
func (s *slow) others(o Ordinal, but string) (n int) {
	for id, owner := range s.owner {
		if owner == o && id != but {
			n++
		}
	}
	return n
}

// detach gives the new person, if there is one.
func (s *slow) detach(of, other string) (Ordinal, bool) {
	if !s.isPerson(of) || !s.isPerson(other) || s.owner[of] != s.owner[other] || s.others(s.owner[other], other) == 0 {
		return 0, false
	}
	s.owner[other] = s.newPerson()
	return s.owner[other], true
}

// forget gives the person that was deleted, if there was one.
func (s *slow) forget(of string) (Ordinal, bool) {
	o, ok := s.owner[of]
	if !ok {
		return 0, false
	}
	for id, owner := range s.owner {
		if owner == o {
			delete(s.owner, id)
			delete(s.known, id)
		}
	}
	s.gone[o] = true
	return o, true
}

// requireApplied applies an event to both and compares what they say.
func requireApplied(t *rapid.T, g *Graph, ref *slow, e *event.Event) {
	length := g.Len()
	r := g.Resolve(e)
	require.LessOrEqual(t, g.Len(), length+1, "one event makes one person at most")
	switch e.Name {
	case event.NameDetach:
		o, done := ref.detach(e.DistinctID, e.Join.Other)
		require.Equal(t, done, r.Split != nil)
		require.False(t, r.Row)
		if done {
			require.Equal(t, o, r.Person)
			require.Equal(t, o, r.Split.To)
			require.Equal(t, e.Join.Other, g.Snapshot().Text(r.Split.ID))
		}
		return
	case event.NameDeletePerson:
		o, done := ref.forget(e.DistinctID)
		require.Equal(t, done, r.Forgotten)
		require.False(t, r.Row)
		if done {
			require.Equal(t, o, r.Person)
		}
		return
	}
	require.Equal(t, ref.apply(e), r.Person)
	require.Equal(t, e.Name != event.NameErased, r.Row)
	if merged := r.Merged; merged != nil {
		require.Less(t, merged.Into, merged.From)
		require.Equal(t, merged.Into, g.Canonical(merged.From))
		require.Equal(t, merged.Into, g.Canonical(merged.Into))
		require.Equal(t, r.Person, merged.Into)
	}
}

func (s *slow) apply(e *event.Event) Ordinal {
	id := e.DistinctID
	j := e.Join
	if j == nil || j.Other == id || !Joinable(id) || !Joinable(j.Other) {
		s.ensure(id)
		if e.Known {
			s.known[id] = true
		}
		return s.owner[id]
	}
	if j.Kind == event.Alias {
		s.alias(id, j.Other)
		if e.Known {
			s.known[id] = true
		}
		return s.owner[id]
	}
	s.identify(id, j.Other)
	return s.owner[id]
}

func (s *slow) alias(id, other string) {
	switch {
	case s.isPerson(id):
	case s.isPerson(other):
		s.owner[id] = s.owner[other]
	default:
		s.ensure(id)
	}
	if !s.isPerson(other) {
		s.owner[other] = s.owner[id]
	}
	if s.owner[id] != s.owner[other] {
		s.unite(s.owner[id], s.owner[other])
	}
}

func (s *slow) identify(id, other string) {
	free := s.isPerson(other) && !s.known[other] && !s.hasKnown(s.owner[other])
	if !s.isPerson(id) && free {
		s.owner[id] = s.owner[other]
	}
	s.ensure(id)
	s.known[id] = true
	switch {
	case !s.isPerson(other):
		s.owner[other] = s.owner[id]
	case s.owner[other] == s.owner[id] || s.known[other]:
	case free:
		s.unite(s.owner[id], s.owner[other])
	default:
		s.owner[other] = s.owner[id]
	}
}

var someIDs = []string{"a1", "a2", "a3", "a4", "u1", "u2", "u3", "u4", "guest", "null"}

func drawStatement(t *rapid.T) statement {
	s := statement{id: rapid.SampledFrom(someIDs).Draw(t, "id")}
	s.known = s.id[0] == 'u' || rapid.IntRange(0, 9).Draw(t, "known") == 0
	switch rapid.IntRange(0, 12).Draw(t, "kind") {
	case 0, 1, 2, 3:
		s.kind, s.other = event.Identify, rapid.SampledFrom(someIDs).Draw(t, "other")
	case 4:
		s.kind, s.other = event.Alias, rapid.SampledFrom(someIDs).Draw(t, "other")
	case 5, 6:
		s.name, s.kind, s.other = event.NameDetach, event.Detach, rapid.SampledFrom(someIDs).Draw(t, "other")
	case 7:
		s.name = event.NameDeletePerson
	case 8:
		s.name = event.NameErased
	}
	return s
}

// A Graph says what the slow rules say, gives ordinals without gaps, merges the
// higher into the lower, and gives the same again for the same events. One that
// was saved on the way, and made again, goes on in the same way.
func TestGraphFollowsTheRules(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		statements := rapid.SliceOfN(rapid.Custom(drawStatement), 0, 60).Draw(t, "statements")
		saveAt := rapid.IntRange(0, len(statements)).Draw(t, "saved at")
		g, again, ref := NewGraph(), NewGraph(), newSlow()
		for i, s := range statements {
			if i == saveAt {
				again = reloaded(t, again)
			}
			requireApplied(t, g, ref, s.event(i))
			again.Resolve(s.event(i))
		}
		requireSame(t, ref, g)
		requireSameState(t, g.Snapshot().State(), again.Snapshot().State())
	})
}

func reloaded(t require.TestingT, g *Graph) *Graph {
	again, err := NewGraphFrom(g.Snapshot().State())
	require.NoError(t, err)
	return again
}

// requireSameState compares all that two graphs know, however far they have
// shortened chains of merges.
func requireSameState(t require.TestingT, a, b State) {
	require.ElementsMatch(t, a.Handed, b.Handed)
	a.Handed, b.Handed = nil, nil
	for _, s := range []State{a, b} {
		for i := range s.Persons { // parents come first
			s.Persons[i].Parent = s.Persons[s.Persons[i].Parent].Parent
		}
	}
	require.Equal(t, a, b)
}

func requireSame(t *rapid.T, ref *slow, g *Graph) {
	snapshot := g.Snapshot()
	require.Len(t, ref.now, g.Len())
	for i, want := range ref.now {
		o := Ordinal(i)
		require.Equal(t, want, g.Canonical(o))
		require.Equal(t, want, snapshot.Canonical(o))
		require.Equal(t, ref.gone[want], snapshot.Forgotten(o))
		require.Equal(t, ref.gone[want], g.Forgotten(o))
		identities := snapshot.Identities(o)
		require.Equal(t, ref.gone[want], len(identities) == 0, "who is not deleted has an id")
		for _, identity := range identities {
			require.NotEmpty(t, identity.ID)
			if owner, ok := ref.owner[identity.ID]; ok && owner == want {
				require.True(t, identity.Known || !ref.known[identity.ID])
			}
		}
		require.Equal(t, !ref.gone[want], ref.others(want, "") > 0, "who is not deleted owns an id")
	}
	for _, id := range someIDs {
		want, known := ref.owner[id]
		got, ok := snapshot.Find(id)
		require.Equal(t, known, ok, id)
		require.Equal(t, want, got, id)
		if ok {
			require.Contains(t, names(snapshot.Identities(got)), id)
		}
	}
}

func names(list []Identity) []string {
	out := make([]string, len(list))
	for i, identity := range list {
		out[i] = identity.ID
	}
	return out
}
