package ingest

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/id"
	"github.com/weirhq/weir/store"
)

// Options are the intake's few knobs. The zero value is the default of each.
type Options struct {
	// MaxInFlightBytes bounds the requests and events under way; beyond it,
	// senders are told to try again. Default 128 MiB.
	MaxInFlightBytes int64
}

const defaultMaxInFlightBytes = 128 << 20

// Intake takes events in. New makes one.
type Intake struct {
	log     store.Log
	derived store.Derived
	clock   clock.Clock
	logger  *slog.Logger
	limit   int64

	seen  *seen
	order *sequencer
	live  *hub
	count counters

	eraser *eraser

	mu      sync.RWMutex // held for reading by every Accept under way
	running bool
}

var _ event.Sink = (*Intake)(nil)

// New makes an intake that is not yet open; see Start.
func New(log store.Log, derived store.Derived, clk clock.Clock, logger *slog.Logger, options Options) *Intake {
	if options.MaxInFlightBytes <= 0 {
		options.MaxInFlightBytes = defaultMaxInFlightBytes
	}
	return &Intake{
		log: log, derived: derived, clock: clk, logger: logger, limit: options.MaxInFlightBytes,
		seen: newSeen(), order: newSequencer(derived), live: newHub(), eraser: newEraser(),
	}
}

// Start reads the ids of the Horizon from the log and opens the door. What the
// log already holds must have been given to the Derived by Replay before.
// Starting twice is harmless.
func (in *Intake) Start(ctx context.Context) error {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.running {
		return nil
	}
	now := in.clock.Now()
	fresh := newSeen()
	err := in.log.IDs(ctx, now.Add(-Horizon).UnixMilli(), func(project, id string) {
		fresh.add(fresh.digest(project, id), now.UnixMilli())
	})
	if err != nil {
		return fault.Wrap(fault.KindOf(err), err, "The ids of recent events cannot be read from the event log.")
	}
	in.seen = fresh
	in.order.reset(in.log.LastSeq() + 1)
	in.running = true
	in.eraser.start(in)
	return nil
}

// Stop closes the door and waits for what is under way; an erasure goes on at the
// next start. Stopping twice is harmless.
func (in *Intake) Stop() {
	in.mu.Lock()
	in.running = false
	in.mu.Unlock()
	in.eraser.end()
}

// Accept takes a batch of one project in. On return the accepted events are
// durable and visible. An error means that none of the batch may be counted on;
// sending it again stores each event at most once if the events have ids.
func (in *Intake) Accept(ctx context.Context, project string, batch []*event.Event) (Result, error) {
	for _, e := range batch {
		e.Project = project
	}
	return in.take(ctx, project, batch)
}

// Append is the event.Sink of Weir's own events, of any projects. A bad event
// refuses the whole call, because its maker is a stage of Weir.
func (in *Intake) Append(ctx context.Context, events []*event.Event) error {
	now := in.clock.Now()
	var faults fault.List
	for i, e := range events {
		if e.Protocol == "" {
			e.Protocol = "weir"
		}
		if _, p := check(e, now); p.found() {
			faults.Add(p.field, "event %d: %s", i, p.reason)
		}
	}
	if err := faults.Err("These events cannot be stored."); err != nil {
		return err
	}
	for start := 0; start < len(events); start += MaxBatchEvents {
		part := events[start:min(start+MaxBatchEvents, len(events))]
		if _, err := in.take(ctx, "", part); err != nil {
			return err
		}
	}
	return nil
}

func (in *Intake) take(ctx context.Context, project string, batch []*event.Event) (Result, error) {
	result := Result{Rejected: []Reject{}}
	if len(batch) > MaxBatchEvents {
		return result, fault.New(fault.TooLarge, "The batch has %d events; at most %d are taken at once.", len(batch), MaxBatchEvents)
	}
	in.mu.RLock()
	defer in.mu.RUnlock()
	if !in.running {
		return result, notOpen()
	}
	now := in.clock.Now()
	good, size := in.sort(batch, now, &result)
	release, err := in.Reserve(size)
	if err != nil {
		return result, err
	}
	defer release()
	stored, err := in.store(ctx, good, now)
	if err != nil {
		in.count.failed.Add(uint64(len(good)))
		return Result{Rejected: []Reject{}}, err
	}
	result.Accepted, result.Duplicates = len(stored), len(good)-len(stored)
	in.count.accepted.Add(uint64(result.Accepted))
	in.count.duplicates.Add(uint64(result.Duplicates))
	in.live.events(stored, now)
	if len(result.Rejected) > 0 {
		in.Refuse(project, protocolOf(batch), result.Rejected)
	}
	return result, nil
}

// sort checks and completes the batch's events and gives those to be stored.
func (in *Intake) sort(batch []*event.Event, now time.Time, result *Result) (good []*event.Event, size int64) {
	good = make([]*event.Event, 0, len(batch))
	for i, e := range batch {
		bytes, p := check(e, now)
		if p.found() {
			result.Rejected = append(result.Rejected, Reject{Index: i, ID: e.ID, Field: p.field, Reason: p.reason})
			continue
		}
		e.ReceivedAt = now.UnixMilli()
		if e.Time == 0 {
			e.Time = e.ReceivedAt
		}
		if e.ID == "" {
			e.ID = id.New("evt", now)
		}
		if e.Properties == nil {
			e.Properties = event.Properties{}
		}
		enrich(e.Properties)
		good = append(good, e)
		size += int64(bytes)
	}
	return good, size
}

func protocolOf(batch []*event.Event) string {
	if len(batch) == 0 {
		return ""
	}
	return batch[0].Protocol
}

// store makes the events durable and visible, except those stored before, and
// gives the ones that it stored.
//
// Its own claims are settled before it waits for anyone else's, so two calls
// that hold ids of each other cannot wait in a ring. When another call fails to
// store an id that this one left to it, this one stores it in a further round.
func (in *Intake) store(ctx context.Context, events []*event.Event, now time.Time) (stored []*event.Event, err error) {
	var digests []digest
	for _, e := range events {
		digests = append(digests, in.seen.digest(e.Project, e.ID))
	}
	for len(events) > 0 {
		round, err := in.round(ctx, events, digests, now)
		if err != nil {
			return nil, err
		}
		stored = append(stored, round.stored...)
		events, digests = nil, nil
		for i, other := range round.waits {
			select {
			case <-other.done:
			case <-ctx.Done():
				return nil, ctx.Err()
			}
			if !other.stored {
				events, digests = append(events, round.left[i]), append(digests, round.leftDigests[i])
			}
		}
	}
	return stored, nil
}

// round is one pass of store: what it stored, and what it left to other flights.
type round struct {
	stored      []*event.Event
	left        []*event.Event
	leftDigests []digest
	waits       []*flight // of left
}

func (in *Intake) round(ctx context.Context, events []*event.Event, digests []digest, now time.Time) (round, error) {
	f := &flight{done: make(chan struct{})}
	owners := make([]*flight, len(events))
	in.seen.claim(f, digests, owners, now.UnixMilli())
	var r round
	r.stored = make([]*event.Event, 0, len(events))
	own := make([]digest, 0, len(events))
	for i, owner := range owners {
		switch owner {
		case nil:
			r.stored, own = append(r.stored, events[i]), append(own, digests[i])
		case durable, f: // stored before, or the second of its kind in this batch
		default:
			r.left, r.leftDigests, r.waits = append(r.left, events[i]), append(r.leftDigests, digests[i]), append(r.waits, owner)
		}
	}
	err := in.log.Append(ctx, r.stored)
	if err == nil {
		in.order.apply(r.stored)
	}
	// Last, so that a repeat that waits is acknowledged when the first is visible too.
	in.seen.settle(f, own, err == nil, now.UnixMilli())
	return r, err
}
