package archtest

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "rewrite the list of linked modules")

// directLimit bounds the direct dependencies of the program.
const directLimit = 30

// TestLinkedModules compares the modules that are linked into the binary with
// testdata/linked.txt, so that a new dependency is a visible diff. Each direct
// one needs a line of reason in docs/decisions/dependencies.md.
func TestLinkedModules(t *testing.T) {
	t.Parallel()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{with .Module}}{{.Path}}{{end}}", "./cmd/weir")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=1")
	out, err := cmd.Output()
	require.NoError(t, err, "go list")
	modules := strings.Fields(string(out))
	slices.Sort(modules)
	modules = slices.DeleteFunc(slices.Compact(modules), func(m string) bool { return m == module })
	got := strings.Join(modules, "\n") + "\n"

	golden := filepath.Join("testdata", "linked.txt")
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(golden, []byte(got), 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), got, "the linked modules changed; if that is meant: go test ./internal/archtest -run Linked -update")
}

// TestDirectDependenciesHaveReasons demands a line in docs/decisions for each.
func TestDirectDependenciesHaveReasons(t *testing.T) {
	t.Parallel()
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	require.NoError(t, err)
	reasons, err := os.ReadFile(filepath.Join(root, "docs", "decisions", "dependencies.md"))
	require.NoError(t, err)
	direct := 0
	for line := range strings.Lines(string(mod)) {
		fields := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "require "))
		if len(fields) < 2 || !strings.Contains(fields[0], ".") || strings.Contains(line, "// indirect") {
			continue
		}
		direct++
		require.Contains(t, string(reasons), "`"+fields[0]+"`", "docs/decisions/dependencies.md gives no reason for it")
	}
	require.Positive(t, direct)
	require.LessOrEqual(t, direct, directLimit, "direct dependencies")
}
