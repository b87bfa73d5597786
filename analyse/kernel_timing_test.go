package analyse_test

import (
	"context"
	"fmt"
	"math/rand/v2"
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

// timingEvents and timingPersons are the size of the table that is timed.
const (
	timingEvents  = 1_000_000
	timingPersons = 50_000
)

// timingTable holds 90 days of a shop, made once for all timings.
var timingTable = sync.OnceValue(func() *columns.Table {
	random := rand.New(rand.NewPCG(1, 2))
	names := []string{"view", "view", "view", "view", "search", "search", "cart", "pay", "login", "share"}
	platforms := []event.Value{event.Text("ios"), event.Text("android"), event.Text("web")}
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()
	table := columns.NewTable()
	batch := make([]*event.Event, 0, 10_000)
	for seq := range timingEvents {
		e := &event.Event{
			Seq: uint64(seq + 1), Project: "p", Known: true, DistinctID: fmt.Sprint("user", random.IntN(timingPersons)),
			Time: start + random.Int64N(90*24*3600*1000), Name: names[random.IntN(len(names))],
			Properties: event.Properties{
				"platform": platforms[random.IntN(3)], "sku": event.Text(fmt.Sprint("sku", random.IntN(500))), "amount": event.Num(float64(random.IntN(1000))),
			},
		}
		if batch = append(batch, e); len(batch) == cap(batch) {
			table.Apply(batch)
			batch = batch[:0]
		}
	}
	table.Apply(batch)
	table.View()
	return table
})

func BenchmarkKernel(b *testing.B) {
	const rng = `"range":{"from":"2026-01-01","to":"2026-03-31"}`
	for name, question := range map[string]string{
		"funnel":            `{"kind":"funnel",` + rng + `,"steps":[{"event":"view"},{"event":"cart"},{"event":"pay"}],"window":{"value":7,"unit":"day"}}`,
		"funnel_where":      `{"kind":"funnel",` + rng + `,"steps":[{"event":"view","where":{"property":"platform","op":"eq","value":"ios"}},{"event":"cart"},{"event":"pay"}]}`,
		"funnel_breakdown":  `{"kind":"funnel",` + rng + `,"steps":[{"event":"view"},{"event":"cart"},{"event":"pay"}],"breakdown":[{"property":"sku"}]}`,
		"funnel_unordered":  `{"kind":"funnel",` + rng + `,"steps":[{"event":"view"},{"event":"cart"},{"event":"pay"}],"order":"unordered","window":{"value":7,"unit":"day"}}`,
		"retention_day":     `{"kind":"retention",` + rng + `,"start":{"event":"login"},"return":{"event":"*"},"periods":14}`,
		"retention_rolling": `{"kind":"retention",` + rng + `,"start":{"event":"login"},"return":{"event":"*"},"periods":14,"mode":"rolling"}`,
		"trend_count":       `{"kind":"trend",` + rng + `,"series":[{"event":"pay"}]}`,
		"trend_persons":     `{"kind":"trend",` + rng + `,"series":[{"event":"*","measure":"persons"}]}`,
		"trend_rolling":     `{"kind":"trend",` + rng + `,"series":[{"event":"*","measure":"rolling_persons","days":30}]}`,
		"trend_sum":         `{"kind":"trend",` + rng + `,"series":[{"event":"pay","measure":{"sum":"amount"}}]}`,
		"trend_breakdown":   `{"kind":"trend",` + rng + `,"series":[{"event":"*","measure":"persons"}],"breakdown":[{"property":"platform"}]}`,
		"trend_many_rows":   `{"kind":"trend",` + rng + `,"series":[{"event":"view"}],"breakdown":[{"property":"sku"},{"property":"platform"}]}`,
		"trend_behavioural": `{"kind":"trend",` + rng + `,"series":[{"event":"view","measure":"persons"}],"filter":{"did":{"event":"pay","op":"gte","value":2,"within":{"last":30,"unit":"day"}}}}`,
	} {
		b.Run(name, func(b *testing.B) {
			table := timingTable()
			a := analyse.New(func(string) *columns.Table { return table }, &fixedSets{}, clock.NewManual(time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)))
			shanghai, err := time.LoadLocation("Asia/Shanghai")
			require.NoError(b, err)
			p := analyse.Project{ID: "p", Zone: shanghai, WeekStart: time.Monday}
			r, err := query.Parse([]byte(question))
			require.NoError(b, err)
			for b.Loop() {
				_, err := a.Ask(context.Background(), p, r)
				require.NoError(b, err)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/timingEvents, "ns/event")
		})
	}
}

// BenchmarkOnePerson asks of one person what a live segment asks of everyone who is touched.
func BenchmarkOnePerson(b *testing.B) {
	table := timingTable()
	a := analyse.New(func(string) *columns.Table { return table }, &fixedSets{}, clock.NewManual(time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)))
	c, err := query.ParseCondition([]byte(`{"did":{"event":"pay","where":{"property":"sku","op":"eq","value":"sku7"},"within":{"last":30,"unit":"day"}}}`))
	require.NoError(b, err)
	one := table.View().People().All().Clone()
	one.RemoveRange(1, 1<<32)
	for b.Loop() {
		_, err := a.Members(context.Background(), analyse.Project{ID: "p"}, c, one)
		require.NoError(b, err)
	}
}
