package api

import (
	"context"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"
	"github.com/go-chi/chi/v5"
)

// base is where the API lives.
const base = "/api/v1"

// InProject is embedded in the input of every route with a project.
type InProject struct {
	P string `path:"p" doc:"The project's id or its exact name" example:"shop"`
}

// noInput is the input of routes that take none; projectOnly of those that take a project.
type (
	noInput     struct{}
	projectOnly struct{ InProject }
)

// WithID is embedded in the input of routes about one thing.
type WithID struct {
	InProject

	ID string `path:"id" doc:"The thing's id"`
}

// Page is embedded in the input of lists that are read in pages.
type Page struct {
	Limit  int `query:"limit" minimum:"1" maximum:"1000" default:"50" doc:"How many rows"`
	Offset int `query:"offset" minimum:"0" default:"0" doc:"How many rows to skip"`
}

// body wraps an answer for huma.
type body[T any] struct{ Body T }

// done is the answer of changes that have nothing to tell.
type done struct {
	OK bool `json:"ok"`
}

// registrar mounts routes and documents them under a heading.
type registrar struct {
	s   *Server
	api huma.API
	tag string
}

// under starts a section of the document.
func (r *registrar) under(tag, about string) {
	r.tag = tag
	r.api.OpenAPI().Tags = append(r.api.OpenAPI().Tags, &huma.Tag{Name: tag, Description: about})
}

// route mounts a JSON route: method, path, permission, what it does, handler.
func route[I, O any](r *registrar, method, path string, need permission, summary string, handler func(context.Context, *I) (O, error)) {
	routeFull(r, method, path, need, summary, func(ctx context.Context, in *I) (*body[O], error) {
		out, err := handler(ctx, in)
		if err != nil {
			return nil, err
		}
		return &body[O]{Body: out}, nil
	})
}

// routeFull is route for handlers that set headers too.
func routeFull[I, O any](r *registrar, method, path string, need permission, summary string, handler func(context.Context, *I) (*O, error)) {
	op := r.operation(method, path, need, summary)
	op.Middlewares = huma.Middlewares{r.s.guard(r.api, need)}
	huma.Register(r.api, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := handler(ctx, in)
		if err != nil {
			return nil, problemError{r.s.problemOf(ctx, err)}
		}
		return out, nil
	})
}

// operation is what the document says about a route.
func (r *registrar) operation(method, path string, need permission, summary string) huma.Operation {
	name, about, _ := strings.Cut(summary, ". ")
	op := huma.Operation{
		Method: method, Path: base + path, OperationID: operationID(method, path), Tags: []string{r.tag},
		Summary: strings.TrimSuffix(name, "."), Description: strings.TrimSpace(about + "\n\n" + permissionText(need)),
		MaxBodyBytes: bodyLimit, BodyReadTimeout: r.s.options.BodyTimeout,
		Responses: map[string]*huma.Response{"default": {
			Description: "Error",
			Content:     map[string]*huma.MediaType{"application/json": {Schema: r.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[problem](), true, "Problem")}},
		}},
	}
	if need != public {
		op.Security = []map[string][]string{{"session": {}}, {"token": {}}}
	}
	return op
}

// permissionText says in the document who may call.
func permissionText(need permission) string {
	return map[permission]string{
		public: "Needs no sign-in.", known: "Needs a session or an API token.", signedIn: "Needs a session.", viewer: "Needs the role viewer.",
		editor: "Needs the role editor.", owner: "Needs the role owner.",
	}[need]
}

// operationID names a route for generated clients: «get_projects_p_segments».
func operationID(method, path string) string {
	clean := strings.NewReplacer("/", "_", "{", "", "}", "", "-", "_").Replace(strings.TrimPrefix(path, "/"))
	return strings.ToLower(method) + "_" + clean
}

// guard authorises a request and bounds its time.
func (s *Server) guard(api huma.API, need permission) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		r, w := humachi.Unwrap(ctx)
		sc, err := s.authorise(r, ctx.Param("p"), need)
		if err == nil && need == public && r.Method != http.MethodGet {
			err = s.sameOrigin(r) // signing someone in from another site is an attack too
		}
		if err != nil {
			s.writeProblem(w, r, err)
			return
		}
		bounded, cancel := context.WithTimeout(context.WithValue(ctx.Context(), scopeKey, sc), s.options.Timeout)
		defer cancel()
		bounded = context.WithValue(bounded, requestKey, r)
		next(huma.WithContext(ctx, bounded))
	}
}

// requestOf gives handlers that need it the request itself.
func requestOf(ctx context.Context) *http.Request {
	r, _ := ctx.Value(requestKey).(*http.Request)
	return r
}

// adapter is humachi's with two differences: a body that does not meet its schema
// is answered with 400, as every other invalid input, and not with 422; and the
// type of a body does not matter.
type adapter struct {
	huma.Adapter
}

func newAdapter(r chi.Router) huma.Adapter { return adapter{humachi.NewAdapter(r)} }

// Handle mounts a route.
func (a adapter) Handle(op *huma.Operation, handler func(huma.Context)) {
	a.Adapter.Handle(op, func(ctx huma.Context) { handler(lenient{ctx}) })
}

type lenient struct{ inner }

// inner lets lenient embed the interface under a name of its own.
type inner = huma.Context

// Unwrap gives humachi its own context back.
func (c lenient) Unwrap() huma.Context { return c.inner }

// Header reads a header. Bodies are JSON, whatever the caller's tool calls them:
// `curl -d` says that it sends a form.
func (c lenient) Header(name string) string {
	if name == "Content-Type" {
		return "application/json"
	}
	return c.inner.Header(name)
}

// SetStatus writes the status.
func (c lenient) SetStatus(status int) {
	if status == http.StatusUnprocessableEntity {
		status = http.StatusBadRequest
	}
	c.inner.SetStatus(status)
}
