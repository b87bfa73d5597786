package query

import "github.com/weirhq/weir/fault"

// Interval asks for the time from each start event to the next end event of the
// same person.
//
// Starts lie in the range, ends may lie beyond it. A start pairs with the
// earliest other event that meets End and is not earlier than it; an end of the
// same time counts whichever arrived first. Several starts may pair with one end.
// Where both steps are met by the same events (steps that differ in nothing but
// the name), each start pairs with the next one by time and arrival, so that n
// starts make n − 1 pairs. A start without an end makes no pair.
type Interval struct {
	Start    Step
	End      Step
	Interval Unit  // hour, day, week or month of the start; day by default
	Within   *Span // pairs farther apart do not count; a pair exactly so far apart does
}

// Kind is "interval".
func (*Interval) Kind() string { return "interval" }

func readInterval(o *object) *Interval {
	q := &Interval{Start: o.step("start"), End: o.step("end"), Interval: o.unit("interval", Day)}
	if tree, ok := o.get("within"); ok {
		within := readSpan(o.faults, o.at("within"), tree)
		q.Within = &within
	}
	return q
}

func (q *Interval) fields() map[string]any {
	out := map[string]any{"start": q.Start, "end": q.End, "interval": q.Interval}
	if q.Within != nil {
		out["within"] = q.Within
	}
	return out
}

func (q *Interval) check(f *fault.List, r Range) {
	r.check(f, "range", true)
	q.Start.check(f, "start")
	q.End.check(f, "end")
	q.Interval.check(f, "interval", Hour, Day, Week, Month)
	if q.Within != nil {
		q.Within.check(f, "within")
	}
}

// IntervalCell is the persons with a pair whose start lies in an interval.
type IntervalCell struct {
	Bucket string // "" is the whole range
}

func readIntervalCell(o *object) *IntervalCell { return &IntervalCell{Bucket: o.text("bucket")} }

func (c *IntervalCell) fields() map[string]any {
	if c.Bucket == "" {
		return map[string]any{}
	}
	return map[string]any{"bucket": c.Bucket}
}

func (q *Interval) checkCell(f *fault.List, cell Cell) { cellOf[*IntervalCell](f, cell) }
