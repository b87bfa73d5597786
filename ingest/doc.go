// Package ingest is the door of the product: it takes events in, refuses what
// cannot be kept, drops repeats, adds what is cheap to know, and returns when
// the rest is durable and visible to questions.
//
// The wire formats in protocol/… decode requests and call Accept; package
// importer posts files to the same door; stages that make events of their own
// (a message sent) call Append. Below it are a store.Log, which is the truth,
// and a store.Derived, which questions read.
//
//	Accept: check ─▶ enrich ─▶ claim ids ─▶ Log.Append ─▶ Derived.Apply ─▶ live view
//	          │                   │
//	          └─ Reject per event └─ repeats, acknowledged once the first is durable
//
// Promises: what Accept counts as accepted has been committed by the Log and
// applied to the Derived. Events are applied in order of Seq even when many
// Accepts run at once. An event whose (project, id) was stored within the
// Horizon is a duplicate and is not stored again; two that are in flight at
// once are stored once, and the second is acknowledged only when the first is
// durable. One bad event never costs its neighbours.
//
// What the log says is corrected by control events (Detach, DeletePerson,
// DeleteEvents), which hold for every question as soon as they are acknowledged.
// No sender can send them. In the background the log then loses the data itself,
// so that a replay gives the same persons (see erase_plan.go); what a stop or a
// kill interrupts goes on at the next start. The column files of package
// store/columns are its own matter.
//
// Lifecycle: New, then Replay into the Derived, then Start, which reads the ids
// of the Horizon; Accept is refused before Start and after Stop. Everything is
// safe for concurrent use.
//
// Failures: fault.Busy when more than Options.MaxInFlightBytes are under way
// (nothing was stored; try again later), otherwise what the Log returned.
//
// Cost: about 25 bytes of memory per event of the Horizon, two hashes and one
// map access per event; see intake_timing_test.go.
package ingest
