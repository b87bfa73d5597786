package app

import (
	"context"
	"fmt"
	"time"

	"github.com/weirhq/weir/api"
	"github.com/weirhq/weir/store/columns"
)

// progressStep is how often a long reading of the log is logged.
const progressStep = 5 * time.Second

// retryStep is how long the program waits before it reads the log again when
// that failed in the background.
const retryStep = 10 * time.Second

// replay brings the columns up to date with the log, opens the intake and starts
// what works in the background. Questions are answered before the intake is open,
// which has to read the ids of the last days. What has to be made anew is made last.
func (a *App) replay(ctx context.Context) error {
	start := a.clk.Now()
	a.total.Store(a.log.LastSeq())
	if err := a.catchUp(ctx, columns.Near, a.replayed.Store); err != nil {
		return fmt.Errorf("read the event log: %w", err)
	}
	a.rebuilding.Store(a.farRebuild())
	a.replayed.Store(a.total.Load())
	a.answers.Store(true)
	a.logger.InfoContext(ctx, "questions are answered", "events", a.total.Load(), "elapsed", a.clk.Now().Sub(start).Round(time.Millisecond))

	// Only what comes from now on is news to those who follow changes.
	a.columns.OnTouched(a.stages.segments.Touched)
	a.columns.OnTouched(a.stages.rfm.Touched)
	if err := a.intake.Start(ctx); err != nil {
		return fmt.Errorf("open the intake: %w", err)
	}
	a.onStop("intake", func(context.Context) error { a.intake.Stop(); return nil })
	a.collects.Store(true)
	if err := a.startWorkers(ctx); err != nil {
		return err
	}
	a.isReady.Store(true)
	close(a.ready)
	a.logger.InfoContext(ctx, "ready", "events", a.total.Load(), "elapsed", a.clk.Now().Sub(start).Round(time.Millisecond))
	a.rebuild(ctx)
	return nil
}

// catchUp reads the log for projects at a distance and tells how far it is.
func (a *App) catchUp(ctx context.Context, distance columns.Distance, done func(seq uint64)) error {
	told := a.clk.Now()
	return a.columns.CatchUp(ctx, a.log, distance, func(p columns.Progress) {
		done(p.Seq)
		if now := a.clk.Now(); now.Sub(told) >= progressStep {
			told = now
			a.logger.InfoContext(ctx, "reading the event log", "events", p.Seq, "of", p.To)
		}
	})
}

// farRebuild says which projects have to be made anew, nil when none has.
func (a *App) farRebuild() *api.Rebuild {
	if a.columns.CaughtUp() {
		return nil
	}
	projects := []string{}
	for _, p := range a.accounts.Projects() {
		if a.columns.Behind(p.ID) {
			projects = append(projects, p.ID)
		}
	}
	return &api.Rebuild{Projects: projects, Total: a.total.Load(), Includes: a.columns.Behind}
}

// rebuild makes columns anew from the log while everything else goes on.
func (a *App) rebuild(ctx context.Context) {
	far := a.rebuilding.Load()
	if far == nil {
		return
	}
	start := a.clk.Now()
	a.logger.InfoContext(ctx, "columns are made anew from the event log; questions of these projects wait", "projects", far.Projects)
	for {
		err := a.catchUp(ctx, columns.Far, func(seq uint64) {
			next := *far
			next.Done, next.Total = seq, a.log.LastSeq()
			a.rebuilding.Store(&next)
		})
		if err == nil {
			break
		}
		if ctx.Err() != nil {
			return
		}
		a.logger.ErrorContext(ctx, "the event log cannot be read; trying again", "in", retryStep, "error", err)
		select {
		case <-ctx.Done():
			return
		case <-time.After(retryStep):
		}
	}
	a.rebuilding.Store(nil)
	a.logger.InfoContext(ctx, "columns are up to date", "projects", far.Projects, "elapsed", a.clk.Now().Sub(start).Round(time.Millisecond))
}

func (a *App) progress() api.Progress {
	return api.Progress{
		Ready: a.isReady.Load(), Questions: a.answers.Load(), Collection: a.collects.Load(),
		Done: a.replayed.Load(), Total: a.total.Load(), Rebuilding: a.rebuilding.Load(),
	}
}
