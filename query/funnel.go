package query

import (
	"encoding/json"
	"fmt"

	"github.com/weirhq/weir/fault"
)

// Order says how the steps of a funnel follow each other.
type Order string

// The orders of funnels.
const (
	Ordered   Order = "ordered"   // other events may lie between
	Strict    Order = "strict"    // no other activity of the person between two steps
	Unordered Order = "unordered" // in any order inside one window
)

// Funnel asks how far persons get along some steps.
type Funnel struct {
	Steps          []Step
	Window         Span // from step 1 of an attempt, inclusive; 14 days by default
	Order          Order
	Exclusions     []Exclusion
	Hold           []string // event properties that have the same value on every step of an attempt
	Count          string   // "persons", "sessions" (each is its own window) or "attempts" (an event used once)
	Breakdown      []Breakdown
	BreakdownLimit int
	Trend          Unit // conversion by hour, day, week or month of step 1; "" for none
	Histogram      bool // distribution of the time from the first step to the last
	HideIncomplete bool // leave out attempts whose window is still open at the data's end
}

// Step is what meets one step of a funnel.
type Step struct {
	Name  string // label; by default the events
	Event EventSet
	Where *Condition
}

// Exclusion ends an attempt where such an event lies between the steps From and
// To, counted from 1; in an unordered funnel, between the From-th and the To-th
// step that is met.
type Exclusion struct {
	Event EventSet
	Where *Condition
	From  int
	To    int
}

// Kind is "funnel".
func (*Funnel) Kind() string { return "funnel" }

// Label is the name of the step on screen.
func (s Step) Label() string {
	if s.Name != "" {
		return s.Name
	}
	return s.Event.String()
}

func readFunnel(o *object) *Funnel {
	q := &Funnel{
		Window: Span{Value: 14, Unit: Day}, Order: Order(o.text("order")), Count: o.text("count"),
		Trend: Unit(o.text("trend")), Histogram: o.flag("histogram"), HideIncomplete: o.flag("hide_incomplete"),
		BreakdownLimit: o.whole("breakdown_limit"), Breakdown: readBreakdowns(o, true),
	}
	if q.Order == "" {
		q.Order = Ordered
	}
	if q.Count == "" {
		q.Count = "persons"
	}
	if tree, ok := o.get("window"); ok {
		q.Window = readSpan(o.faults, o.at("window"), tree)
	}
	elements, paths := o.list("steps")
	for i, e := range elements {
		q.Steps = append(q.Steps, readStep(o.faults, paths[i], e))
	}
	elements, paths = o.list("exclusions")
	for i, e := range elements {
		q.Exclusions = append(q.Exclusions, readExclusion(o.faults, paths[i], e))
	}
	elements, paths = o.list("hold")
	for i, e := range elements {
		name, isText := e.(string)
		if !isText {
			o.faults.Add(paths[i], "must be the name of an event property, not %s", jsonType(e))
		}
		q.Hold = append(q.Hold, name)
	}
	return q
}

func readStep(f *fault.List, path string, tree any) Step {
	o := readObject(f, path, tree)
	s := Step{Name: o.text("name"), Event: readEventSet(o, "event"), Where: o.readWhere("where")}
	o.done()
	return s
}

// step gives the step at a field; an empty one where it is absent, which Check reports.
func (o *object) step(field string) Step {
	tree, ok := o.get(field)
	if !ok {
		return Step{}
	}
	return readStep(o.faults, o.at(field), tree)
}

// optionalStep gives the step at a field, nil where it is absent.
func (o *object) optionalStep(field string) *Step {
	if _, given := o.get(field); !given {
		return nil
	}
	s := o.step(field)
	return &s
}

func (s Step) check(f *fault.List, path string) {
	s.Event.check(f, path+".event")
	s.Where.check(f, path+".where", true, 0)
}

func readExclusion(f *fault.List, path string, tree any) Exclusion {
	o := readObject(f, path, tree)
	x := Exclusion{Event: readEventSet(o, "event"), Where: o.readWhere("where"), From: o.whole("from"), To: o.whole("to")}
	o.done()
	return x
}

// MarshalJSON writes the step as it is asked.
func (s Step) MarshalJSON() ([]byte, error) {
	out := map[string]any{"event": s.Event}
	if s.Name != "" {
		out["name"] = s.Name
	}
	if s.Where != nil {
		out["where"] = s.Where
	}
	return json.Marshal(out)
}

// MarshalJSON writes the exclusion as it is asked.
func (x Exclusion) MarshalJSON() ([]byte, error) {
	out := map[string]any{"event": x.Event, "from": x.From, "to": x.To}
	if x.Where != nil {
		out["where"] = x.Where
	}
	return json.Marshal(out)
}

func (q *Funnel) fields() map[string]any {
	out := map[string]any{"steps": q.Steps, "window": q.Window, "order": q.Order, "count": q.Count}
	if len(q.Exclusions) > 0 {
		out["exclusions"] = q.Exclusions
	}
	if len(q.Hold) > 0 {
		out["hold"] = q.Hold
	}
	if q.Trend != "" {
		out["trend"] = q.Trend
	}
	if q.Histogram {
		out["histogram"] = true
	}
	if q.HideIncomplete {
		out["hide_incomplete"] = true
	}
	addBreakdown(out, q.Breakdown, q.BreakdownLimit)
	return out
}

func (q *Funnel) check(f *fault.List, r Range) {
	r.check(f, "range", true)
	if len(q.Steps) == 0 || len(q.Steps) > maxSteps {
		f.Add("steps", "a funnel has 1 to %d steps", maxSteps)
	}
	for i, s := range q.Steps {
		s.check(f, fmt.Sprintf("steps[%d]", i))
	}
	q.Window.check(f, "window")
	if q.Order != Ordered && q.Order != Strict && q.Order != Unordered {
		f.Add("order", "«%s» is not known; use ordered, strict or unordered", q.Order)
	}
	q.checkExclusions(f)
	if len(q.Hold) > maxBreakdowns {
		f.Add("hold", "at most %d properties can be held", maxBreakdowns)
	}
	for i, name := range q.Hold {
		if name == "" {
			f.Add(fmt.Sprintf("hold[%d]", i), "the name of the property is empty")
		}
	}
	switch q.Count {
	case "persons", "sessions", "attempts":
	default:
		f.Add("count", "«%s» is not known; use persons, sessions or attempts", q.Count)
	}
	if q.Trend != "" {
		q.Trend.check(f, "trend", Hour, Day, Week, Month)
	}
	checkBreakdowns(f, q.Breakdown, q.BreakdownLimit, len(q.Steps))
}

func (q *Funnel) checkExclusions(f *fault.List) {
	for i, x := range q.Exclusions {
		path := fmt.Sprintf("exclusions[%d]", i)
		x.Event.check(f, path+".event")
		x.Where.check(f, path+".where", true, 0)
		if x.From < 1 || x.To <= x.From || x.To > len(q.Steps) {
			f.Add(path, "from and to name two steps, counted from 1, from before to")
		}
	}
}

// FunnelCell is a step of a funnel whose persons are wanted.
type FunnelCell struct {
	Step      int              // counted from 1
	Dropped   bool             // those who reached the step before and not this one
	Breakdown []BreakdownValue // the row, one value per breakdown; nil is any row
}

func readFunnelCell(o *object) *FunnelCell {
	return &FunnelCell{Step: o.whole("step"), Dropped: o.flag("dropped"), Breakdown: readBreakdownValues(o)}
}

func (c *FunnelCell) fields() map[string]any {
	out := map[string]any{"step": c.Step, "dropped": c.Dropped}
	addBreakdownValues(out, c.Breakdown)
	return out
}

func (q *Funnel) checkCell(f *fault.List, cell Cell) {
	c, ok := cellOf[*FunnelCell](f, cell)
	if !ok {
		return
	}
	if c.Step < 1 || c.Step > len(q.Steps) {
		f.Add("actors.step", "names one of the %d steps, counted from 1", len(q.Steps))
	}
	if c.Dropped && c.Step == 1 {
		f.Add("actors.dropped", "nobody drops out before the first step")
	}
	checkBreakdownValues(f, c.Breakdown, q.Breakdown)
}
