package person

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/event"
)

// statement is an event as far as a Graph looks at it.
type statement struct {
	id    string
	known bool
	kind  event.JoinKind
	other string
	name  string // of the event; empty for one without meaning
}

func anonymous(id string) statement { return statement{id: id} }
func signedIn(id string) statement  { return statement{id: id, known: true} }
func identify(id, anonymous string) statement {
	return statement{id: id, known: true, kind: event.Identify, other: anonymous}
}

func detach(of, id string) statement {
	return statement{name: event.NameDetach, id: of, kind: event.Detach, other: id}
}

func forget(id string) statement { return statement{name: event.NameDeletePerson, id: id} }

func alias(id, other string) statement {
	return statement{id: id, known: true, kind: event.Alias, other: other}
}

// event makes the n-th event, whose id is «e<n>» and whose time is n.
func (s statement) event(n int) *event.Event {
	e := &event.Event{ID: fmt.Sprintf("e%d", n), Time: int64(n), Name: s.name, DistinctID: s.id, Known: s.known}
	if s.kind != "" {
		e.Join = &event.Join{Kind: s.kind, Other: s.other}
	}
	return e
}

func apply(g *Graph, statements []statement) (at []Ordinal, merges []Merge) {
	for i, s := range statements {
		o, m := g.Apply(s.event(i))
		at = append(at, o)
		if m != nil {
			merges = append(merges, *m)
		}
	}
	return at, merges
}

func TestGraph(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name       string
		statements []statement
		at         []Ordinal // of each event, at its arrival
		merges     []Merge
		now        map[string]Ordinal // of ids, afterwards
	}{
		{
			name:       "each new id is a person",
			statements: []statement{anonymous("a"), signedIn("u"), anonymous("a")},
			at:         []Ordinal{0, 1, 0},
		},
		{
			name:       "a new known id takes over the anonymous person",
			statements: []statement{anonymous("a"), identify("u", "a"), anonymous("a"), signedIn("u")},
			at:         []Ordinal{0, 0, 0, 0},
		},
		{
			name:       "an anonymous id first heard of at sign-in belongs to the known person",
			statements: []statement{signedIn("u"), identify("u", "a"), anonymous("a")},
			at:         []Ordinal{0, 0, 0},
		},
		{
			name:       "both ids are new",
			statements: []statement{identify("u", "a"), anonymous("a"), signedIn("u")},
			at:         []Ordinal{0, 0, 0},
		},
		{
			name:       "both exist: the higher ordinal merges into the lower, the known one here",
			statements: []statement{anonymous("a"), signedIn("u"), identify("u", "a"), signedIn("u")},
			at:         []Ordinal{0, 1, 0, 0},
			merges:     []Merge{{From: 1, Into: 0}},
		},
		{
			name:       "both exist: the anonymous one here",
			statements: []statement{signedIn("u"), anonymous("a"), identify("u", "a"), anonymous("a")},
			at:         []Ordinal{0, 1, 0, 0},
			merges:     []Merge{{From: 1, Into: 0}},
		},
		{
			name: "several devices of one user",
			statements: []statement{
				anonymous("a"), identify("u", "a"), anonymous("b"), identify("u", "b"), identify("u", "c"), anonymous("c"),
			},
			at:     []Ordinal{0, 0, 1, 0, 0, 0},
			merges: []Merge{{From: 1, Into: 0}},
		},
		{
			name: "a shared device changes hands for later events only",
			statements: []statement{
				anonymous("a"), identify("u", "a"), anonymous("a"),
				identify("v", "a"), anonymous("a"), signedIn("u"),
			},
			at:  []Ordinal{0, 0, 0, 1, 1, 0},
			now: map[string]Ordinal{"a": 1, "u": 0, "v": 1},
		},
		{
			name: "a shared device changes hands between existing persons, and back",
			statements: []statement{
				signedIn("v"), identify("u", "a"), identify("v", "a"), anonymous("a"), identify("u", "a"), anonymous("a"),
			},
			at:  []Ordinal{0, 1, 0, 0, 1, 1},
			now: map[string]Ordinal{"a": 1, "u": 1, "v": 0},
		},
		{
			name:       "identify never joins two known ids",
			statements: []statement{signedIn("u"), signedIn("v"), identify("v", "u"), signedIn("u"), identify("w", "u")},
			at:         []Ordinal{0, 1, 1, 0, 2},
		},
		{
			name:       "the id of an identify is known even when the event does not say so",
			statements: []statement{{id: "u", kind: event.Identify, other: "a"}, identify("v", "u"), anonymous("u")},
			at:         []Ordinal{0, 1, 0},
		},
		{
			name:       "alias joins two known persons",
			statements: []statement{signedIn("u"), signedIn("v"), alias("v", "u"), signedIn("v")},
			at:         []Ordinal{0, 1, 0, 0},
			merges:     []Merge{{From: 1, Into: 0}},
		},
		{
			name:       "alias to a new id, and of a new id, and of two new ids",
			statements: []statement{signedIn("u"), alias("u", "u2"), alias("u3", "u"), alias("x", "y"), signedIn("u2"), signedIn("y")},
			at:         []Ordinal{0, 0, 0, 1, 0, 1},
		},
		{
			name: "alias also joins the owners of a shared device",
			statements: []statement{
				identify("u", "a"), identify("v", "a"), alias("u", "v"), anonymous("a"),
			},
			at:     []Ordinal{0, 1, 0, 0},
			merges: []Merge{{From: 1, Into: 0}},
		},
		{
			name:       "aliased anonymous ids are one person and are joined to one user only",
			statements: []statement{anonymous("a"), {id: "b", kind: event.Alias, other: "a"}, identify("u", "a"), identify("v", "b"), anonymous("b"), anonymous("a")},
			at:         []Ordinal{0, 0, 0, 1, 1, 0},
		},
		{
			name: "chains end at the lowest ordinal",
			statements: []statement{
				signedIn("d0"), signedIn("d1"), signedIn("d2"), signedIn("d3"),
				alias("d3", "d2"), alias("d2", "d1"), alias("d1", "d0"), signedIn("d3"),
			},
			at:     []Ordinal{0, 1, 2, 3, 2, 1, 0, 0},
			merges: []Merge{{From: 3, Into: 2}, {From: 2, Into: 1}, {From: 1, Into: 0}},
		},
		{
			name: "repeats change nothing",
			statements: []statement{
				anonymous("a"), signedIn("u"), identify("u", "a"), identify("u", "a"), alias("u", "a"), alias("a", "u"),
			},
			at:     []Ordinal{0, 1, 0, 0, 0, 0},
			merges: []Merge{{From: 1, Into: 0}},
		},
		{
			name:       "an id is not joined to itself",
			statements: []statement{identify("u", "u"), alias("u", "u"), anonymous("a")},
			at:         []Ordinal{0, 0, 1},
		},
		{
			name: "ids that everybody sends are never joined",
			statements: []statement{
				anonymous("null"), identify("u", "null"), identify("v", " NULL "), identify("guest", "a"),
				alias("v", "undefined"), alias("0", "u"), signedIn("guest"), anonymous("a"), anonymous("null"),
			},
			at: []Ordinal{0, 1, 2, 3, 2, 4, 3, 5, 0},
		},
		{
			name:       "an unknown kind of join is none",
			statements: []statement{anonymous("a"), {id: "u", kind: "swallow", other: "a"}},
			at:         []Ordinal{0, 1},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			g := NewGraph()
			at, merges := apply(g, c.statements)
			require.Equal(t, c.at, at)
			require.Equal(t, c.merges, merges)
			for id, want := range c.now {
				got, ok := g.Find(id)
				require.True(t, ok)
				require.Equal(t, want, got, id)
			}
		})
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	g := NewGraph()
	apply(g, []statement{signedIn("u"), anonymous("a"), identify("u", "a")})
	o, ok := g.Find("a")
	require.True(t, ok)
	require.Equal(t, Ordinal(0), o)
	_, ok = g.Find("nobody")
	require.False(t, ok)
}

func TestIdentitiesSayWhenAndWhy(t *testing.T) {
	t.Parallel()
	g := NewGraph()
	apply(g, []statement{
		0: signedIn("v"),
		1: anonymous("a"),
		2: identify("u", "a"), // u takes over a's person
		3: anonymous("b"),
		4: identify("u", "b"), // b's person merges
		5: identify("u", "c"), // c is first heard of
		6: identify("v", "a"), // a changes hands
		7: identify("u", "a"), // and back
		8: identify("v", "a"), // and again
	})
	require.Equal(t, []Identity{
		{ID: "a", Joined: 1},
		{ID: "u", Known: true, Joined: 2, By: "e2"},
		{ID: "b", Joined: 4, By: "e4"},
		{ID: "c", Joined: 5, By: "e5"},
	}, identitiesOf(t, g, "u"))
	require.Equal(t, []Identity{
		{ID: "v", Known: true, Joined: 0},
		{ID: "a", Joined: 6, By: "e6"},
	}, identitiesOf(t, g, "v"))

	g.Apply(alias("v", "u").event(9))
	require.Equal(t, []Identity{
		{ID: "a", Joined: 1},
		{ID: "u", Known: true, Joined: 2, By: "e2"},
		{ID: "b", Joined: 4, By: "e4"},
		{ID: "c", Joined: 5, By: "e5"},
		{ID: "v", Known: true, Joined: 9, By: "e9"},
	}, identitiesOf(t, g, "u"))
	require.Equal(t, g.Identities(0), g.Identities(1), "the merged ordinal leads to the same person")
}

func identitiesOf(t *testing.T, g *Graph, id string) []Identity {
	t.Helper()
	o, ok := g.Find(id)
	require.True(t, ok)
	return g.Identities(o)
}

func TestSnapshotStaysAsItWas(t *testing.T) {
	t.Parallel()
	g := NewGraph()
	apply(g, []statement{signedIn("u"), anonymous("a"), identify("u", "shared")})
	before := g.Snapshot()
	apply(g, []statement{identify("u", "a"), identify("v", "shared"), anonymous("late")})
	after := g.Snapshot()

	require.Equal(t, 2, before.Len())
	require.Equal(t, Ordinal(1), before.Canonical(1))
	require.Equal(t, []Identity{{ID: "a", Joined: 1}}, before.Identities(1))
	o, _ := before.Find("shared")
	require.Equal(t, Ordinal(0), o)
	_, ok := before.Find("late")
	require.False(t, ok)

	require.Equal(t, 4, after.Len())
	require.Equal(t, Ordinal(0), after.Canonical(1))
	o, _ = after.Find("shared")
	require.Equal(t, Ordinal(2), o)
	require.Equal(t, "u", after.Text(g.Resolve(signedIn("u").event(9)).ID))
}

func TestJoinable(t *testing.T) {
	t.Parallel()
	for _, id := range []string{
		"", " ", "null", "NULL", "undefined", "0", "-1", "guest", "Anonymous", "none", "NaN",
		"[object Object]", "00000000-0000-0000-0000-000000000000", "true", "distinct_id",
	} {
		require.False(t, Joinable(id), "%q", id)
	}
	for _, id := range []string{"1", "u", "guest-7", "00000000-0000-0000-0000-000000000001", "用户"} {
		require.True(t, Joinable(id), "%q", id)
	}
}

func TestPublicID(t *testing.T) {
	t.Parallel()
	for _, o := range []Ordinal{0, 1, 31, 32, 12_345_678, 1<<32 - 1} {
		got, ok := ParsePublicID(PublicID(o))
		require.True(t, ok)
		require.Equal(t, o, got)
	}
	require.Equal(t, "p_10", PublicID(32))
	for _, text := range []string{"", "p_", "10", "p_010", "p_A", "p_a ", "p_w", "p_-1", "p_4000000"} {
		_, ok := ParsePublicID(text)
		require.False(t, ok, "%q", text)
	}
}
