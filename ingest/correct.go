package ingest

import (
	"context"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/id"
)

// The commands below correct what the log says. Each appends a control event,
// which is durable and applied on return: questions asked from then on are right.
// What was deleted leaves the log itself soon after; see Erase.

// Detach makes the id other a person of its own, with the events that its person
// had under it. The id of must be of the same person, and stays; otherwise
// nothing happens.
func (in *Intake) Detach(ctx context.Context, project, of, other string) error {
	if of == other {
		return fault.New(fault.Invalid, "An id cannot leave itself; name another id of the person.")
	}
	return in.correct(ctx, project, event.NewDetach(of, other))
}

// DeletePerson deletes the person to whom the next event of the id would belong,
// with all events so far. Ids that come again begin a new person.
func (in *Intake) DeletePerson(ctx context.Context, project, of string) error {
	return in.correct(ctx, project, event.NewDeletePerson(of))
}

// DeleteEvents deletes the project's events with these event ids and gives how
// many they were. Their joins stay (see Detach), and so do control events.
func (in *Intake) DeleteEvents(ctx context.Context, project string, ids []string) (int, error) {
	if len(ids) > event.MaxDeletedSeqs {
		return 0, fault.New(fault.TooLarge, "%d ids were given; at most %d events are deleted at once.", len(ids), event.MaxDeletedSeqs)
	}
	seqs, err := in.deletable(ctx, project, ids)
	if err != nil {
		return 0, err
	}
	for start := 0; start < len(seqs); start += event.MaxDeletedSeqs {
		part := seqs[start:min(start+event.MaxDeletedSeqs, len(seqs))]
		if err := in.correct(ctx, project, event.NewDeleteEvents(part)); err != nil {
			return start, err
		}
	}
	return len(seqs), nil
}

// deletable finds the events with these ids that can be deleted.
func (in *Intake) deletable(ctx context.Context, project string, ids []string) ([]uint64, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	found, err := in.log.Seqs(ctx, project, ids)
	if err != nil {
		return nil, err
	}
	events, err := in.log.Events(ctx, found)
	if err != nil {
		return nil, err
	}
	seqs := make([]uint64, 0, len(events))
	for _, e := range events {
		if !event.Reserved(e.Name) {
			seqs = append(seqs, e.Seq)
		}
	}
	return seqs, nil
}

// correct appends a control event.
func (in *Intake) correct(ctx context.Context, project string, e *event.Event) error {
	in.mu.RLock()
	defer in.mu.RUnlock()
	if !in.running {
		return notOpen()
	}
	now := in.clock.Now()
	e.ID, e.Project, e.Protocol = id.New("evt", now), project, "weir"
	e.Time, e.ReceivedAt = now.UnixMilli(), now.UnixMilli()
	if _, err := in.store(ctx, []*event.Event{e}, now); err != nil {
		return err
	}
	if event.ErasurePending(e) {
		in.eraser.wake()
	}
	return nil
}

func notOpen() error {
	return fault.New(fault.Unavailable, "The server is starting or stopping. Send again in a moment.")
}
