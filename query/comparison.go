package query

import (
	"encoding/json"
	"regexp"
	"time"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
)

// Scope says whose property is compared.
type Scope string

// The scopes of comparisons and of breakdowns.
const (
	EventProperty Scope = "property" // of the event at hand
	UserProperty  Scope = "user"     // of the person, as it is now
	TagValue      Scope = "tag"      // the person's current value of a tag
)

// Comparison is one leaf {"property":"platform","op":"in","value":["ios"]}.
type Comparison struct {
	Scope   Scope
	Name    string
	Op      Operator
	Operand Operand
}

// Operand is what a value is compared with; its form is fixed by the operator.
type Operand struct {
	Values []event.Value // one for most operators, many for In and NotIn, two for Between
	Span   Span          // for WithinLast
}

// Value makes an operand of one value.
func Value(v event.Value) Operand { return Operand{Values: []event.Value{v}} }

// Values makes an operand of several values.
func Values(v ...event.Value) Operand { return Operand{Values: v} }

func (c *Comparison) fields() map[string]any {
	out := map[string]any{string(c.Scope): c.Name, "op": c.Op}
	switch c.Op.shape() {
	case noOperand, unknownOperator:
	case anyList, pair:
		out["value"] = c.Operand.Values
	case spanShape:
		out["value"] = c.Operand.Span
	case scalar, text, pattern, ordered, instant:
		if len(c.Operand.Values) == 1 {
			out["value"] = c.Operand.Values[0]
		}
	}
	return out
}

func readComparison(o *object, scope Scope) *Comparison {
	c := &Comparison{Scope: scope, Name: o.text(string(scope)), Op: Operator(o.text("op"))}
	tree, given := o.get("value")
	path := o.at("value")
	switch s := c.Op.shape(); {
	case s == unknownOperator: // Check reports the operator
	case s == noOperand:
		if given {
			o.faults.Add(path, "%s takes no value", c.Op)
		}
	case !given:
		o.faults.Add(path, "%s needs a value", c.Op)
	case s == spanShape:
		c.Operand.Span = readLast(o.faults, path, tree)
	case s == anyList, s == pair:
		elements, paths := readList(o.faults, path, tree)
		c.Operand.Values = []event.Value{}
		for i, e := range elements {
			c.Operand.Values = append(c.Operand.Values, readScalar(o.faults, paths[i], e))
		}
	default:
		c.Operand.Values = []event.Value{readScalar(o.faults, path, tree)}
	}
	return c
}

// readLast reads {"value":7,"unit":"day"} or, as in «within», {"last":7,"unit":"day"}.
func readLast(f *fault.List, path string, tree any) Span {
	if fields, isObject := tree.(map[string]any); isObject && fields["last"] != nil {
		o := readObject(f, path, tree)
		s := Span{Value: o.whole("last"), Unit: Unit(o.text("unit"))}
		o.done()
		return s
	}
	return readSpan(f, path, tree)
}

func readScalar(f *fault.List, path string, tree any) event.Value {
	switch tree.(type) {
	case string, bool, json.Number:
		v, err := event.ValueOf(tree)
		if err != nil {
			f.Add(path, "%v", err)
		}
		return v
	}
	f.Add(path, "must be text, a number, true or false, not %s", jsonType(tree))
	return event.Value{}
}

func (c *Comparison) check(f *fault.List, at func(field string) string) {
	if c.Name == "" {
		f.Add(at(string(c.Scope)), "name the %s", map[Scope]string{EventProperty: "property", UserProperty: "property", TagValue: "tag"}[c.Scope])
	}
	path, values := at("value"), c.Operand.Values
	switch s := c.Op.shape(); s {
	case unknownOperator:
		f.Add(at("op"), "«%s» is not an operator", c.Op)
	case noOperand:
	case spanShape:
		c.Operand.Span.check(f, path)
	case anyList:
		if len(values) == 0 {
			f.Add(path, "%s needs at least one value", c.Op)
		}
	case pair:
		if len(values) != 2 || !orderedValue(values[0]) || !orderedValue(values[1]) || values[0].Kind != values[1].Kind {
			f.Add(path, "between takes two numbers, or two times, as [low, high]")
		}
	case scalar, text, pattern, ordered, instant:
		if len(values) != 1 {
			f.Add(path, "%s takes one value", c.Op)
			return
		}
		checkScalar(f, path, c.Op, s, values[0])
	}
}

func checkScalar(f *fault.List, path string, op Operator, s shape, v event.Value) {
	switch {
	case s == scalar && v.Kind == event.Missing:
		f.Add(path, "%s needs a value; for a missing property use is_not_set", op)
	case (s == text || s == pattern) && v.Kind != event.String:
		f.Add(path, "%s takes text", op)
	case s == pattern:
		if _, err := regexp.Compile(v.Str); err != nil {
			f.Add(path, "is not a regular expression (RE2): %v", err)
		}
	case s == ordered && !orderedValue(v):
		f.Add(path, "%s takes a number or a time (2026-01-31, or RFC 3339)", op)
	case s == instant && (v.Kind != event.String || !orderedValue(v)):
		f.Add(path, "%s takes a time (2026-01-31, or RFC 3339)", op)
	}
}

// orderedValue says whether the value is a number or the text of a time.
func orderedValue(v event.Value) bool {
	if v.Kind == event.Number {
		return true
	}
	_, _, ok := ParseTime(v.Str, time.UTC)
	return v.Kind == event.String && ok
}

// ParseTime reads a property's text, or an operand, as the half-open interval of
// UTC milliseconds that it names: a whole local day for a date, one millisecond
// for an instant (RFC 3339, or «2026-01-31 08:00:00» in the project's zone).
func ParseTime(s string, zone *time.Location) (from, to int64, ok bool) {
	if len(s) < len(time.DateOnly) || s[4] != '-' {
		return 0, 0, false
	}
	if t, day, ok := Moment(s).parse(zone); ok {
		if day {
			return t.UnixMilli(), NextDay(t).UnixMilli(), true
		}
		return t.UnixMilli(), t.UnixMilli() + 1, true
	}
	t, err := time.ParseInLocation(time.DateTime, s, zone)
	return t.UnixMilli(), t.UnixMilli() + 1, err == nil
}
