package ingest_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/ingest"
	"github.com/weirhq/weir/ingest/protocol/native"
	"github.com/weirhq/weir/store/duck"
)

// nothing is a Derived that costs nothing.
type nothing struct{}

func (nothing) Apply([]*event.Event) {}

func bodyOf(batch, size int) string {
	events := make([]*event.Event, size)
	for i := range events {
		e := &event.Event{
			ID: fmt.Sprintf("evt-%d-%d", batch, i), Name: "order_paid", Time: 1_763_700_000_000 + int64(i), Known: true,
			DistinctID: "user-" + strconv.Itoa((batch*31+i)%5000), Properties: event.Properties{},
		}
		for k := range 5 {
			e.Properties["text_"+strconv.Itoa(k)] = event.Text("value " + strconv.Itoa((i+k)%20))
			e.Properties["number_"+strconv.Itoa(k)] = event.Num(float64(i*k) / 4)
		}
		for k := range 3 {
			e.Properties["flag_"+strconv.Itoa(k)] = event.Flag((i+k)%2 == 0)
		}
		e.Properties["order_id"] = event.Text(e.ID)
		e.Properties["tags"] = event.Strings("new", "gift")
		events[i] = e
	}
	body, err := native.Encode(events)
	if err != nil {
		panic(err)
	}
	return string(body)
}

// BenchmarkHTTP posts batches of 100 events with 15 properties from 32
// senders at once; an operation is a batch, acknowledged when durable.
func BenchmarkHTTP(b *testing.B) {
	log, err := duck.Open(b.Context(), filepath.Join(b.TempDir(), "events.duckdb"), slog.New(slog.DiscardHandler), duck.Options{})
	require.NoError(b, err)
	in := ingest.New(log, nothing{}, clock.System{}, slog.New(slog.DiscardHandler), ingest.Options{})
	require.NoError(b, in.Start(b.Context()))
	handler := native.Handler(in, func(*http.Request) (string, error) { return "p", nil })
	var n atomic.Int64
	bodies := make([]string, b.N)
	for i := range bodies {
		bodies[i] = bodyOf(i, 100)
	}
	b.SetParallelism(4)
	b.ReportAllocs()
	b.ResetTimer()
	start := time.Now()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			i := int(n.Add(1)) - 1
			r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(bodies[i]))
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, r)
			if w.Code != http.StatusOK {
				b.Errorf("status %d: %s", w.Code, w.Body)
			}
		}
	})
	b.ReportMetric(float64(b.N*100)/time.Since(start).Seconds(), "events/s")
	b.StopTimer()
	in.Stop()
	require.NoError(b, log.Close())
}
