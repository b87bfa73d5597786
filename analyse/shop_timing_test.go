package analyse_test

import (
	"cmp"
	"context"
	"flag"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/analyse"
	"github.com/weirhq/weir/bench/workload"
	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/query"
	"github.com/weirhq/weir/store/columns"
)

// shopEvents is the size of the table that is timed, made once for all timings:
// 120 days of a shop, fifty events per person.
var shopEvents = flag.Int("shop-events", 10_000_000, "events of the table that benchmarks ask about")

var shopTable = sync.OnceValue(func() *columns.Table {
	stream := workload.New(workload.Settings{Events: *shopEvents, Seed: 1})
	writer := workload.NewWriter(stream)
	table := columns.NewTable()
	var rows []workload.Row
	err := stream.Each(100_000, func(more []workload.Row) error {
		rows = append(rows, more...)
		return nil
	})
	if err != nil {
		panic(err)
	}
	// Person by person, so that nobody has fragments in several parts: what is
	// timed is the table that is left when folding has come to rest.
	slices.SortStableFunc(rows, func(a, b workload.Row) int { return cmp.Compare(a.Person, b.Person) })
	events := make([]event.Event, 50_000)
	batch := make([]*event.Event, 0, len(events))
	for at := range rows {
		e := &events[len(batch)]
		*e = event.Event{}
		writer.FillEvent(e, &rows[at])
		e.Seq = uint64(at + 1)
		if batch = append(batch, e); len(batch) == cap(batch) || at == len(rows)-1 {
			table.Apply(batch)
			batch = batch[:0]
		}
	}
	table.View()
	return table
})

// timedQuestions are asked of 90 of the 120 days.
var timedQuestions = map[string]string{
	"funnel":              `{"kind":"funnel","steps":[{"event":"product_view"},{"event":"add_to_cart"},{"event":"pay"}],"window":{"value":7,"unit":"day"}`,
	"funnel_where":        `{"kind":"funnel","steps":[{"event":"product_view","where":{"property":"platform","op":"eq","value":"ios"}},{"event":"add_to_cart"},{"event":"pay"}]`,
	"funnel_breakdown":    `{"kind":"funnel","steps":[{"event":"product_view"},{"event":"add_to_cart"},{"event":"pay"}],"breakdown":[{"property":"channel"}]`,
	"funnel_unordered":    `{"kind":"funnel","steps":[{"event":"product_view"},{"event":"add_to_cart"},{"event":"pay"}],"order":"unordered","window":{"value":7,"unit":"day"}`,
	"retention_day":       `{"kind":"retention","start":{"event":"app_open"},"return":{"event":"*"},"periods":14`,
	"retention_rolling":   `{"kind":"retention","start":{"event":"app_open"},"return":{"event":"*"},"periods":14,"mode":"rolling"`,
	"growth":              `{"kind":"growth","event":"*","interval":"week"`,
	"stickiness":          `{"kind":"stickiness","event":"product_view"`,
	"trend_count":         `{"kind":"trend","series":[{"event":"*"}]`,
	"trend_count_one":     `{"kind":"trend","series":[{"event":"pay"}]`,
	"trend_persons":       `{"kind":"trend","series":[{"event":"*","measure":"persons"}]`,
	"trend_persons_one":   `{"kind":"trend","series":[{"event":"page_view","measure":"persons"}]`,
	"trend_first":         `{"kind":"trend","series":[{"event":"pay","measure":"first_time_persons"}]`,
	"trend_rolling":       `{"kind":"trend","series":[{"event":"*","measure":"rolling_persons","days":30}]`,
	"trend_sum":           `{"kind":"trend","series":[{"event":"pay","measure":{"sum":"amount"}}]`,
	"trend_p90":           `{"kind":"trend","interval":"week","series":[{"event":"product_view","measure":{"p90":"price"}}]`,
	"trend_distinct":      `{"kind":"trend","series":[{"event":"page_view","measure":{"distinct":"page"}}]`,
	"trend_where_text":    `{"kind":"trend","series":[{"event":"product_view","where":{"property":"city","op":"eq","value":"city 017"}}]`,
	"trend_where_number":  `{"kind":"trend","series":[{"event":"product_view","measure":"persons","where":{"property":"price","op":"gt","value":300}}]`,
	"trend_by_30":         `{"kind":"trend","series":[{"event":"page_view"}],"breakdown":[{"property":"channel"}],"breakdown_limit":30`,
	"trend_persons_by_30": `{"kind":"trend","interval":"week","series":[{"event":"page_view","measure":"persons"}],"breakdown":[{"property":"channel"}],"breakdown_limit":30`,
	"trend_by_100000":     `{"kind":"trend","interval":"month","series":[{"event":"page_view"}],"breakdown":[{"property":"page"}],"breakdown_limit":50`,
	"trend_by_two":        `{"kind":"trend","series":[{"event":"page_view"}],"breakdown":[{"property":"city"},{"property":"platform"}]`,
	"trend_filter_did":    `{"kind":"trend","series":[{"event":"page_view","measure":"persons"}],"filter":{"did":{"event":"pay","op":"gte","value":2,"within":{"last":30,"unit":"day"}}}`,
}

func BenchmarkShop(b *testing.B) {
	for name, question := range timedQuestions {
		b.Run(name, func(b *testing.B) {
			table := shopTable()
			p := analyse.Project{ID: "p", Zone: time.UTC, WeekStart: time.Monday}
			r, err := query.Parse([]byte(question + `,"range":{"from":"2026-01-31","to":"2026-04-30"}}`))
			require.NoError(b, err)
			before := processorTime(b)
			for b.Loop() {
				a := analyse.New(func(string) *columns.Table { return table }, &fixedSets{}, clock.NewManual(time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)))
				_, err := a.Ask(context.Background(), p, r)
				require.NoError(b, err)
			}
			events := float64(b.N) * float64(*shopEvents)
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/events, "ns/event")
			b.ReportMetric(float64(processorTime(b)-before)/events, "cpu-ns/event")
		})
	}
}
