package e2e

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestPages opens every page of a small demo in both languages and themes, some
// on a phone: no errors, nothing that axe calls serious, nothing too wide.
func TestPages(t *testing.T) {
	d := startDemo(t, "--size", "small")
	runScript(t, "pages.mjs", d.forPages()...)
}

// TestScreenshots takes the pictures of the documentation; `make screenshots` runs it.
func TestScreenshots(t *testing.T) {
	if os.Getenv("WEIR_SCREENSHOTS") == "" {
		t.Skip("rewrites docs/images; set WEIR_SCREENSHOTS=1")
	}
	folder, err := filepath.Abs(filepath.Join("..", "docs", "images"))
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(folder, 0o755))
	runScript(t, "pages.mjs", append(startDemo(t).forPages(), "DOCS="+folder)...)
}

// forPages is what the script needs to find its way in the demo.
func (d *demoRun) forPages() []string {
	return []string{"WEIR_URL=" + d.url, "PASSWORD=" + d.password, "TRUTH=" + filepath.Join(d.dir, "truth-shop.json")}
}
