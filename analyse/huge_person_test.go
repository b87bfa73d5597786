package analyse_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/analyse"
	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/query"
	"github.com/weirhq/weir/store/columns"
)

// hugeEvents is how many events the one person of these tests has.
const hugeEvents = 1_000_000

// hugePerson did a, b and c in turn, one a second from the first of January on,
// with an order id of 1000 values; at the end of each day there is a d.
var hugePerson = sync.OnceValue(func() *columns.Table {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()
	orders := make([]event.Value, 1000)
	for i := range orders {
		orders[i] = event.Text(fmt.Sprint("o", i))
	}
	batch := make([]*event.Event, hugeEvents)
	names := []string{"a", "b", "c"}
	for i := range batch {
		batch[i] = &event.Event{
			Seq: uint64(i + 1), Project: "p", Known: true, DistinctID: "u", Time: start + int64(i)*1000, Name: names[i%3],
			Properties: event.Properties{"order": orders[i*7%1000]},
		}
		if i%86400 == 86399 {
			batch[i].Name = "d"
		}
	}
	table := columns.NewTable()
	table.Apply(batch)
	table.View()
	return table
})

// TestFunnelsOfAPersonWithAMillionEvents: no question about one person takes time that
// grows with the square of the person's events. With one that did, each of these
// would take hours.
func TestFunnelsOfAPersonWithAMillionEvents(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("makes a million events")
	}
	const steps = `"steps":[{"event":"c"},{"event":"b"},{"event":"a"},{"event":"e"}],"window":{"value":30,"unit":"day"}`
	const rng = `"range":{"from":"2026-01-01","to":"2026-01-31"}`
	for _, c := range []struct {
		name, question string
		depth          int // how many steps are reached
	}{
		{"ordered", `{"kind":"funnel",` + rng + `,` + steps + `}`, 3},
		{"excluded", `{"kind":"funnel",` + rng + `,` + steps + `,"exclusions":[{"event":"d","from":3,"to":4}]}`, 3},
		{"strict", `{"kind":"funnel",` + rng + `,` + steps + `,"order":"strict"}`, 1},
		{"unordered", `{"kind":"funnel",` + rng + `,` + steps + `,"order":"unordered"}`, 3},
		{"never whole", `{"kind":"funnel",` + rng + `,"order":"unordered","steps":[{"event":"a"},{"event":"d"},{"event":"d"}],"window":{"value":20,"unit":"hour"}}`, 2},
		{"held", `{"kind":"funnel",` + rng + `,` + steps + `,"hold":["order"]}`, 3},
		{"attempts", `{"kind":"funnel",` + rng + `,` + steps + `,"count":"attempts"}`, 3},
		{"sessions", `{"kind":"funnel",` + rng + `,` + steps + `,"count":"sessions"}`, 3},
		{"many steps", `{"kind":"funnel",` + rng + `,"order":"unordered","steps":[{"event":"a"},{"event":"a"},{"event":"a"},{"event":["a","b"]},{"event":"c"},{"event":"e"}],"window":{"value":10,"unit":"day"}}`, 5},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := query.Parse([]byte(c.question))
			require.NoError(t, err)
			answer, err := hugeAnalyser().Ask(t.Context(), analyse.Project{ID: "p"}, r)
			require.NoError(t, err)
			for i, s := range answer.Funnel.Steps {
				require.Equal(t, i < c.depth, s.Count > 0, "step %d: %d", i+1, s.Count)
			}
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			_, err = hugeAnalyser().Ask(ctx, analyse.Project{ID: "p"}, r)
			require.ErrorIs(t, err, context.Canceled)
		})
	}
	r, err := query.Parse([]byte(`{"kind":"interval",` + rng + `,"start":{"event":"a"},"end":{"event":"d"},"interval":"month"}`))
	require.NoError(t, err)
	answer, err := hugeAnalyser().Ask(t.Context(), analyse.Project{ID: "p"}, r)
	require.NoError(t, err)
	// The last a that finds a d is on the last whole day.
	require.EqualValues(t, hugeEvents/86400*86400/3, answer.Interval.Total.Count)
}

func hugeAnalyser() *analyse.Analyser {
	return analyse.New(func(string) *columns.Table { return hugePerson() }, &fixedSets{}, clock.NewManual(time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)))
}

func TestConditionsOfAPersonWithAMillionEvents(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("makes a million events")
	}
	for condition, want := range map[string]bool{
		`{"did":{"event":"*","measure":"days","op":"eq","value":12}}`:                                                      true,
		`{"did":{"event":"a","measure":{"distinct":"order"},"op":"eq","value":1000}}`:                                      true,
		`{"did":{"event":["a","b"],"op":"lt","value":600000}}`:                                                             false,
		`{"sequence":[{"event":"c"},{"event":"b"},{"event":"e"}]}`:                                                         false,
		`{"sequence":[{"event":"c"},{"event":"d","within":{"value":3,"unit":"day"},"absent":true}]}`:                       true,
		`{"did":{"event":"a","where":{"did":{"event":"b","op":"gte","value":300000}},"within":{"last":3,"unit":"month"}}}`: true,
	} {
		c, err := query.ParseCondition([]byte(condition))
		require.NoError(t, err)
		found, err := hugeAnalyser().Members(t.Context(), analyse.Project{ID: "p"}, c, nil)
		require.NoError(t, err)
		require.Equal(t, want, found.Contains(0), condition)
		holds, _, err := hugeAnalyser().Holds(t.Context(), analyse.Project{ID: "p"}, c, 0)
		require.NoError(t, err)
		require.Equal(t, want, holds, condition)
	}
}
