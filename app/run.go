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

func (a *App) wait(ctx context.Context, hook func(context.Context, *App) error) error {
	select {
	case <-a.Ready():
		if hook != nil {
			if err := hook(ctx, a); err != nil && ctx.Err() == nil {
				return err
			}
		}
	case <-ctx.Done():
		return nil
	case err := <-a.Failed():
		return err
	}
	select {
	case <-ctx.Done():
		return nil
	case err := <-a.Failed():
		return err
	}
}
