package archtest

import (
	"go/ast"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestEveryPackageSaysWhatItIsFor demands a package comment of every package.
func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	t.Parallel()
	said := map[string]bool{}
	for _, f := range parseTree(t) {
		if f.test {
			continue
		}
		said[f.pkg] = said[f.pkg] || (f.ast.Doc != nil && len(f.ast.Doc.Text()) > 40)
	}
	for pkg, ok := range said {
		if !ok {
			t.Errorf("%s has no package comment; say in product words what it is for", pkg)
		}
	}
}

// TestPackageNames bans drawers: names that say nothing about what is inside.
func TestPackageNames(t *testing.T) {
	t.Parallel()
	banned := []string{"util", "utils", "common", "helpers", "helper", "types", "models", "base", "core", "manager", "misc", "shared"}
	for _, f := range parseTree(t) {
		if slices.Contains(banned, path.Base(f.pkg)) || slices.Contains(banned, f.ast.Name.Name) {
			t.Errorf("%s: package name %q says nothing; name what it holds", f.path, f.ast.Name.Name)
		}
	}
}

// call is a function that only some folders may call, and why.
type call struct {
	pkg, name string
	folders   []string
	reason    string
}

var restricted = []call{
	{"time", "Now", []string{"clock"}, "take a clock.Clock, so that tests can set the time"},
	{"time", "Sleep", nil, "wait for a named moment or a timer with a context"},
	{"os", "Exit", []string{"cmd/weir", "bench"}, "return an error"},
	{"fmt", "Println", []string{"cmd/weir", "app"}, "log with the injected logger"},
	{"fmt", "Printf", []string{"cmd/weir", "app"}, "log with the injected logger"},
	{"fmt", "Print", []string{"cmd/weir", "app"}, "log with the injected logger"},
	{"slog", "Default", nil, "take the logger as a parameter"},
	{"http", "Get", nil, "make a client with time-outs"},
	{"http", "Post", nil, "make a client with time-outs"},
}

// TestRestrictedCalls keeps time, exit and output in the places that own them.
func TestRestrictedCalls(t *testing.T) {
	t.Parallel()
	for _, f := range parseTree(t) {
		ast.Inspect(f.ast, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			x, ok := sel.X.(*ast.Ident)
			if !ok || x.Obj != nil {
				return true
			}
			for _, c := range restricted {
				if x.Name != c.pkg || sel.Sel.Name != c.name || (f.test && c.name != "Sleep") || testSupport(f.pkg) && c.name != "Sleep" {
					continue
				}
				if !slices.ContainsFunc(c.folders, func(o string) bool { return under(f.pkg, o) }) {
					t.Errorf("%s calls %s.%s: %s", f.position(n), c.pkg, c.name, c.reason)
				}
			}
			return true
		})
	}
}

// testSupport says whether a package is only ever linked into tests.
func testSupport(pkg string) bool { return strings.HasSuffix(pkg, "test") || under(pkg, "e2e") }

// TestNoInit bans init functions: wiring is plain Go that a test can start.
func TestNoInit(t *testing.T) {
	t.Parallel()
	for _, f := range parseTree(t) {
		for _, d := range f.ast.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				t.Errorf("%s: init runs before anyone can test or configure it; call it from app", f.position(fn))
			}
		}
	}
}

// TestSizes is a ratchet: 90 of 100 functions have at most 45 lines, none more
// than 80, no file more than 500 (tests: 900).
func TestSizes(t *testing.T) {
	t.Parallel()
	var lengths []int
	for _, f := range parseTree(t) {
		limit := 500
		if f.test {
			limit = 900
		}
		if f.lines > limit {
			t.Errorf("%s has %d lines; the limit is %d: split it by what it is about", f.path, f.lines, limit)
		}
		if f.test {
			continue
		}
		for _, d := range f.ast.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Body == nil {
				continue
			}
			n := f.fset.Position(fn.Body.End()).Line - f.fset.Position(fn.Body.Pos()).Line
			lengths = append(lengths, n)
			if n > 80 {
				t.Errorf("%s: %s has %d lines; the limit is 80", f.position(fn), fn.Name.Name, n)
			}
		}
	}
	slices.Sort(lengths)
	require.NotEmpty(t, lengths)
	ninetieth := lengths[len(lengths)*90/100]
	require.LessOrEqual(t, ninetieth, 45, "nine functions of ten have at most 45 lines")
	t.Logf("%d functions: median %d lines, 90th percentile %d, longest %d", len(lengths), lengths[len(lengths)/2], ninetieth, lengths[len(lengths)-1])
}

// TestNoReplaceDirectives keeps the module buildable by anyone who clones it.
func TestNoReplaceDirectives(t *testing.T) {
	t.Parallel()
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	require.NoError(t, err)
	for line := range strings.Lines(string(mod)) {
		require.False(t, strings.HasPrefix(strings.TrimSpace(line), "replace"), "go.mod must not replace modules: %s", line)
	}
}
