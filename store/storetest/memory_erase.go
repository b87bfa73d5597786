package storetest

import (
	"context"
	"slices"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/store"
)

// Pending gives the deletions that were not erased yet.
func (m *Memory) Pending(ctx context.Context) (pending []*event.Event, err error) {
	err = m.Scan(ctx, 0, func(e *event.Event) error {
		if event.ErasurePending(e) {
			pending = append(pending, e)
		}
		return nil
	})
	return pending, err
}

// Mentions yields the events in which ids occur.
func (m *Memory) Mentions(ctx context.Context, asked store.Mention, yield func(*event.Event) error) error {
	return m.Scan(ctx, 0, func(e *event.Event) error {
		if e.Project != asked.Project || e.Seq > asked.UpTo || asked.Joins && e.Join == nil {
			return nil
		}
		if !slices.Contains(asked.IDs, e.DistinctID) && (e.Join == nil || !slices.Contains(asked.IDs, e.Join.Other)) {
			return nil
		}
		e.Properties, e.Profile = event.Properties{}, nil
		return yield(e)
	})
}

// Seqs finds events by their ids.
func (m *Memory) Seqs(ctx context.Context, project string, ids []string) (seqs []uint64, err error) {
	err = m.Scan(ctx, 0, func(e *event.Event) error {
		if e.Project == project && slices.Contains(ids, e.ID) {
			seqs = append(seqs, e.Seq)
		}
		return nil
	})
	return seqs, err
}

// Erase carries deletions out, at once.
func (m *Memory) Erase(ctx context.Context, erasures ...store.Erasure) error {
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
	events := slices.Clone(m.events) // a Scan under way keeps the old ones
	for _, erasure := range erasures {
		for i := range events[:min(erasure.By, uint64(len(events)))] {
			if events[i].Project == erasure.Project {
				erase(&events[i], &erasure)
			}
		}
	}
	m.events = events
	return nil
}

// erase does to one event what an Erasure says.
func erase(e *event.Event, erasure *store.Erasure) {
	order := event.IsControl(e.Name)
	token, gone := erasure.Tokens[e.DistinctID]
	if gone {
		e.DistinctID = token
	}
	if e.Join != nil {
		if other, ok := erasure.Tokens[e.Join.Other]; ok {
			e.Join = &event.Join{Kind: e.Join.Kind, Other: other}
		}
	}
	switch {
	case e.Seq == erasure.By:
		e.Properties = event.Properties{}
	case order || !gone && !slices.Contains(erasure.Seqs, e.Seq):
	default:
		e.Name, e.Properties, e.Profile = event.NameErased, event.Properties{}, nil
		if !gone {
			return
		}
		e.ID = store.ErasedID(e.Seq)
		if e.Join == nil {
			e.Time, e.ReceivedAt = 0, 0
		}
	}
}

// Purge has nothing to do: nothing is left of what was erased.
func (m *Memory) Purge(ctx context.Context) error { return ctx.Err() }
