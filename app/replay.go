package app

import (
	"context"
	"fmt"
	"time"

	"github.com/weirhq/weir/ingest"
)

// progressStep is how often a long reading of the log is logged.
const progressStep = 5 * time.Second

// replay reads the log into the columns, opens the intake and starts what works
// in the background.
func (a *App) replay(ctx context.Context) error {
	start := a.clk.Now()
	a.total.Store(a.log.LastSeq())
	told := start
	err := ingest.Replay(ctx, a.log, a.columns, 0, func(seq uint64) {
		a.replayed.Store(seq)
		if now := a.clk.Now(); now.Sub(told) >= progressStep {
			told = now
			a.logger.InfoContext(ctx, "reading the event log", "events", seq, "of", a.total.Load())
		}
	})
	if err != nil {
		return fmt.Errorf("read the event log: %w", err)
	}
	// Only what comes from now on is news to those who follow changes.
	a.columns.OnTouched(a.stages.segments.Touched)
	a.columns.OnTouched(a.stages.rfm.Touched)
	if err := a.intake.Start(ctx); err != nil {
		return fmt.Errorf("open the intake: %w", err)
	}
	a.onStop("intake", func(context.Context) error { a.intake.Stop(); return nil })
	if err := a.startWorkers(ctx); err != nil {
		return err
	}
	a.replayed.Store(a.total.Load())
	a.isReady.Store(true)
	close(a.ready)
	a.logger.InfoContext(ctx, "ready", "events", a.total.Load(), "elapsed", a.clk.Now().Sub(start).Round(time.Millisecond))
	return nil
}
