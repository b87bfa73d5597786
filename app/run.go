package app

import (
	"context"
	"errors"
	"log/slog"

	"github.com/weirhq/weir/clock"
)

// Run starts the program, waits until the context ends or the program fails, and
// stops it. The hook, when there is one, runs once everything is ready.
func Run(ctx context.Context, config Config, logger *slog.Logger, hook func(context.Context, *App) error) error {
	a, err := New(config, clock.System{}, logger)
	if err != nil {
		return err
	}
	if err := a.Start(ctx); err != nil {
		return err
	}
	err = a.wait(ctx, hook)
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), config.StopTimeout)
	defer cancel()
	logger.InfoContext(ctx, "stopping")
	err = errors.Join(err, a.Stop(stopping))
	logger.InfoContext(ctx, "stopped")
	return err
}

// wait returns when the context ends, the program fails, or the hook does.
func (a *App) wait(ctx context.Context, hook func(context.Context, *App) error) error {
	hookFailed := make(chan error, 1)
	hookDone := make(chan struct{})
	inner, cancel := context.WithCancel(ctx)
	defer func() {
		cancel()
		<-hookDone
	}()
	go func() {
		defer close(hookDone)
		select {
		case <-a.Ready():
		case <-inner.Done():
			return
		}
		if hook == nil {
			return
		}
		if err := hook(inner, a); err != nil && inner.Err() == nil {
			hookFailed <- err
		}
	}()
	select {
	case <-ctx.Done():
		return nil
	case err := <-a.Failed():
		return err
	case err := <-hookFailed:
		return err
	}
}
