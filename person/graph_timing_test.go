package person

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// large has a million persons with two ids each.
func large() *Graph {
	g := NewGraph()
	for i := range 1_000_000 {
		g.Apply(anonymous(fmt.Sprintf("018f2f5e-7c1a-7b3c-9d2e-%012x", i)).event(2 * i))
		g.Apply(identify(fmt.Sprintf("customer-%d", i), fmt.Sprintf("018f2f5e-7c1a-7b3c-9d2e-%012x", i)).event(2*i + 1))
	}
	return g
}

// BenchmarkGraph measures what a start and a saving of a million persons cost.
func BenchmarkGraph(b *testing.B) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	g := large()
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.Logf("%d bytes for an id", (after.HeapAlloc-before.HeapAlloc)/2_000_000)
	state := g.Snapshot().State()
	b.Run("snapshot", func(b *testing.B) {
		for b.Loop() {
			g.Snapshot()
		}
	})
	b.Run("state", func(b *testing.B) {
		s := g.Snapshot()
		for b.Loop() {
			s.State()
		}
	})
	b.Run("load", func(b *testing.B) {
		for b.Loop() {
			_, err := NewGraphFrom(state)
			require.NoError(b, err)
		}
	})
	b.Run("find", func(b *testing.B) {
		s := g.Snapshot()
		start, n := time.Now(), 0
		for b.Loop() {
			_, ok := s.Find(fmt.Sprintf("customer-%d", n*7919%1_000_000))
			require.True(b, ok)
			n++
		}
		b.ReportMetric(float64(n)/time.Since(start).Seconds(), "ids/s")
	})
	b.Run("apply", func(b *testing.B) {
		e := signedIn("customer-77").event(1)
		for b.Loop() {
			g.Apply(e)
		}
	})
}
