package columns

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/event"
)

func catalogView() *View {
	table := NewTable()
	table.Apply([]*event.Event{
		did(1, "u", "view", 10, event.Properties{"city": event.Text("Hangzhou"), "n": event.Num(2)}),
		did(2, "w", "view", 20, event.Properties{"city": event.Text("Shanghai"), "n": event.Num(2)}),
		did(3, "u", "view", 5, event.Properties{"city": event.Text("Hangzhou"), "vip": event.Flag(true)}),
	})
	table.View() // so that there is a second layer, and rows that are superseded
	table.Apply([]*event.Event{
		did(4, "u", "pay", 30, event.Properties{"city": event.Text("Ningbo"), "vip": event.Flag(false), "n": event.Num(1)}),
		did(5, "u", "pay", 31, event.Properties{"tags": event.Strings("hot", "new"), "city": event.Num(5)}),
		did(6, "u", "pay", 32, event.Properties{"tags": event.Strings("new")}),
	})
	return table.View()
}

func TestEventNames(t *testing.T) {
	t.Parallel()
	v := catalogView()
	require.Equal(t, []NameInfo{
		{Name: "pay", Count: 3, FirstSeen: 30, LastSeen: 32},
		{Name: "view", Count: 3, FirstSeen: 5, LastSeen: 20},
	}, v.EventNames())
	persons, err := v.NamePersons(t.Context())
	require.NoError(t, err)
	code, ok := v.Names().Code("view")
	require.True(t, ok)
	require.Equal(t, 2, persons[code])
	code, _ = v.Names().Code("pay")
	require.Equal(t, 1, persons[code])
}

func TestProperties(t *testing.T) {
	t.Parallel()
	v := catalogView()
	require.Equal(t, []PropertyInfo{
		{Name: "city", Kinds: []event.Kind{event.String, event.Number}, Count: 2},
		{Name: "tags", Kinds: []event.Kind{event.List}, Count: 2},
		{Name: "n", Kinds: []event.Kind{event.Number}, Count: 1},
		{Name: "vip", Kinds: []event.Kind{event.Bool}, Count: 1},
	}, v.Properties("pay"))
	require.Equal(t, PropertyInfo{Name: "city", Kinds: []event.Kind{event.String, event.Number}, Count: 5}, v.Properties("")[0])
	require.Empty(t, v.Properties("nothing"))
}

func TestValues(t *testing.T) {
	t.Parallel()
	v := catalogView()
	cases := map[string]struct {
		query ValueQuery
		want  []ValueInfo
	}{
		"by frequency": {ValueQuery{Property: "city"}, []ValueInfo{
			{event.Text("Hangzhou"), 2}, {event.Num(5), 1}, {event.Text("Ningbo"), 1}, {event.Text("Shanghai"), 1},
		}},
		"limited":           {ValueQuery{Property: "city", Limit: 1}, []ValueInfo{{event.Text("Hangzhou"), 2}}},
		"of one event":      {ValueQuery{Property: "city", Event: "view"}, []ValueInfo{{event.Text("Hangzhou"), 2}, {event.Text("Shanghai"), 1}}},
		"containing":        {ValueQuery{Property: "city", Contains: "HAI"}, []ValueInfo{{event.Text("Shanghai"), 1}}},
		"elements of lists": {ValueQuery{Property: "tags"}, []ValueInfo{{event.Text("new"), 2}, {event.Text("hot"), 1}}},
		"numbers":           {ValueQuery{Property: "n"}, []ValueInfo{{event.Num(2), 2}, {event.Num(1), 1}}},
		"flags":             {ValueQuery{Property: "vip"}, []ValueInfo{{event.Flag(false), 1}, {event.Flag(true), 1}}},
		"unknown property":  {ValueQuery{Property: "nothing"}, nil},
		"unknown event":     {ValueQuery{Property: "city", Event: "nothing"}, nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := v.Values(t.Context(), c.query)
			require.NoError(t, err)
			require.Equal(t, c.want, got)
		})
	}
}

func TestValuesOfManyNumbers(t *testing.T) {
	t.Parallel()
	table := NewTable()
	events := make([]*event.Event, numbersKept+10)
	for i := range events {
		events[i] = did(uint64(i+1), "u", "pay", int64(i), event.Properties{"amount": event.Num(float64(i))})
	}
	table.Apply(events)
	got, err := table.View().Values(t.Context(), ValueQuery{Property: "amount", Limit: 2 * numbersKept})
	require.NoError(t, err)
	require.Len(t, got, numbersKept)
}

func TestScansEndWithTheContext(t *testing.T) {
	t.Parallel()
	v := catalogView()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := v.Values(ctx, ValueQuery{Property: "city"})
	require.ErrorIs(t, err, context.Canceled)
	_, err = v.NamePersons(ctx)
	require.ErrorIs(t, err, context.Canceled)

	table := NewTable()
	e := did(1, "u", event.NameProfile, 1, nil)
	e.Profile = &event.Profile{Set: event.Properties{"city": event.Text("x")}}
	table.Apply([]*event.Event{e})
	_, err = table.View().People().Values(ctx, ValueQuery{Property: "city"})
	require.ErrorIs(t, err, context.Canceled)
}
