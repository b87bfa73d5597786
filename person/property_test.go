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
	switch rapid.IntRange(0, 9).Draw(t, "kind") {
	case 0, 1, 2, 3:
		s.kind, s.other = event.Identify, rapid.SampledFrom(someIDs).Draw(t, "other")
	case 4:
		s.kind, s.other = event.Alias, rapid.SampledFrom(someIDs).Draw(t, "other")
	}
	return s
}

// A Graph says what the slow rules say, gives ordinals without gaps, merges the
// higher into the lower, and gives the same again for the same events.
func TestGraphFollowsTheRules(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		statements := rapid.SliceOfN(rapid.Custom(drawStatement), 0, 40).Draw(t, "statements")
		g := NewGraph()
		ref := &slow{owner: map[string]Ordinal{}, known: map[string]bool{}}
		for i, s := range statements {
			length := g.Len()
			o, merged := g.Apply(s.event(i))
			require.Equal(t, ref.apply(s.event(i)), o)
			require.LessOrEqual(t, g.Len(), length+1, "one event makes one person at most")
			if merged != nil {
				require.Less(t, merged.Into, merged.From)
				require.Equal(t, merged.Into, g.Canonical(merged.From))
				require.Equal(t, merged.Into, g.Canonical(merged.Into))
				require.Equal(t, o, merged.Into)
			}
		}
		requireSame(t, ref, g)

		again := NewGraph()
		for i, s := range statements {
			again.Apply(s.event(i))
		}
		require.Equal(t, everything(g), everything(again))
	})
}

func requireSame(t *rapid.T, ref *slow, g *Graph) {
	snapshot := g.Snapshot()
	require.Len(t, ref.now, g.Len())
	listed := map[string]bool{}
	for i, want := range ref.now {
		require.Equal(t, want, g.Canonical(Ordinal(i)))
		require.Equal(t, want, snapshot.Canonical(Ordinal(i)))
		for _, identity := range snapshot.Identities(Ordinal(i)) {
			listed[identity.ID] = true
			require.Equal(t, ref.known[identity.ID], identity.Known)
		}
	}
	for id, want := range ref.owner {
		got, ok := snapshot.Find(id)
		require.True(t, ok)
		require.Equal(t, want, got)
		require.True(t, listed[id], "every id belongs to a person")
		require.Contains(t, names(snapshot.Identities(got)), id)
	}
	require.Len(t, listed, len(ref.owner))
}

func names(list []Identity) []string {
	out := make([]string, len(list))
	for i, identity := range list {
		out[i] = identity.ID
	}
	return out
}

func everything(g *Graph) [][]Identity {
	out := make([][]Identity, g.Len())
	for i := range out {
		out[i] = g.Identities(Ordinal(i))
	}
	return out
}
