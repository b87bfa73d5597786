package person

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/event"
)

func TestDetach(t *testing.T) {
	t.Parallel()
	g := NewGraph()
	apply(g, []statement{anonymous("a"), identify("u", "a"), alias("u", "v"), signedIn("w")}) // persons 0 and 1
	r := g.Resolve(detach("u", "a").event(4))
	require.Equal(t, &Split{From: 0, To: 2, ID: r.ID}, r.Split)
	require.Equal(t, Ordinal(2), r.Person)
	require.Equal(t, "a", g.Snapshot().Text(r.ID))
	require.Equal(t, []Identity{{ID: "a", Joined: 4, By: "e4"}}, identitiesOf(t, g, "a"))
	require.Equal(t, []string{"u", "v"}, names(identitiesOf(t, g, "u")))

	for name, s := range map[string]statement{
		"of another person": detach("w", "v"), "alone": detach("w", "w"), "alone again": detach("a", "a"),
		"unknown": detach("u", "x"), "of an unknown one": detach("x", "u"),
	} {
		require.Equal(t, Resolved{}, g.Resolve(s.event(5)), name)
	}
	require.Equal(t, Resolved{}, g.Resolve(&event.Event{Name: event.NameDetach, DistinctID: "u"}), "without a join")
	require.Equal(t, 3, g.Len(), "what has no effect makes no person")

	at, merges := apply(g, []statement{anonymous("a"), identify("u", "a"), anonymous("a")})
	require.Equal(t, []Ordinal{2, 0, 0}, at, "ids can be joined again")
	require.Equal(t, []Merge{{From: 2, Into: 0}}, merges)
}

func TestDetachTheOnlyKnownID(t *testing.T) {
	t.Parallel()
	g := NewGraph()
	apply(g, []statement{anonymous("a"), identify("u", "a")})
	g.Resolve(detach("a", "u").event(2))
	at, merges := apply(g, []statement{identify("w", "a"), identify("u", "a"), anonymous("a")})
	require.Equal(t, []Ordinal{0, 1, 1}, at, "what is left is free for the next to sign in, and changes hands then")
	require.Empty(t, merges)
}

// A device that went to and fro keeps its history with each of its persons.
func TestDetachASharedDevice(t *testing.T) {
	t.Parallel()
	g := NewGraph()
	apply(g, []statement{anonymous("d"), identify("u", "d"), identify("v", "d")})
	r := g.Resolve(detach("v", "d").event(3))
	require.Equal(t, &Split{From: 1, To: 2, ID: r.ID}, r.Split)
	require.Equal(t, []string{"d", "u"}, names(identitiesOf(t, g, "u")), "its events of before are still u's")
	require.Equal(t, []string{"v"}, names(identitiesOf(t, g, "v")))
	at, merges := apply(g, []statement{identify("v", "d"), identify("u", "d"), identify("v", "d")})
	require.Equal(t, []Ordinal{1, 0, 1}, at)
	require.Equal(t, []Merge{{From: 2, Into: 1}}, merges)
	require.Equal(t, []string{"v", "d"}, names(identitiesOf(t, g, "v")))
}

func TestForget(t *testing.T) {
	t.Parallel()
	g := NewGraph()
	apply(g, []statement{anonymous("d"), identify("u", "d"), identify("v", "d"), signedIn("w"), alias("u", "w")})
	before := g.Snapshot()
	device, _ := g.find("d")
	r := g.Resolve(forget("w").event(5))
	require.True(t, r.Forgotten)
	require.Equal(t, Ordinal(0), r.Person)
	require.True(t, g.Forgotten(2), "also under the ordinal that was merged")
	require.Empty(t, g.Identities(0))
	for _, id := range []string{"u", "w"} {
		_, ok := g.Find(id)
		require.False(t, ok, id)
		_, ok = before.Find(id)
		require.False(t, ok, id)
	}
	require.Equal(t, []string{"v", "d"}, names(identitiesOf(t, g, "v")), "what changed hands before stays")
	require.Equal(t, "d", g.Snapshot().Text(device))
	require.Equal(t, []string{"d", "u", "w"}, names(before.Identities(0)), "a picture of before stays as it was")

	require.Equal(t, Resolved{}, g.Resolve(forget("u").event(6)))
	at, _ := apply(g, []statement{signedIn("u"), identify("u", "d"), signedIn("w")})
	require.Equal(t, []Ordinal{3, 3, 4}, at, "ids that come again are new persons")

	g.Resolve(identify("u", "x").event(6))
	require.True(t, g.Resolve(forget("v").event(7)).Forgotten)
	g.Forget(1)
	require.Equal(t, []string{"u", "d", "x"}, names(identitiesOf(t, g, "u")))
	state := g.Snapshot().State()
	require.NotContains(t, state.Text, "v")
	require.NotContains(t, state.Text, "e2", "nor the event that joined d to v")
	require.Contains(t, state.Text, "e1")
	require.Contains(t, state.Text, "e6")
}

func TestControlEventsAreNobodysEvents(t *testing.T) {
	t.Parallel()
	g := NewGraph()
	require.Equal(t, Resolved{}, g.Resolve(event.NewDeleteEvents([]uint64{1})))
	require.Zero(t, g.Len())
	r := g.Resolve(statement{name: event.NameErased, id: "u", kind: event.Identify, other: "a", known: true}.event(0))
	require.Equal(t, Resolved{}, r, "ids 0 and person 0, and no row")
	require.Equal(t, []string{"u", "a"}, names(identitiesOf(t, g, "u")), "an erased event still makes its person and its join")
}

func TestAStateThatDoesNotFitTogetherIsRefused(t *testing.T) {
	t.Parallel()
	g := NewGraph()
	apply(g, []statement{anonymous("a"), identify("u", "a"), identify("v", "a"), signedIn("w"), forget("w")})
	_, err := NewGraphFrom(g.Snapshot().State())
	require.NoError(t, err)
	for i, spoil := range []func(s *State){
		func(s *State) { s.Persons[1].Parent = 2 },
		func(s *State) { s.Persons[0].First = 99 },
		func(s *State) { s.Persons[0].Last = 0 },
		func(s *State) { s.IDs[0].Owner = 99 },
		func(s *State) { s.IDs[0].Link = 0 },
		func(s *State) { s.Links[1].ID = 99 },
		func(s *State) { s.Links[1].Next = 99 },
		func(s *State) { s.Links[1].Cause = 99 },
		func(s *State) { s.Handed[0].To = 99 },
		func(s *State) { s.Ends[0] = 99 },
		func(s *State) { s.Ends[1] = 0 },
		func(s *State) { s.Ends = s.Ends[:len(s.IDs)] },
		func(s *State) { s.Links = nil },
	} {
		s := g.Snapshot().State()
		spoil(&s)
		_, err := NewGraphFrom(s)
		require.Error(t, err, "spoilt %d", i)
	}
	s := g.Snapshot().State()
	s.Text = "uuvw" + s.Text[4:]
	_, err = NewGraphFrom(s)
	require.ErrorContains(t, err, "twice")
}

func TestIndex(t *testing.T) {
	t.Parallel()
	x := newIndex()
	var texts Array[string]
	const n = 20_000
	for i := range n {
		texts.Append(fmt.Sprint("id", i))
		x.add(texts.At(uint32(i)), uint32(i))
	}
	for i := 0; i < n; i += 2 {
		x.remove(texts.At(uint32(i)), n, &texts)
	}
	for i := n; i < 2*n; i++ {
		texts.Append(fmt.Sprint("id", i))
		x.add(texts.At(uint32(i)), uint32(i))
	}
	for i := range 2 * n {
		at, ok := x.find(texts.At(uint32(i)), 2*n, &texts)
		require.Equal(t, i >= n || i%2 == 1, ok, i)
		require.True(t, !ok || at == uint32(i))
	}
	_, ok := x.find(texts.At(n), n, &texts)
	require.False(t, ok, "beyond the first n")
	again := newIndex()
	require.True(t, again.fill(2*n, &texts, func(id uint32) bool { return id < n && id%2 == 0 }, 3))
	for i := range 2 * n {
		_, ok := again.find(texts.At(uint32(i)), 2*n, &texts)
		require.Equal(t, i >= n || i%2 == 1, ok, i)
	}
}
