package importer_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/ingest"
	"github.com/weirhq/weir/ingest/importer"
	"github.com/weirhq/weir/ingest/ingesttest"
	"github.com/weirhq/weir/ingest/protocol"
	"github.com/weirhq/weir/ingest/protocol/native"
)

func TestHTTPPosterWaitsForTheServer(t *testing.T) {
	t.Parallel()
	b := ingesttest.New(t)
	door := native.Handler(b.Intake, func(r *http.Request) (string, error) {
		if protocol.WriteKey(r) != "K" {
			return "", fault.New(fault.Unknown, "The key is not known.")
		}
		return "p", nil
	})
	answers := []int{http.StatusTooManyRequests, http.StatusServiceUnavailable, http.StatusInternalServerError, http.StatusBadGateway}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(answers) == 0 {
			door.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Retry-After", "3")
		w.WriteHeader(answers[0])
		answers = answers[1:]
	}))
	t.Cleanup(server.Close)
	var waits []time.Duration
	poster := &importer.HTTP{URL: server.URL, Token: "K", Wait: func(_ context.Context, d time.Duration) error {
		waits = append(waits, d)
		return nil
	}}
	events := []*event.Event{{ID: "1", Name: "x", DistinctID: "u", Known: true, Time: 5, Properties: event.Properties{"a": event.Num(1)}}, {ID: "2", DistinctID: "u"}}
	result, err := poster.Post(t.Context(), events)
	require.NoError(t, err)
	require.Equal(t, 1, result.Accepted)
	require.Equal(t, []ingest.Reject{{Index: 1, ID: "2", Field: "name", Reason: "is missing"}}, result.Rejected)
	require.Equal(t, []time.Duration{3 * time.Second, 6 * time.Second, 12 * time.Second, 15 * time.Second}, waits)
	require.Equal(t, "import", b.Stored(t)[0].Protocol)
	require.True(t, b.Stored(t)[0].Known)

	poster.Token = "wrong"
	_, err = poster.Post(t.Context(), events)
	require.Equal(t, fault.Unknown, fault.KindOf(err), "a wrong key is not waited for")
	require.ErrorContains(t, err, "The key is not known.")
	require.Len(t, waits, 4)
}

func TestHTTPPosterLosesPatience(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close() // connection refused
	waits := 0
	poster := &importer.HTTP{URL: server.URL, Patience: time.Minute, Wait: func(context.Context, time.Duration) error { waits++; return nil }}
	_, err := poster.Post(t.Context(), []*event.Event{{ID: "1", Name: "x", DistinctID: "u"}})
	require.Equal(t, fault.Unavailable, fault.KindOf(err))
	require.Positive(t, waits)

	ctx, cancel := context.WithCancel(t.Context())
	poster.Wait = nil
	cancel()
	_, err = poster.Post(ctx, []*event.Event{{ID: "1", Name: "x", DistinctID: "u"}})
	require.Error(t, err)
}

func TestHTTPPosterTellsAnotherServer(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode("hello")
	}))
	t.Cleanup(server.Close)
	poster := &importer.HTTP{URL: server.URL, Patience: 1, Wait: func(context.Context, time.Duration) error { return nil }}
	_, err := poster.Post(t.Context(), []*event.Event{{ID: "1", Name: "x", DistinctID: "u"}})
	require.ErrorContains(t, err, "not that of Weir")
}
