package query

import "github.com/weirhq/weir/fault"

// Stickiness asks in how many distinct intervals of the range persons did an
// event: how many persons in exactly one, in exactly two, and so on.
type Stickiness struct {
	Event    EventSet
	Where    *Condition // over the event
	Interval Unit       // hour, day, week or month; day by default
}

// Kind is "stickiness".
func (*Stickiness) Kind() string { return "stickiness" }

func readStickiness(o *object) *Stickiness {
	return &Stickiness{Event: readEventSet(o, "event"), Where: o.readWhere("where"), Interval: o.unit("interval", Day)}
}

func (q *Stickiness) fields() map[string]any {
	out := map[string]any{"event": q.Event, "interval": q.Interval}
	addCondition(out, "where", q.Where)
	return out
}

func (q *Stickiness) check(f *fault.List, r Range) {
	r.check(f, "range", true)
	q.Event.check(f, "event")
	q.Where.check(f, "where", true, 0)
	q.Interval.check(f, "interval", Hour, Day, Week, Month)
}

// StickinessCell is the persons active in exactly so many intervals, from 1. More
// intervals than the range has are a fault when the question is asked.
type StickinessCell struct {
	Intervals int
}

func readStickinessCell(o *object) *StickinessCell {
	return &StickinessCell{Intervals: o.whole("intervals")}
}

func (c *StickinessCell) fields() map[string]any { return map[string]any{"intervals": c.Intervals} }

func (q *Stickiness) checkCell(f *fault.List, cell Cell) {
	if c, ok := cellOf[*StickinessCell](f, cell); ok && c.Intervals < 1 {
		f.Add("actors.intervals", "counts from 1")
	}
}
