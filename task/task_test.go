package task_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/task"
	"github.com/weirhq/weir/task/tasktest"
)

func TestWorkerKeepsTheContract(t *testing.T) {
	t.Parallel()
	var running atomic.Int32
	w := &task.Worker{Run: func(ctx context.Context) {
		if running.Add(1) != 1 {
			t.Error("two loops at once")
		}
		<-ctx.Done()
		running.Add(-1)
	}}
	tasktest.Stress(t, w)
	require.Zero(t, running.Load(), "stop waits")
	<-w.Done()
}

func TestWorkerOutlivesTheContextOfStart(t *testing.T) {
	t.Parallel()
	started := make(chan context.Context, 1)
	w := &task.Worker{Run: func(ctx context.Context) { started <- ctx; <-ctx.Done() }}
	ctx, cancel := context.WithCancel(t.Context())
	require.NoError(t, w.Start(ctx))
	inner := <-started
	cancel()
	require.NoError(t, inner.Err())
	w.Stop()
	require.Error(t, inner.Err())
}

func TestWorkerThatEndedByItselfStartsAgain(t *testing.T) {
	t.Parallel()
	runs := make(chan struct{}, 2)
	w := &task.Worker{Run: func(context.Context) { runs <- struct{}{} }}
	for range 2 {
		require.NoError(t, w.Start(t.Context()))
		<-runs
		<-w.Done()
	}
	w.Stop()
}

func TestWorkerDoesNotRunWhenPreparingFails(t *testing.T) {
	t.Parallel()
	failure := errors.New("no")
	w := &task.Worker{
		Prepare: func(context.Context) error { return failure },
		Run:     func(context.Context) { t.Error("ran") },
	}
	require.ErrorIs(t, w.Start(t.Context()), failure)
	w.Stop()
}
