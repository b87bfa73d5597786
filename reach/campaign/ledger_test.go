package campaign

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/store/meta"
)

func newTestLedger(t *testing.T) (*ledger, *meta.DB) {
	t.Helper()
	db, err := meta.Open(t.Context(), filepath.Join(t.TempDir(), "meta.db"))
	require.NoError(t, err)
	_, err = db.Exec(t.Context(), "account.project_insert", "p1", "p1", "UTC", 1, "CNY", "k", 0, 1)
	require.NoError(t, err)
	l := newLedger(db, slog.New(slog.DiscardHandler))
	t.Cleanup(func() {
		l.close()
		require.NoError(t, db.Close())
	})
	return l, db
}

func suppress(address string) func(context.Context, *meta.Tx) error {
	return func(ctx context.Context, tx *meta.Tx) error {
		_, err := tx.Exec(ctx, "reach.suppress", "p1", address, "manual", "", 1)
		return err
	}
}

func suppressed(t *testing.T, db *meta.DB) (n int) {
	t.Helper()
	require.NoError(t, db.QueryRow(t.Context(), "reach.suppressions_total", "p1", "").Scan(&n))
	return n
}

func TestStepsThatAreReadyShareACommit(t *testing.T) {
	t.Parallel()
	l, db := newTestLedger(t)
	var group sync.WaitGroup
	for i := range 100 {
		group.Go(func() {
			if err := l.commit(suppress(string(rune('0' + i)))); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	require.Equal(t, 100, suppressed(t, db))
}

// TestAStepThatChangesNothingHarmsNoOther: a withdrawn message fails alone.
func TestAStepThatChangesNothingHarmsNoOther(t *testing.T) {
	t.Parallel()
	l, db := newTestLedger(t)
	var group sync.WaitGroup
	for i := range 40 {
		group.Go(func() {
			if i%2 == 0 {
				if err := l.commit(func(context.Context, *meta.Tx) error { return errWithdrawn }); !errors.Is(err, errWithdrawn) {
					t.Errorf("got %v", err)
				}
				return
			}
			if err := l.commit(suppress(string(rune('0' + i)))); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	require.Equal(t, 20, suppressed(t, db))
}

// TestResultsAreNeverForgotten: while the database fails a handover fails at once,
// and a result waits until it can be stored.
func TestResultsAreNeverForgotten(t *testing.T) {
	t.Parallel()
	l, db := newTestLedger(t)
	failure := errors.New("disk full")
	require.ErrorIs(t, l.commit(func(context.Context, *meta.Tx) error { return failure }), failure)

	var tries atomic.Int32
	stored := make(chan error)
	l.settle(func(ctx context.Context, tx *meta.Tx) error {
		if tries.Add(1) < 4 {
			return failure
		}
		return suppress("a")(ctx, tx)
	}, func(err error) { stored <- err })
	require.NoError(t, <-stored)
	require.EqualValues(t, 4, tries.Load())
	require.Equal(t, 1, suppressed(t, db))
}

// TestClosingEndsThoughTheDatabaseFails: what cannot be stored is left in doubt
// for the next start, and the program ends.
func TestClosingEndsThoughTheDatabaseFails(t *testing.T) {
	t.Parallel()
	l, _ := newTestLedger(t)
	failure := errors.New("disk full")
	ended := make(chan error, 1)
	l.settle(func(context.Context, *meta.Tx) error { return failure }, func(err error) { ended <- err })
	l.close()
	require.ErrorIs(t, <-ended, failure)
	require.ErrorIs(t, l.commit(suppress("a")), errLedgerClosed)
}
