package segment_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/ingest"
	"github.com/weirhq/weir/ingest/ingesttest"
	"github.com/weirhq/weir/ingest/protocol/segment"
	"github.com/weirhq/weir/store/storetest"
)

// keys knows WRITE_KEY.
type keys struct{ err error }

func (k keys) ProjectByKey(_ context.Context, key string) (string, bool, error) {
	return "p", key == "WRITE_KEY", k.err
}

func send(t *testing.T, b *ingesttest.Bench, method, path, body string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	segment.Routes(b.Intake, keys{}).ServeHTTP(w, r)
	return w
}

var basic = []string{"Authorization", "Basic " + base64.StdEncoding.EncodeToString([]byte("WRITE_KEY:"))}

func TestPathsOfCalls(t *testing.T) {
	t.Parallel()
	names := map[string]string{
		"track": "Paid", "t": "Paid", "identify": event.NameIdentify, "i": event.NameIdentify, "page": event.NamePage, "p": event.NamePage,
		"screen": event.NameScreen, "s": event.NameScreen, "group": event.NameGroup, "g": event.NameGroup, "alias": event.NameAlias, "a": event.NameAlias,
	}
	body := `{"writeKey":"WRITE_KEY","event":"Paid","userId":"u","groupId":"g","previousId":"o","name":"Home","messageId":"m"}`
	for path, name := range names {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			b := ingesttest.New(t)
			w := send(t, b, http.MethodPost, "/v1/"+path, body, "Content-Type", "text/plain")
			require.Equal(t, http.StatusOK, w.Code, w.Body)
			require.JSONEq(t, `{"success":true}`, w.Body.String())
			require.Equal(t, name, b.Stored(t)[0].Name)
			require.Equal(t, http.StatusOK, send(t, b, http.MethodPost, "/v1/"+path+"/", body).Code, "with a slash at the end")
			require.Len(t, b.Stored(t), 1)
		})
	}
	list := `{"batch":[{"type":"track","event":"Paid","userId":"u"}]}`
	for _, path := range []string{"batch", "b", "import"} {
		b := ingesttest.New(t)
		require.Equal(t, http.StatusOK, send(t, b, http.MethodPost, "/v1/"+path, list, basic...).Code)
		require.Len(t, b.Stored(t), 1)
	}
	require.Equal(t, http.StatusOK, send(t, ingesttest.New(t), http.MethodPost, "/v1/m", `{"series":[]}`).Code)
	require.Equal(t, http.StatusNotFound, send(t, ingesttest.New(t), http.MethodPost, "/v1/other", `{}`).Code)
}

func TestMapping(t *testing.T) {
	t.Parallel()
	b := ingesttest.New(t)
	body := `{"sentAt":"2026-11-21T11:00:00Z","context":{"library":{"name":"analytics-node","version":"2.1"}},"messageId":"b1","batch":[
		{"type":"track","event":"Paid","userId":"u1","anonymousId":"a1","timestamp":"2026-11-21T10:00:00.123Z","properties":{"amount":5},
		 "context":{"ip":"1.2.3.4","campaign":{"name":"spring","source":"weibo"},"os":{"name":"iOS","version":"18"},"device":{"model":"iPhone17,1","manufacturer":"Apple"},
		  "app":{"version":"3.2"},"locale":"zh-CN","timezone":"Asia/Shanghai","traits":{"plan":"x"},"custom":{"k":1},"library":{"name":"other"}}},
		{"type":"identify","userId":"u1","anonymousId":"a1","traits":{"email":"a@b.cn","address":{"city":"杭州"}},"context":{"traits":{"phone":"1"}}},
		{"type":"page","anonymousId":"a1","name":"Home","properties":{"url":"https://x.cn/h?utm_medium=cpc","title":"T","mine":1}},
		{"type":"screen","anonymousId":"a1","name":"Main"},
		{"type":"group","userId":"u1","groupId":"acme","traits":{"industry":"loans"}},
		{"type":"alias","userId":"u2","previousId":"u1"},
		{"type":"identify","anonymousId":"a1","traits":{"plan":"free"}}]}`
	w := send(t, b, http.MethodPost, "/v1/batch", body, basic...)
	require.Equal(t, http.StatusOK, w.Code, w.Body)
	s := b.Stored(t)
	require.Len(t, s, 7)
	require.Equal(t, event.Properties{
		"amount": event.Num(5), "$utm_campaign": event.Text("spring"), "$utm_source": event.Text("weibo"), "$os": event.Text("iOS"), "$os_version": event.Text("18"),
		"$device_model": event.Text("iPhone17,1"), "$manufacturer": event.Text("Apple"), "$app_version": event.Text("3.2"), "$locale": event.Text("zh-CN"),
		"$timezone": event.Text("Asia/Shanghai"), "$context.custom.k": event.Num(1), "$lib": event.Text("other"), "$lib_version": event.Text("2.1"),
	}, s[0].Properties)
	require.Equal(t, ingesttest.Now.Add(-time.Hour+123*time.Millisecond).UnixMilli(), s[0].Time, "corrected by an hour")
	require.Equal(t, "b1:0", s[0].ID)
	require.Nil(t, s[0].Join, "only identify and alias join")
	require.True(t, s[0].Known)
	require.Equal(t, &event.Join{Kind: event.Identify, Other: "a1"}, s[1].Join)
	require.Equal(t, event.Properties{"email": event.Text("a@b.cn"), "address.city": event.Text("杭州"), "phone": event.Text("1")}, s[1].Profile.Set)
	require.Equal(t, event.Text("Home"), s[2].Properties["$page_name"])
	require.Equal(t, event.Text("cpc"), s[2].Properties["$utm_medium"])
	require.Equal(t, event.Text("T"), s[2].Properties["$title"])
	require.Equal(t, event.Num(1), s[2].Properties["mine"])
	require.False(t, s[2].Known)
	require.Equal(t, event.Text("Main"), s[3].Properties["$screen_name"])
	require.Equal(t, event.Text("acme"), s[4].Properties["$group_id"])
	require.Equal(t, &event.Join{Kind: event.Alias, Other: "u1"}, s[5].Join)
	require.Equal(t, "a1", s[6].DistinctID)
	require.Nil(t, s[6].Join)
}

func TestPlaceholdersAreNobody(t *testing.T) {
	t.Parallel()
	b := ingesttest.New(t)
	body := `{"batch":[{"type":"track","event":"e","userId":"null","anonymousId":"a1"},{"type":"identify","userId":"undefined","anonymousId":"a2","traits":{"city":"x"}},
		{"type":"alias","userId":"null","previousId":"u1","anonymousId":"a3"}]}`
	require.Equal(t, http.StatusOK, send(t, b, http.MethodPost, "/v1/batch", body, basic...).Code)
	stored := b.Stored(t)
	require.Equal(t, "a1", stored[0].DistinctID)
	require.False(t, stored[0].Known)
	require.Equal(t, "a2", stored[1].DistinctID)
	require.Nil(t, stored[1].Join)
	require.Equal(t, "null", stored[2].DistinctID, "an alias says what it means, and is not joined")
}

func TestGoodCallsOfABatchAreKept(t *testing.T) {
	t.Parallel()
	b := ingesttest.New(t)
	body := `{"batch":[{"type":"track","event":"ok","userId":"u"},5,{"type":"track","userId":"u"},{"type":"dance","userId":"u"},{"type":"track","event":"x"},
		{"event":"x","userId":"u"},{"type":"track","event":"x","userId":"u","timestamp":"soon"},{"type":"track","event":"x","userId":"u","properties":[]},
		{"type":"alias","userId":"u"},{"type":"group","userId":"u"},{"type":"track","event":"ok","userId":"u"}]}`
	w := send(t, b, http.MethodPost, "/v1/b", body, basic...)
	require.Equal(t, http.StatusOK, w.Code)
	var answer struct {
		Success  bool
		Rejected []ingest.Reject
	}
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &answer))
	require.True(t, answer.Success)
	fields := map[int]string{}
	for _, r := range answer.Rejected {
		fields[r.Index] = r.Field
	}
	require.Equal(t, map[int]string{1: "", 2: "event", 3: "type", 4: "userId", 5: "type", 6: "timestamp", 7: "properties", 8: "previousId", 9: "groupId"}, fields)
	require.Len(t, b.Stored(t), 2)
}

func TestStatusCodes(t *testing.T) {
	t.Parallel()
	b := ingesttest.New(t)
	track := `{"event":"x","userId":"u"}`
	require.Equal(t, http.StatusUnauthorized, send(t, b, http.MethodPost, "/v1/track", track).Code)
	require.Equal(t, http.StatusUnauthorized, send(t, b, http.MethodPost, "/v1/track", `{"writeKey":"no","event":"x","userId":"u"}`).Code)
	require.Equal(t, http.StatusBadRequest, send(t, b, http.MethodPost, "/v1/track", `{"event":`, basic...).Code)
	require.Equal(t, http.StatusBadRequest, send(t, b, http.MethodPost, "/v1/track", `{"event":`).Code)
	require.Equal(t, http.StatusBadRequest, send(t, b, http.MethodPost, "/v1/track", `{"userId":"u"}`, basic...).Code)
	for _, body := range []string{`[]`, `{}`, `{"batch":"x"}`, `{"batch":null}`} {
		require.Equal(t, http.StatusBadRequest, send(t, b, http.MethodPost, "/v1/batch", body, basic...).Code, body)
	}
	require.Equal(t, http.StatusOK, send(t, b, http.MethodPost, "/v1/track", track, "Authorization", "Bearer WRITE_KEY").Code)

	busy := ingesttest.Over(t, storetest.NewMemory(), ingest.Options{MaxInFlightBytes: 1})
	w := send(t, busy, http.MethodPost, "/v1/track", track, basic...)
	require.Equal(t, http.StatusTooManyRequests, w.Code)
	require.NotEmpty(t, w.Header().Get("Retry-After"))

	log := storetest.NewMemory()
	full := ingesttest.Over(t, log, ingest.Options{})
	log.Fail(fault.New(fault.Unavailable, "The disk is full."))
	require.Equal(t, http.StatusServiceUnavailable, send(t, full, http.MethodPost, "/v1/track", track, basic...).Code)
	log.Fail(errors.New("a defect"))
	require.Equal(t, http.StatusInternalServerError, send(t, full, http.MethodPost, "/v1/track", track, basic...).Code, "SDKs send it again")

	w = httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodPost, "/v1/track", strings.NewReader(track))
	r.SetBasicAuth("WRITE_KEY", "")
	segment.Routes(b.Intake, keys{err: errors.New("database is away")}).ServeHTTP(w, r)
	require.Equal(t, http.StatusServiceUnavailable, w.Code)
}

func TestSettings(t *testing.T) {
	t.Parallel()
	b := ingesttest.New(t)
	w := send(t, b, http.MethodGet, "http://weir.example/v1/projects/WRITE_KEY/settings", "", "Origin", "https://shop.example")
	require.Equal(t, http.StatusOK, w.Code)
	require.Equal(t, "https://shop.example", w.Header().Get("Access-Control-Allow-Origin"))
	var body struct {
		Integrations map[string]map[string]string
	}
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &body))
	require.Equal(t, map[string]string{"apiKey": "WRITE_KEY", "apiHost": "weir.example/v1", "protocol": "http"}, body.Integrations["Segment.io"])
	require.Equal(t, http.StatusNotFound, send(t, b, http.MethodGet, "/v1/projects/other/settings", "").Code)

	mounted := http.StripPrefix("/c/segment", segment.Routes(b.Intake, keys{}))
	r := httptest.NewRequest(http.MethodGet, "/c/segment/v1/projects/WRITE_KEY/settings", nil)
	r.Header.Set("X-Forwarded-Proto", "https")
	w = httptest.NewRecorder()
	mounted.ServeHTTP(w, r)
	require.Contains(t, w.Body.String(), `"apiHost":"example.com/c/segment/v1"`)
	require.Contains(t, w.Body.String(), `"protocol":"https"`)
	require.Equal(t, http.StatusNoContent, send(t, b, http.MethodOptions, "/v1/t", "").Code)
}

// recorded is a call as an SDK sent it.
type recorded struct {
	Name    string
	Request struct {
		Method, Path, Body string
		Headers            map[string]string
	}
	Expected []struct {
		Kind, User, Event, Time string
		MessageID               string `json:"message_id"`
		AnonymousID             string `json:"anonymous_id"`
		Properties              map[string]any
	} `json:"expected_events"`
}

func recordings(t *testing.T) []recorded {
	t.Helper()
	root, _ := filepath.Abs("../../..")
	text, err := os.ReadFile(filepath.Join(filepath.Dir(root), "shared", "cases", "payloads.json"))
	if err != nil {
		t.Skip("the recorded payloads are not in ../shared/cases")
	}
	var all []recorded
	require.NoError(t, json.Unmarshal(text, &all))
	return all
}

func TestRecordedPayloads(t *testing.T) {
	t.Parallel()
	tested := 0
	for _, c := range recordings(t) {
		if !strings.HasPrefix(c.Name, "segment") {
			continue
		}
		tested++
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			parsed, err := segment.Parse(c.Request.Body, "")
			require.NoError(t, err)
			require.Empty(t, parsed.Batch.Rejected)
			require.Len(t, parsed.Batch.Events, len(c.Expected))
			for i, want := range c.Expected {
				e := parsed.Batch.Events[i]
				at, err := time.Parse(time.RFC3339, want.Time)
				require.NoError(t, err)
				require.Equal(t, at.UnixMilli(), e.Time)
				require.Equal(t, want.User, e.DistinctID)
				require.Equal(t, want.MessageID, e.ID)
				switch want.Kind {
				case "track":
					require.Equal(t, want.Event, e.Name)
					for name, v := range want.Properties {
						require.Equal(t, v, e.Properties[name].Any())
					}
				case "identify":
					for name, v := range want.Properties {
						require.Equal(t, v, e.Profile.Set[name].Any())
					}
				case "page":
					require.Equal(t, want.Event, e.Properties["$page_name"].Str)
				case "screen":
					require.Equal(t, want.Event, e.Properties["$screen_name"].Str)
				}
			}
			b := ingesttest.New(t)
			r := httptest.NewRequest(c.Request.Method, c.Request.Path, strings.NewReader(c.Request.Body))
			r.SetBasicAuth("WRITE_KEY", "")
			w := httptest.NewRecorder()
			segment.Routes(b.Intake, keys{}).ServeHTTP(w, r)
			require.Equal(t, http.StatusOK, w.Code)
			require.JSONEq(t, `{"success":true}`, w.Body.String())
		})
	}
	require.Positive(t, tested)
}

// FuzzParse holds that no input panics and that every call is accounted for.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`{"batch":[{"type":"track","event":"x","userId":"u","context":{"page":{"url":"u"}}}],"sentAt":"2026-01-01T00:00:00Z"}`,
		`{"type":"identify","userId":1,"anonymousId":"a","traits":{"a":{"b":[]}}}`, `{"batch":[null,{},[]],"writeKey":{}}`, `{"batch":1,"sentAt":[]}`, `[]`, `{`,
	} {
		f.Add(seed, "")
		f.Add(seed, "page")
	}
	f.Fuzz(func(t *testing.T, text, kind string) {
		parsed, err := segment.Parse(text, kind)
		if err != nil {
			require.Equal(t, fault.Invalid, fault.KindOf(err))
			return
		}
		require.Len(t, parsed.Batch.Positions, len(parsed.Batch.Events))
		for _, e := range parsed.Batch.Events {
			require.NotEmpty(t, e.Name)
			require.NotEmpty(t, e.DistinctID)
		}
	})
}
