package query

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/weirhq/weir/fault"
)

// Func says what is computed from the events that count.
type Func string

// The functions of measures. Which are allowed depends on the question.
const (
	Count            Func = "count"
	Persons          Func = "persons"
	CountPerPerson   Func = "count_per_person"
	FirstTimePersons Func = "first_time_persons" // persons whose first such event ever falls in the bucket
	RollingPersons   Func = "rolling_persons"    // persons active in the N days that end with the bucket
	Days             Func = "days"               // distinct active days
	Sum              Func = "sum"
	Avg              Func = "avg"
	Min              Func = "min"
	Max              Func = "max"
	Median           Func = "median"
	P90              Func = "p90"
	P95              Func = "p95"
	P99              Func = "p99"
	Distinct         Func = "distinct" // distinct values of any type
)

// OfProperty says whether the function works on a property: {"sum":"amount"}.
func (f Func) OfProperty() bool {
	return slices.Contains([]Func{Sum, Avg, Min, Max, Median, P90, P95, P99, Distinct}, f)
}

// Measure is a function and, where it needs one, the event property it works on.
type Measure struct {
	Func     Func
	Property string
}

// MarshalJSON writes "count" or {"sum":"amount"}.
func (m Measure) MarshalJSON() ([]byte, error) {
	if m.Property != "" {
		return json.Marshal(map[Func]string{m.Func: m.Property})
	}
	return json.Marshal(m.Func)
}

func readMeasure(o *object, field string, fallback Func) Measure {
	tree, ok := o.get(field)
	if !ok {
		return Measure{Func: fallback}
	}
	if name, isText := tree.(string); isText {
		return Measure{Func: Func(name)}
	}
	inner := readObject(o.faults, o.at(field), tree)
	if len(inner.fields) != 1 {
		o.faults.Add(o.at(field), "must be a name such as \"count\" or one function of a property such as {\"sum\":\"amount\"}")
		return Measure{Func: fallback}
	}
	var m Measure
	for name := range inner.fields {
		m = Measure{Func: Func(name), Property: inner.text(name)}
	}
	return m
}

func (m Measure) check(f *fault.List, path string, allowed ...Func) {
	switch {
	case !slices.Contains(allowed, m.Func):
		f.Add(path, "«%s» is not a measure here; known are %s", m.Func, joinFuncs(allowed))
	case m.Func.OfProperty() && m.Property == "":
		f.Add(path, "%s needs a property: {\"%s\":\"amount\"}", m.Func, m.Func)
	case !m.Func.OfProperty() && m.Property != "":
		f.Add(path, "%s takes no property", m.Func)
	}
}

func joinFuncs(funcs []Func) string {
	names := make([]string, len(funcs))
	for i, f := range funcs {
		names[i] = string(f)
	}
	return strings.Join(names, ", ")
}
