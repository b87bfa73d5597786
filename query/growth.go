package query

import "github.com/weirhq/weir/fault"

// The states of a person in an interval of a Growth.
const (
	StatusActive      = "active"      // did the event in the interval: new, retained or resurrected
	StatusNew         = "new"         // its first such event ever falls in the interval
	StatusRetained    = "retained"    // active, not new, and active in the interval before
	StatusResurrected = "resurrected" // active, not new, and not active in the interval before
	StatusDormant     = "dormant"     // active in the interval before and not in this one
)

// Growth asks per interval who came, stayed, came back and went.
//
// Only the part of an interval that lies in the range counts; a person who is
// new there did the event neither in the part before nor earlier. The interval
// before the first one is looked at too, as a whole: a range that begins within
// an interval still compares its part of it with the whole interval before.
type Growth struct {
	Event    EventSet
	Where    *Condition // over the event
	Interval Unit       // hour, day, week or month; day by default
}

// Kind is "growth".
func (*Growth) Kind() string { return "growth" }

func readGrowth(o *object) *Growth {
	return &Growth{Event: readEventSet(o, "event"), Where: o.readWhere("where"), Interval: o.unit("interval", Day)}
}

func (q *Growth) fields() map[string]any {
	out := map[string]any{"event": q.Event, "interval": q.Interval}
	addCondition(out, "where", q.Where)
	return out
}

func (q *Growth) check(f *fault.List, r Range) {
	r.check(f, "range", true)
	q.Event.check(f, "event")
	q.Where.check(f, "where", true, 0)
	q.Interval.check(f, "interval", Hour, Day, Week, Month)
}

// GrowthCell is the persons of one state in one interval.
type GrowthCell struct {
	Bucket string
	Status string
}

func readGrowthCell(o *object) *GrowthCell {
	return &GrowthCell{Bucket: o.text("bucket"), Status: o.text("status")}
}

func (c *GrowthCell) fields() map[string]any {
	return map[string]any{"bucket": c.Bucket, "status": c.Status}
}

func (q *Growth) checkCell(f *fault.List, cell Cell) {
	c, ok := cellOf[*GrowthCell](f, cell)
	if !ok {
		return
	}
	checkBucket(f, c.Bucket)
	checkWord(f, "actors.status", c.Status, StatusActive, StatusNew, StatusRetained, StatusResurrected, StatusDormant)
}

func checkBucket(f *fault.List, bucket string) {
	if bucket == "" {
		f.Add("actors.bucket", "name the interval by its label")
	}
}
