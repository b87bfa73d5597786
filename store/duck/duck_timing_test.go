package duck_test

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/store/duck"
)

// BenchmarkScan replays a log of events with ten properties, as at start.
func BenchmarkScan(b *testing.B) {
	log, err := duck.Open(b.Context(), filepath.Join(b.TempDir(), "events.duckdb"), slog.New(slog.DiscardHandler), duck.Options{})
	require.NoError(b, err)
	const total, batch = 400_000, 5_000
	for from := 0; from < total; from += batch {
		events := make([]*event.Event, batch)
		for i := range events {
			n := from + i
			e := &event.Event{
				ID: "evt-" + strconv.Itoa(n), Project: "prj_1", Name: "event_" + strconv.Itoa(n%20), Time: 1_763_700_000_000 + int64(n),
				ReceivedAt: 1_763_700_000_000 + int64(n), DistinctID: "user-" + strconv.Itoa(n%50_000), Known: true, Protocol: "segment",
				Properties: event.Properties{"order_id": event.Text(fmt.Sprintf("o-%d", n*7)), "amount": event.Num(float64(n%997) / 4), "vip": event.Flag(n%3 == 0)},
			}
			for k := range 7 {
				e.Properties["text_"+strconv.Itoa(k)] = event.Text("value " + strconv.Itoa((n+k)%100))
			}
			events[i] = e
		}
		require.NoError(b, log.Append(b.Context(), events))
	}
	b.ReportAllocs()
	start := time.Now()
	for b.Loop() {
		n := 0
		require.NoError(b, log.Scan(b.Context(), 0, func(*event.Event) error { n++; return nil }))
		require.Equal(b, total, n)
	}
	b.ReportMetric(float64(total*b.N)/time.Since(start).Seconds(), "events/s")
	require.NoError(b, log.Close())
}
