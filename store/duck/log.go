package duck

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/store"
)

var _ store.Log = (*Log)(nil)

// Log is the event log in one DuckDB file. Open makes one.
type Log struct {
	path    string
	options Options
	logger  *slog.Logger

	queue    chan *call
	errands  chan *errand
	stop     chan struct{} // closed by Close: take no more calls
	finished chan struct{} // closed by the committer when it has left
	closing  sync.Once
	closed   error // of the engine; read after finished

	lastSeq atomic.Uint64 // newest committed

	scans      gate        // Scans together, or an Erase alone
	unfinished atomic.Bool // an erasure was decided and is not carried out yet

	// mu is held for reading while the engine is used for a read, and for
	// writing while it is replaced. engine is nil while the file cannot be opened.
	mu     sync.RWMutex
	engine *engine
}

// Open opens or creates the log in the file at path.
func Open(ctx context.Context, path string, logger *slog.Logger, options Options) (*Log, error) {
	options = options.withDefaults()
	if strings.ContainsAny(path, "?%") {
		// The driver takes the path for a URL.
		return nil, fault.New(fault.Invalid, "The data folder's path must not contain ? or %%.")
	}
	e, err := openEngine(ctx, path, options)
	if err != nil {
		return nil, openFault(err)
	}
	last, err := number(ctx, e.writer, "SELECT max(seq) FROM events")
	if err != nil {
		_ = e.close() // the read's error is the one to tell
		return nil, openFault(err)
	}
	l := &Log{
		path: path, options: options, logger: logger, engine: e,
		queue:    make(chan *call, options.QueueLength),
		errands:  make(chan *errand),
		stop:     make(chan struct{}),
		finished: make(chan struct{}),
	}
	l.lastSeq.Store(last)
	go l.run()
	if err := l.finish(ctx); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

// LastSeq is the Seq of the newest committed event, 0 when there is none.
func (l *Log) LastSeq() uint64 { return l.lastSeq.Load() }

// Close waits for the commit under way, refuses the calls that still wait and
// closes the file. Closing twice is harmless.
func (l *Log) Close() error {
	l.closing.Do(func() {
		close(l.stop)
		<-l.finished
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.engine != nil {
			l.closed = l.engine.close()
			l.engine = nil
		}
	})
	return l.closed
}

// openFault tells a file in use from other troubles of opening.
func openFault(err error) error {
	if strings.Contains(err.Error(), "Could not set lock") || strings.Contains(err.Error(), "Conflicting lock") {
		return fault.Wrap(fault.Conflict, err, "The event log is in use by another process. Stop it, or choose another data folder.")
	}
	if fault.KindOf(err) != fault.Internal {
		return err
	}
	return fault.Wrap(fault.Unavailable, err, "The event log cannot be opened.")
}

func errClosed() error {
	return fault.New(fault.Unavailable, "The event log is closed; the server is stopping.")
}
