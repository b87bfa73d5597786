package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/app"
	"github.com/weirhq/weir/clock"
)

// What the bootstrap of a test's program sets.
const (
	projectName = "Shop"
	writeKey    = "wk_test"
	ownerToken  = "token-of-the-owner"
	base        = "/api/v1"
	shop        = base + "/projects/shop"
)

// bundle is a whole program on a temporary folder, and a caller of it.
type bundle struct {
	t    *testing.T
	app  *app.App
	url  string
	http *http.Client

	mu   sync.Mutex
	done []string // «METHOD /path» that were answered with success
}

func setup(t *testing.T) *bundle {
	t.Helper()
	config := app.Default()
	config.DataDir, config.Listen = t.TempDir(), "127.0.0.1:0"
	config.Bootstrap = app.Bootstrap{Project: projectName, Timezone: "Asia/Shanghai", WriteKey: writeKey, APIToken: ownerToken}
	a, err := app.New(config, clock.System{}, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	require.NoError(t, a.Start(t.Context()))
	t.Cleanup(func() { require.NoError(t, a.Stop(context.WithoutCancel(t.Context()))) })
	select {
	case <-a.Ready():
	case err := <-a.Failed():
		require.NoError(t, err)
	}
	client := &http.Client{Timeout: time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return &bundle{t: t, app: a, url: a.Address(), http: client}
}

// object is a JSON object.
type object = map[string]any

// call is one request to be made.
type call struct {
	method, path string
	body         any // marshalled; a string goes as it is
	token        string
	header       map[string]string
}

type answer struct {
	t      *testing.T
	status int
	header http.Header
	body   []byte
}

func (b *bundle) do(c call) answer {
	b.t.Helper()
	var body io.Reader
	switch content := c.body.(type) {
	case nil:
	case string:
		body = strings.NewReader(content)
	default:
		raw, err := json.Marshal(content)
		require.NoError(b.t, err)
		body = bytes.NewReader(raw)
	}
	r, err := http.NewRequestWithContext(b.t.Context(), c.method, b.url+c.path, body)
	require.NoError(b.t, err)
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	for name, value := range c.header {
		r.Header.Set(name, value)
	}
	resp, err := b.http.Do(r)
	require.NoError(b.t, err)
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	require.NoError(b.t, err)
	if resp.StatusCode < 400 {
		b.note(c)
	}
	return answer{t: b.t, status: resp.StatusCode, header: resp.Header, body: raw}
}

// ok makes a request as the owner, demands success and reads the answer.
func (b *bundle) ok(method, path string, body any) object {
	b.t.Helper()
	a := b.do(call{method: method, path: path, body: body, token: ownerToken})
	return a.ok()
}

func (a answer) ok() object {
	a.t.Helper()
	require.Less(a.t, a.status, 300, "%s", a.body)
	var out object
	require.NoError(a.t, json.Unmarshal(a.body, &out), "%s", a.body)
	return out
}

// problem demands an error of a kind, in the one shape that errors have.
func (a answer) problem(status int, kind string) object {
	a.t.Helper()
	require.Equal(a.t, status, a.status, "%s", a.body)
	var out struct {
		Error struct {
			Kind, Message string
			Details       []object
			RequestID     string `json:"request_id"`
		}
	}
	require.NoError(a.t, json.Unmarshal(a.body, &out), "%s", a.body)
	require.Equal(a.t, kind, out.Error.Kind, "%s", a.body)
	require.NotEmpty(a.t, out.Error.Message)
	require.NotNil(a.t, out.Error.Details, "lists are never null")
	require.NotEmpty(a.t, out.Error.RequestID)
	return object{"message": out.Error.Message, "details": out.Error.Details}
}

// signUp makes the first owner and gives the session's cookie.
func (b *bundle) signUp() string {
	b.t.Helper()
	a := b.do(call{method: "POST", path: base + "/setup", body: object{"email": "ada@example.org", "password": "correct horse", "project": object{"name": projectName}}})
	a.ok()
	cookie, _, _ := strings.Cut(a.header.Get("Set-Cookie"), ";")
	return cookie
}

// token makes an API token of a project with a role.
func (b *bundle) token(project, role, cookie string) string {
	b.t.Helper()
	a := b.do(call{method: "POST", path: base + "/projects/" + project + "/tokens", body: object{"name": "test " + role, "role": role}, header: map[string]string{"Cookie": cookie}})
	return a.ok()["token"].(string)
}

// operations lists the routes of the OpenAPI document.
func (b *bundle) operations() []operation {
	b.t.Helper()
	a := b.do(call{method: "GET", path: "/api/openapi.json"})
	require.Equal(b.t, 200, a.status)
	var doc struct {
		Paths map[string]map[string]struct {
			RequestBody *struct{ Required bool }
			Security    []object
		}
	}
	require.NoError(b.t, json.Unmarshal(a.body, &doc))
	var list []operation
	for path, methods := range doc.Paths {
		for method, op := range methods {
			list = append(list, operation{method: strings.ToUpper(method), path: path, body: op.RequestBody != nil, public: len(op.Security) == 0})
		}
	}
	require.Greater(b.t, len(list), 50)
	return list
}

type operation struct {
	method, path string
	body, public bool
}

func (o operation) inProject() bool { return strings.Contains(o.path, "{p}") }

// at fills in the path.
func (o operation) at(project string) string {
	return strings.NewReplacer("{p}", project, "{id}", "nobody").Replace(o.path)
}

func (b *bundle) note(c call) {
	path, _, _ := strings.Cut(c.path, "?")
	b.mu.Lock()
	defer b.mu.Unlock()
	b.done = append(b.done, c.method+" "+path)
}

// visited says whether a route of the document was answered with success.
func (b *bundle) visited(name string) bool {
	pattern := regexp.MustCompile("^" + regexp.MustCompile(`\\\{\w+\\\}`).ReplaceAllString(regexp.QuoteMeta(name), `[^/]+`) + "$")
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.ContainsFunc(b.done, pattern.MatchString)
}
