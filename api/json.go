package api

import (
	"encoding/json"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// instant is UTC milliseconds that are written as RFC 3339 with milliseconds; 0 is null.
type instant int64

// stamp is the wire form of times.
const stamp = "2006-01-02T15:04:05.000Z"

// MarshalJSON writes the time, or null.
func (i instant) MarshalJSON() ([]byte, error) {
	if i == 0 {
		return []byte("null"), nil
	}
	return []byte(`"` + time.UnixMilli(int64(i)).UTC().Format(stamp) + `"`), nil
}

// Schema describes the wire form.
func (instant) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "date-time", Nullable: true}
}

// document is a JSON body or field whose shape another package checks: a
// question, a condition. Its schema is a reference to a hand-written component
// (see schemas.json) that the published document carries.
type document struct {
	raw json.RawMessage
}

// UnmarshalJSON keeps the text.
func (d *document) UnmarshalJSON(data []byte) error {
	d.raw = append(d.raw[:0], data...)
	return nil
}

// MarshalJSON gives the text back.
func (d document) MarshalJSON() ([]byte, error) {
	if len(d.raw) == 0 {
		return []byte("null"), nil
	}
	return d.raw, nil
}

// given says whether there is anything but null.
func (d document) given() bool { return len(d.raw) > 0 && string(d.raw) != "null" }

type (
	// condition is a tree of conditions over a person.
	condition struct{ document }
	// question is the body of a query.
	question struct{ document }
	// properties are named values.
	properties struct{ document }
)

// Schema names the hand-written component.
func (condition) Schema(huma.Registry) *huma.Schema { return component("Condition") }

// Schema names the hand-written component.
func (question) Schema(huma.Registry) *huma.Schema { return component("Question") }

// Schema names the hand-written component.
func (properties) Schema(huma.Registry) *huma.Schema { return component("Properties") }

// componentMark marks a schema that publish replaces by a reference. The schema
// itself lets everything pass: the owner of the grammar checks, and says better
// what is wrong.
const componentMark = "x-weir-component"

func component(name string) *huma.Schema {
	return &huma.Schema{Extensions: map[string]any{componentMark: name}}
}

// number is the form of analyse.Number: null where there is no value.
type number float64

// Schema describes the wire form.
func (number) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeNumber, Nullable: true}
}

// anyValue is the form of values that have one of several types.
type anyValue struct{}

// Schema describes the wire form.
func (anyValue) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Description: "A string, a number, true or false, a list of strings, or null"}
}

// pathNode and touchValue are the forms of what names nodes of paths and rows of
// an attribution.
type (
	pathNode   struct{}
	touchValue struct{}
)

// Schema describes the wire form.
func (pathNode) Schema(huma.Registry) *huma.Schema { return component("PathNode") }

// Schema describes the wire form.
func (touchValue) Schema(huma.Registry) *huma.Schema { return component("TouchValue") }
