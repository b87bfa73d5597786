// Package store holds the contracts of what keeps data: the event log, which is
// the truth, and what is derived from it.
//
//	ingest ──Append──▶ Log (store/duck: DuckDB, the embedded log of record)
//	          └─Apply──▶ Derived (store/columns: persons and sorted columns)
//	analyse ──View──▶ store/columns
//
// Everything derived can be rebuilt by reading the Log in order of Seq and
// applying each event again; applying the same events in the same order gives
// the same persons with the same ordinals.
//
// Engines live in sub-packages and pass store/storetest. Only package app names
// an engine. Accounts, definitions, runs and messages are operational data and
// live in store/meta.
package store

import (
	"context"

	"github.com/weirhq/weir/event"
)

// Log is the append-only event log of record, over all projects.
type Log interface {
	// Append stores the events in one transaction and returns once they survive
	// a kill and a power cut. It sets Seq on every event. On error nothing is
	// stored. Concurrent calls may share one commit.
	Append(ctx context.Context, events []*event.Event) error
	// Scan calls yield for each event with Seq > after, in order of Seq. It stops
	// at the first error of yield and returns it. The event passed is the
	// caller's to keep.
	Scan(ctx context.Context, after uint64, yield func(*event.Event) error) error
	// IDs calls yield for each (project, id) received at or after the instant
	// (UTC ms), in any order: what the deduplication horizon is rebuilt from.
	IDs(ctx context.Context, since int64, yield func(project, id string)) error
	// EventIDs gives the ID of each event with one of these Seqs; a Seq that
	// does not exist is left out. It is meant for a page of events at a time.
	EventIDs(ctx context.Context, seqs []uint64) (map[uint64]string, error)
	// LastSeq is the Seq of the newest event, 0 when there is none.
	LastSeq() uint64
	// Close stops the log; events acknowledged before are safe. Closing twice is harmless.
	Close() error
}

// Derived takes committed events in order of Seq and makes them visible to questions.
type Derived interface {
	Apply(events []*event.Event)
}
