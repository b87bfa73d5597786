package duck_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/store"
	"github.com/weirhq/weir/store/duck"
	"github.com/weirhq/weir/store/storetest"
)

// eraseFile in the environment makes the test binary a process that erases and
// is killed.
const eraseFile = "WEIR_TEST_ERASE_FILE"

const secretive = "ada.lovelace@example.org"

// secrets are n events of which every third is about somebody to be erased.
func secrets(prefix string, n int) []*event.Event {
	batch := storetest.Batch("p", prefix, n)
	for i, e := range batch {
		if i%3 == 0 {
			e.DistinctID, e.ID = secretive, fmt.Sprint(secretive, "-", prefix, "-", i)
			e.Properties["note"] = event.Text(fmt.Sprint("born 1815 in London, ", i))
			e.Profile = &event.Profile{Set: event.Properties{"city": event.Text("born 1815 as well")}}
		}
	}
	return batch
}

func erasure(upTo uint64) store.Erasure {
	return store.Erasure{Project: "p", By: upTo, Tokens: map[string]string{secretive: "$erased:1:1"}}
}

// TestErasedBytes looks for what was erased in the bytes of the files. DuckDB does
// not clear the gaps inside of the blocks it writes, in which pieces of other
// blocks may lie: few, if any.
func TestErasedBytes(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, "events.duckdb")
	log, err := duck.Open(t.Context(), path, slog.New(slog.DiscardHandler), duck.Options{CheckpointBytes: 1 << 20})
	require.NoError(t, err)
	for i := range 7 {
		require.NoError(t, log.Append(t.Context(), secrets(fmt.Sprint(i), 20_000)))
	}
	require.NotZero(t, found(t, folder), "though most are compressed")
	all := storetest.All(t, log, 0)
	order := event.NewDeletePerson(secretive)
	order.ID, order.Project = "order", "p"
	require.NoError(t, log.Append(t.Context(), []*event.Event{order}))
	require.NoError(t, log.Erase(t.Context(), erasure(log.LastSeq())))
	require.NoError(t, log.Purge(t.Context()))
	require.NoError(t, log.Append(t.Context(), storetest.Batch("p", "more", 1)))
	require.LessOrEqual(t, found(t, folder), 3)
	for i, e := range storetest.All(t, log, 0)[:len(all)] {
		if i%20_000%3 != 0 {
			require.Equal(t, all[i], e)
		}
	}
	require.NoError(t, log.Close())
	require.LessOrEqual(t, found(t, folder), 3)
	require.Equal(t, uint64(0), sqlOn(t, path, "SELECT count(*)::UBIGINT FROM duckdb_tables() WHERE table_name = 'filler'"))
}

// found counts what is left of the secrets.
func found(t *testing.T, folder string) (n int) {
	t.Helper()
	files, err := os.ReadDir(folder)
	require.NoError(t, err)
	for _, f := range files {
		raw, err := os.ReadFile(filepath.Join(folder, f.Name()))
		require.NoError(t, err)
		for _, text := range []string{"ada.lovelace", "born 1815"} {
			n += bytes.Count(raw, []byte(text))
		}
	}
	return n
}

// eraser is the process to be killed: it erases, and says when it begins.
func eraser(path string) {
	log, err := duck.Open(context.Background(), path, slog.New(slog.DiscardHandler), duck.Options{CheckpointBytes: 256 << 10})
	if err != nil {
		fmt.Println("error", err)
		return
	}
	fmt.Println("ready")
	if err := log.Erase(context.Background(), erasure(log.LastSeq())); err != nil {
		fmt.Println("error", err)
	}
	select {} // until killed
}

// TestEraseKilled kills an erasure with SIGKILL at many moments: afterwards it
// has not begun, or is complete.
func TestEraseKilled(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	source := filepath.Join(folder, "source.duckdb")
	log, err := duck.Open(t.Context(), source, slog.New(slog.DiscardHandler), duck.Options{})
	require.NoError(t, err)
	for i := range 4 {
		require.NoError(t, log.Append(t.Context(), secrets(fmt.Sprint(i), 20_000)))
	}
	before := storetest.All(t, log, 0)
	require.NoError(t, log.Close())
	raw, err := os.ReadFile(source)
	require.NoError(t, err)

	var none, whole int
	for round := range 12 {
		path := filepath.Join(folder, fmt.Sprint(round, ".duckdb"))
		require.NoError(t, os.WriteFile(path, raw, 0o600))
		killedEraser(t, path, round)
		again, err := duck.Open(t.Context(), path, slog.New(slog.DiscardHandler), duck.Options{})
		require.NoError(t, err)
		after := storetest.All(t, again, 0)
		require.Len(t, after, len(before))
		left := 0
		for _, e := range after {
			if e.DistinctID == secretive {
				left++
			}
		}
		if left == 0 {
			whole++
			require.Equal(t, "$erased:1:1", after[0].DistinctID)
			require.Equal(t, event.NameErased, after[0].Name)
		} else {
			none++
			require.Equal(t, before, after)
		}
		require.NoError(t, again.Erase(t.Context(), erasure(again.LastSeq())))
		require.NoError(t, again.Close())
		require.NoError(t, os.Remove(path))
	}
	t.Logf("killed before the decision: %d, after it: %d", none, whole)
	require.NotZero(t, whole)
}

// killedEraser lets the process work for a while that differs by round.
func killedEraser(t *testing.T, path string, round int) {
	t.Helper()
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), eraseFile+"="+path)
	output, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	line := make([]byte, len("ready\n"))
	_, err = io.ReadFull(output, line)
	require.NoError(t, err)
	require.Equal(t, "ready\n", string(line))
	<-time.After(time.Duration(round*round) * 3 * time.Millisecond) // any moment will do
	require.NoError(t, command.Process.Kill())
	_ = command.Wait() // «signal: killed»
}
