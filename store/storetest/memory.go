package storetest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/store"
)

var _ store.Log = (*Memory)(nil)

// Memory is a store.Log for tests of what stands on one: it passes the suite
// except for surviving, and fails on demand.
type Memory struct {
	mu     sync.Mutex
	events []event.Event
	closed bool
	fail   error
	gate   func()
}

// NewMemory makes an empty log.
func NewMemory() *Memory { return &Memory{} }

// Fail makes every Append fail with err until it is called with nil.
func (m *Memory) Fail(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fail = err
}

// Gate makes every Append call wait before it decides; nil takes it away.
func (m *Memory) Gate(wait func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.gate = wait
}

// Append stores copies of the events.
func (m *Memory) Append(ctx context.Context, events []*event.Event) error {
	m.mu.Lock()
	gate := m.gate
	m.mu.Unlock()
	if gate != nil {
		gate()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case m.closed:
		return fault.New(fault.Unavailable, "The log is closed.")
	case m.fail != nil:
		return m.fail
	}
	for i, e := range events {
		for name, v := range e.Properties {
			if math.IsNaN(v.Num) {
				return fmt.Errorf("event %d: property %q is not a number", i, name)
			}
		}
	}
	for _, e := range events {
		e.Seq = uint64(len(m.events)) + 1
		m.events = append(m.events, *e)
	}
	return nil
}

// Scan yields copies in order.
func (m *Memory) Scan(ctx context.Context, after uint64, yield func(*event.Event) error) error {
	m.mu.Lock()
	events, closed := m.events, m.closed
	m.mu.Unlock()
	if closed {
		return errors.New("the log is closed")
	}
	for i := min(after, uint64(len(events))); i < uint64(len(events)) && ctx.Err() == nil; i++ {
		e := events[i]
		if err := yield(&e); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// IDs yields the ids of what was received at or after since.
func (m *Memory) IDs(ctx context.Context, since int64, yield func(project, id string)) error {
	return m.Scan(ctx, 0, func(e *event.Event) error {
		if e.ReceivedAt >= since {
			yield(e.Project, e.ID)
		}
		return nil
	})
}

// EventIDs gives the ids of events by Seq.
func (m *Memory) EventIDs(ctx context.Context, seqs []uint64) (map[uint64]string, error) {
	ids := map[uint64]string{}
	err := m.Scan(ctx, 0, func(e *event.Event) error {
		if slices.Contains(seqs, e.Seq) {
			ids[e.Seq] = e.ID
		}
		return nil
	})
	return ids, err
}

// Events gives copies of events by Seq.
func (m *Memory) Events(ctx context.Context, seqs []uint64) ([]*event.Event, error) {
	wanted := map[uint64]bool{}
	for _, seq := range seqs {
		wanted[seq] = true
	}
	var out []*event.Event
	err := m.Scan(ctx, 0, func(e *event.Event) error {
		if wanted[e.Seq] {
			out = append(out, e)
		}
		return nil
	})
	return out, err
}

// LastSeq is the number of events.
func (m *Memory) LastSeq() uint64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return uint64(len(m.events))
}

// Close refuses what comes after it.
func (m *Memory) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	return nil
}

// Restore takes over what another log holds, as a new process takes over a file.
func (m *Memory) Restore(from *Memory) {
	from.mu.Lock()
	events := from.events
	from.mu.Unlock()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.events = events[:len(events):len(events)]
}
