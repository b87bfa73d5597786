package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-chi/chi/v5"
	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/account"
	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/store/meta"
)

func inside(t *testing.T, pages fs.FS, logTo io.Writer) *Server {
	t.Helper()
	s, err := New(Deps{UI: pages}, Options{Timeout: time.Second}, clock.System{}, slog.New(slog.NewTextHandler(logTo, nil)))
	require.NoError(t, err)
	return s
}

func get(s http.Handler, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w
}

func TestPagesAreServedFromTheBinary(t *testing.T) {
	t.Parallel()
	s := inside(t, fstest.MapFS{
		"index.html":          {Data: []byte("<!doctype html><title>Weir</title>")},
		"assets/app-1f2e.js":  {Data: []byte("let weir")},
		"favicon.svg":         {Data: []byte("<svg/>")},
		"assets/app-1f2e.css": {Data: []byte("a{}")},
	}, io.Discard)
	for _, path := range []string{"/", "/index.html/", "/p/shop/funnel", "/sign-in", "/assets"} {
		w := get(s, path)
		require.Equal(t, http.StatusOK, w.Code, path)
		require.Contains(t, w.Body.String(), "<title>Weir", path)
		require.Equal(t, "no-cache", w.Header().Get("Cache-Control"), path)
	}
	w := get(s, "/assets/app-1f2e.js")
	require.Equal(t, "let weir", w.Body.String())
	require.Contains(t, w.Header().Get("Cache-Control"), "immutable")
	require.Contains(t, w.Header().Get("Content-Type"), "javascript")
	require.Equal(t, http.StatusNotFound, get(s, "/assets/app-0000.js").Code, "an old page must not get HTML for a script")
	require.Equal(t, http.StatusNotFound, get(s, "/api/v1/nothing").Code)
	require.NotContains(t, get(s, "/../server.go").Body.String(), "package api")

	post := httptest.NewRecorder()
	s.ServeHTTP(post, httptest.NewRequest(http.MethodPost, "/p/shop", nil))
	require.Equal(t, http.StatusNotFound, post.Code)
}

func TestAPanicIsAnErrorWithAnID(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	s := inside(t, nil, &log)
	handler := s.identify(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("ada@example.org") }))
	w := httptest.NewRecorder()
	s.handler.(interface {
		Handle(pattern string, h http.Handler)
	}).Handle("/panic", handler)
	s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/panic", nil))
	require.Equal(t, http.StatusInternalServerError, w.Code)
	require.Contains(t, w.Body.String(), `"request_id":"req_`)
	require.NotContains(t, w.Body.String(), "ada@")
	require.NotContains(t, log.String(), "ada@", "the text of a panic may hold personal data")
	require.Contains(t, log.String(), "inside_test.go")
}

func TestErrorsShowWhatTheyMay(t *testing.T) {
	t.Parallel()
	s := inside(t, nil, io.Discard)
	for name, c := range map[string]struct {
		err     error
		status  int
		kind    fault.Kind
		message string
	}{
		"fault":       {fault.New(fault.Conflict, "taken"), 409, fault.Conflict, "taken"},
		"wrapped":     {errors.Join(errors.New("secret"), fault.Wrap(fault.Busy, errors.New("secret"), "later")), 429, fault.Busy, "later"},
		"not a fault": {errors.New("secret"), 500, fault.Internal, "internal error"},
		"internal":    {fault.New(fault.Internal, "secret"), 500, fault.Internal, "internal error"},
		"too long":    {context.DeadlineExceeded, 413, fault.TooLarge, "narrow the range"},
		"body":        {&http.MaxBytesError{Limit: 7}, 413, fault.TooLarge, "7 bytes"},
		"given up":    {context.Canceled, 503, fault.Unavailable, "given up"},
	} {
		p := s.problemOf(t.Context(), c.err)
		require.Equal(t, c.status, p.status, name)
		require.Equal(t, c.kind, p.Error.Kind, name)
		require.Contains(t, p.Error.Message, c.message, name)
		require.NotContains(t, p.Error.Message, "secret", name)
		require.NotNil(t, p.Error.Details, name)
	}
}

// TestAnAnswerMayTakeLongerThanItsBody holds that the deadline for reading a body
// ends with the reading, as net/http has it.
func TestAnAnswerMayTakeLongerThanItsBody(t *testing.T) {
	t.Parallel()
	s := inside(t, nil, io.Discard)
	s.options.BodyTimeout, s.options.Timeout = 30*time.Millisecond, time.Minute
	router := chi.NewRouter()
	router.Use(s.identify)
	r := &registrar{s: s, api: huma.NewAPI(documentConfig("x"), newAdapter(router))}
	type input struct{ Body struct{ N int } }
	route(r, "POST", "/slow", public, "Take long", func(ctx context.Context, _ *input) (done, error) {
		select {
		case <-ctx.Done():
			return done{}, ctx.Err()
		case <-time.After(200 * time.Millisecond):
			return done{OK: true}, nil
		}
	})
	listening := httptest.NewServer(router)
	defer listening.Close()
	resp, err := listening.Client().Post(listening.URL+base+"/slow", "application/json", strings.NewReader(`{"N":1}`))
	require.NoError(t, err)
	defer resp.Body.Close()
	require.Equal(t, http.StatusOK, resp.StatusCode)
}

func TestAQuestionEndsWithItsTime(t *testing.T) {
	t.Parallel()
	s := inside(t, nil, io.Discard)
	s.options.Timeout = 10 * time.Millisecond
	router := chi.NewRouter()
	r := &registrar{s: s, api: huma.NewAPI(documentConfig("x"), newAdapter(router))}
	route(r, "GET", "/endless", public, "Never end", func(ctx context.Context, _ *noInput) (done, error) {
		<-ctx.Done()
		return done{}, fmt.Errorf("scan: %w", ctx.Err())
	})
	w := get(router, base+"/endless")
	require.Equal(t, http.StatusRequestEntityTooLarge, w.Code)
	require.Contains(t, w.Body.String(), "narrow the range")
}

func TestProjectsWaitUntilTheLogWasRead(t *testing.T) {
	t.Parallel()
	db, err := meta.Open(t.Context(), filepath.Join(t.TempDir(), "meta.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	accounts, err := account.New(t.Context(), db, clock.System{}, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	_, err = accounts.Bootstrap(t.Context(), account.Bootstrap{Project: "shop", APIToken: "token-12345"})
	require.NoError(t, err)
	progress := Progress{Done: 250, Total: 1000}
	s, err := New(Deps{Accounts: accounts, Progress: func() Progress { return progress }}, Options{}, clock.System{}, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	ask := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("Authorization", "Bearer token-12345")
		s.ServeHTTP(w, r)
		return w
	}
	require.Equal(t, http.StatusOK, ask("/healthz").Code)
	require.Equal(t, http.StatusServiceUnavailable, ask("/readyz").Code)
	require.Equal(t, http.StatusOK, ask(base+"/setup").Code, "signing in works meanwhile")
	w := ask(base + "/projects/shop")
	require.Equal(t, http.StatusServiceUnavailable, w.Code)
	require.Contains(t, w.Body.String(), "25 %")
	progress.Questions = true
	require.Equal(t, http.StatusServiceUnavailable, ask("/readyz").Code, "events are not taken in yet")
	require.Equal(t, http.StatusOK, ask(base+"/projects/shop").Code)
	progress.Ready, progress.Collection = true, true
	require.Equal(t, http.StatusOK, ask("/readyz").Code)
	require.Equal(t, http.StatusOK, ask(base+"/projects/shop").Code)
	progress.Rebuilding = &Rebuild{
		Projects: []string{"shop"}, Done: 1, Total: 3, Includes: func(project string) bool { return project == "shop" },
	}
	w = ask("/readyz")
	require.Equal(t, http.StatusOK, w.Code)
	require.Contains(t, w.Body.String(), `"rebuilding":{"projects":["shop"],"events_read":1,"events_total":3}`)
	w = ask(base + "/projects/shop")
	require.Equal(t, http.StatusServiceUnavailable, w.Code)
	require.Contains(t, w.Body.String(), "33 %")
}

func TestInstant(t *testing.T) {
	t.Parallel()
	for at, want := range map[instant]string{0: "null", 1_000: `"1970-01-01T00:00:01.000Z"`, 1_700_000_000_123: `"2023-11-14T22:13:20.123Z"`} {
		got, err := at.MarshalJSON()
		require.NoError(t, err)
		require.Equal(t, want, string(got))
	}
}

func TestClientAddress(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.RemoteAddr = "10.0.0.1:1234"
	r.Header.Set("X-Forwarded-For", "6.6.6.6, 7.7.7.7")
	s := inside(t, nil, io.Discard)
	require.Equal(t, "10.0.0.1", s.clientAddress(r), "anyone can send the header")
	s.options.TrustProxy = true
	require.Equal(t, "7.7.7.7", s.clientAddress(r))
}

func TestCookiesAreSecureBehindTLS(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	require.False(t, sessionCookie(r, "x").Secure)
	r.Header.Set("X-Forwarded-Proto", "https")
	require.True(t, sessionCookie(r, "x").Secure)
	require.Negative(t, sessionCookie(r, "").MaxAge)
}

// TestAHandlerIsToldThatTheClientIsGone holds what ends a question whose asker
// has left: the context of the request, which scans look at.
func TestAHandlerIsToldThatTheClientIsGone(t *testing.T) {
	t.Parallel()
	s := inside(t, nil, io.Discard)
	s.options.BodyTimeout, s.options.Timeout = time.Minute, time.Minute
	router := chi.NewRouter()
	router.Use(s.identify)
	r := &registrar{s: s, api: huma.NewAPI(documentConfig("x"), newAdapter(router))}
	asked, told := make(chan struct{}), make(chan error, 1)
	type input struct{ Body struct{ N int } }
	route(r, "POST", "/long", public, "Take long", func(ctx context.Context, _ *input) (done, error) {
		close(asked)
		<-ctx.Done()
		told <- ctx.Err()
		return done{}, ctx.Err()
	})
	listening := httptest.NewServer(router)
	defer listening.Close()
	ctx, leave := context.WithCancel(t.Context())
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, listening.URL+base+"/long", strings.NewReader(`{"N":1}`))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	gone := make(chan error, 1)
	go func() {
		response, err := listening.Client().Do(request)
		if err == nil {
			err = response.Body.Close()
		}
		gone <- err
	}()
	<-asked
	leave()
	require.ErrorIs(t, <-told, context.Canceled)
	require.ErrorIs(t, <-gone, context.Canceled)
}
