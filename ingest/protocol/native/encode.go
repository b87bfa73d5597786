package native

import (
	"encoding/json"
	"fmt"
	"strconv"
	"unicode/utf8"

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
	b = appendString(append(b, `{"id":`...), e.ID)
	b = appendString(append(b, `,"name":`...), e.Name)
	if e.Time != 0 {
		b = strconv.AppendInt(append(b, `,"time":`...), e.Time, 10)
	}
	field := `,"distinct_id":`
	if e.Known {
		field = `,"user_id":`
	}
	b = appendString(append(b, field...), e.DistinctID)
	if e.Join != nil {
		if e.Join.Kind != event.Identify {
			return nil, fmt.Errorf("an event with a join of kind %q cannot be sent", e.Join.Kind)
		}
		b = appendString(append(b, `,"anonymous_id":`...), e.Join.Other)
	}
	b = appendProperties(append(b, `,"properties":`...), e.Properties)
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

func appendProperties(b []byte, p event.Properties) []byte {
	b = append(b, '{')
	first := true
	for name, v := range p {
		if v.Kind == event.Missing {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = append(appendString(b, name), ':')
		switch v.Kind {
		case event.Number:
			b = strconv.AppendFloat(b, v.Num, 'g', -1, 64)
		case event.Bool:
			b = strconv.AppendBool(b, v.Num != 0)
		case event.List:
			b = append(b, '[')
			for i, s := range v.List {
				if i > 0 {
					b = append(b, ',')
				}
				b = appendString(b, s)
			}
			b = append(b, ']')
		case event.String, event.Missing:
			b = appendString(b, v.Str)
		}
	}
	return append(b, '}')
}

// appendString writes a JSON string. Plain text, nearly all of it, needs no escapes.
func appendString(b []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' {
			return appendEscaped(b, s)
		}
	}
	if !utf8.ValidString(s) {
		return appendEscaped(b, s)
	}
	return append(append(append(b, '"'), s...), '"')
}

func appendEscaped(b []byte, s string) []byte {
	text, _ := json.Marshal(s) // a string can always be written
	return append(b, text...)
}
