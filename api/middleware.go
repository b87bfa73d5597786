package api

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/klauspost/compress/gzhttp"

	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/id"
)

// contextKey names the values that this package puts into a request's context.
type contextKey int

const (
	requestIDKey contextKey = iota
	scopeKey
	requestKey
)

func requestID(ctx context.Context) string {
	rid, _ := ctx.Value(requestIDKey).(string)
	return rid
}

// contentPolicy lets pages load their own scripts only. Inline styles are
// allowed because the component library makes them; mail previews are framed
// from a string, where this policy holds too.
const contentPolicy = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: https:; " +
	"font-src 'self' data:; connect-src 'self'; frame-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"

// identify gives each request an id, logs it, and turns a panic into an error.
func (s *Server) identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := s.clk.Now()
		rid := id.New("req", start)
		ctx := context.WithValue(r.Context(), requestIDKey, rid)
		r = r.WithContext(ctx)
		w.Header().Set("X-Request-Id", rid)
		note := &statusNote{ResponseWriter: w}
		defer func() {
			if cause := recover(); cause != nil {
				s.recovered(note, r, cause)
			}
			// The pattern, not the path: paths hold ids of persons.
			route, took := chi.RouteContext(ctx).RoutePattern(), s.clk.Now().Sub(start)
			s.logger.LogAttrs(ctx, slog.LevelDebug, "request", slog.String("request_id", rid), slog.String("method", r.Method),
				slog.String("route", route), slog.Int("status", note.status), slog.Duration("elapsed", took))
			if s.deps.Observe != nil {
				s.deps.Observe.Request(r.Method, route, note.status, took)
			}
		}()
		next.ServeHTTP(note, r)
	})
}

// recovered logs a panic's type and place, never its text, which may hold personal data.
func (s *Server) recovered(w *statusNote, r *http.Request, cause any) {
	if cause == http.ErrAbortHandler { //nolint:errorlint // the documented way to compare
		panic(cause)
	}
	s.logger.LogAttrs(r.Context(), slog.LevelError, "panic", slog.String("request_id", requestID(r.Context())),
		slog.String("type", fmt.Sprintf("%T", cause)), slog.String("stack", string(debug.Stack())))
	if w.status == 0 {
		s.writeProblem(w, r, fault.New(fault.Internal, "panic"))
	}
}

// statusNote remembers the status that was written.
type statusNote struct {
	http.ResponseWriter

	status int
}

// WriteHeader notes and passes on the status.
func (w *statusNote) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write passes on the body.
func (w *statusNote) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *statusNote) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Flush sends what was written so far, for streams.
func (w *statusNote) Flush() {
	_ = http.NewResponseController(w.ResponseWriter).Flush() // a writer without it has no buffer to flush
}

// harden sets the headers that keep browsers from helping an attacker.
func harden(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
		if strings.HasPrefix(r.URL.Path, "/api/") {
			h.Set("Cache-Control", "no-store")
		}
		next.ServeHTTP(w, r)
	})
}

// compress gzips text answers. Streams stay as they are: each event must leave at once.
func compress() (func(http.Handler) http.Handler, error) {
	wrap, err := gzhttp.NewWrapper(gzhttp.MinSize(1024), gzhttp.ContentTypes([]string{
		"application/json", "application/openapi+json", "text/html", "text/css", "text/javascript", "application/javascript", "image/svg+xml",
	}))
	if err != nil {
		return nil, fmt.Errorf("set up compression: %w", err)
	}
	return func(next http.Handler) http.Handler { return wrap(next) }, nil
}

// bodyLimit bounds request bodies outside huma and the intake, which have their own.
const bodyLimit = 1 << 20
