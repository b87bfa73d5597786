package duck

import (
	"context"
	"database/sql/driver"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
)

// maxCommitEvents bounds what one commit takes from the queue, so that the
// first of those who wait together does not wait for long.
const maxCommitEvents = 20_000

// call is one Append in the queue.
type call struct {
	rows  []row
	state atomic.Int32
	done  chan error // buffered, so that the committer never waits
}

// The states of a call. Whoever moves it out of queued decides its fate.
const (
	queued int32 = iota
	taken
	withdrawn
)

// Append stores the events in one transaction; see store.Log.
func (l *Log) Append(ctx context.Context, events []*event.Event) error {
	if len(events) == 0 {
		return ctx.Err()
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	c := &call{done: make(chan error, 1)}
	var err error
	if c.rows, err = encode(events); err != nil {
		return err
	}
	select {
	case <-l.stop:
		return errClosed()
	default:
	}
	select {
	case l.queue <- c:
	case <-l.stop:
		return errClosed()
	case <-ctx.Done():
		return ctx.Err()
	}
	return l.await(ctx, c)
}

func (l *Log) await(ctx context.Context, c *call) error {
	select {
	case err := <-c.done:
		return err
	case <-l.finished:
	case <-ctx.Done():
		if c.state.CompareAndSwap(queued, withdrawn) {
			return ctx.Err()
		}
		return <-c.done
	}
	// The committer has left. It answered before it left, or never took the call.
	select {
	case err := <-c.done:
		return err
	default:
		return errClosed()
	}
}

// run is the committer: it takes all that waits and commits it together, and
// does errands in between.
func (l *Log) run() {
	defer close(l.finished)
	for {
		select {
		case <-l.stop:
			return
		case r := <-l.errands:
			r.done <- l.perform(r)
		case c := <-l.queue:
			if batch := l.gather(c); len(batch) > 0 {
				l.settle(batch, l.commit(batch))
			}
		}
	}
}

// gather takes the first call and whatever else is waiting already.
func (l *Log) gather(first *call) []*call {
	var batch []*call
	events := 0
	for c := first; ; {
		if c.state.CompareAndSwap(queued, taken) {
			batch = append(batch, c)
			events += len(c.rows)
		}
		if events >= maxCommitEvents {
			return batch
		}
		select {
		case c = <-l.queue:
		default:
			return batch
		}
	}
}

func (l *Log) settle(batch []*call, err error) {
	for _, c := range batch {
		if err != nil {
			for _, r := range c.rows {
				r.event.Seq = 0
			}
		}
		c.done <- err
	}
}

// commit stores the batch or nothing. Any failure condemns the engine: whether
// DuckDB still trusts itself cannot be seen from outside, and reopening costs
// milliseconds.
func (l *Log) commit(batch []*call) error {
	if err := l.mend(); err != nil {
		return err
	}
	last, err := l.write(batch)
	if err == nil {
		l.lastSeq.Store(last)
		return nil
	}
	l.logger.Error("event log: commit failed", "error", err)
	l.discard()
	_ = l.mend() // now if possible, otherwise at the next Append
	return fault.Wrap(fault.Unavailable, err, "The event log cannot be written; nothing was stored. Check the disk, then send again.")
}

func (l *Log) write(batch []*call) (last uint64, err error) {
	ctx := context.Background() // a commit is never half cancelled
	e := l.engine               // only the committer replaces it, and that is us
	if err := execute(ctx, e.writer, "BEGIN"); err != nil {
		return 0, err
	}
	last = l.lastSeq.Load()
	values := make([]driver.Value, columnCount)
	for _, c := range batch {
		for i := range c.rows {
			last++
			c.rows[i].event.Seq = last
			c.rows[i].fill(values)
			if err := e.appender.AppendRow(values...); err != nil {
				return 0, fmt.Errorf("append row: %w", err)
			}
		}
	}
	if err := e.appender.Flush(); err != nil {
		return 0, fmt.Errorf("flush: %w", err)
	}
	return last, execute(ctx, e.writer, "COMMIT")
}

// discard closes the engine after a failure. Readers that are at work finish first.
func (l *Log) discard() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.engine.close(); err != nil {
		l.logger.Debug("event log: closing after a failure", "error", err)
	}
	l.engine = nil
}

// mend opens the file again after a failure. A commit whose outcome was
// unclear may have reached the disk although its callers were told that it did
// not: such rows are taken out before anything new is stored.
func (l *Log) mend() error {
	if l.engine != nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	e, err := openEngine(ctx, l.path, l.options)
	if err != nil {
		return fault.Wrap(fault.Unavailable, err, "The event log cannot be opened; nothing was stored. Check the disk, then send again.")
	}
	if err := execute(ctx, e.writer, fmt.Sprintf("DELETE FROM events WHERE seq > %d", l.lastSeq.Load())); err != nil {
		_ = e.close() // the failed statement is the one to tell
		return fault.Wrap(fault.Unavailable, err, "The event log cannot be written; nothing was stored. Check the disk, then send again.")
	}
	l.engine = e
	l.logger.Info("event log: reopened after a failure", "last_seq", l.lastSeq.Load())
	return nil
}
