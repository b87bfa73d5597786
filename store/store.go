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
	"strconv"

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
	// Events gives the events with these Seqs, whole, in order of Seq and each
	// once; a Seq that does not exist is left out. Any number may be asked for.
	Events(ctx context.Context, seqs []uint64) ([]*event.Event, error)
	// LastSeq is the Seq of the newest event, 0 when there is none.
	LastSeq() uint64
	// Close stops the log; events acknowledged before are safe. Closing twice is harmless.
	Close() error

	Eraser
}

// Eraser is how the log loses what was deleted.
//
// A deletion is a control event like any other (see event.NewDeletePerson), from
// whose arrival on everything derived shows nothing of what it deletes. Erasing
// then takes the data itself out of the log. What stays is what the same persons
// with the same ordinals are made of again: the place of each event, and its
// joins, under ids that mean nothing.
type Eraser interface {
	// Pending gives the deletions that have not been erased yet, in order of Seq
	// (see event.ErasurePending).
	Pending(ctx context.Context) ([]*event.Event, error)
	// Mentions calls yield, in order of Seq, for each event of the project with
	// Seq <= upTo whose distinct id or whose Join.Other is one of ids. With joins
	// only for those that have a Join. They come without properties and profile.
	Mentions(ctx context.Context, m Mention, yield func(*event.Event) error) error
	// Seqs gives the Seqs of the project's events with these event ids, ascending.
	Seqs(ctx context.Context, project string, ids []string) ([]uint64, error)
	// Erase carries deletions out. No two of them may be about the same ids. It is
	// durable and all or nothing, also over a kill, and doing it again changes
	// nothing. Appends go on meanwhile; it waits until no Scan is under way, and
	// later ones wait for it, so that no Scan sees half of it.
	Erase(ctx context.Context, erasures ...Erasure) error
	// Purge takes the bytes of what was erased out of the files, as far as the
	// engine can. Call it once after a number of erasures.
	Purge(ctx context.Context) error
}

// Mention asks for the events in which ids occur.
type Mention struct {
	Project string
	IDs     []string
	UpTo    uint64
	Joins   bool
}

// Erasure is what one deletion takes out of the log.
type Erasure struct {
	Project string
	// By is the Seq of the control event, which is marked as done: its properties
	// go. Nothing after it is touched.
	By uint64
	// Tokens has the distinct ids that disappear, and what stands in their place,
	// as distinct id and as Join.Other. Their events become event.NameErased
	// without properties, profile, id and, but for joins, time; control events
	// only change ids. A token may be its own token.
	Tokens map[string]string
	// Seqs has further events that become event.NameErased without properties and
	// profile. They keep their ids, so that a repeat of them is still known as one.
	// A control event among them stays as it is.
	Seqs []uint64
}

// ErasedID is the event id of an event that lost its own.
func ErasedID(seq uint64) string { return event.NameErased + "-" + strconv.FormatUint(seq, 10) }

// Derived takes committed events in order of Seq and makes them visible to questions.
type Derived interface {
	Apply(events []*event.Event)
}

// Keeper is a Derived that keeps what it made of the log in files, and reads only
// the rest of the log at the next start. An erased log cannot be read on from
// before the deletion: the ids that the files know are tokens in it.
type Keeper interface {
	// Keep returns when everything up to a Seq that the project has is in the
	// files, and no reading of the log from before it is under way. From then on
	// the log may be erased up to there.
	Keep(ctx context.Context, project string, seq uint64) error
}
