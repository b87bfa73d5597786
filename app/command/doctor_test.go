package command

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/app"
)

func TestDoctorWorksOnColumnFiles(t *testing.T) {
	t.Parallel()
	run := func(args ...string) int { return Run(t.Context(), append([]string{"doctor"}, args...)) }
	dir := t.TempDir()
	require.Equal(t, 0, run("--data-dir", dir, "--verify"), "nothing to compare is no failure")
	require.Equal(t, 0, run("--data-dir", dir, "--rebuild"))
	require.Equal(t, 2, run("--data-dir", dir, "--rebuild", "--verify"), "one at a time")
	require.Equal(t, 1, run("--dump", filepath.Join(dir, "absent")))
	lock, err := app.LockFolder(dir)
	require.NoError(t, err)
	require.Equal(t, 1, run("--data-dir", filepath.Join(dir, "events.duckdb", "no"), "--dump", dir))
	require.NoError(t, lock.Release())
}
