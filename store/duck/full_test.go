package duck_test

import (
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/store/duck"
	"github.com/weirhq/weir/store/storetest"
)

// smallDisk mounts a file system of 24 MiB, where the test may.
func smallDisk(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	if err := exec.Command("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", folder).Run(); err != nil {
		t.Skip("a small disk cannot be mounted here: ", err)
	}
	t.Cleanup(func() { require.NoError(t, exec.Command("umount", folder).Run()) })
	return folder
}

func TestFullDisk(t *testing.T) {
	t.Parallel()
	folder := smallDisk(t)
	log, err := duck.Open(t.Context(), filepath.Join(folder, "events.duckdb"), slog.New(slog.DiscardHandler), duck.Options{})
	require.NoError(t, err)
	ballast := filepath.Join(folder, "ballast")
	require.NoError(t, os.WriteFile(ballast, make([]byte, 16<<20), 0o600))

	var stored []*event.Event
	for n := 0; ; n++ {
		require.Less(t, n, 1000, "the disk never filled up")
		batch := storetest.Batch("p", string(rune('a'+n%26))+string(rune('a'+n/26)), 1000)
		if err = log.Append(t.Context(), batch); err != nil {
			require.Zero(t, batch[0].Seq)
			break
		}
		stored = append(stored, batch...)
	}
	require.Equal(t, fault.Unavailable, fault.KindOf(err))
	require.Equal(t, uint64(len(stored)), log.LastSeq())

	// Still full: refused again, and still nothing is stored.
	require.Equal(t, fault.Unavailable, fault.KindOf(log.Append(t.Context(), storetest.Batch("p", "still", 20_000))))

	require.NoError(t, os.Remove(ballast))
	after := storetest.Batch("p", "after", 10)
	require.NoError(t, log.Append(t.Context(), after), "the log mends itself when there is space")
	require.Equal(t, uint64(len(stored)+1), after[0].Seq)
	require.Equal(t, append(stored, after...), storetest.All(t, log, 0))
	require.NoError(t, log.Close())

	again, err := duck.Open(t.Context(), filepath.Join(folder, "events.duckdb"), slog.New(slog.DiscardHandler), duck.Options{})
	require.NoError(t, err)
	require.Len(t, storetest.All(t, again, 0), len(stored)+10)
	require.NoError(t, again.Close())
}
