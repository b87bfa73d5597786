// Package ingesttest sets up an intake for tests: over a log in memory, or over
// any that the test opens.
package ingesttest

import (
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/ingest"
	"github.com/weirhq/weir/store"
	"github.com/weirhq/weir/store/storetest"
)

// Recorder is a Derived that keeps what it is given and checks the order.
type Recorder struct {
	mu     sync.Mutex
	t      testing.TB
	events []*event.Event
}

// NewRecorder makes a Recorder.
func NewRecorder(t testing.TB) *Recorder { return &Recorder{t: t} }

// Apply takes events, which must follow those before without a gap.
func (r *Recorder) Apply(events []*event.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, e := range events {
		if e.Seq != uint64(len(r.events))+1 {
			r.t.Errorf("applied seq %d after %d", e.Seq, len(r.events))
		}
		r.events = append(r.events, e)
	}
}

// Events gives what was applied so far.
func (r *Recorder) Events() []*event.Event {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]*event.Event(nil), r.events...)
}

// Bench is an intake with its surroundings.
type Bench struct {
	Intake  *ingest.Intake
	Log     store.Log
	Derived *Recorder
	Clock   *clock.Manual
}

// Now is the time at which benches start.
var Now = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// New starts an intake over an empty log in memory.
func New(t testing.TB) *Bench {
	t.Helper()
	return Over(t, storetest.NewMemory(), ingest.Options{})
}

// Over starts an intake over a given log.
func Over(t testing.TB, log store.Log, options ingest.Options) *Bench {
	t.Helper()
	b := &Bench{Log: log, Derived: NewRecorder(t), Clock: clock.NewManual(Now)}
	b.Intake = ingest.New(log, b.Derived, b.Clock, slog.New(slog.DiscardHandler), options)
	require.NoError(t, ingest.Replay(t.Context(), log, b.Derived, 0, nil))
	require.NoError(t, b.Intake.Start(t.Context()))
	t.Cleanup(b.Intake.Stop)
	return b
}

// Stored reads the whole log.
func (b *Bench) Stored(t *testing.T) []*event.Event {
	t.Helper()
	return storetest.All(t, b.Log, 0)
}
