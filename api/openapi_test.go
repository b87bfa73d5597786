package api_test

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"
	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/api"
	"github.com/weirhq/weir/clock"
)

func server(t *testing.T) *api.Server {
	t.Helper()
	s, err := api.New(api.Deps{}, api.Options{Version: "1.2.3"}, clock.System{}, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	return s
}

func TestEveryRouteIsDescribed(t *testing.T) {
	t.Parallel()
	s := server(t)
	var doc struct{ Paths map[string]map[string]any }
	require.NoError(t, json.Unmarshal(s.OpenAPI(), &doc))
	seen := 0
	require.NoError(t, chi.Walk(api.Routes(s), func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		if !strings.HasPrefix(route, "/api/v1/") || method == http.MethodOptions {
			return nil // the intake's handler answers preflight requests itself
		}
		seen++
		require.Contains(t, doc.Paths[route], strings.ToLower(method), "%s %s is not in the document", method, route)
		return nil
	}))
	described := 0
	for _, methods := range doc.Paths {
		described += len(methods)
	}
	require.Equal(t, described, seen, "the document describes nothing that is not there")
}

func TestDocumentIsSoundOpenAPI31(t *testing.T) {
	t.Parallel()
	var doc struct {
		OpenAPI    string
		Info       struct{ Title, Version string }
		Tags       []struct{ Name string }
		Components struct {
			Schemas         map[string]any
			SecuritySchemes map[string]any
		}
		Paths map[string]map[string]struct {
			OperationID string `json:"operationId"`
			Summary     string
			Tags        []string
			Parameters  []struct {
				Name, In string
				Required bool
				Schema   any
			}
			Responses map[string]struct{ Description string }
			Security  []map[string]any
		}
	}
	raw := server(t).OpenAPI()
	require.NoError(t, json.Unmarshal(raw, &doc))
	require.Equal(t, "3.1.0", doc.OpenAPI)
	require.Equal(t, "1.2.3", doc.Info.Version)
	tags, ids := map[string]bool{}, map[string]bool{}
	for _, tag := range doc.Tags {
		tags[tag.Name] = true
	}
	inPath := regexp.MustCompile(`\{(\w+)\}`)
	for path, methods := range doc.Paths {
		for method, op := range methods {
			name := method + " " + path
			require.False(t, ids[op.OperationID], "%s: the operation's id is taken", name)
			ids[op.OperationID] = true
			require.NotEmpty(t, op.Summary, name)
			require.Len(t, op.Tags, 1, name)
			require.True(t, tags[op.Tags[0]], name)
			require.Contains(t, op.Responses, "default", "%s says nothing of errors", name)
			require.Greater(t, len(op.Responses), 1, "%s says nothing of success", name)
			for _, response := range op.Responses {
				require.NotEmpty(t, response.Description, name)
			}
			for _, scheme := range op.Security {
				for used := range scheme {
					require.Contains(t, doc.Components.SecuritySchemes, used, name)
				}
			}
			declared := map[string]bool{}
			for _, p := range op.Parameters {
				require.NotNil(t, p.Schema, "%s %s", name, p.Name)
				if p.In == "path" {
					require.True(t, p.Required, "%s %s", name, p.Name)
					declared[p.Name] = true
				}
			}
			for _, m := range inPath.FindAllStringSubmatch(path, -1) {
				require.True(t, declared[m[1]], "%s does not declare {%s}", name, m[1])
			}
			require.Len(t, inPath.FindAllString(path, -1), len(declared), name)
		}
	}
	for _, ref := range regexp.MustCompile(`"\$ref": "#/components/schemas/([^"]+)"`).FindAllStringSubmatch(string(raw), -1) {
		require.Contains(t, doc.Components.Schemas, ref[1])
	}
	require.NotContains(t, string(raw), "x-weir", "marks are replaced")
	require.NotContains(t, string(raw), "ErrorModel", "an error that is never sent")
}

func TestDocumentationPageNeedsNothingElse(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	server(t).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/api/docs", nil))
	require.Equal(t, http.StatusOK, w.Code)
	page, err := io.ReadAll(w.Body)
	require.NoError(t, err)
	text := string(page)
	require.NotContains(t, text, "<script")
	require.NotRegexp(t, `(?:src|href)="(?:https?:)?//`, text)
	for _, part := range []string{"/api/v1/projects/{p}/query", "curl -X POST", "Needs the role editor.", `id="schema-Condition"`} {
		require.Contains(t, text, part)
	}
	for _, anchor := range regexp.MustCompile(`href="#([^"]+)"`).FindAllStringSubmatch(text, -1) {
		require.Contains(t, text, `id="`+anchor[1]+`"`, "a link inside the page leads nowhere")
	}
}
