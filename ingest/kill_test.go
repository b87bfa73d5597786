package ingest_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/ingest"
	"github.com/weirhq/weir/ingest/ingesttest"
	"github.com/weirhq/weir/store/duck"
	"github.com/weirhq/weir/store/storetest"
)

// killFolder in the environment makes the test binary a process to be killed.
const killFolder = "WEIR_TEST_KILL_FOLDER"

// TestMain runs the victim when asked to, otherwise the tests.
func TestMain(m *testing.M) {
	if folder := os.Getenv(killFolder); folder != "" {
		victim(folder, os.Getenv("WEIR_TEST_KILL_ROUND"))
		os.Exit(1) // it never ends by itself
	}
	if folder := os.Getenv(killDeleter); folder != "" {
		deleter(folder, os.Getenv("WEIR_TEST_KILL_ROUND"))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// victim takes events in from four senders for ever. It prints the ids of each
// batch after it was acknowledged, and half of the batches it sends twice.
func victim(folder, round string) {
	logger := slog.New(slog.DiscardHandler)
	// Small checkpoints, so that kills fall into them too.
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
	var mu sync.Mutex
	var wg sync.WaitGroup
	for s := range 4 {
		wg.Go(func() {
			for n := 0; ; n++ {
				prefix := fmt.Sprintf("%s-%d-%d", round, s, n)
				for range 1 + n%2 {
					result, err := in.Accept(context.Background(), "p", storetest.Batch("p", prefix, 20))
					mu.Lock()
					if err != nil || result.Accepted+result.Duplicates != 20 {
						fmt.Println("error", err, result)
					} else {
						fmt.Println(prefix)
					}
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
}

// TestKill kills the process with SIGKILL at random moments while events stream
// in: every acknowledged event is in the log afterwards, once, and the numbers
// have no gaps.
func TestKill(t *testing.T) {
	t.Parallel()
	const kills = 5
	folder := t.TempDir()
	random := rand.New(rand.NewPCG(1, 2))
	acknowledged := map[string]bool{}
	for round := range kills {
		for _, id := range killed(t, folder, round, 5+random.IntN(200)) {
			acknowledged[id] = true
		}
		verify(t, folder, acknowledged)
	}
	require.NotEmpty(t, acknowledged)
}

// killed runs the victim until it has acknowledged some batches, and kills it.
func killed(t *testing.T, folder string, round, batches int) (ids []string) {
	t.Helper()
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), killFolder+"="+folder, "WEIR_TEST_KILL_ROUND="+strconv.Itoa(round))
	output, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	lines := bufio.NewScanner(output)
	for lines.Scan() { // to the end of the pipe: what was printed had been acknowledged
		require.NotContains(t, lines.Text(), "error")
		if ids = append(ids, lines.Text()); len(ids) == batches {
			require.NoError(t, command.Process.Kill())
		}
	}
	_ = command.Wait() // «signal: killed»
	require.GreaterOrEqual(t, len(ids), batches)
	return ids
}

func verify(t *testing.T, folder string, acknowledged map[string]bool) {
	t.Helper()
	log, err := duck.Open(t.Context(), filepath.Join(folder, "events.duckdb"), slog.New(slog.DiscardHandler), duck.Options{})
	require.NoError(t, err)
	counts := map[string]int{}
	unique := map[string]bool{}
	derived := ingesttest.NewRecorder(t)
	require.NoError(t, ingest.Replay(t.Context(), log, derived, 0, nil)) // checks that seq is dense
	for _, e := range derived.Events() {
		require.False(t, unique[e.ID], "%s is stored twice", e.ID)
		unique[e.ID] = true
		counts[e.ID[:strings.LastIndex(e.ID, "-")]]++
	}
	for batch := range acknowledged {
		require.Equal(t, 20, counts[batch], "batch %s was acknowledged", batch)
	}
	for batch, n := range counts {
		require.Equal(t, 20, n, "batch %s is stored in part", batch)
	}
	// Sent again after the restart, an acknowledged batch is a repeat.
	in := ingest.New(log, derived, clock.System{}, slog.New(slog.DiscardHandler), ingest.Options{})
	require.NoError(t, in.Start(t.Context()))
	for batch := range acknowledged {
		result, err := in.Accept(t.Context(), "p", storetest.Batch("p", batch, 20))
		require.NoError(t, err)
		require.Equal(t, 20, result.Duplicates)
		break
	}
	in.Stop()
	require.NoError(t, log.Close())
}
