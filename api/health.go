package api

import (
	"fmt"
	"net/http"

	"github.com/go-chi/chi/v5"
)

// Progress says how far the program is in becoming ready.
type Progress struct {
	Ready bool   `json:"ready"`
	Done  uint64 `json:"events_read"`
	Total uint64 `json:"events_total"`
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

// share is the progress in percent.
func (p Progress) share() string {
	if p.Total == 0 {
		return "0 %"
	}
	return fmt.Sprintf("%d %%", 100*p.Done/p.Total)
}
