package ingest_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/ingest"
	"github.com/weirhq/weir/store/duck"
	"github.com/weirhq/weir/store/storetest"
)

// killDeleter in the environment makes the test binary a process that deletes a
// person after the other and is killed.
const killDeleter = "WEIR_TEST_KILL_DELETER"

// deleter stores events of persons and deletes every second one. It prints each
// id whose deletion was acknowledged.
func deleter(folder, round string) {
	logger := slog.New(slog.DiscardHandler)
	log, err := duck.Open(context.Background(), filepath.Join(folder, "events.duckdb"), logger, duck.Options{CheckpointBytes: 256 << 10})
	if err != nil {
		fmt.Println("error", err)
		return
	}
	in := ingest.New(log, nothing{}, clock.System{}, logger, ingest.Options{})
	if err := in.Start(context.Background()); err != nil {
		fmt.Println("error", err)
		return
	}
	for n := 0; ; n++ {
		id := fmt.Sprintf("person-%s-%d", round, n)
		batch := storetest.Batch("p", id, 30)
		for _, e := range batch {
			e.DistinctID = id
			e.Properties["note"] = event.Text("about " + id)
		}
		if _, err := in.Accept(context.Background(), "p", batch); err != nil {
			fmt.Println("error", err)
		}
		if n%2 == 1 {
			continue
		}
		if err := in.DeletePerson(context.Background(), "p", id); err != nil {
			fmt.Println("error", err)
		}
		fmt.Println(id)
	}
}

// TestDeleteKilled kills the process with SIGKILL while it deletes persons: every
// acknowledged deletion is in the log afterwards, and after the next start nothing
// is left of the persons, and nobody else has lost anything.
func TestDeleteKilled(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	deleted := map[string]bool{}
	for round := range 4 {
		for _, id := range killedDeleter(t, folder, fmt.Sprint(round), 1+3*round) {
			deleted[id] = true
		}
		requireDeleted(t, folder, deleted)
	}
}

func killedDeleter(t *testing.T, folder, round string, persons int) (ids []string) {
	t.Helper()
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), killDeleter+"="+folder, "WEIR_TEST_KILL_ROUND="+round)
	output, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	lines := bufio.NewScanner(output)
	for lines.Scan() { // to the end of the pipe: what was printed had been acknowledged
		require.NotContains(t, lines.Text(), "error")
		if ids = append(ids, lines.Text()); len(ids) == persons {
			<-time.After(time.Duration(persons) * 7 * time.Millisecond) // any moment will do
			require.NoError(t, command.Process.Kill())
		}
	}
	_ = command.Wait() // «signal: killed»
	return ids
}

func requireDeleted(t *testing.T, folder string, deleted map[string]bool) {
	t.Helper()
	log, err := duck.Open(t.Context(), filepath.Join(folder, "events.duckdb"), slog.New(slog.DiscardHandler), duck.Options{})
	require.NoError(t, err)
	live := newLedger()
	require.NoError(t, ingest.Replay(t.Context(), log, live, 0, nil))
	in := ingest.New(log, live, clock.System{}, slog.New(slog.DiscardHandler), ingest.Options{})
	require.NoError(t, in.Start(t.Context()))
	require.NoError(t, in.Erase(t.Context()))
	in.Stop()
	pending, err := log.Pending(t.Context())
	require.NoError(t, err)
	require.Empty(t, pending)

	events := map[string]int{}
	orders := 0
	require.NoError(t, log.Scan(t.Context(), 0, func(e *event.Event) error {
		if e.Name == event.NameDeletePerson {
			orders++
		}
		events[e.DistinctID]++
		if strings.HasPrefix(e.DistinctID, event.NameErased) {
			require.Empty(t, e.Properties)
		}
		return nil
	}))
	require.GreaterOrEqual(t, orders, len(deleted))
	for id, n := range events {
		require.False(t, deleted[id], id)
		if !strings.HasPrefix(id, event.NameErased) {
			require.Equal(t, 30, n, id)
		}
	}
	rebuilt := newLedger()
	require.NoError(t, ingest.Replay(t.Context(), log, rebuilt, 0, nil))
	require.Equal(t, live.everybody(), rebuilt.everybody())
	require.NoError(t, log.Close())
}
