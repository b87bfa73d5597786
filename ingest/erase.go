package ingest

import (
	"context"
	"sync"
	"time"

	"github.com/weirhq/weir/store"
)

// eraser takes what was deleted out of the log, in the background.
type eraser struct {
	asked chan struct{} // holds one token when there is something to do
	mu    sync.Mutex    // held by the one that erases
	stop  context.CancelFunc
	left  sync.WaitGroup
}

// eraseAgain is how long a failed erasure waits for the next try.
const eraseAgain = time.Minute

func newEraser() *eraser { return &eraser{asked: make(chan struct{}, 1)} }

func (r *eraser) wake() {
	select {
	case r.asked <- struct{}{}:
	default: // asked already
	}
}

// start begins with what the last run left undone.
func (r *eraser) start(in *Intake) {
	ctx, cancel := context.WithCancel(context.Background())
	r.stop = cancel
	r.wake()
	r.left.Go(func() {
		var again <-chan time.Time
		for {
			select {
			case <-r.asked:
			case <-again:
			case <-ctx.Done():
				return
			}
			again = nil
			if err := in.Erase(ctx); err != nil && ctx.Err() == nil {
				in.logger.Error("what was deleted is not out of the event log yet", "error", err)
				again = time.After(eraseAgain)
			}
		}
	})
}

func (r *eraser) end() {
	if r.stop != nil {
		r.stop()
	}
	r.left.Wait()
}

// Erase takes everything that was deleted so far out of the log, and returns when
// that is done. The Intake does so by itself; who wants to know that it is done
// may call it, too.
func (in *Intake) Erase(ctx context.Context) error {
	in.eraser.mu.Lock()
	defer in.eraser.mu.Unlock()
	pending, err := in.log.Pending(ctx)
	if err != nil || len(pending) == 0 {
		return err
	}
	for len(pending) > 0 {
		batch, err := planBatch(ctx, in.log, pending)
		if err != nil {
			return err
		}
		if err := in.keep(ctx, batch); err != nil {
			return err
		}
		if err := in.log.Erase(ctx, batch...); err != nil {
			return err
		}
		for _, e := range batch {
			in.logger.Info("deleted data is out of the event log", "project", e.Project, "order", e.By, "ids", len(e.Tokens), "events", len(e.Seqs))
		}
		pending = pending[len(batch):]
	}
	return in.log.Purge(ctx)
}

// keep waits until the Derived needs nothing of the log up to the deletions.
func (in *Intake) keep(ctx context.Context, batch []store.Erasure) error {
	keeper, ok := in.derived.(store.Keeper)
	if !ok {
		return nil
	}
	newest := map[string]uint64{}
	for _, e := range batch {
		newest[e.Project] = max(newest[e.Project], e.By)
	}
	for project, seq := range newest {
		if err := keeper.Keep(ctx, project, seq); err != nil {
			return err
		}
	}
	return nil
}
