package campaign

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/weirhq/weir/reach/limit"
	"github.com/weirhq/weir/store/meta"
)

// maxBatch bounds a group commit.
const maxBatch = 256

// errLedgerClosed is what a change gets that comes after the end.
var errLedgerClosed = errors.New("the program is stopping")

// change is one message's step, a single statement, waiting for its commit.
type change struct {
	apply func(ctx context.Context, tx *meta.Tx) error
	must  bool // a result: tried again until it is stored
	done  func(error)
}

// ledger commits steps of messages in groups: those that are ready while one
// commit is being written share the next. One fsync then serves as many messages
// as there are connections, which is where the throughput comes from.
type ledger struct {
	db      *meta.DB
	logger  *slog.Logger
	changes chan change
	closing chan struct{}
	ended   chan struct{}

	mu     sync.RWMutex
	closed bool // nothing is taken any more
}

func newLedger(db *meta.DB, logger *slog.Logger) *ledger {
	l := &ledger{db: db, logger: logger, changes: make(chan change, maxBatch), closing: make(chan struct{}), ended: make(chan struct{})}
	go l.run()
	return l
}

// commit applies one statement and returns when it is durable. The error is the
// statement's own, or the transaction's.
func (l *ledger) commit(apply func(ctx context.Context, tx *meta.Tx) error) error {
	answer := make(chan error, 1)
	l.submit(change{apply: apply, done: func(err error) { answer <- err }})
	return <-answer
}

// settle applies a result, as often as it takes, and calls done when it is durable
// or when the ledger is closed. The caller does not wait.
func (l *ledger) settle(apply func(ctx context.Context, tx *meta.Tx) error, done func(error)) {
	l.submit(change{apply: apply, must: true, done: done})
}

// submit holds the lock while it waits for room, so that close can only come
// between two changes and run sees everything that was taken.
func (l *ledger) submit(c change) {
	l.mu.RLock()
	closed := l.closed
	if !closed {
		l.changes <- c
	}
	l.mu.RUnlock()
	if closed {
		c.done(errLedgerClosed)
	}
}

// close commits what was submitted and ends. What comes later is refused.
func (l *ledger) close() {
	l.mu.Lock()
	first := !l.closed
	l.closed = true
	l.mu.Unlock()
	if first {
		close(l.closing)
	}
	<-l.ended
}

func (l *ledger) run() {
	defer close(l.ended)
	for {
		select {
		case first := <-l.changes:
			l.write(l.gather(first))
		case <-l.closing:
			select {
			case first := <-l.changes:
				l.write(l.gather(first))
				continue
			default:
				return
			}
		}
	}
}

// gather takes everything that is waiting behind the first.
func (l *ledger) gather(first change) []change {
	batch := []change{first}
	for len(batch) < maxBatch {
		select {
		case c := <-l.changes:
			batch = append(batch, c)
		default:
			return batch
		}
	}
	return batch
}

// write commits a batch. When the database refuses, steps that can be given up
// fail, and results are tried again: forgetting one would leave a message in doubt.
func (l *ledger) write(batch []change) {
	for tries := 0; ; tries++ {
		results, err := l.transact(batch)
		if err == nil {
			for i, c := range batch {
				c.done(results[i])
			}
			return
		}
		l.logger.Error("messages' steps could not be stored", "count", len(batch), "error", err)
		kept := batch[:0]
		for _, c := range batch {
			if !c.must || l.isClosing() && tries > 3 {
				c.done(err)
			} else {
				kept = append(kept, c)
			}
		}
		if batch = kept; len(batch) == 0 {
			return
		}
		l.backOff(doubled(10*time.Millisecond, time.Second, tries))
	}
}

func (l *ledger) transact(batch []change) ([]error, error) {
	ctx := context.Background()
	results := make([]error, len(batch))
	err := l.db.Tx(ctx, func(tx *meta.Tx) error {
		for i, c := range batch {
			results[i] = c.apply(ctx, tx)
			// A step that merely changed nothing is its own affair; a failing database fails them all.
			if results[i] != nil && !errors.Is(results[i], errWithdrawn) {
				return results[i]
			}
		}
		return nil
	})
	return results, err
}

func (l *ledger) isClosing() bool {
	select {
	case <-l.closing:
		return true
	default:
		return false
	}
}

func (l *ledger) backOff(d time.Duration) {
	_ = limit.Pause(context.Background(), d)
}
