package query

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/weirhq/weir/fault"
)

// ConditionKind says which form a Condition has, and so which of its fields count.
type ConditionKind string

// The forms of conditions.
const (
	All      ConditionKind = "all"      // Parts; an empty list holds for everybody
	Any      ConditionKind = "any"      // Parts; an empty list holds for nobody
	Not      ConditionKind = "not"      // Parts[0]
	Compare  ConditionKind = "compare"  // Comparison
	Segment  ConditionKind = "segment"  // Segment
	DidEvent ConditionKind = "did"      // Did
	DidNot   ConditionKind = "did_not"  // Did, negated
	Sequence ConditionKind = "sequence" // Sequence
)

// Condition is a tree over one event or one person.
type Condition struct {
	Kind       ConditionKind
	Parts      []*Condition
	Comparison *Comparison
	Segment    string
	Did        *Did
	Sequence   []SequenceStep
}

// Did asks how much of some events a person did. Without Op it holds when the
// person did at least one. Counts and sums of nothing are 0; avg, min and max
// of nothing are missing and satisfy no operator but the negative.
type Did struct {
	Event   EventSet
	Where   *Condition // over the event
	Measure Measure    // count, days, or sum, avg, min, max, distinct of a property
	Op      Operator   // eq neq gt gte lt lte between, or ""
	Values  []float64  // one; two for between
	Within  *Range     // nil: ever
}

// SequenceStep is one event of a sequence: at or after the step before, and no
// later than Within after it. Absent, on the last step only, asks that no such
// event came; it holds once Within has elapsed.
type SequenceStep struct {
	Event  EventSet
	Where  *Condition
	Within *Span
	Absent bool
}

// And joins conditions; nil parts are left out, and nil is given when none is left.
func And(parts ...*Condition) *Condition {
	var kept []*Condition
	for _, p := range parts {
		if p != nil {
			kept = append(kept, p)
		}
	}
	switch len(kept) {
	case 0:
		return nil
	case 1:
		return kept[0]
	}
	return &Condition{Kind: All, Parts: kept}
}

// InSegment is the condition {"segment":id}.
func InSegment(id string) *Condition { return &Condition{Kind: Segment, Segment: id} }

// ParseCondition reads a condition over persons and checks it.
func ParseCondition(data []byte) (*Condition, error) {
	tree, err := decodeTree(data)
	if err != nil {
		return nil, err
	}
	read, check := &fault.List{}, &fault.List{}
	c := readCondition(read, "", tree)
	c.check(check, "", false, 0)
	if err := combine("the condition cannot be answered as it is", read, check); err != nil {
		return nil, err
	}
	return c, nil
}

// Check reports every fault of a condition over persons that was made in Go.
func (c *Condition) Check() error {
	f := &fault.List{}
	c.check(f, "", false, 0)
	return f.Err("the condition cannot be answered as it is")
}

// Walk calls visit for the condition and every condition inside it, also those
// on the events of did and sequence.
func (c *Condition) Walk(visit func(*Condition)) {
	c.WalkPath("", func(_ string, part *Condition) { visit(part) })
}

// WalkPath does the same and gives the JSON path of each condition, below the
// path of the whole.
func (c *Condition) WalkPath(path string, visit func(path string, part *Condition)) {
	if c == nil {
		return
	}
	visit(path, c)
	at := strings.TrimPrefix(path+"."+string(c.Kind), ".")
	for i, p := range c.Parts {
		if c.Kind == Not {
			p.WalkPath(at, visit)
		} else {
			p.WalkPath(fmt.Sprintf("%s[%d]", at, i), visit)
		}
	}
	if c.Did != nil {
		c.Did.Where.WalkPath(at+".where", visit)
	}
	for i, s := range c.Sequence {
		s.Where.WalkPath(fmt.Sprintf("%s[%d].where", at, i), visit)
	}
}

// UnmarshalJSON reads a condition over an event or a person.
func (c *Condition) UnmarshalJSON(data []byte) error {
	tree, err := decodeTree(data)
	if err != nil {
		return err
	}
	read, check := &fault.List{}, &fault.List{}
	got := readCondition(read, "", tree)
	got.check(check, "", true, 0)
	*c = *got
	return combine("the condition cannot be answered as it is", read, check)
}

// MarshalJSON writes the condition as it is asked.
func (c *Condition) MarshalJSON() ([]byte, error) {
	switch c.Kind {
	case All, Any:
		parts := c.Parts
		if parts == nil {
			parts = []*Condition{}
		}
		return json.Marshal(map[ConditionKind]any{c.Kind: parts})
	case Not:
		if len(c.Parts) != 1 {
			return nil, fmt.Errorf("not has %d parts", len(c.Parts))
		}
		return json.Marshal(map[string]any{"not": c.Parts[0]})
	case Compare:
		return json.Marshal(c.Comparison.fields())
	case Segment:
		return json.Marshal(map[string]any{"segment": c.Segment})
	case DidEvent, DidNot:
		return json.Marshal(map[ConditionKind]any{c.Kind: c.Did})
	case Sequence:
		return json.Marshal(map[string]any{"sequence": c.Sequence})
	}
	return nil, fmt.Errorf("a condition of unknown kind %q", c.Kind)
}

// MarshalJSON writes the body of did and did_not.
func (d *Did) MarshalJSON() ([]byte, error) {
	out := map[string]any{"event": d.Event}
	if d.Where != nil {
		out["where"] = d.Where
	}
	if d.Measure != (Measure{Func: Count}) {
		out["measure"] = d.Measure
	}
	if d.Op != "" {
		out["op"] = d.Op
		if d.Op == Between {
			out["value"] = d.Values
		} else if len(d.Values) == 1 {
			out["value"] = d.Values[0]
		}
	}
	if d.Within != nil {
		out["within"] = d.Within
	}
	return json.Marshal(out)
}

// MarshalJSON writes one step of a sequence.
func (s SequenceStep) MarshalJSON() ([]byte, error) {
	out := map[string]any{"event": s.Event}
	if s.Where != nil {
		out["where"] = s.Where
	}
	if s.Within != nil {
		out["within"] = s.Within
	}
	if s.Absent {
		out["absent"] = true
	}
	return json.Marshal(out)
}
