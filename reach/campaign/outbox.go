package campaign

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/reach/limit"
	"github.com/weirhq/weir/store/meta"
)

// outboxBatch bounds how many rows' events are appended at once.
const outboxBatch = 500

// finishTime bounds the last look at the outbox.
const finishTime = 5 * time.Second

// outbox appends the events that rows say are due. A row's due bits are set in
// the transaction that made them true and cleared after the event is durable;
// its id is the message's and its kind, so an event that was appended just before
// a crash is dropped as a repeat by the sink.
type outbox struct {
	Config
	nudge chan struct{}
}

func newOutbox(c Config) *outbox { return &outbox{Config: c, nudge: make(chan struct{}, 1)} }

func (o *outbox) wake() {
	select {
	case o.nudge <- struct{}{}:
	default:
	}
}

// run appends until the context ends; failures wait and try again.
func (o *outbox) run(ctx context.Context) {
	failures := 0
	for ctx.Err() == nil {
		n, err := o.flush(ctx)
		switch {
		case err != nil && ctx.Err() == nil:
			o.Logger.ErrorContext(ctx, "events of campaigns could not be appended; trying again", "error", err)
			_ = limit.Pause(ctx, doubled(o.Options.Poll, o.Options.HoldMost, failures))
			failures++
		case n == outboxBatch:
			failures = 0
		default:
			failures = 0
			waitFor(ctx, o.nudge, o.Options.Poll)
		}
	}
}

// finish appends what is due when the program stops, as far as there is time;
// the rest waits for the next start.
func (o *outbox) finish() {
	ctx, cancel := context.WithTimeout(context.Background(), finishTime)
	defer cancel()
	for {
		n, err := o.flush(ctx)
		if err != nil {
			o.Logger.Warn("some events of campaigns wait for the next start", "error", err)
		}
		if err != nil || n < outboxBatch {
			return
		}
	}
}

// due is one row with events to append.
type due struct {
	id   string
	bits int
	all  []*event.Event
}

// flush appends one batch and gives its number of rows.
func (o *outbox) flush(ctx context.Context) (int, error) {
	rows, err := o.DB.Query(ctx, "reach.events_due", outboxBatch)
	if err != nil {
		return 0, err
	}
	batch, err := collect(rows, scanDue)
	if err != nil || len(batch) == 0 {
		return 0, err
	}
	var events []*event.Event
	for _, d := range batch {
		events = append(events, d.all...)
	}
	if len(events) > 0 {
		if err := o.Sink.Append(ctx, events); err != nil {
			return 0, fmt.Errorf("append %d events: %w", len(events), err)
		}
	}
	err = o.DB.Tx(ctx, func(tx *meta.Tx) error {
		for _, d := range batch {
			if _, err := tx.Exec(ctx, "reach.events_done", d.id, d.bits); err != nil {
				return err
			}
		}
		return nil
	})
	return len(batch), err
}

func scanDue(r *sql.Rows) (due, error) {
	var d due
	var campaignID, project, distinctID, arm, reason, name string
	var known bool
	var state State
	var plannedAt, sentAt, failedAt, unsubscribedAt int64
	if err := r.Scan(&d.id, &campaignID, &project, &distinctID, &known, &arm, &state, &reason, &plannedAt, &sentAt, &failedAt, &unsubscribedAt, &d.bits, &name); err != nil {
		return d, err
	}
	add := func(suffix, eventName string, at int64, extra event.Properties) {
		properties := event.Properties{"campaign_id": event.Text(campaignID), "campaign": event.Text(name)}
		if suffix != "entered" {
			properties["channel"], properties["message_id"] = event.Text("email"), event.Text(d.id)
		}
		for k, v := range extra {
			properties[k] = v
		}
		d.all = append(d.all, &event.Event{
			ID: d.id + ":" + suffix, Project: project, Name: eventName, Time: at, ReceivedAt: at,
			DistinctID: distinctID, Known: known, Properties: properties, Protocol: "weir",
		})
	}
	if d.bits&dueEntered != 0 {
		add("entered", event.NameCampaignEntered, plannedAt, event.Properties{"arm": event.Text(arm)})
	}
	if d.bits&dueResult != 0 {
		switch state {
		case Sent:
			add("sent", event.NameMessageSent, sentAt, nil)
		case Unconfirmed:
			add("sent", event.NameMessageSent, sentAt, event.Properties{"unconfirmed": event.Flag(true)})
		case Failed:
			add("failed", event.NameMessageFailed, failedAt, event.Properties{"reason": event.Text(reason)})
		default: // no other state has a result
		}
	}
	if d.bits&dueUnsubscribed != 0 {
		add("unsubscribed", event.NameUnsubscribed, unsubscribedAt, nil)
	}
	return d, nil
}
