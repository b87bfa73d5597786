// Package tasktest proves that a task.Service keeps the contract of package
// task: starting and stopping, in any order, any number of times, from many
// goroutines at once.
package tasktest

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/task"
)

// Stress starts and stops a fresh service in every order that has broken one
// before. It leaves the service stopped. Run it with the race detector.
func Stress(t *testing.T, s task.Service) {
	t.Helper()
	s.Stop() // before any start: harmless
	for range 3 {
		require.NoError(t, s.Start(t.Context()))
		require.NoError(t, s.Start(t.Context()), "starting twice is harmless")
		s.Stop()
		s.Stop() // twice: harmless
	}
	var group sync.WaitGroup
	for i := range 20 {
		group.Go(func() {
			if i%2 == 0 {
				if err := s.Start(t.Context()); err != nil {
					t.Errorf("start: %v", err)
				}
				return
			}
			s.Stop()
		})
	}
	group.Wait()
	s.Stop()
	require.NoError(t, s.Start(t.Context()), "a stopped service starts again")
	s.Stop()
}
