package api

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"

	"github.com/go-chi/chi/v5"
)

//go:embed docs.html
var docsPage string

// mountDocs serves the document and a page to read it. The page is made here,
// once: it needs no script and nothing from elsewhere.
func (s *Server) mountDocs(router chi.Router) error {
	html, err := renderDocs(s.openapi)
	if err != nil {
		return fmt.Errorf("render the API's pages: %w", err)
	}
	router.Get("/api/openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/openapi+json")
		w.Header().Set("Cache-Control", "no-cache")
		_, _ = w.Write(s.openapi) // the caller has gone; there is nobody to tell
	})
	router.Get("/api/docs", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
		w.Header().Set("Cache-Control", "no-cache")
		_, _ = w.Write(html)
	})
	return nil
}

// The parts of an OpenAPI document that the page shows.
type (
	docTree struct {
		Info struct {
			Title, Version, Description string
		}
		Tags       []struct{ Name, Description string }
		Paths      map[string]map[string]docOperation
		Components struct {
			Schemas map[string]json.RawMessage
		}
	}
	docOperation struct {
		OperationID string `json:"operationId"`
		Summary     string
		Description string
		Tags        []string
		Parameters  []docParameter
		RequestBody *docContent `json:"requestBody"`
		Responses   map[string]docContent
		Security    []map[string][]string
	}
	docParameter struct {
		Name, In, Description string
		Required              bool
		Schema                json.RawMessage
	}
	docContent struct {
		Description string
		Content     map[string]struct{ Schema json.RawMessage }
	}
)

// What the template gets.
type (
	docPage struct {
		Title, Version, About string
		Groups                []docGroup
		Schemas               []docSchema
	}
	docGroup struct {
		Name, About, Anchor string
		Entries             []docEntry
	}
	docEntry struct {
		Method, Path, Anchor, Summary, About, Curl string
		Parameters                                 []docParameter
		Request                                    *docShape
		Responses                                  []docShape
	}
	docShape  struct{ Status, About, Type, Schema, Ref string }
	docSchema struct{ Name, Text string }
)

func renderDocs(openapi []byte) ([]byte, error) {
	var tree docTree
	if err := json.Unmarshal(openapi, &tree); err != nil {
		return nil, fmt.Errorf("read the document: %w", err)
	}
	page := docPage{Title: tree.Info.Title, Version: tree.Info.Version, About: tree.Info.Description}
	for _, tag := range tree.Tags {
		page.Groups = append(page.Groups, docGroup{Name: tag.Name, About: tag.Description, Anchor: anchor(tag.Name), Entries: entriesOf(tree, tag.Name)})
	}
	for name, schema := range tree.Components.Schemas {
		page.Schemas = append(page.Schemas, docSchema{Name: name, Text: indent(schema)})
	}
	slices.SortFunc(page.Schemas, func(a, b docSchema) int { return strings.Compare(a.Name, b.Name) })
	tmpl, err := template.New("docs").Parse(docsPage)
	if err != nil {
		return nil, fmt.Errorf("parse docs.html: %w", err)
	}
	var out bytes.Buffer
	err = tmpl.Execute(&out, page)
	return out.Bytes(), err
}

func entriesOf(tree docTree, tag string) []docEntry {
	var entries []docEntry
	for path, methods := range tree.Paths {
		for method, op := range methods {
			if slices.Contains(op.Tags, tag) {
				entries = append(entries, entryOf(path, strings.ToUpper(method), op))
			}
		}
	}
	order := []string{"GET", "POST", "PUT", "PATCH", "DELETE"}
	slices.SortFunc(entries, func(a, b docEntry) int {
		if c := strings.Compare(a.Path, b.Path); c != 0 {
			return c
		}
		return slices.Index(order, a.Method) - slices.Index(order, b.Method)
	})
	return entries
}

func entryOf(path, method string, op docOperation) docEntry {
	e := docEntry{Method: method, Path: path, Anchor: op.OperationID, Summary: op.Summary, About: op.Description, Parameters: op.Parameters}
	if op.RequestBody != nil {
		e.Request = shapeOf("", *op.RequestBody)
	}
	for status, content := range op.Responses {
		if status != "default" {
			e.Responses = append(e.Responses, *shapeOf(status, content))
		}
	}
	slices.SortFunc(e.Responses, func(a, b docShape) int { return strings.Compare(a.Status, b.Status) })
	e.Curl = curlOf(e, op)
	return e
}

func shapeOf(status string, c docContent) *docShape {
	shape := &docShape{Status: status, About: c.Description}
	for kind, media := range c.Content {
		shape.Type = kind
		var ref struct {
			Ref string `json:"$ref"`
		}
		if json.Unmarshal(media.Schema, &ref) == nil && ref.Ref != "" {
			shape.Ref = ref.Ref[strings.LastIndex(ref.Ref, "/")+1:]
		} else if len(media.Schema) > 0 {
			shape.Schema = indent(media.Schema)
		}
	}
	return shape
}

// curlOf is a line to copy into a terminal.
func curlOf(e docEntry, op docOperation) string {
	var b strings.Builder
	b.WriteString("curl")
	if e.Method != http.MethodGet {
		b.WriteString(" -X " + e.Method)
	}
	if len(op.Security) > 0 {
		b.WriteString(` -H "Authorization: Bearer $WEIR_TOKEN"`)
	}
	if e.Request != nil {
		b.WriteString(` -H "Content-Type: application/json" -d @body.json`)
	}
	fmt.Fprintf(&b, ` "$WEIR_URL%s"`, strings.NewReplacer("{p}", "$PROJECT", "{id}", "$ID").Replace(e.Path))
	return b.String()
}

func indent(raw json.RawMessage) string {
	var b bytes.Buffer
	if json.Indent(&b, raw, "", "  ") != nil {
		return string(raw)
	}
	return b.String()
}

func anchor(name string) string { return "tag-" + strings.ToLower(strings.ReplaceAll(name, " ", "-")) }
