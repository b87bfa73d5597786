package analyse

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/store/columns"
)

// TimelineRequest asks for a page of a person's events, newest first.
type TimelineRequest struct {
	Names  []string // only events of these names; empty for all
	Limit  int      // 0 is 50
	Before string   // the cursor of the page before, or ""
}

// TimelinePage is a page of a person's events.
type TimelinePage struct {
	Events []TimelineEvent `json:"events"`
	Next   *string         `json:"next"` // cursor of the next page; null when there is none
}

// TimelineEvent is one event of a person.
type TimelineEvent struct {
	ID         string           `json:"id"` // as the client gave it; its number of arrival where the Analyser has no EventIDs
	Name       string           `json:"name"`
	Time       Instant          `json:"time"`
	DistinctID string           `json:"distinct_id"`
	Properties event.Properties `json:"properties"`

	seq uint64
}

// EventIDs finds the ids that clients gave to events: the event log has them,
// the columns do not.
type EventIDs interface {
	EventIDs(ctx context.Context, seqs []uint64) (map[uint64]string, error)
}

// maxTimelinePage bounds a page of a timeline.
const maxTimelinePage = 1000

// Timeline gives a page of a person's events. Its cursor is a place in the
// timeline, so that events which arrive while pages are turned shift nothing.
func (a *Analyser) Timeline(ctx context.Context, p Project, id string, r TimelineRequest) (TimelinePage, error) {
	page := TimelinePage{Events: []TimelineEvent{}}
	if r.Limit == 0 {
		r.Limit = defaultPage
	}
	if r.Limit < 0 || r.Limit > maxTimelinePage {
		return page, fault.New(fault.Invalid, "a page has 1 to %d events", maxTimelinePage)
	}
	before, err := parsePlace(r.Before)
	if err != nil {
		return page, err
	}
	view := a.tables(p.ID).View()
	o, err := find(view, id)
	if err != nil {
		return page, err
	}
	l, lo, hi, ok := view.Locate(columns.Need{Everything: true}, o)
	for row := hi; ok && row > lo; row-- {
		at := place{l.Times.At(row - 1), uint64(l.Seqs.At(row - 1))}
		name := view.Names().Text(l.Names.At(row - 1))
		if !at.before(before) || len(r.Names) > 0 && !slices.Contains(r.Names, name) {
			continue
		}
		if len(page.Events) == r.Limit {
			last := page.Events[r.Limit-1]
			next := fmt.Sprintf("%d:%d", last.Time, last.seq)
			page.Next = &next
			break
		}
		page.Events = append(page.Events, TimelineEvent{
			ID: strconv.FormatUint(at.seq, 10), Name: name, Time: Instant(at.time),
			DistinctID: view.People().DistinctID(l.IDs.At(row - 1)), Properties: view.Row(l, row-1), seq: at.seq,
		})
	}
	return page, a.nameEvents(ctx, page.Events)
}

// nameEvents gives the events of a page the ids that clients gave them.
func (a *Analyser) nameEvents(ctx context.Context, events []TimelineEvent) error {
	if a.eventIDs == nil {
		return ctx.Err()
	}
	seqs := make([]uint64, len(events))
	for i, e := range events {
		seqs[i] = e.seq
	}
	ids, err := a.eventIDs.EventIDs(ctx, seqs)
	for i := range events {
		if id, ok := ids[events[i].seq]; ok {
			events[i].ID = id
		}
	}
	return err
}

// place is a place in a timeline: time, and arrival among equals.
type place struct {
	time int64
	seq  uint64
}

func (p place) before(o *place) bool {
	return o == nil || p.time < o.time || p.time == o.time && p.seq < o.seq
}

// parsePlace reads a cursor; "" is the end of the timeline.
func parsePlace(cursor string) (*place, error) {
	if cursor == "" {
		return nil, nil
	}
	var p place
	var rest string
	if n, err := fmt.Sscanf(cursor+" .", "%d:%d %s", &p.time, &p.seq, &rest); err != nil || n != 3 {
		return nil, fault.New(fault.Invalid, "«before» is not a cursor that a page of events gave")
	}
	return &p, nil
}
