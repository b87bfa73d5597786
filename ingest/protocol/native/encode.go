package native

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/weirhq/weir/event"
)

// Encode writes events as a request's body: what Parse reads. Numbers must be
// finite. Aliases cannot be said in this format and are an error.
func Encode(events []*event.Event) ([]byte, error) {
	b := append(make([]byte, 0, 256*len(events)), `{"events":[`...)
	for i, e := range events {
		if i > 0 {
			b = append(b, ',')
		}
		var err error
		if b, err = appendEvent(b, e); err != nil {
			return nil, err
		}
	}
	return append(b, "]}"...), nil
}

func appendEvent(b []byte, e *event.Event) ([]byte, error) {
	b = event.AppendText(append(b, `{"id":`...), e.ID)
	b = event.AppendText(append(b, `,"name":`...), e.Name)
	if e.Time != 0 {
		b = strconv.AppendInt(append(b, `,"time":`...), e.Time, 10)
	}
	field := `,"distinct_id":`
	if e.Known {
		field = `,"user_id":`
	}
	b = event.AppendText(append(b, field...), e.DistinctID)
	if e.Join != nil {
		if e.Join.Kind != event.Identify {
			return nil, fmt.Errorf("an event with a join of kind %q cannot be sent", e.Join.Kind)
		}
		b = event.AppendText(append(b, `,"anonymous_id":`...), e.Join.Other)
	}
	b, err := event.AppendJSON(append(b, `,"properties":`...), e.Properties)
	if err != nil {
		return nil, err
	}
	if e.Profile != nil {
		profile, err := json.Marshal(e.Profile)
		if err != nil {
			return nil, fmt.Errorf("encode profile: %w", err)
		}
		if len(profile) > len("{}") { // its members are those of the event
			b = append(append(b, ','), profile[1:len(profile)-1]...)
		}
	}
	return append(b, '}'), nil
}
