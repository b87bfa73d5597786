package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestEveryRouteIsGuarded asks every route of the document without a sign-in,
// with another project's token, and with too small a role.
func TestEveryRouteIsGuarded(t *testing.T) {
	t.Parallel()
	b := setup(t)
	cookie := b.signUp()
	other := b.do(call{method: "POST", path: base + "/projects", body: object{"name": "Other"}, header: map[string]string{"Cookie": cookie}}).ok()
	stranger := b.token(other["id"].(string), "owner", cookie)
	viewer := b.token("shop", "viewer", cookie)

	changes := 0
	for _, op := range b.operations() {
		if op.public {
			continue
		}
		name := op.method + " " + op.path
		t.Run(name, func(t *testing.T) {
			request := call{method: op.method, path: op.at("shop")}
			if op.body {
				request.body = "{}"
			}
			b.do(request).problem(http.StatusUnauthorized, "unknown_user")
			request.token = "no-such-token"
			b.do(request).problem(http.StatusUnauthorized, "unknown_user")
			request.token = stranger
			if op.path == base+"/projects" && op.method == "GET" {
				projects := b.do(request).ok()["projects"]
				require.Len(t, projects, 1, "a token sees its own project only")
				require.Equal(t, other["id"], projects.([]any)[0].(map[string]any)["id"])
				return
			}
			if !op.inProject() {
				b.do(request).problem(http.StatusForbidden, "denied")
				return
			}
			b.do(request).problem(http.StatusNotFound, "not_found")
			if strings.HasSuffix(op.path, "/live") {
				return // a stream does not end
			}
			request.token = viewer
			if a := b.do(request); a.status == http.StatusForbidden {
				a.problem(http.StatusForbidden, "denied")
				changes++
			} else {
				require.True(t, op.method == "GET" || strings.Contains(looks, op.method+" "+strings.TrimPrefix(op.path, base+"/projects/{p}")+"\n"),
					"a viewer may not change anything: %d", a.status)
			}
		})
	}
	require.Greater(t, changes, 15)
}

// looks are the POST routes that only look, though their questions need a body.
const looks = `POST /query
POST /segments/estimate
POST /rfm/board
POST /rfm/persons
POST /persons/{id}/events
POST /campaigns/{id}/audience
POST /templates/preview
`

// TestEveryBodyIsChecked sends what is no JSON, the wrong JSON and an unknown
// field to every route that takes a body.
func TestEveryBodyIsChecked(t *testing.T) {
	t.Parallel()
	b := setup(t)
	cookie := b.signUp()
	for _, op := range b.operations() {
		if !op.body {
			continue
		}
		t.Run(op.method+" "+op.path, func(t *testing.T) {
			for _, body := range []string{`{"half":`, `7`, `{"no_such_field":1}`} {
				request := call{method: op.method, path: op.at("shop"), body: body, token: ownerToken}
				if !op.inProject() {
					request.token, request.header = "", map[string]string{"Cookie": cookie}
				}
				a := b.do(request)
				if strings.HasSuffix(op.path, "/events") && strings.Contains(body, "no_such") && a.status == http.StatusOK {
					continue // the intake answers per event
				}
				a.problem(http.StatusBadRequest, "invalid")
			}
		})
	}
	a := b.do(call{method: "POST", path: shop + "/query", body: `{"kind":"trend"}` + strings.Repeat(" ", 2<<20), token: ownerToken})
	a.problem(http.StatusRequestEntityTooLarge, "too_large")
}

func TestCookieRequestsMustComeFromOwnPages(t *testing.T) {
	t.Parallel()
	b := setup(t)
	cookie := b.signUp()
	change := call{method: "PATCH", path: base + "/account", body: object{"name": "Eve"}, header: map[string]string{"Cookie": cookie, "Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}}
	b.do(change).problem(http.StatusForbidden, "denied")
	change.header["Sec-Fetch-Site"], change.header["Origin"] = "same-origin", b.url
	b.do(change).ok()
	// Signing a victim in from another site is an attack as well.
	login := call{method: "POST", path: base + "/session", body: object{"email": "ada@example.org", "password": "correct horse"}, header: map[string]string{"Sec-Fetch-Site": "cross-site"}}
	b.do(login).problem(http.StatusForbidden, "denied")
	// A program's token is no cookie: no browser sends it by itself.
	b.do(call{method: "GET", path: shop, token: ownerToken, header: map[string]string{"Sec-Fetch-Site": "cross-site"}}).ok()
}

func TestTooManyWrongPasswordsSayWhenToComeBack(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.signUp()
	wrong := call{method: "POST", path: base + "/session", body: object{"email": "ada@example.org", "password": "a wrong one"}}
	a := b.do(wrong)
	for range 20 {
		if a.status == http.StatusTooManyRequests {
			break
		}
		a.problem(http.StatusUnauthorized, "unknown_user")
		a = b.do(wrong)
	}
	a.problem(http.StatusTooManyRequests, "busy")
	require.NotEmpty(t, a.header.Get("Retry-After"))
}

func TestWriteKeysOnlySend(t *testing.T) {
	t.Parallel()
	b := setup(t)
	one := object{"name": "view", "user_id": "u1"}
	b.do(call{method: "POST", path: shop + "/events", body: one, token: writeKey}).ok()
	b.do(call{method: "POST", path: shop + "/events", body: one, header: map[string]string{"X-Write-Key": writeKey}}).ok()
	b.do(call{method: "POST", path: base + "/projects/Shop/events", body: one, token: ownerToken}).ok()
	b.do(call{method: "GET", path: shop, token: writeKey}).problem(http.StatusUnauthorized, "unknown_user")
	b.do(call{method: "POST", path: shop + "/events", body: one, header: map[string]string{"X-Write-Key": "wrong"}}).problem(http.StatusUnauthorized, "unknown_user")
	b.do(call{method: "POST", path: base + "/projects/other/events", body: one, token: writeKey}).problem(http.StatusUnauthorized, "unknown_user")
}

func TestAnswersAreHardened(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, path := range []string{"/", "/api/docs", "/api/openapi.json", base + "/setup", "/healthz", "/nothing"} {
		a := b.do(call{method: "GET", path: path})
		require.Equal(t, http.StatusOK, a.status, path)
		require.Contains(t, a.header.Get("Content-Security-Policy"), "frame-ancestors 'none'", path)
		require.NotContains(t, a.header.Get("Content-Security-Policy"), "script-src 'unsafe", path)
		require.Equal(t, "nosniff", a.header.Get("X-Content-Type-Options"), path)
		require.NotEmpty(t, a.header.Get("X-Request-Id"), path)
	}
	require.Equal(t, "no-store", b.do(call{method: "GET", path: base + "/setup"}).header.Get("Cache-Control"))
	b.do(call{method: "GET", path: base + "/nothing"}).problem(http.StatusNotFound, "not_found")
	b.do(call{method: "PUT", path: base + "/setup", body: "{}"}).problem(http.StatusMethodNotAllowed, "invalid")
	zipped := b.do(call{method: "GET", path: "/api/openapi.json", header: map[string]string{"Accept-Encoding": "gzip"}})
	require.Equal(t, "gzip", zipped.header.Get("Content-Encoding"))
}
