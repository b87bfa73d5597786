package api

import (
	"fmt"
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/weirhq/weir/fault"
)

// Progress says how far the program is in becoming ready.
type Progress struct {
	Ready      bool     `json:"ready"`                // all of it
	Questions  bool     `json:"questions"`            // questions are answered
	Collection bool     `json:"collection"`           // events are taken in
	Done       uint64   `json:"events_read"`          // of the log, as far as it has to be read
	Total      uint64   `json:"events_total"`         // up to here
	Rebuilding *Rebuild `json:"rebuilding,omitempty"` // goes on in the background, also when ready
}

// Rebuild says how far the making of projects' columns from the event log is.
// Meanwhile these projects collect, and answer no questions.
type Rebuild struct {
	Projects []string `json:"projects"`
	Done     uint64   `json:"events_read"`
	Total    uint64   `json:"events_total"`
	// Includes says whether a project is among them.
	Includes func(project string) bool `json:"-"`
}

// answers says whether questions of a project are answered, and why not.
func (p Progress) answers(project string) error {
	switch r := p.Rebuilding; {
	case !p.Questions:
		return fault.New(fault.Unavailable, "Weir has just started and is reading its events, %s so far; try again in a moment", share(p.Done, p.Total))
	case r != nil && r.Includes(project):
		return fault.New(fault.Unavailable, "the columns of this project are being made anew from its events, %s so far; events are collected meanwhile; try again later", share(r.Done, r.Total))
	}
	return nil
}

// mountHealth mounts what orchestrators ask: is it alive, can it work, how is it doing.
func (s *Server) mountHealth(raw chi.Router) {
	alive := func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]string{"status": "ok"})
	}
	ready := func(w http.ResponseWriter, _ *http.Request) {
		progress := s.deps.Progress()
		status := http.StatusOK
		if !progress.Ready {
			status = http.StatusServiceUnavailable
			w.Header().Set("Retry-After", "1")
		}
		writeJSON(w, status, progress)
	}
	for path, answer := range map[string]http.HandlerFunc{"/healthz": alive, "/readyz": ready} {
		raw.Get(path, answer)
		raw.Head(path, answer) // as some probes ask
	}
	if s.deps.Metrics != nil {
		raw.Handle("/metrics", s.deps.Metrics)
	}
}

// share is a progress in percent.
func share(done, total uint64) string {
	if total == 0 {
		return "0 %"
	}
	return fmt.Sprintf("%d %%", 100*min(done, total)/total)
}
