package query

import (
	"encoding/json"

	"github.com/weirhq/weir/fault"
)

// conditionFields are the fields by which the form of a condition is told.
var conditionFields = []string{"all", "any", "not", "property", "user", "tag", "segment", "did", "did_not", "sequence"}

func readCondition(f *fault.List, path string, tree any) *Condition {
	o := readObject(f, path, tree)
	if o.fields == nil {
		return &Condition{Kind: All}
	}
	form := ""
	for _, field := range conditionFields {
		if _, given := o.fields[field]; !given {
			continue
		}
		if form != "" {
			f.Add(o.at(field), "stands beside %s; a condition has one form, join several with all or any", form)
			return &Condition{Kind: All}
		}
		form = field
	}
	if form == "" {
		f.Add(path, "is not a condition; it has one of all, any, not, property, user, tag, segment, did, did_not, sequence")
		return &Condition{Kind: All}
	}
	c := readForm(o, form)
	o.done()
	return c
}

func readForm(o *object, form string) *Condition {
	tree, _ := o.get(form)
	switch form {
	case "all", "any":
		c := &Condition{Kind: ConditionKind(form), Parts: []*Condition{}}
		elements, paths := readList(o.faults, o.at(form), tree)
		for i, e := range elements {
			c.Parts = append(c.Parts, readCondition(o.faults, paths[i], e))
		}
		return c
	case "not":
		return &Condition{Kind: Not, Parts: []*Condition{readCondition(o.faults, o.at(form), tree)}}
	case "segment":
		return &Condition{Kind: Segment, Segment: o.text(form)}
	case "did", "did_not":
		return &Condition{Kind: ConditionKind(form), Did: readDid(o.faults, o.at(form), tree)}
	case "sequence":
		c := &Condition{Kind: Sequence}
		elements, paths := readList(o.faults, o.at(form), tree)
		for i, e := range elements {
			c.Sequence = append(c.Sequence, readSequenceStep(o.faults, paths[i], e))
		}
		return c
	}
	return &Condition{Kind: Compare, Comparison: readComparison(o, Scope(form))}
}

// readWhere reads an optional condition field.
func (o *object) readWhere(field string) *Condition {
	tree, ok := o.get(field)
	if !ok {
		return nil
	}
	return readCondition(o.faults, o.at(field), tree)
}

func readDid(f *fault.List, path string, tree any) *Did {
	o := readObject(f, path, tree)
	d := &Did{
		Event: readEventSet(o, "event"), Where: o.readWhere("where"),
		Measure: readMeasure(o, "measure", Count), Op: Operator(o.text("op")),
	}
	if tree, ok := o.get("value"); ok {
		d.Values = readNumbers(f, o.at("value"), tree)
	}
	if tree, ok := o.get("within"); ok {
		r := readRange(f, o.at("within"), tree)
		d.Within = &r
	}
	o.done()
	return d
}

func readNumbers(f *fault.List, path string, tree any) []float64 {
	elements, paths := []any{tree}, []string{path}
	if _, isList := tree.([]any); isList {
		elements, paths = readList(f, path, tree)
	}
	var out []float64
	for i, e := range elements {
		n, ok := e.(json.Number)
		if !ok {
			f.Add(paths[i], "must be a number, not %s", jsonType(e))
			continue
		}
		x, err := n.Float64()
		if err != nil {
			f.Add(paths[i], "%s is not a finite number", n)
		}
		out = append(out, x)
	}
	return out
}

func readSequenceStep(f *fault.List, path string, tree any) SequenceStep {
	o := readObject(f, path, tree)
	s := SequenceStep{Event: readEventSet(o, "event"), Where: o.readWhere("where"), Absent: o.flag("absent")}
	if tree, ok := o.get("within"); ok {
		span := readSpan(f, o.at("within"), tree)
		s.Within = &span
	}
	o.done()
	return s
}
