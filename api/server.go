package api

import (
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-chi/chi/v5"

	"github.com/weirhq/weir/account"
	"github.com/weirhq/weir/analyse"
	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/ingest"
	"github.com/weirhq/weir/measure/uplift"
	"github.com/weirhq/weir/reach/campaign"
	"github.com/weirhq/weir/reach/channel/email"
	"github.com/weirhq/weir/reach/tracking"
	"github.com/weirhq/weir/segment"
	"github.com/weirhq/weir/segment/rfm"
	"github.com/weirhq/weir/store/columns"
)

// Options are the API's settings.
type Options struct {
	Version     string        // shown in the document and at sign-in
	Timeout     time.Duration // of one request; default 60 s
	BodyTimeout time.Duration // for a body to arrive; default 30 s
	TrustProxy  bool          // believe the last address in X-Forwarded-For
}

// Deps are the stages that the API speaks for.
type Deps struct {
	Accounts  *account.Service
	Intake    *ingest.Intake
	Columns   *columns.Store
	Analyser  *analyse.Analyser
	Segments  *segment.Service
	RFM       *rfm.Service
	Email     *email.Channel
	Campaigns *campaign.Service
	Tracking  *tracking.Service
	Uplift    *uplift.Measurer
	UI        fs.FS           // built pages; nil when the binary has none
	Metrics   http.Handler    // nil for none
	Observe   Observer        // nil for nobody
	Progress  func() Progress // says which projects are answered for yet
}

// Observer is told how long things took, for metrics.
type Observer interface {
	// Request is told the route's pattern, never the path, which may hold personal data.
	Request(method, route string, status int, took time.Duration)
	// Question is told the kind of a question that was answered.
	Question(kind string, took time.Duration)
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

	stop     sync.Once
	stopping chan struct{} // closed when streams shall end
}

// New joins the stages to routes.
func New(deps Deps, options Options, clk clock.Clock, logger *slog.Logger) (*Server, error) {
	if options.Timeout <= 0 {
		options.Timeout = time.Minute
	}
	if options.BodyTimeout <= 0 {
		options.BodyTimeout = 30 * time.Second
	}
	s := &Server{deps: deps, options: options, clk: clk, logger: logger, origins: http.NewCrossOriginProtection(), stopping: make(chan struct{})}
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
	s.mountIntake(router)
	s.mountTracking(router)
	s.mountHealth(router)
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

// EndStreams ends the live streams, which would otherwise last as long as their
// callers like. Calling it twice is harmless.
func (s *Server) EndStreams() { s.stop.Do(func() { close(s.stopping) }) }
