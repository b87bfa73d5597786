package api

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/reach/tracking"
)

// mountTracking mounts the public links of messages. They are opened by mail
// programs and people who have no account; the token is all they have.
func (s *Server) mountTracking(raw chi.Router) {
	raw.Get("/t/o/{token}", s.openPixel)
	raw.Get("/t/c/{token}", s.followLink)
	raw.Get("/u/{token}", s.unsubscribePage(false))
	raw.Post("/u/{token}", s.unsubscribePage(true))
}

// openPixel always gives the picture: a mail must not look broken because we are.
// Mail programs show it whatever the status, which tells that a token is forged.
func (s *Server) openPixel(w http.ResponseWriter, r *http.Request) {
	status := http.StatusOK
	err := s.deps.Tracking.Open(r.Context(), pathValue(r, "token"))
	switch {
	case err == nil:
	case fault.KindOf(err) == fault.NotFound:
		status = http.StatusNotFound
	default:
		s.logger.ErrorContext(r.Context(), "opening not recorded", "request_id", requestID(r.Context()), "error", err)
	}
	w.Header().Set("Content-Type", "image/gif")
	w.Header().Set("Cache-Control", "no-store, max-age=0")
	w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
	w.WriteHeader(status)
	_, _ = w.Write(tracking.Pixel()) // the reader has gone; there is nobody to tell
}

func (s *Server) followLink(w http.ResponseWriter, r *http.Request) {
	url, err := s.deps.Tracking.Click(r.Context(), pathValue(r, "token"))
	if err != nil {
		s.writeProblem(w, r, err)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	http.Redirect(w, r, url, http.StatusFound)
}

// unsubscribePage asks on GET, because scanners fetch links, and acts on POST.
func (s *Server) unsubscribePage(act bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, bodyLimit)
		token := pathValue(r, "token")
		if act {
			if err := s.deps.Tracking.Unsubscribe(r.Context(), token); err != nil {
				s.writeProblem(w, r, err)
				return
			}
		}
		page, err := s.deps.Tracking.Page(r.Context(), token, r.Header.Get("Accept-Language"), act)
		if err != nil {
			s.writeProblem(w, r, err)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
		_, _ = w.Write(page) // the reader has gone; there is nobody to tell
	}
}
