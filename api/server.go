package api

import (
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-chi/chi/v5"

	"github.com/weirhq/weir/account"
	"github.com/weirhq/weir/clock"
)

// Options are the API's settings.
type Options struct {
	Version    string        // shown in the document and at sign-in
	Timeout    time.Duration // of one request; default 60 s
	TrustProxy bool          // believe the last address in X-Forwarded-For
}

// Deps are the stages that the API speaks for.
type Deps struct {
	Accounts *account.Service
	UI       fs.FS // built pages; nil when the binary has none
}

// Server answers HTTP requests. It is safe for concurrent use.
type Server struct {
	deps    Deps
	options Options
	clk     clock.Clock
	logger  *slog.Logger
	origins *http.CrossOriginProtection
	handler http.Handler
	openapi []byte
}

// New joins the stages to routes.
func New(deps Deps, options Options, clk clock.Clock, logger *slog.Logger) (*Server, error) {
	if options.Timeout <= 0 {
		options.Timeout = time.Minute
	}
	s := &Server{deps: deps, options: options, clk: clk, logger: logger, origins: http.NewCrossOriginProtection()}
	zip, err := compress()
	if err != nil {
		return nil, err
	}
	router := chi.NewRouter()
	router.Use(s.identify, harden, zip)
	router.NotFound(s.unknownPath)
	router.MethodNotAllowed(s.wrongMethod)

	r := &registrar{s: s, api: huma.NewAPI(documentConfig(options.Version), newAdapter(router))}
	s.routes(r, router)
	if s.openapi, err = publish(r.api.OpenAPI()); err != nil {
		return nil, fmt.Errorf("write the OpenAPI document: %w", err)
	}
	if err := s.mountDocs(router); err != nil {
		return nil, err
	}
	s.handler = router
	return s, nil
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// OpenAPI gives the API's document, OpenAPI 3.1 in JSON.
func (s *Server) OpenAPI() []byte { return s.openapi }
