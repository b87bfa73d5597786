package query

import (
	"fmt"

	"github.com/weirhq/weir/fault"
)

// maxDepth bounds how deep conditions nest, and maxSteps how long funnels and sequences are.
const (
	maxDepth = 32
	maxSteps = 20
)

// check reports the faults of a condition. ofEvent says whether there is an
// event at hand whose properties can be compared.
func (c *Condition) check(f *fault.List, path string, ofEvent bool, depth int) {
	if c == nil {
		return
	}
	if depth > maxDepth {
		f.Add(path, "conditions are nested deeper than %d levels", maxDepth)
		return
	}
	at := func(field string) string {
		if path == "" {
			return field
		}
		return path + "." + field
	}
	switch c.Kind {
	case All, Any:
		for i, p := range c.Parts {
			p.check(f, fmt.Sprintf("%s[%d]", at(string(c.Kind)), i), ofEvent, depth+1)
		}
	case Not:
		for _, p := range c.Parts {
			p.check(f, at("not"), ofEvent, depth+1)
		}
	case Compare:
		if c.Comparison.Scope == EventProperty && !ofEvent {
			f.Add(at("property"), "there is no event at hand: compare a user property, or say which event with did")
		}
		c.Comparison.check(f, at)
	case Segment:
		if c.Segment == "" {
			f.Add(at("segment"), "name the segment by its id")
		}
	case DidEvent, DidNot:
		c.Did.check(f, at(string(c.Kind)), depth)
	case Sequence:
		checkSequence(f, at("sequence"), c.Sequence, depth)
	default:
		f.Add(path, "«%s» is not a kind of condition", c.Kind)
	}
}

func (d *Did) check(f *fault.List, path string, depth int) {
	d.Event.check(f, path+".event")
	d.Where.check(f, path+".where", true, depth+1)
	d.Measure.check(f, path+".measure", Count, Days, Sum, Avg, Min, Max, Distinct)
	if d.Within != nil {
		d.Within.check(f, path+".within", false)
	}
	switch d.Op {
	case "":
		if d.Measure.Func != Count {
			f.Add(path+".op", "%s needs an operator and a value", d.Measure.Func)
		}
		if len(d.Values) > 0 {
			f.Add(path+".value", "stands without an operator")
		}
	case Eq, Neq, Gt, Gte, Lt, Lte:
		if len(d.Values) != 1 {
			f.Add(path+".value", "%s takes one number", d.Op)
		}
	case Between:
		if len(d.Values) != 2 {
			f.Add(path+".value", "between takes two numbers, as [low, high]")
		}
	default:
		f.Add(path+".op", "«%s» does not compare a measure; use eq, neq, gt, gte, lt, lte or between", d.Op)
	}
}

func checkSequence(f *fault.List, path string, steps []SequenceStep, depth int) {
	if len(steps) < 2 || len(steps) > maxSteps {
		f.Add(path, "a sequence has 2 to %d events", maxSteps)
	}
	for i, s := range steps {
		at := fmt.Sprintf("%s[%d]", path, i)
		s.Event.check(f, at+".event")
		s.Where.check(f, at+".where", true, depth+1)
		if s.Within != nil {
			s.Within.check(f, at+".within")
			if i == 0 {
				f.Add(at+".within", "the first event has none before it to be within reach of")
			}
		}
		if s.Absent && (i == 0 || i != len(steps)-1) {
			f.Add(at+".absent", "only the last event of a sequence can be absent")
		}
	}
}
