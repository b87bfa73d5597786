package query

import (
	"encoding/json"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
)

// Cell is a cell of an answer whose persons are wanted: a *TrendCell of a
// *Trend, a *FunnelCell of a *Funnel, and so on for each kind of question.
type Cell interface {
	fields() map[string]any
}

// cellOf gives the cell as the type that its question needs.
func cellOf[C Cell](f *fault.List, cell Cell) (C, bool) {
	c, ok := cell.(C)
	if !ok {
		f.Add("actors", "is not a cell of this kind of question")
	}
	return c, ok
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

// readBreakdownValues reads the row of a cell; nil when it names none.
func readBreakdownValues(o *object) []BreakdownValue {
	tree, ok := o.get("breakdown")
	if !ok {
		return nil
	}
	elements, paths := readList(o.faults, o.at("breakdown"), tree)
	row := []BreakdownValue{}
	for i, e := range elements {
		row = append(row, readBreakdownValue(o.faults, paths[i], e))
	}
	return row
}

func addBreakdownValues(out map[string]any, row []BreakdownValue) {
	if row != nil {
		out["breakdown"] = row
	}
}

func checkBreakdownValues(f *fault.List, row []BreakdownValue, of []Breakdown) {
	if row != nil && len(row) != len(of) {
		f.Add("actors.breakdown", "has %d values, the question has %d breakdowns", len(row), len(of))
	}
}

// IsOther says whether the row of a cell is that of the rest.
func IsOther(row []BreakdownValue) bool {
	for _, b := range row {
		if b.Other {
			return true
		}
	}
	return false
}

var _ json.Marshaler = BreakdownValue{}
