package task

import (
	"context"
	"log/slog"
	"time"
)

// Periodic makes a Service that runs a job once at each trigger, one run at a
// time: triggers that come while the job runs are missed, not queued. An error
// is logged with the job's name and the next trigger tries again.
//
// The trigger is injected so that tests fire it by hand; Every makes one that
// ticks. It is called at each start and its stop function at each end.
func Periodic(name string, logger *slog.Logger, trigger Trigger, job func(ctx context.Context) error) *Worker {
	return &Worker{Run: func(ctx context.Context) {
		fire, stop := trigger()
		defer stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-fire:
			}
			if ctx.Err() != nil { // both were ready
				return
			}
			if err := job(ctx); err != nil && ctx.Err() == nil {
				logger.ErrorContext(ctx, "periodic job failed", "job", name, "error", err)
			}
		}
	}}
}

// Trigger starts a source of moments and gives it with the function that ends it.
type Trigger func() (fire <-chan time.Time, stop func())

// Every is a Trigger that fires each time d has passed.
func Every(d time.Duration) Trigger {
	return func() (<-chan time.Time, func()) {
		ticker := time.NewTicker(d)
		return ticker.C, ticker.Stop
	}
}
