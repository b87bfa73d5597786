package task

import (
	"context"
	"fmt"
	"sync"
)

// Worker is a Service made of one loop. Its zero value with Run set is ready to use.
type Worker struct {
	// Prepare, when set, runs inside Start before the loop; its error is Start's error.
	Prepare func(ctx context.Context) error
	// Run is the loop; it returns soon after its context has ended.
	Run func(ctx context.Context)

	mu     sync.Mutex
	cancel context.CancelFunc
	done   chan struct{}
}

// Start runs the loop in the background unless it runs already.
func (w *Worker) Start(ctx context.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.done != nil {
		select {
		case <-w.done: // the loop ended by itself
			w.cancel()
		default:
			return nil
		}
	}
	if w.Prepare != nil {
		if err := w.Prepare(ctx); err != nil {
			return fmt.Errorf("prepare to run: %w", err)
		}
	}
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	w.cancel, w.done = cancel, done
	go func() {
		defer close(done)
		w.Run(running)
	}()
	return nil
}

// Stop ends the loop and waits for it.
func (w *Worker) Stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.done == nil {
		return
	}
	w.cancel()
	<-w.done
	w.cancel, w.done = nil, nil
}

// Done is closed when the loop that runs now has ended; it is closed already when none runs.
func (w *Worker) Done() <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.done == nil {
		ended := make(chan struct{})
		close(ended)
		return ended
	}
	return w.done
}
