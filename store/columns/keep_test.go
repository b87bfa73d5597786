package columns

import (
	"context"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestKeepWaitsForTheFiles: when Keep returns, a start after a kill reads nothing
// of the log from before.
func TestKeepWaitsForTheFiles(t *testing.T) {
	t.Parallel()
	dir, log := filepath.Join(t.TempDir(), "columns"), &paper{}
	for seq := range uint64(50) {
		log.add(did(seq+1, "u"+strconv.Itoa(int(seq%7)), "view", int64(seq), nil))
	}
	s := reopen(t, dir, log, options(log))
	defer s.Close()
	require.NoError(t, s.Keep(t.Context(), "p", 50))
	killed := reopen(t, dir, log, options(log)) // as after a kill: s was not closed
	require.EqualValues(t, 50, killed.slot("p").start)
	killed.Close()

	more := did(51, "u1", "view", 51, nil)
	log.add(more)
	s.Apply(log.events[50:])
	require.NoError(t, s.Keep(t.Context(), "p", 51))
	require.GreaterOrEqual(t, s.slot("p").folder.covered(), uint64(51))
	require.NoError(t, NewStore().Keep(t.Context(), "p", 1), "nothing is kept in memory")
}

// TestKeepEndsWithItsContext: what cannot be written yet is waited for, and no
// longer than somebody wants to wait.
func TestKeepEndsWithItsContext(t *testing.T) {
	t.Parallel()
	log := &paper{}
	log.add(did(1, "u", "view", 1, nil))
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "columns"), options(log))
	require.NoError(t, err)
	defer s.Close()
	ctx, leave := context.WithCancel(t.Context())
	leave()
	require.ErrorIs(t, s.Keep(ctx, "p", 1), context.Canceled, "the log was not read yet")
}
