package duck

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/weirhq/weir/event"
)

// decoder turns rows into events. Its strings are copies: a value that someone
// keeps must not keep the whole row's text. Short strings that come often share
// one copy. One goroutine uses a decoder.
type decoder struct {
	shared [4096]string // two that meet in a slot drive each other out
}

const longestShared = 40

func newDecoder() *decoder { return &decoder{} }

// copy gives a string that shares no memory with s, unless an equal one was copied lately.
func (d *decoder) copy(s string) string {
	if len(s) > longestShared {
		return strings.Clone(s)
	}
	h := uint32(2166136261) // FNV-1a
	for i := 0; i < len(s); i++ {
		h = (h ^ uint32(s[i])) * 16777619
	}
	slot := &d.shared[(h^h>>16)%uint32(len(d.shared))]
	if *slot != s {
		*slot = strings.Clone(s)
	}
	return *slot
}

// event reads the columns of selectEvents.
func (d *decoder) event(v []driver.Value) (*event.Event, error) {
	e := &event.Event{
		Seq:     v[0].(uint64),
		Project: d.copy(v[1].(string)), ID: v[2].(string), Name: d.copy(v[3].(string)),
		Time: v[4].(int64), ReceivedAt: v[5].(int64),
		DistinctID: v[6].(string), Known: v[7].(bool),
		Protocol: d.copy(v[12].(string)),
	}
	if kind, ok := v[8].(string); ok {
		other, _ := v[9].(string)
		e.Join = &event.Join{Kind: event.JoinKind(d.copy(kind)), Other: other}
	}
	text, _ := v[10].(string)
	var err error
	if e.Properties, err = d.properties(text); err != nil {
		return nil, fmt.Errorf("properties of event %d: %w", e.Seq, err)
	}
	if profile, ok := v[11].(string); ok {
		e.Profile = &event.Profile{}
		if err := json.Unmarshal([]byte(profile), e.Profile); err != nil {
			return nil, fmt.Errorf("profile of event %d: %w", e.Seq, err)
		}
	}
	return e, nil
}

// properties reads what appendProperties wrote. Text that was written by
// anything else goes the slow, general way.
func (d *decoder) properties(text string) (event.Properties, error) {
	if text == "{}" {
		return event.Properties{}, nil
	}
	p := make(event.Properties, strings.Count(text, `":`))
	c := cursor{text: text}
	if d.fast(&c, p) {
		return p, nil
	}
	var general event.Properties
	err := json.Unmarshal([]byte(text), &general)
	return general, err
}

// fast fills p and reports whether the text was in the form written here.
func (d *decoder) fast(c *cursor, p event.Properties) bool {
	if !c.take('{') {
		return false
	}
	for {
		name, ok := c.quoted()
		if !ok || !c.take(':') {
			return false
		}
		v, ok := d.value(c)
		if !ok {
			return false
		}
		p[d.copy(name)] = v
		if c.take(',') {
			continue
		}
		return c.take('}') && c.at == len(c.text)
	}
}

func (d *decoder) value(c *cursor) (event.Value, bool) {
	switch c.peek() {
	case '"':
		s, ok := c.quoted()
		return event.Text(d.copy(s)), ok
	case 't':
		return event.Flag(true), c.word("true")
	case 'f':
		return event.Flag(false), c.word("false")
	case '[':
		list, ok := c.list()
		for i := range list {
			list[i] = d.copy(list[i])
		}
		return event.Strings(list...), ok
	default:
		f, ok := c.number()
		return event.Num(f), ok
	}
}

// cursor reads compact JSON text without copying what has no escapes.
type cursor struct {
	text string
	at   int
}

func (c *cursor) peek() byte {
	if c.at < len(c.text) {
		return c.text[c.at]
	}
	return 0
}

func (c *cursor) take(b byte) bool {
	if c.peek() != b {
		return false
	}
	c.at++
	return true
}

func (c *cursor) word(w string) bool {
	if !strings.HasPrefix(c.text[c.at:], w) {
		return false
	}
	c.at += len(w)
	return true
}

func (c *cursor) quoted() (string, bool) {
	if !c.take('"') {
		return "", false
	}
	start, escaped := c.at, false
	for ; c.at < len(c.text); c.at++ {
		switch c.text[c.at] {
		case '"':
			raw := c.text[start:c.at]
			c.at++
			if !escaped {
				return raw, true
			}
			var s string
			err := json.Unmarshal([]byte(c.text[start-1:c.at]), &s)
			return s, err == nil
		case '\\':
			escaped = true
			c.at++
		}
	}
	return "", false
}

func (c *cursor) list() ([]string, bool) {
	c.at++ // the bracket
	list := []string{}
	if c.take(']') {
		return list, true
	}
	for {
		s, ok := c.quoted()
		if !ok {
			return nil, false
		}
		list = append(list, s)
		if !c.take(',') {
			return list, c.take(']')
		}
	}
}

func (c *cursor) number() (float64, bool) {
	start := c.at
	var whole int64
	plain := true // only digits, few enough for an int64
	for ; c.at < len(c.text); c.at++ {
		b := c.text[c.at]
		if b == ',' || b == '}' {
			break
		}
		if b < '0' || b > '9' {
			plain = false
			continue
		}
		whole = whole*10 + int64(b-'0')
	}
	digits := c.text[start:c.at]
	if plain && len(digits) > 0 && len(digits) < 16 {
		return float64(whole), true
	}
	f, err := strconv.ParseFloat(digits, 64)
	return f, err == nil
}
