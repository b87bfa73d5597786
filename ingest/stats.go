package ingest

import (
	"sync/atomic"
	"time"

	"github.com/weirhq/weir/fault"
)

// Stats are counts since the program started, for metrics.
type Stats struct {
	Accepted      uint64 // events stored
	Duplicates    uint64 // events recognised as stored before
	Rejected      uint64 // events refused for good
	Failed        uint64 // events that the log could not store; their senders were told
	Busy          uint64 // requests told to try again
	InFlightBytes int64  // now
}

type counters struct {
	accepted, duplicates, rejected, failed, busy atomic.Uint64
	inFlight                                     atomic.Int64
}

// Stats gives the counts of this moment.
func (in *Intake) Stats() Stats {
	return Stats{
		Accepted: in.count.accepted.Load(), Duplicates: in.count.duplicates.Load(), Rejected: in.count.rejected.Load(),
		Failed: in.count.failed.Load(), Busy: in.count.busy.Load(), InFlightBytes: in.count.inFlight.Load(),
	}
}

// Now is the time of arrival that an event accepted at this moment gets; the
// wire formats correct the sender's clock with it.
func (in *Intake) Now() time.Time { return in.clock.Now() }

// Reserve takes bytes of the budget of what is under way, or tells the sender
// to come back. The caller releases exactly once.
func (in *Intake) Reserve(bytes int64) (release func(), err error) {
	if in.count.inFlight.Add(bytes) > in.limit {
		in.count.inFlight.Add(-bytes)
		in.count.busy.Add(1)
		return nil, fault.New(fault.Busy, "The server is taking in as much as it can. Send again in a few seconds.")
	}
	return func() { in.count.inFlight.Add(-bytes) }, nil
}

// Refuse counts and shows in the live view what a wire format could not even
// turn into events.
func (in *Intake) Refuse(project, protocol string, rejects []Reject) {
	in.count.rejected.Add(uint64(len(rejects)))
	in.live.rejected(project, protocol, rejects, in.clock.Now())
}
