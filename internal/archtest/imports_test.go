package archtest

import (
	"slices"
	"strings"
	"testing"
)

// vocabulary imports the standard library and lower vocabulary; everyone imports it.
var vocabulary = []string{"fault", "clock", "id", "event", "person", "query"}

// matrix says what of the project a folder may import, besides its own
// sub-folders and the vocabulary. The longest matching folder decides. «*» is
// everything.
var matrix = map[string][]string{
	"fault":           {},
	"clock":           {},
	"id":              {},
	"event":           {},
	"person":          {"event"},
	"query":           {"event", "fault"},
	"store":           {},
	"store/duck":      {"store"},
	"store/columns":   {"store"},
	"store/meta":      {},
	"store/storetest": {"store"},
	"ingest":          {"store"},
	"analyse":         {"store/columns"},
	"segment":         {"analyse", "store/columns", "store/meta", "task"},
	"measure":         {"analyse", "segment", "store/columns", "store/meta"},
	"reach":           {"segment", "store/meta", "task"},
	"task":            {"store/meta"},
	"account":         {"store/meta"},
	"demo":            {},
	"ui":              {},
	"api":             {"account", "analyse", "ingest", "measure", "reach", "segment", "store/columns", "task", "ui"},
	"app":             {"*"},
	"cmd/weir":        {"app"},
	"e2e":             {"*"},
	"internal":        {},

	// The comparison with ClickHouse: never linked into the program.
	"analyse/enginetest": {"analyse", "internal/chdb", "store/columns"},
	"bench":              {"*"},
}

// TestImportMatrix holds the direction of the pipeline: an import that the
// matrix does not list would let a stage reach backwards.
func TestImportMatrix(t *testing.T) {
	t.Parallel()
	for _, f := range parseTree(t) {
		if f.test {
			continue // tests may join stages
		}
		folder, allowed := row(f.pkg)
		if folder == "" {
			t.Errorf("%s: folder %q has no row in the import matrix; add one with a reason", f.path, f.pkg)
			continue
		}
		for _, imp := range f.imports {
			target, ours := strings.CutPrefix(imp, module+"/")
			if ours && !mayImport(f.pkg, folder, target, allowed) {
				t.Errorf("%s imports %s: %q may import only %v and the vocabulary; declare an interface where it is used and join it in app", f.path, target, folder, allowed)
			}
		}
	}
}

func row(pkg string) (folder string, allowed []string) {
	for candidate, list := range matrix {
		if under(pkg, candidate) && len(candidate) > len(folder) {
			folder, allowed = candidate, list
		}
	}
	return folder, allowed
}

func mayImport(pkg, folder, target string, allowed []string) bool {
	if slices.Contains(allowed, "*") || under(target, folder) {
		return true
	}
	if slices.Contains(vocabulary, target) {
		return !slices.Contains(vocabulary, pkg) || slices.Contains(allowed, target)
	}
	if strings.HasSuffix(target, "test") {
		return strings.HasSuffix(pkg, "test")
	}
	return slices.ContainsFunc(allowed, func(a string) bool { return under(target, a) })
}

// TestEngineOnlyCompares keeps the ClickHouse engine out of the program: it is
// linked by its own tests, by analyse/enginetest and by bench.
func TestEngineOnlyCompares(t *testing.T) {
	t.Parallel()
	for _, f := range parseTree(t) {
		allowed := f.test || under(f.pkg, "bench") || under(f.pkg, "analyse/enginetest") || under(f.pkg, "internal/chdb")
		if slices.Contains(f.imports, module+"/internal/chdb") && !allowed {
			t.Errorf("%s imports internal/chdb, which only tests and the benchmark may link", f.path)
		}
	}
}

// TestVocabularyUsesStandardLibrary keeps the words free of libraries.
func TestVocabularyUsesStandardLibrary(t *testing.T) {
	t.Parallel()
	for _, f := range parseTree(t) {
		if f.test || !slices.Contains(vocabulary, f.pkg) {
			continue
		}
		for _, imp := range f.imports {
			if strings.Contains(strings.Split(imp, "/")[0], ".") && !strings.HasPrefix(imp, module) {
				t.Errorf("%s imports %s: vocabulary packages use the standard library only", f.path, imp)
			}
		}
	}
}

// owners says which folders may name a library or a standard package.
var owners = map[string][]string{
	"github.com/duckdb/":            {"store/duck"},
	"github.com/mattn/go-sqlite3":   {"store/meta"},
	"github.com/pressly/goose":      {"store/meta"},
	"github.com/danielgtaylor/huma": {"api"},
	"github.com/go-chi/chi":         {"api"},
	"github.com/wneessen/go-mail":   {"reach/channel"},
	"github.com/osteele/liquid":     {"reach/template"},
	"github.com/alecthomas/kong":    {"app", "cmd/weir"},
	"github.com/parquet-go/":        {"ingest/importer"},
	"github.com/prometheus/":        {"app", "api"},
	"github.com/ebitengine/purego":  {"internal/chdb"},
	"net/http":                      {"api", "ingest", "reach/channel", "app", "cmd/weir", "e2e"},
	"html/template":                 {"api", "reach/template"},
	"github.com/stretchr/testify":   {},
	"pgregory.net/rapid":            {},
	"text/template":                 {},
}

// TestLibrariesHaveOneHome keeps engines, channels and frameworks behind the
// package that owns them, so that each can be replaced in one place.
func TestLibrariesHaveOneHome(t *testing.T) {
	t.Parallel()
	for _, f := range parseTree(t) {
		if f.test || strings.HasSuffix(f.pkg, "test") {
			continue
		}
		for _, imp := range f.imports {
			for prefix, folders := range owners {
				if !strings.HasPrefix(imp, prefix) {
					continue
				}
				if !slices.ContainsFunc(folders, func(o string) bool { return under(f.pkg, o) }) {
					t.Errorf("%s imports %s, which belongs to %v only", f.path, imp, folders)
				}
			}
		}
	}
}
