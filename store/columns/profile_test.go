package columns

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/person"
)

func profileOf(changes ...event.Profile) event.Properties {
	table := NewTable()
	for i, change := range changes {
		e := did(uint64(i+1), "u", event.NameProfile, 1, nil)
		e.Profile = &change
		table.Apply([]*event.Event{e})
	}
	return table.View().People().Profile(0)
}

func TestProfileChanges(t *testing.T) {
	t.Parallel()
	one := func(v event.Value) event.Properties { return event.Properties{"p": v} }
	cases := map[string]struct {
		changes []event.Profile
		want    event.Properties
	}{
		"set replaces, also by another type": {
			[]event.Profile{{Set: one(event.Text("a"))}, {Set: one(event.Num(2))}}, one(event.Num(2)),
		},
		"a missing value sets nothing": {
			[]event.Profile{{Set: one(event.Text("a"))}, {Set: one(event.Value{})}}, one(event.Text("a")),
		},
		"set once keeps the first": {
			[]event.Profile{{SetOnce: one(event.Text("a"))}, {SetOnce: one(event.Text("b"))}}, one(event.Text("a")),
		},
		"add counts from 0": {
			[]event.Profile{{Add: map[string]float64{"p": 2}}, {Add: map[string]float64{"p": -0.5}}}, one(event.Num(1.5)),
		},
		"add leaves what is no number": {
			[]event.Profile{{Set: one(event.Text("a"))}, {Add: map[string]float64{"p": 2}}}, one(event.Text("a")),
		},
		"add never makes an infinite number": {
			[]event.Profile{{Set: one(event.Num(math.MaxFloat64))}, {Add: map[string]float64{"p": math.MaxFloat64}}}, one(event.Num(math.MaxFloat64)),
		},
		"append adds what is not there": {
			[]event.Profile{{Append: one(event.Text("a"))}, {Append: one(event.Strings("a", "b"))}}, one(event.Strings("a", "b")),
		},
		"append makes a list of a value": {
			[]event.Profile{{Set: one(event.Num(1))}, {Append: one(event.Flag(true))}}, one(event.Strings("1", "true")),
		},
		"append of nothing": {
			[]event.Profile{{Append: one(event.Strings())}}, event.Properties{},
		},
		"remove takes out, and the last one the list": {
			[]event.Profile{
				{Set: event.Properties{"p": event.Strings("a"), "q": event.Strings("a", "b")}},
				{Remove: event.Properties{"p": event.Text("a"), "q": event.Text("a"), "r": event.Text("a")}},
			},
			event.Properties{"q": event.Strings("b")},
		},
		"remove of what is not there": {
			[]event.Profile{{Set: one(event.Strings("a"))}, {Remove: one(event.Text("b"))}}, one(event.Strings("a")),
		},
		"unset": {
			[]event.Profile{{Set: one(event.Text("a"))}, {Unset: []string{"p", "q"}}}, event.Properties{},
		},
		"within one event in the order of the fields": {
			[]event.Profile{{
				Set: one(event.Num(1)), SetOnce: one(event.Num(5)), Add: map[string]float64{"p": 1},
				Append: one(event.Text("x")), Remove: one(event.Text("2")),
			}}, one(event.Strings("x")),
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, profileOf(c.changes...))
		})
	}
}

func TestMergedProfiles(t *testing.T) {
	t.Parallel()
	table := NewTable()
	winner := did(1, "u", "view", 100, nil)
	winner.Profile = &event.Profile{Set: event.Properties{"city": event.Text("Hangzhou")}}
	loser := did(2, "w", "view", 50, nil)
	loser.Profile = &event.Profile{Set: event.Properties{"city": event.Num(7), "vip": event.Flag(true)}}
	table.Apply([]*event.Event{winner, loser})
	before := table.View()
	alias := did(3, "w", event.NameAlias, 200, nil)
	alias.Join = &event.Join{Kind: event.Alias, Other: "u"}
	alias.Profile = &event.Profile{Add: map[string]float64{"n": 1}}
	table.Apply([]*event.Event{alias})

	people := table.View().People()
	require.Equal(t, event.Properties{"city": event.Text("Hangzhou"), "vip": event.Flag(true), "n": event.Num(1)}, people.Profile(0))
	require.Equal(t, people.Profile(0), people.Profile(1))
	require.Equal(t, int64(50), people.FirstSeen(1))
	require.Equal(t, []PropertyInfo{
		{Name: "city", Kinds: []event.Kind{event.String}, Count: 1},
		{Name: "n", Kinds: []event.Kind{event.Number}, Count: 1},
		{Name: "vip", Kinds: []event.Kind{event.Bool}, Count: 1},
	}, people.Properties())
	require.Equal(t, event.Properties{"city": event.Num(7), "vip": event.Flag(true)}, before.People().Profile(1))
}

func TestReadingOneProperty(t *testing.T) {
	t.Parallel()
	table := NewTable()
	e := did(1, "u", event.NameProfile, 1, nil)
	e.Profile = &event.Profile{Set: event.Properties{"city": event.Text("x"), "tags": event.Strings("a", "b")}}
	table.Apply([]*event.Event{e, did(2, "w", "view", 1, nil)})
	people := table.View().People()
	require.Equal(t, event.Text("x"), people.Property(0, "city"))
	require.Equal(t, event.Strings("a", "b"), people.Reader("tags")(0))
	require.Equal(t, event.Value{}, people.Property(1, "city"))
	require.Equal(t, event.Value{}, people.Reader("city")(1))
	require.Equal(t, event.Value{}, people.Property(0, "unknown"))
	require.Equal(t, event.Value{}, people.Reader("unknown")(0))
	require.Zero(t, people.FirstSeen(0), "a profile change is no activity")
	require.True(t, people.All().Contains(0))
}

func TestValuesOfPersons(t *testing.T) {
	t.Parallel()
	table := NewTable()
	values := []event.Value{event.Text("x"), event.Text("x"), event.Num(3), event.Flag(true), event.Strings("x", "y")}
	for i, value := range values {
		e := did(uint64(i+1), string(rune('a'+i)), event.NameProfile, 1, nil)
		e.Profile = &event.Profile{Set: event.Properties{"p": value}}
		table.Apply([]*event.Event{e})
	}
	people := table.View().People()
	got, err := people.Values(t.Context(), ValueQuery{Property: "p"})
	require.NoError(t, err)
	require.Equal(t, []ValueInfo{
		{event.Text("x"), 3}, {event.Num(3), 1}, {event.Flag(true), 1}, {event.Text("y"), 1},
	}, got)
	got, err = people.Values(t.Context(), ValueQuery{Property: "unknown"})
	require.NoError(t, err)
	require.Empty(t, got)
	require.Equal(t, person.Ordinal(0), people.Canonical(0))
}
