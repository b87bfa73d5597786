// Package segment speaks the HTTP API of Segment, so that its SDKs, and those of
// RudderStack, Jitsu and others that copy it, send to Weir unchanged.
//
//	POST /v1/{track,identify,page,screen,group,alias}   one call each, or t i p s g a
//	POST /v1/{batch,import,b}                           many; m (metrics) is taken and dropped
//	GET  /v1/projects/{key}/settings                    what the browser SDK loads first
//
// The write key is the user of Basic authentication, a Bearer token, or
// «writeKey» in the body. Bodies may be text/plain and compressed.
//
// A call becomes one event: track keeps its name, identify is $identify with the
// traits set on the profile and the anonymous id joined, page is $pageview,
// screen $screen, group $group, alias $alias. The context becomes properties
// that start with $; the IP address is not kept. Times are corrected by sentAt.
//
// Answers: 200 {"success":true}, with the calls that could not be taken listed
// under «rejected»; 400 when the body cannot be read or its only call is no
// good; 401 for an unknown key; 429 and 503 with Retry-After when it should be
// sent again. SDKs drop what gets 400 and resend what gets 429 or 5xx.
//
// The mapping is tested with recorded calls of the SDKs; the parser is fuzzed.
package segment

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/ingest"
	"github.com/weirhq/weir/ingest/protocol"
)

// Protocol is the name that events of this door carry.
const Protocol = "segment"

// The last part of a path tells the kind of its call; "" is a list of calls.
var calls = map[string]string{
	"track": "track", "identify": "identify", "page": "page", "screen": "screen", "group": "group", "alias": "alias",
	"t": "track", "i": "identify", "p": "page", "s": "screen", "g": "group", "a": "alias",
	"batch": "", "import": "", "b": "",
}

// Routes answers the paths above; mount it at the root and, with the prefix
// stripped, wherever else SDKs shall find it.
func Routes(in *ingest.Intake, keys ingest.Keys) http.Handler {
	h := &handler{in: in, keys: keys}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/projects/{key}/settings", h.settings)
	for path, kind := range calls {
		call := h.call(kind)
		mux.HandleFunc("POST /v1/"+path, call)
		mux.HandleFunc("POST /v1/"+path+"/{$}", call)
	}
	mux.HandleFunc("POST /v1/m", func(w http.ResponseWriter, _ *http.Request) { success(w, nil) })
	return protocol.AllowOrigins(mux, true)
}

type handler struct {
	in   *ingest.Intake
	keys ingest.Keys
}

func (h *handler) call(kind string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		result, err := h.receive(w, r, kind)
		if err == nil && kind != "" && len(result.Rejected) > 0 {
			reject := result.Rejected[0]
			err = fault.New(fault.Invalid, "The call cannot be taken: %s", strings.TrimSpace(reject.Field+" "+reject.Reason))
		}
		if err != nil {
			body := map[string]any{"success": false, "message": protocol.Public(err)}
			protocol.WriteJSON(w, protocol.Status(w, err), body)
			return
		}
		success(w, result.Rejected)
	}
}

func success(w http.ResponseWriter, rejected []ingest.Reject) {
	body := map[string]any{"success": true}
	if len(rejected) > 0 {
		body["rejected"] = rejected
	}
	protocol.WriteJSON(w, http.StatusOK, body)
}

func (h *handler) receive(w http.ResponseWriter, r *http.Request, kind string) (ingest.Result, error) {
	text, release, err := protocol.Read(w, r, h.in)
	if err != nil {
		return ingest.Result{}, err
	}
	defer release()
	parsed, syntax := Parse(text, kind)
	key := protocol.WriteKey(r)
	if key == "" {
		key = parsed.WriteKey
	}
	project, err := h.project(r, key)
	if err != nil {
		// Without the header, a key in a body that cannot be read is not known.
		if syntax != nil && key == "" {
			err = syntax
		}
		return ingest.Result{}, err
	}
	if syntax != nil {
		h.in.Refuse(project, Protocol, []ingest.Reject{{Reason: protocol.Public(syntax)}})
		return ingest.Result{}, syntax
	}
	protocol.Correct(parsed.Batch.Events, parsed.SentAt, h.in.Now())
	return protocol.Submit(r.Context(), h.in, project, parsed.Batch)
}

func (h *handler) project(r *http.Request, key string) (string, error) {
	if key == "" {
		return "", fault.New(fault.Unknown, "The write key is missing.")
	}
	project, ok, err := h.keys.ProjectByKey(r.Context(), key)
	if err != nil {
		return "", fault.Wrap(fault.Unavailable, err, "The write key cannot be checked at the moment.")
	}
	if !ok {
		return "", fault.New(fault.Unknown, "The write key is not known.")
	}
	return project, nil
}

// settings answers what the browser SDK asks its CDN: where to send to.
func (h *handler) settings(w http.ResponseWriter, r *http.Request) {
	key := r.PathValue("key")
	if _, err := h.project(r, key); err != nil {
		status := protocol.Status(w, err)
		if status == http.StatusUnauthorized {
			status = http.StatusNotFound
		}
		protocol.WriteJSON(w, status, map[string]any{"success": false, "message": protocol.Public(err)})
		return
	}
	// What the path has before /v1 is where this handler is mounted; a mount
	// strips it from r.URL.
	prefix := ""
	if whole, err := url.ParseRequestURI(r.RequestURI); err == nil {
		prefix, _, _ = strings.Cut(whole.Path, "/v1/projects/")
	}
	scheme := "http"
	if r.TLS != nil || strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https") {
		scheme = "https"
	}
	w.Header().Set("Cache-Control", "public, max-age=60")
	protocol.WriteJSON(w, http.StatusOK, map[string]any{
		"integrations": map[string]any{
			"Segment.io": map[string]any{"apiKey": key, "apiHost": r.Host + prefix + "/v1", "protocol": scheme},
		},
		"plan":    json.RawMessage(`{"track":{"__default":{"enabled":true}}}`),
		"metrics": map[string]any{"sampleRate": 0},
	})
}
