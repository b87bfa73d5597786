package ingest

import (
	"context"
	"sync"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/store"
)

// sequencer applies committed batches to the Derived in order of Seq. Batches
// come in any order, because the log answers many calls at once; each waits
// until those before it are in. Seq has no gaps, so «before it» is known.
type sequencer struct {
	derived store.Derived

	mu      sync.Mutex
	applied *sync.Cond
	next    uint64                    // the lowest Seq not yet applied
	early   map[uint64][]*event.Event // batches that must wait, by their first Seq
}

func newSequencer(derived store.Derived) *sequencer {
	s := &sequencer{derived: derived, early: map[uint64][]*event.Event{}}
	s.applied = sync.NewCond(&s.mu)
	return s
}

// reset says which Seq comes first.
func (s *sequencer) reset(next uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next = next
}

// apply returns when the batch, and all that comes before it, has been applied.
func (s *sequencer) apply(batch []*event.Event) {
	if len(batch) == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.early[batch[0].Seq] = batch
	for ready := s.early[s.next]; ready != nil; ready = s.early[s.next] {
		delete(s.early, s.next)
		s.derived.Apply(ready)
		s.next += uint64(len(ready))
		s.applied.Broadcast()
	}
	for s.next <= batch[0].Seq {
		s.applied.Wait()
	}
}

// replayBatch is how many events Replay applies at once.
const replayBatch = 4096

// Replay gives the Derived everything that the log holds after a Seq, in order.
// Progress, which may be nil, is told the newest Seq applied now and then.
func Replay(ctx context.Context, log store.Log, derived store.Derived, after uint64, progress func(seq uint64)) error {
	batch := make([]*event.Event, 0, replayBatch)
	flush := func() {
		if len(batch) == 0 {
			return
		}
		derived.Apply(batch)
		if progress != nil {
			progress(batch[len(batch)-1].Seq)
		}
		batch = make([]*event.Event, 0, replayBatch) // the Derived may keep the last one
	}
	err := log.Scan(ctx, after, func(e *event.Event) error {
		if batch = append(batch, e); len(batch) == replayBatch {
			flush()
		}
		return nil
	})
	if err != nil {
		return err
	}
	flush()
	return nil
}
