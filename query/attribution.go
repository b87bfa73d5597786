package query

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
)

// The models by which a conversion's credit of 1, and its value, are divided
// among the touches it looks back on. The touches are in order of time and arrival.
const (
	ModelFirst         = "first"           // all to the first touch
	ModelLast          = "last"            // all to the last touch
	ModelLinear        = "linear"          // the same to each touch
	ModelPosition      = "position"        // 40 % to the first, 40 % to the last, 20 % shared by those between; 50 % each of two
	ModelTimeDecay     = "time_decay"      // by 2^(−age ÷ 7 days), the age being that of the touch at the conversion
	ModelMarkov        = "markov"          // by the removal effects of an order-1 chain, see Attribution
	ModelShapley       = "shapley"         // the same to each distinct value among the touches, which is the Shapley value over sets of values
	ModelLastNonDirect = "last_non_direct" // all to the last touch that has a value; touches without one count as direct
)

var attributionModels = []string{
	ModelFirst, ModelLast, ModelLinear, ModelPosition, ModelTimeDecay, ModelMarkov, ModelShapley, ModelLastNonDirect,
}

// Attribution asks which touches conversions are due to.
//
// Conversions lie in the range. Each looks back over the touches of its person
// in (time − Lookback, time], before the range too; a touch of the same time
// counts whichever arrived first, and an event that is both is a touch of
// itself. Touches are told apart by the value of the property Touch.By; those
// without it make the row of the missing value. A conversion without a touch
// belongs to the row «direct».
//
// Markov: the chain begins at a start and passes the values of the touches in
// order to «converted» or to «lost». Each conversion with a touch is a path to
// «converted»; those touches of a person in the range that no conversion looks
// back on make one path to «lost». The probabilities are the shares of the
// transitions seen. The removal effect of a value is 1 − P(converted when each
// transition into the value leads to «lost» instead) ÷ P(converted); the
// conversions that have touches, and their total value, are divided in
// proportion to these effects.
type Attribution struct {
	Conversion Conversion
	Touch      Touch
	Lookback   Span     // 30 days by default
	Models     []string // linear by default; in JSON one name or a list
}

// Conversion is what is attributed: the event, and the property that holds its
// value; 0 where that is absent or no number.
type Conversion struct {
	Event EventSet
	Where *Condition
	Value string // "" for none
}

// Touch is what conversions are attributed to, told apart by an event property.
type Touch struct {
	Event EventSet
	Where *Condition
	By    string
}

// Kind is "attribution".
func (*Attribution) Kind() string { return "attribution" }

func readAttribution(o *object) *Attribution {
	q := &Attribution{Lookback: Span{Value: 30, Unit: Day}, Models: readModels(o)}
	if tree, ok := o.get("conversion"); ok {
		c := readObject(o.faults, o.at("conversion"), tree)
		q.Conversion = Conversion{Event: readEventSet(c, "event"), Where: c.readWhere("where"), Value: c.text("value")}
		c.done()
	}
	if tree, ok := o.get("touch"); ok {
		t := readObject(o.faults, o.at("touch"), tree)
		q.Touch = Touch{Event: readEventSet(t, "event"), Where: t.readWhere("where"), By: readBy(t)}
		t.done()
	}
	if tree, ok := o.get("lookback"); ok {
		q.Lookback = readSpan(o.faults, o.at("lookback"), tree)
	}
	return q
}

func readModels(o *object) []string {
	tree, ok := o.get("model")
	if !ok {
		return []string{ModelLinear}
	}
	if name, isText := tree.(string); isText {
		return []string{name}
	}
	var names []string
	elements, paths := readList(o.faults, o.at("model"), tree)
	for i, e := range elements {
		name, isText := e.(string)
		if !isText {
			o.faults.Add(paths[i], "must be the name of a model, not %s", jsonType(e))
		}
		names = append(names, name)
	}
	return names
}

// MarshalJSON writes the conversion as it is asked.
func (c Conversion) MarshalJSON() ([]byte, error) {
	out := map[string]any{"event": c.Event}
	addCondition(out, "where", c.Where)
	if c.Value != "" {
		out["value"] = c.Value
	}
	return json.Marshal(out)
}

// MarshalJSON writes the touch as it is asked.
func (t Touch) MarshalJSON() ([]byte, error) {
	out := map[string]any{"event": t.Event, "by": map[Scope]string{EventProperty: t.By}}
	addCondition(out, "where", t.Where)
	return json.Marshal(out)
}

func (q *Attribution) fields() map[string]any {
	return map[string]any{"conversion": q.Conversion, "touch": q.Touch, "lookback": q.Lookback, "model": q.Models}
}

func (q *Attribution) check(f *fault.List, r Range) {
	r.check(f, "range", true)
	q.Conversion.Event.check(f, "conversion.event")
	q.Conversion.Where.check(f, "conversion.where", true, 0)
	q.Touch.Event.check(f, "touch.event")
	q.Touch.Where.check(f, "touch.where", true, 0)
	if q.Touch.By == "" {
		f.Add("touch.by", `name the event property by which touches are told apart: {"property":"utm_source"}`)
	}
	q.Lookback.check(f, "lookback")
	if len(q.Models) == 0 {
		f.Add("model", "name at least one model: %v", attributionModels)
	}
	for i, name := range q.Models {
		path := "model"
		if len(q.Models) > 1 {
			path = fmt.Sprintf("model[%d]", i)
		}
		checkWord(f, path, name, attributionModels...)
		if slices.Contains(q.Models[:i], name) {
			f.Add(path, "«%s» is named twice", name)
		}
	}
}

// TouchValue names a row of an attribution: the value of the touches (null for
// those without it), or direct.
type TouchValue struct {
	event.Value
	Direct bool // conversions without a touch; {"direct":true} in JSON
}

// MarshalJSON writes the plain value, null, or {"direct":true}.
func (v TouchValue) MarshalJSON() ([]byte, error) {
	if v.Direct {
		return []byte(`{"direct":true}`), nil
	}
	return v.Value.MarshalJSON()
}

func readTouchValue(o *object, field string) TouchValue {
	o.known[field] = true
	tree, given := o.fields[field] // null is a value here
	if !given {
		o.faults.Add(o.at(field), "name the row by its value")
		return TouchValue{}
	}
	if _, isObject := tree.(map[string]any); isObject {
		inner := readObject(o.faults, o.at(field), tree)
		v := TouchValue{Direct: inner.flag("direct")}
		inner.done()
		if !v.Direct {
			o.faults.Add(o.at(field), `must be a value, null, or {"direct":true}`)
		}
		return v
	}
	v, err := event.ValueOf(tree)
	if err != nil {
		o.faults.Add(o.at(field), "%v", err)
	}
	return TouchValue{Value: v}
}

// AttributionCell is the persons with a conversion of which the row has a share
// under any of the models asked. Under markov and shapley every touch of a
// conversion has one; of the row «direct» it is the conversions without a touch,
// under last_non_direct also those all of whose touches have no value.
type AttributionCell struct {
	Value TouchValue
}

func readAttributionCell(o *object) *AttributionCell {
	return &AttributionCell{Value: readTouchValue(o, "value")}
}

func (c *AttributionCell) fields() map[string]any { return map[string]any{"value": c.Value} }

func (q *Attribution) checkCell(f *fault.List, cell Cell) { cellOf[*AttributionCell](f, cell) }
