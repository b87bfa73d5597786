package duck

import (
	"context"
	"errors"

	"github.com/duckdb/duckdb-go/v2"
)

// errand is something other than an Append that the committer does, because one
// goroutine writes.
type errand struct {
	do   func(ctx context.Context, conn *duckdb.Conn) error
	done chan error // buffered, so that the committer never waits
}

// errand has the committer do something between two commits, for which they
// wait. A context that ends takes it back as long as it has not begun.
func (l *Log) errand(ctx context.Context, do func(ctx context.Context, conn *duckdb.Conn) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	r := &errand{do: do, done: make(chan error, 1)}
	select {
	case l.errands <- r: // not buffered: it has begun
		return <-r.done
	case <-l.stop:
		return errClosed()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// perform does an errand. A failure condemns the engine, as that of a commit does.
func (l *Log) perform(r *errand) error {
	if err := l.mend(); err != nil {
		return err
	}
	err := r.do(context.Background(), l.engine.writer) // never half cancelled
	if err != nil {
		l.logger.Error("event log: a change failed", "error", err)
		l.discard()
		_ = l.mend() // now if possible, otherwise at the next Append
	}
	return err
}

// checkpoint folds the write-ahead log into the file, if that is possible now;
// otherwise a later commit does.
func (l *Log) checkpoint(ctx context.Context) {
	_ = l.errand(ctx, func(ctx context.Context, conn *duckdb.Conn) error {
		if err := execute(ctx, conn, "CHECKPOINT"); err != nil {
			l.logger.Debug("event log: no checkpoint now", "error", err)
		}
		return nil
	})
}

// inTransaction commits what f does, or nothing.
func inTransaction(ctx context.Context, conn *duckdb.Conn, f func() error) error {
	if err := execute(ctx, conn, "BEGIN"); err != nil {
		return err
	}
	if err := f(); err != nil {
		return errors.Join(err, execute(ctx, conn, "ROLLBACK"))
	}
	return execute(ctx, conn, "COMMIT")
}
