package query

import (
	"encoding/json"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
)

// Cell is a cell of an answer whose persons are wanted. Which fields count
// depends on the question; see the Actors of each kind.
type Cell struct {
	// Of a trend: Series counts from 0; Bucket "" is the whole range.
	Series int
	Bucket string
	// Previous asks for the cell of the compared range.
	Previous bool
	// Of a funnel: Step counts from 1. Dropped asks for those who reached the
	// step before and not this one.
	Step    int
	Dropped bool
	// Of retention: Cohort is the row's date, Period the column (an index into
	// the row's values). Without Period the whole cohort.
	Cohort   string
	Period   *int
	Returned bool
	// Breakdown is the row, one value per breakdown; nil is any row.
	Breakdown []BreakdownValue
}

// BreakdownValue is the value by which a row is broken down. The zero value is
// «no value», null in JSON.
type BreakdownValue struct {
	event.Value
	Other bool // the row of the rest; {"other":true} in JSON
}

// MarshalJSON writes the plain value, null, or {"other":true}.
func (b BreakdownValue) MarshalJSON() ([]byte, error) {
	if b.Other {
		return []byte(`{"other":true}`), nil
	}
	return b.Value.MarshalJSON()
}

func readBreakdownValue(f *fault.List, path string, tree any) BreakdownValue {
	if _, isObject := tree.(map[string]any); isObject {
		o := readObject(f, path, tree)
		b := BreakdownValue{Other: o.flag("other")}
		o.done()
		if !b.Other {
			f.Add(path, "must be a value, null, or {\"other\":true}")
		}
		return b
	}
	v, err := event.ValueOf(tree)
	if err != nil {
		f.Add(path, "%v", err)
	}
	return BreakdownValue{Value: v}
}

func readCell(f *fault.List, path string, tree any, kind string) *Cell {
	o := readObject(f, path, tree)
	c := &Cell{}
	switch kind {
	case "trend":
		c.Series, c.Bucket, c.Previous = o.whole("series"), o.text("bucket"), o.flag("previous")
	case "funnel":
		c.Step, c.Dropped = o.whole("step"), o.flag("dropped")
	case "retention":
		c.Cohort, c.Returned = o.text("cohort"), true
		if _, ok := o.get("returned"); ok {
			c.Returned = o.flag("returned")
		}
		if _, ok := o.get("period"); ok {
			period := o.whole("period")
			c.Period = &period
		}
	}
	if kind != "retention" {
		if tree, ok := o.get("breakdown"); ok {
			elements, paths := readList(f, o.at("breakdown"), tree)
			c.Breakdown = []BreakdownValue{}
			for i, e := range elements {
				c.Breakdown = append(c.Breakdown, readBreakdownValue(f, paths[i], e))
			}
		}
	}
	o.done()
	return c
}

func (c *Cell) fields(kind string) map[string]any {
	out := map[string]any{}
	switch kind {
	case "trend":
		out["series"] = c.Series
		if c.Bucket != "" {
			out["bucket"] = c.Bucket
		}
		if c.Previous {
			out["previous"] = true
		}
	case "funnel":
		out["step"], out["dropped"] = c.Step, c.Dropped
	case "retention":
		out["cohort"], out["returned"] = c.Cohort, c.Returned
		if c.Period != nil {
			out["period"] = *c.Period
		}
	}
	if c.Breakdown != nil {
		out["breakdown"] = c.Breakdown
	}
	return out
}

// IsOther says whether the cell lies in the row of the rest.
func (c *Cell) IsOther() bool {
	for _, b := range c.Breakdown {
		if b.Other {
			return true
		}
	}
	return false
}

var _ json.Marshaler = BreakdownValue{}
