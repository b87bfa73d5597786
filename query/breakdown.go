package query

import (
	"encoding/json"
	"fmt"

	"github.com/weirhq/weir/fault"
)

// Breakdown splits an answer into rows by an event property, a user property, a
// tag, or the first of some segments that has the person.
type Breakdown struct {
	Scope    Scope
	Name     string
	OfStep   int      // of a funnel, for an event property: which step's event, from 1
	Segments []string // set instead of Scope and Name
}

// MarshalJSON writes {"property":"platform"}, {"segments":[…]} and so on.
func (b Breakdown) MarshalJSON() ([]byte, error) {
	if b.Segments != nil {
		return json.Marshal(map[string]any{"segments": b.Segments})
	}
	out := map[string]any{string(b.Scope): b.Name}
	if b.OfStep != 0 {
		out["of_step"] = b.OfStep
	}
	return json.Marshal(out)
}

func readBreakdown(f *fault.List, path string, tree any, ofStep bool) Breakdown {
	o := readObject(f, path, tree)
	var b Breakdown
	forms := 0
	for _, scope := range []Scope{EventProperty, UserProperty, TagValue} {
		if _, given := o.get(string(scope)); given {
			b.Scope, b.Name = scope, o.text(string(scope))
			forms++
		}
	}
	if elements, paths := o.list("segments"); elements != nil {
		forms++
		b.Segments = []string{}
		for i, e := range elements {
			id, isText := e.(string)
			if !isText {
				f.Add(paths[i], "must be the id of a segment, not %s", jsonType(e))
			}
			b.Segments = append(b.Segments, id)
		}
	}
	if ofStep {
		b.OfStep = o.whole("of_step")
	}
	if forms > 1 {
		f.Add(path, "a breakdown has one of property, user, tag, segments")
	}
	o.done()
	return b
}

func readBreakdowns(o *object, ofStep bool) []Breakdown {
	tree, ok := o.get("breakdown")
	if !ok {
		return nil
	}
	if _, single := tree.(map[string]any); single {
		return []Breakdown{readBreakdown(o.faults, o.at("breakdown"), tree, ofStep)}
	}
	var out []Breakdown
	elements, paths := readList(o.faults, o.at("breakdown"), tree)
	for i, e := range elements {
		out = append(out, readBreakdown(o.faults, paths[i], e, ofStep))
	}
	return out
}

// Limits of breakdowns.
const (
	maxBreakdowns    = 3
	maxBreakdownRows = 1000
	// DefaultBreakdownLimit is how many rows are shown beside «other» when the question does not say.
	DefaultBreakdownLimit = 25
)

func checkBreakdowns(f *fault.List, list []Breakdown, limit, steps int) {
	if len(list) > maxBreakdowns {
		f.Add("breakdown", "at most %d breakdowns can be combined", maxBreakdowns)
	}
	if limit < 0 || limit > maxBreakdownRows {
		f.Add("breakdown_limit", "must be 1 to %d", maxBreakdownRows)
	}
	for i, b := range list {
		path := fmt.Sprintf("breakdown[%d]", i)
		switch {
		case b.Segments != nil && len(b.Segments) == 0:
			f.Add(path+".segments", "name at least one segment")
		case b.Segments == nil && (b.Scope == "" || b.Name == ""):
			f.Add(path, "name a property, a user property, a tag, or segments")
		}
		if b.OfStep != 0 && (b.Scope != EventProperty || b.OfStep < 1 || b.OfStep > steps) {
			f.Add(path+".of_step", "names one of the %d steps, for an event property", steps)
		}
	}
}

// RowLimit is the number of rows to show beside «other».
func RowLimit(limit int) int {
	if limit == 0 {
		return DefaultBreakdownLimit
	}
	return limit
}
