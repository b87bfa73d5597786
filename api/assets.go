package api

import (
	"errors"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"github.com/weirhq/weir/fault"
)

// noPages is what a binary without the user interface answers at /.
const noPages = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Weir</title>
<body style="font-family:system-ui;max-width:40rem;margin:4rem auto;line-height:1.5">
<h1>Weir runs</h1>
<p>This binary was built without the user interface. Build it with <code>make build</code>, or start the
development server with <code>npm --prefix ui run dev</code>.</p>
<p>The API is here all the same: <a href="/api/docs">documentation</a>, <a href="/api/openapi.json">OpenAPI document</a>.</p>
</body></html>`

// unknownPath serves the user interface for everything that is no route: its
// files as they are, and index.html for the addresses that its router knows.
func (s *Server) unknownPath(w http.ResponseWriter, r *http.Request) {
	if machine(r.URL.Path) || r.Method != http.MethodGet && r.Method != http.MethodHead {
		s.writeProblem(w, r, fault.New(fault.NotFound, "there is nothing at %s %s", r.Method, r.URL.Path))
		return
	}
	if s.deps.UI == nil {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte(noPages)) // the caller has gone; there is nobody to tell
		return
	}
	name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
	if info, err := fs.Stat(s.deps.UI, name); name == "" || errors.Is(err, fs.ErrNotExist) || err == nil && info.IsDir() {
		if strings.HasPrefix(name, "assets/") { // an old page asks for a file of an old build
			s.writeProblem(w, r, fault.New(fault.NotFound, "this file is not part of this version; reload the page"))
			return
		}
		name = "index.html"
	}
	if strings.HasPrefix(name, "assets/") {
		// Their names carry a hash of their content.
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		w.Header().Set("Cache-Control", "no-cache")
	}
	http.ServeFileFS(w, r, s.deps.UI, name)
}

// machine says whether a path belongs to programs, which want JSON and no page.
func machine(p string) bool {
	for _, prefix := range []string{"/api", "/v1/", "/c/", "/t/", "/u/"} {
		if strings.HasPrefix(p, prefix) {
			return true
		}
	}
	return false
}

// wrongMethod answers a known path with an unknown method.
func (s *Server) wrongMethod(w http.ResponseWriter, r *http.Request) {
	p := s.problemOf(r.Context(), fault.New(fault.Invalid, "%s is not offered at %s", r.Method, r.URL.Path))
	writeJSON(w, http.StatusMethodNotAllowed, p)
}
