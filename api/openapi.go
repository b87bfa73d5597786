package api

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"reflect"
	"strings"
	"unicode"

	"github.com/danielgtaylor/huma/v2"

	"github.com/weirhq/weir/analyse"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/query"
)

// handWritten holds the components that no Go type describes: the grammar of
// conditions and questions.
//
//go:embed schemas.json
var handWritten []byte

const aboutAPI = `Weir's HTTP API. Sign in with a session cookie or send an API token of the project as ` +
	"`Authorization: Bearer …`. Errors have one shape; times are RFC 3339 in UTC with milliseconds; lists are never null."

// documentConfig is what the OpenAPI document starts from.
func documentConfig(version string) huma.Config {
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info:    &huma.Info{Title: "Weir", Version: version, Description: aboutAPI, License: &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"}},
			Servers: []*huma.Server{{URL: "/"}},
			Components: &huma.Components{
				Schemas: registry(),
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"session":  {Type: "apiKey", In: "cookie", Name: cookieName, Description: "From POST /api/v1/session."},
					"token":    {Type: "http", Scheme: "bearer", Description: "An API token of the project."},
					"writeKey": {Type: "apiKey", In: "header", Name: "X-Write-Key", Description: "The project's write key; also as Basic user name or Bearer token. It can only send events."},
				},
			},
		},
		Formats:       map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat},
		DefaultFormat: "application/json",
		Transformers:  []huma.Transformer{translateProblem},
	}
}

// registry makes schemas from Go types. Types that write themselves to JSON in
// their own way are described by types of the same form.
func registry() huma.Registry {
	r := huma.NewMapRegistry("#/components/schemas/", schemaName)
	r.RegisterTypeAlias(reflect.TypeFor[analyse.Instant](), reflect.TypeFor[instant]())
	r.RegisterTypeAlias(reflect.TypeFor[analyse.Number](), reflect.TypeFor[number]())
	r.RegisterTypeAlias(reflect.TypeFor[event.Value](), reflect.TypeFor[anyValue]())
	r.RegisterTypeAlias(reflect.TypeFor[query.BreakdownValue](), reflect.TypeFor[anyValue]())
	r.RegisterTypeAlias(reflect.TypeFor[query.TouchValue](), reflect.TypeFor[touchValue]())
	r.RegisterTypeAlias(reflect.TypeFor[query.PathNode](), reflect.TypeFor[pathNode]())
	return r
}

// schemaName names components after Go types, with their package in front when
// it is not this one, so that two packages may have a type of one name.
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Name() == "" || strings.Contains(t.Name(), "[") {
		return huma.DefaultSchemaNamer(t, hint)
	}
	name := capital(strings.TrimSuffix(t.Name(), "View"))
	if pkg := path.Base(t.PkgPath()); t.PkgPath() != "" && pkg != "api" {
		name = capital(pkg) + name
	}
	return name
}

func capital(s string) string {
	for i, r := range s {
		return string(unicode.ToUpper(r)) + s[i+len(string(r)):]
	}
	return s
}

// publish turns huma's document into the published one: lists are not nullable
// (they never are), hand-written components are in, and huma's own error model,
// which Weir never sends, is out.
func publish(doc *huma.OpenAPI) ([]byte, error) {
	raw, err := json.Marshal(doc)
	if err != nil {
		return nil, fmt.Errorf("marshal: %w", err)
	}
	var tree map[string]any
	if err := json.Unmarshal(raw, &tree); err != nil {
		return nil, fmt.Errorf("read back: %w", err)
	}
	var written map[string]any
	if err := json.Unmarshal(handWritten, &written); err != nil {
		return nil, fmt.Errorf("read schemas.json: %w", err)
	}
	polish(tree)
	schemas := tree["components"].(map[string]any)["schemas"].(map[string]any)
	delete(schemas, "V2ErrorModel")
	delete(schemas, "V2ErrorDetail")
	maps.Copy(schemas, written)
	return json.MarshalIndent(tree, "", " ")
}

// polish walks the document and mends schemas in place.
func polish(node any) {
	switch node := node.(type) {
	case []any:
		for _, child := range node {
			polish(child)
		}
	case map[string]any:
		if name, ok := node[componentMark].(string); ok {
			about := node["description"]
			clear(node)
			node["$ref"] = "#/components/schemas/" + name
			if about != nil {
				node["description"] = about // allowed beside $ref since 3.1
			}
			return
		}
		if kinds, ok := node["type"].([]any); ok && len(kinds) == 2 && kinds[0] == "array" {
			node["type"] = "array"
		}
		for _, child := range node {
			polish(child)
		}
	}
}
