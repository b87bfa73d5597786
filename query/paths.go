package query

import (
	"encoding/json"

	"github.com/weirhq/weir/fault"
)

// Paths asks which ways persons take through their sessions.
//
// The events named, over all time, make sessions: a gap longer than Gap minutes
// between two of them begins a new one. Of each session its events in the range
// make a walk, by time and arrival. The walk begins at the session's first event
// in the range, or at the anchor: the first of these events that meets it, which
// must be one of Events. A walk from a start goes forward in time, from an end
// backward; a session without the anchor makes no walk and is not counted.
//
// Each event is a node named by the value of the property By (as text) where the
// event has one, else by the event's name. With CollapseRepeats neighbours of one
// name are one node, at the time of the one that the walk meets first; what lies
// before the anchor is cut off first. A walk has at most Steps nodes, numbered
// from 1; each but the last of these has an edge to the next node, or to «exit»
// where the walk ends. The edge has the step of its source.
//
// Per step the Limit nodes with the most sessions, by name among equals, are
// kept and the rest are «other»; a repeat that arises so is not collapsed.
type Paths struct {
	Events          EventSet
	By              string // event property; "" for the names of events
	Start, End      *Step  // the anchor: one of them, or neither
	Gap             int    // minutes, 30 by default; exactly so long a gap does not end a session
	CollapseRepeats bool   // true by default
	Steps           int    // nodes of a walk, 6 by default
	NodeLimit       int    // nodes per step beside «other», 50 by default; in JSON «limit», or «node_limit» where that is the page of actors
}

// Defaults and bounds of paths.
const (
	defaultGap       = 30
	maxGap           = 30 * 24 * 60
	defaultPathSteps = 6
	maxPathSteps     = 20
	defaultPathNodes = 50
	maxPathNodes     = 1000
)

// Kind is "paths".
func (*Paths) Kind() string { return "paths" }

func readPaths(o *object) *Paths {
	q := &Paths{
		Events: readEventSet(o, "events"), Gap: o.wholeOr("gap_minutes", defaultGap), CollapseRepeats: true,
		Steps: o.wholeOr("steps", defaultPathSteps), NodeLimit: o.wholeOr("node_limit", defaultPathNodes),
	}
	if _, given := o.get("collapse_repeats"); given {
		q.CollapseRepeats = o.flag("collapse_repeats")
	}
	q.By = readBy(o)
	if tree, ok := o.get("anchor"); ok {
		anchor := readObject(o.faults, o.at("anchor"), tree)
		q.Start, q.End = anchor.optionalStep("start"), anchor.optionalStep("end")
		anchor.done()
		if q.Start == nil && q.End == nil {
			o.faults.Add(o.at("anchor"), "has a start or an end")
		}
	}
	return q
}

// readBy reads {"property":p}; "" where it is absent.
func readBy(o *object) string {
	tree, ok := o.get("by")
	if !ok {
		return ""
	}
	by := readObject(o.faults, o.at("by"), tree)
	name := by.text("property")
	by.done()
	if name == "" {
		o.faults.Add(by.at("property"), "name the event property")
	}
	return name
}

func (q *Paths) fields() map[string]any {
	out := map[string]any{
		"events": q.Events, "gap_minutes": q.Gap, "collapse_repeats": q.CollapseRepeats,
		"steps": q.Steps, "node_limit": q.NodeLimit,
	}
	if q.By != "" {
		out["by"] = map[Scope]string{EventProperty: q.By}
	}
	anchor := map[string]*Step{}
	if q.Start != nil {
		anchor["start"] = q.Start
	}
	if q.End != nil {
		anchor["end"] = q.End
	}
	if len(anchor) > 0 {
		out["anchor"] = anchor
	}
	return out
}

func (q *Paths) check(f *fault.List, r Range) {
	r.check(f, "range", true)
	q.Events.check(f, "events")
	if q.Start != nil && q.End != nil {
		f.Add("anchor", "is a start or an end, not both")
	}
	if q.Start != nil {
		q.Start.check(f, "anchor.start")
	}
	if q.End != nil {
		q.End.check(f, "anchor.end")
	}
	if q.Gap < 1 || q.Gap > maxGap {
		f.Add("gap_minutes", "must be 1 to %d", maxGap)
	}
	if q.Steps < 2 || q.Steps > maxPathSteps {
		f.Add("steps", "must be 2 to %d", maxPathSteps)
	}
	if q.NodeLimit < 1 || q.NodeLimit > maxPathNodes {
		f.Add("limit", "must be 1 to %d", maxPathNodes)
	}
}

// PathNode is a node of paths: its name, or one of two that have none.
type PathNode struct {
	Name  string
	Exit  bool // the end of a walk, as a target; {"exit":true} in JSON
	Other bool // the smaller nodes of a step; {"other":true} in JSON
}

// MarshalJSON writes the name, {"exit":true} or {"other":true}.
func (n PathNode) MarshalJSON() ([]byte, error) {
	switch {
	case n.Exit:
		return []byte(`{"exit":true}`), nil
	case n.Other:
		return []byte(`{"other":true}`), nil
	}
	return json.Marshal(n.Name)
}

func readPathNode(o *object, field string) *PathNode {
	tree, ok := o.get(field)
	if !ok {
		return nil
	}
	if name, isText := tree.(string); isText {
		return &PathNode{Name: name}
	}
	inner := readObject(o.faults, o.at(field), tree)
	n := &PathNode{Exit: inner.flag("exit"), Other: inner.flag("other")}
	inner.done()
	if n.Exit == n.Other {
		o.faults.Add(o.at(field), `must be the name of a node, {"exit":true} or {"other":true}`)
	}
	return n
}

// PathsCell is the persons of an edge, named by source and target, or of a node.
type PathsCell struct {
	Step           int // from 1
	Source, Target *PathNode
	Node           *PathNode
}

func readPathsCell(o *object) *PathsCell {
	return &PathsCell{
		Step:   o.whole("step"),
		Source: readPathNode(o, "source"), Target: readPathNode(o, "target"), Node: readPathNode(o, "node"),
	}
}

func (c *PathsCell) fields() map[string]any {
	out := map[string]any{"step": c.Step}
	for field, n := range map[string]*PathNode{"source": c.Source, "target": c.Target, "node": c.Node} {
		if n != nil {
			out[field] = n
		}
	}
	return out
}

func (q *Paths) checkCell(f *fault.List, cell Cell) {
	c, ok := cellOf[*PathsCell](f, cell)
	if !ok {
		return
	}
	steps := q.Steps
	if edge := c.Source != nil && c.Target != nil && c.Node == nil; edge {
		steps--
	} else if c.Node == nil || c.Source != nil || c.Target != nil {
		f.Add("actors", "names an edge by source and target, or a node")
	}
	if c.Step < 1 || c.Step > steps {
		f.Add("actors.step", "must be 1 to %d", steps)
	}
	if c.Source != nil && c.Source.Exit {
		f.Add("actors.source", "no edge begins at an exit")
	}
	if c.Node != nil && c.Node.Exit {
		f.Add("actors.node", "an exit is the target of an edge, not a node")
	}
}
