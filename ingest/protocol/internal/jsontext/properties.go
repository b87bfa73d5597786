package jsontext

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strconv"

	"github.com/weirhq/weir/event"
)

// maxFlattenDepth is that of event.Properties: deeper objects are kept as their JSON text.
const maxFlattenDepth = 5

// Properties consumes an object by the rules of event.Properties.UnmarshalJSON,
// or null as no properties. Anything else is a ValueError.
func (p *Parser) Properties() (event.Properties, error) {
	out := make(event.Properties, p.usual)
	switch p.Peek() {
	case 'n':
		return out, p.Skip()
	case '{':
	default:
		if err := p.Skip(); err != nil {
			return nil, err
		}
		return nil, &ValueError{Reason: "must be a JSON object"}
	}
	var unfit *ValueError
	if err := p.flatten(out, "", 1, &unfit); err != nil {
		return nil, err
	}
	if unfit != nil {
		return nil, unfit
	}
	p.usual = min(len(out), maxUsual)
	return out, nil
}

// maxUsual bounds what is made room for on suspicion.
const maxUsual = 64

// flatten reads an object's members into out and notes the first unfit value.
func (p *Parser) flatten(out event.Properties, prefix string, depth int, unfit **ValueError) error {
	return p.Object(func(name string) error {
		name = prefix + name
		if p.Peek() == '{' && depth < maxFlattenDepth {
			return p.flatten(out, name+".", depth+1, unfit)
		}
		v, err := p.value()
		if bad, ok := errors.AsType[*ValueError](err); ok {
			if *unfit == nil {
				*unfit = &ValueError{Field: name, Reason: bad.Reason}
			}
			return nil
		}
		if v.Kind == event.Missing {
			delete(out, name) // of two members with one name the last counts
		} else {
			out[name] = v
		}
		return err
	})
}

func (p *Parser) value() (event.Value, error) {
	switch p.Peek() {
	case '"':
		s, err := p.quoted()
		return event.Text(s), err
	case 't':
		return event.Flag(true), p.Skip()
	case 'f':
		return event.Flag(false), p.Skip()
	case 'n':
		return event.Value{}, p.Skip()
	case '[':
		list := []string{}
		err := p.Array(func(int) error {
			s, err := p.element()
			list = append(list, s)
			return err
		})
		return event.Value{Kind: event.List, List: list}, err
	case '{':
		s, err := p.compact()
		return event.Text(s), err
	}
	f, err := p.Number()
	return event.Num(f), err
}

// Number consumes a number. One beyond float64 is a ValueError.
func (p *Parser) Number() (float64, error) {
	p.Peek()
	digits, err := p.digits()
	if err != nil {
		return 0, err
	}
	if n, ok := small(digits); ok {
		return n, nil
	}
	f, err := strconv.ParseFloat(digits, 64)
	if err != nil || math.IsInf(f, 0) {
		return 0, &ValueError{Reason: "is not a finite number"}
	}
	return f, nil
}

// small reads a number of few digits without the general machinery.
func small(digits string) (float64, bool) {
	if len(digits) > 15 {
		return 0, false
	}
	n := 0
	for i := 0; i < len(digits); i++ {
		d := digits[i] - '0'
		if d > 9 {
			return 0, false
		}
		n = n*10 + int(d)
	}
	return float64(n), true
}

// element consumes an element of a list: a string as it is, all else as JSON text.
func (p *Parser) element() (string, error) {
	if p.Peek() == '"' {
		return p.quoted()
	}
	return p.compact()
}

func (p *Parser) compact() (string, error) {
	raw, err := p.Raw()
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	if err := json.Compact(&b, []byte(raw)); err != nil {
		return "", p.fail("invalid JSON")
	}
	return b.String(), nil
}

// Numbers consumes an object of numbers, or null as none. Anything else is a ValueError.
func (p *Parser) Numbers() (map[string]float64, error) {
	properties, err := p.Properties()
	if err != nil {
		return nil, err
	}
	out := make(map[string]float64, len(properties))
	for name, v := range properties {
		if v.Kind != event.Number {
			return nil, &ValueError{Field: name, Reason: "must be a number"}
		}
		out[name] = v.Num
	}
	return out, nil
}

// Texts consumes a list of strings, or null as none. Anything else is a ValueError.
func (p *Parser) Texts() ([]string, error) {
	switch p.Peek() {
	case '[', 'n':
	default:
		if err := p.Skip(); err != nil {
			return nil, err
		}
		return nil, &ValueError{Reason: "must be a list of texts"}
	}
	v, err := p.value()
	return v.List, err
}
