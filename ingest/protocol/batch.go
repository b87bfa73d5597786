package protocol

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/ingest"
	"github.com/weirhq/weir/ingest/protocol/internal/jsontext"
)

// Batch is what a wire format made of a request: the events, where each stood
// in the request, and what could not become an event.
type Batch struct {
	Protocol  string
	Events    []*event.Event
	Positions []int // of Events, in the request's order
	Rejected  []ingest.Reject
}

// Add takes an event that stood at a position of the request.
func (b *Batch) Add(position int, e *event.Event) {
	e.Protocol = b.Protocol
	b.Events = append(b.Events, e)
	b.Positions = append(b.Positions, position)
}

// Reject notes that what stood at a position is no event.
func (b *Batch) Reject(position int, id, field, reason string) {
	b.Rejected = append(b.Rejected, ingest.Reject{Index: position, ID: id, Field: field, Reason: reason})
}

// Name changes the protocol that the batch and its events carry.
func (b *Batch) Name(protocol string) {
	b.Protocol = protocol
	for _, e := range b.Events {
		e.Protocol = protocol
	}
}

// Len is how many items the request had.
func (b *Batch) Len() int { return len(b.Events) + len(b.Rejected) }

// Submit hands the batch to the intake and answers in the request's positions.
func Submit(ctx context.Context, in *ingest.Intake, project string, b *Batch) (ingest.Result, error) {
	if len(b.Rejected) > 0 {
		in.Refuse(project, b.Protocol, b.Rejected)
	}
	result, err := in.Accept(ctx, project, b.Events)
	if err != nil {
		return result, err
	}
	// A new list: the live view keeps the intake's own.
	rejected := make([]ingest.Reject, 0, len(result.Rejected)+len(b.Rejected))
	for _, r := range result.Rejected {
		r.Index = b.Positions[r.Index]
		rejected = append(rejected, r)
	}
	result.Rejected = append(rejected, b.Rejected...)
	slices.SortStableFunc(result.Rejected, func(x, y ingest.Reject) int { return cmp.Compare(x.Index, y.Index) })
	return result, nil
}

// SyntaxFault turns an error of reading JSON into what the sender is told.
func SyntaxFault(err error) error {
	if syntax, ok := errors.AsType[*jsontext.SyntaxError](err); ok {
		return fault.Wrap(fault.Invalid, err, "The body is not valid JSON (byte %d: %s).", syntax.Offset, syntax.What)
	}
	return err
}
