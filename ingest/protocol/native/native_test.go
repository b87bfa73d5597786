package native_test

import (
	"compress/gzip"
	"compress/zlib"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/ingest"
	"github.com/weirhq/weir/ingest/ingesttest"
	"github.com/weirhq/weir/ingest/protocol"
	"github.com/weirhq/weir/ingest/protocol/native"
	"github.com/weirhq/weir/store/storetest"
)

// authorize knows the key K.
func authorize(r *http.Request) (string, error) {
	if protocol.WriteKey(r) != "K" {
		return "", fault.New(fault.Unknown, "The key is not known.")
	}
	return "p", nil
}

func post(t *testing.T, b *ingesttest.Bench, body string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/api/v1/projects/p/events", strings.NewReader(body))
	r.Header.Set("X-Write-Key", "K")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	native.Handler(b.Intake, authorize).ServeHTTP(w, r)
	return w
}

func accepted(t *testing.T, w *httptest.ResponseRecorder) ingest.Result {
	t.Helper()
	require.Equal(t, http.StatusOK, w.Code, w.Body)
	var result ingest.Result
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &result))
	return result
}

func TestShapesOfBodies(t *testing.T) {
	t.Parallel()
	one := `{"id":"%","name":"pay","distinct_id":"u"}`
	for name, body := range map[string]string{
		"events": `{"events":[` + one + `]}`, "batch": `{"batch":[` + one + `],"sent_at":"2026-11-21T12:00:00Z"}`,
		"list": `[` + one + `]`, "single": one, "event for name": `{"event":"pay","anonymous_id":"u","time":null}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := ingesttest.New(t)
			require.Equal(t, 1, accepted(t, post(t, b, body)).Accepted)
			require.Equal(t, "pay", b.Stored(t)[0].Name)
			require.Equal(t, "native", b.Stored(t)[0].Protocol)
		})
	}
}

func TestFieldsOfEvents(t *testing.T) {
	t.Parallel()
	b := ingesttest.New(t)
	body := `{"events":[
		{"id":"1","name":"pay","time":"2026-01-31T09:00:00.250+08:00","user_id":7,"anonymous_id":"a9","properties":{"amount":25,"address":{"city":"杭州"},"tags":["x"]},
		 "set":{"city":"杭州"},"set_once":{"first":true},"add":{"points":2},"append":{"tags":"t"},"remove":{"tags":["o"]},"unset":["old"]},
		{"id":"2","time":1700000000123,"distinct_id":"d","set":{"a":1}},
		{"id":"3","name":"x","anonymous_id":"a9"}]}`
	require.Equal(t, 3, accepted(t, post(t, b, body)).Accepted)
	stored := b.Stored(t)
	require.Equal(t, "7", stored[0].DistinctID)
	require.True(t, stored[0].Known)
	require.Equal(t, &event.Join{Kind: event.Identify, Other: "a9"}, stored[0].Join)
	require.Equal(t, time.Date(2026, 1, 31, 1, 0, 0, 250e6, time.UTC).UnixMilli(), stored[0].Time)
	require.Equal(t, event.Properties{"amount": event.Num(25), "address.city": event.Text("杭州"), "tags": event.Strings("x")}, stored[0].Properties)
	require.Equal(t, &event.Profile{
		Set: event.Properties{"city": event.Text("杭州")}, SetOnce: event.Properties{"first": event.Flag(true)}, Add: map[string]float64{"points": 2},
		Append: event.Properties{"tags": event.Text("t")}, Remove: event.Properties{"tags": event.Strings("o")}, Unset: []string{"old"},
	}, stored[0].Profile)
	require.Equal(t, event.NameProfile, stored[1].Name, "a change of the profile alone needs no name")
	require.Equal(t, int64(1_700_000_000_123), stored[1].Time)
	require.False(t, stored[1].Known)
	require.False(t, stored[2].Known)
}

func TestIDsByTheNamesOfSDKs(t *testing.T) {
	t.Parallel()
	b := ingesttest.New(t)
	for _, field := range []string{"id", "message_id", "messageId", "insert_id", "$insert_id", "uuid"} {
		body := `{"event":"pay","userId":"u","anonymousId":"a","` + field + `":"` + field + `"}`
		require.Equal(t, 1, accepted(t, post(t, b, body)).Accepted, field)
		require.Equal(t, 1, accepted(t, post(t, b, body)).Duplicates, field)
	}
	first := b.Stored(t)[0]
	require.Equal(t, "u", first.DistinctID)
	require.Equal(t, "a", first.Join.Other)
}

func TestPlaceholdersAreNobody(t *testing.T) {
	t.Parallel()
	b := ingesttest.New(t)
	body := `[{"name":"x","user_id":"null","anonymous_id":"a1"},{"name":"x","user_id":"guest","anonymous_id":"undefined"},{"name":"x","user_id":"0"}]`
	require.Equal(t, 3, accepted(t, post(t, b, body)).Accepted)
	stored := b.Stored(t)
	require.Equal(t, "a1", stored[0].DistinctID, "visitors who have not signed in are not one person")
	require.False(t, stored[0].Known)
	require.Nil(t, stored[0].Join)
	require.Equal(t, "guest", stored[1].DistinctID, "there is no better id")
	require.Equal(t, "0", stored[2].DistinctID)
}

func TestRejectsAreInTheRequestsPositions(t *testing.T) {
	t.Parallel()
	b := ingesttest.New(t)
	body := `[{"id":"0","name":"ok","user_id":"u"}, 7, {"id":"2","name":"x","user_id":"u","time":"yesterday"}, {"id":"3","user_id":"u"},
		{"id":"4","name":"x","user_id":"u","propertis":{}}, {"id":"5","name":"x","user_id":"u","properties":{"a":1e999}},
		{"id":"6","name":"x","user_id":{"no":1}}, {"id":"7","name":"x","user_id":"u","add":{"a":"1"}}, {"id":"8","name":"ok","user_id":"u"}]`
	result := accepted(t, post(t, b, body))
	require.Equal(t, 2, result.Accepted)
	fields := map[int]string{}
	for _, r := range result.Rejected {
		fields[r.Index] = r.Field
	}
	require.Equal(t, map[int]string{1: "", 2: "time", 3: "name", 4: "propertis", 5: "properties.a", 6: "user_id", 7: "add.a"}, fields)
	require.Equal(t, "8", b.Stored(t)[1].ID)
}

func TestARequestsIDMakesItsEventsRecognisable(t *testing.T) {
	t.Parallel()
	b := ingesttest.New(t)
	body := `{"id":"b1","events":[{"name":"x","user_id":"u"},{"name":"x","user_id":"u"}]}`
	require.Equal(t, 2, accepted(t, post(t, b, body)).Accepted)
	require.Equal(t, 2, accepted(t, post(t, b, body)).Duplicates)
}

func TestClockSkewIsCorrected(t *testing.T) {
	t.Parallel()
	b := ingesttest.New(t)
	// The sender's clock is an hour slow.
	body := `{"sent_at":"2026-11-21T11:00:00Z","events":[{"name":"x","user_id":"u","time":"2026-11-21T10:59:00Z"},{"name":"y","user_id":"u"}]}`
	require.Equal(t, 2, accepted(t, post(t, b, body)).Accepted)
	require.Equal(t, ingesttest.Now.Add(-time.Minute).UnixMilli(), b.Stored(t)[0].Time)
	require.Equal(t, ingesttest.Now.UnixMilli(), b.Stored(t)[1].Time)
}

func TestCompressedBodies(t *testing.T) {
	t.Parallel()
	body := `{"name":"x","user_id":"u"}`
	pack := map[string]func(io.Writer) io.WriteCloser{
		"gzip":    func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) },
		"deflate": func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) },
		"br":      func(w io.Writer) io.WriteCloser { return brotli.NewWriter(w) },
		"zstd":    func(w io.Writer) io.WriteCloser { z, _ := zstd.NewWriter(w); return z },
	}
	for name, writer := range pack {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := ingesttest.New(t)
			var packed strings.Builder
			w := writer(&packed)
			_, err := io.WriteString(w, body)
			require.NoError(t, errors.Join(err, w.Close()))
			require.Equal(t, 1, accepted(t, post(t, b, packed.String(), "Content-Encoding", name)).Accepted)
			if name == "gzip" {
				require.Equal(t, 1, accepted(t, post(t, b, packed.String())).Accepted, "recognised without the header")
			}
			require.Equal(t, http.StatusBadRequest, post(t, b, packed.String()[:len(packed.String())/2], "Content-Encoding", name).Code)
		})
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	b := ingesttest.New(t)
	require.Equal(t, http.StatusUnauthorized, post(t, b, `{}`, "X-Write-Key", "other").Code)
	w := post(t, b, `{"name":`)
	require.Equal(t, http.StatusBadRequest, w.Code)
	require.Contains(t, w.Body.String(), `"kind":"invalid"`)
	require.Equal(t, http.StatusBadRequest, post(t, b, `{}`, "Content-Encoding", "lzma").Code)
	require.Equal(t, http.StatusRequestEntityTooLarge, post(t, b, `"`+strings.Repeat("x", ingest.MaxBatchBytes)+`"`).Code)
	var bomb strings.Builder
	z := gzip.NewWriter(&bomb)
	_, err := io.WriteString(z, strings.Repeat(" ", 3*ingest.MaxBatchBytes))
	require.NoError(t, errors.Join(err, z.Close()))
	require.Equal(t, http.StatusRequestEntityTooLarge, post(t, b, bomb.String()).Code)
	require.Len(t, b.Intake.Recent("p"), 1, "unreadable JSON shows in the live view")
	require.Zero(t, b.Intake.Stats().InFlightBytes)

	b.Intake.Stop()
	w = post(t, b, `{"name":"x","user_id":"u"}`)
	require.Equal(t, http.StatusServiceUnavailable, w.Code)
	require.NotEmpty(t, w.Header().Get("Retry-After"))
}

func TestBusy(t *testing.T) {
	t.Parallel()
	b := ingesttest.Over(t, storetest.NewMemory(), ingest.Options{MaxInFlightBytes: 10})
	w := post(t, b, `{"name":"x","user_id":"u"}`)
	require.Equal(t, http.StatusTooManyRequests, w.Code)
	require.NotEmpty(t, w.Header().Get("Retry-After"))
}

func TestBrowsersOfOtherOrigins(t *testing.T) {
	t.Parallel()
	b := ingesttest.New(t)
	r := httptest.NewRequest(http.MethodOptions, "/", nil)
	r.Header.Set("Origin", "https://shop.example")
	r.Header.Set("Access-Control-Request-Headers", "x-write-key")
	w := httptest.NewRecorder()
	native.Handler(b.Intake, authorize).ServeHTTP(w, r)
	require.Equal(t, http.StatusNoContent, w.Code)
	require.Equal(t, "https://shop.example", w.Header().Get("Access-Control-Allow-Origin"))
	require.Empty(t, w.Header().Get("Access-Control-Allow-Credentials"), "the API's session cookie is none of other sites' business")
	require.Equal(t, "x-write-key", w.Header().Get("Access-Control-Allow-Headers"))
	require.Equal(t, http.StatusMethodNotAllowed, func() int {
		w := httptest.NewRecorder()
		native.Handler(b.Intake, authorize).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
		return w.Code
	}())
}

func TestEncodeIsReadByParse(t *testing.T) {
	t.Parallel()
	events := []*event.Event{
		{ID: "1", Name: "a", Time: 5, DistinctID: "u", Known: true, Join: &event.Join{Kind: event.Identify, Other: "x"}, Properties: event.Properties{
			"s": event.Text("中\n\"\\"), "n": event.Num(-1.5), "b": event.Flag(true), "l": event.Strings("p", "q"),
		}, Profile: &event.Profile{Set: event.Properties{"k": event.Num(1)}, Unset: []string{"z"}}},
		{ID: "2", Name: "b", DistinctID: "d", Properties: event.Properties{}, Profile: &event.Profile{}},
	}
	body, err := native.Encode(events)
	require.NoError(t, err)
	batch, _, err := native.Parse(string(body))
	require.NoError(t, err)
	require.Empty(t, batch.Rejected)
	events[1].Profile = nil // nothing to say
	for _, e := range events {
		e.Protocol = native.Protocol
	}
	require.Equal(t, events, batch.Events)
}

// FuzzParse holds that no input panics, that every item of a list is accounted
// for, and that what was taken can be sent again.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`{"events":[{"id":"1","name":"pay","user_id":"u","properties":{"a":[1,{"b":2}]}}],"sent_at":5}`, `[1,{},{"name":"x"}]`, `{"name":"x","distinct_id":1}`,
		`{"batch":{}}`, `{"id":"x","events":[{},null]}`, `{"add":{"a":1},"unset":["x"],"user_id":"u"}`, `[`, `{"time":"9e99"}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		batch, _, err := native.Parse(text)
		if err != nil {
			require.Equal(t, fault.Invalid, fault.KindOf(err))
			return
		}
		require.Len(t, batch.Positions, len(batch.Events))
		_, err = native.Encode(batch.Events)
		require.NoError(t, err)
	})
}
