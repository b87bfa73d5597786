package event

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"sort"
	"strconv"
)

// Kind is the type of a Value.
type Kind uint8

// The types of values. The zero Kind is a missing value.
const (
	Missing Kind = iota
	String       // also times, as RFC 3339 text
	Number       // a finite float64
	Bool
	List // of strings
)

// String is the kind's name in JSON and on screen.
func (k Kind) String() string {
	return [...]string{"missing", "string", "number", "bool", "list"}[k]
}

// Value is one typed property value. The zero Value is missing.
type Value struct {
	Kind Kind
	Str  string
	Num  float64 // the number; 1 or 0 for a Bool
	List []string
}

// Text makes a string value.
func Text(s string) Value { return Value{Kind: String, Str: s} }

// Num makes a number value.
func Num(f float64) Value { return Value{Kind: Number, Num: f} }

// Flag makes a boolean value.
func Flag(b bool) Value {
	if b {
		return Value{Kind: Bool, Num: 1}
	}
	return Value{Kind: Bool}
}

// Strings makes a list value.
func Strings(s ...string) Value { return Value{Kind: List, List: s} }

// Any gives the value as plain Go: nil, string, float64, bool or []string.
func (v Value) Any() any {
	switch v.Kind {
	case String:
		return v.Str
	case Number:
		return v.Num
	case Bool:
		return v.Num != 0
	case List:
		return v.List
	case Missing:
	}
	return nil
}

// Text gives the value as people read it, for labels and breakdowns; missing is "".
func (v Value) Text() string {
	switch v.Kind {
	case String:
		return v.Str
	case Number:
		return strconv.FormatFloat(v.Num, 'f', -1, 64)
	case Bool:
		return strconv.FormatBool(v.Num != 0)
	case List:
		b, _ := json.Marshal(v.List)
		return string(b)
	case Missing:
	}
	return ""
}

// MarshalJSON writes the plain JSON value.
func (v Value) MarshalJSON() ([]byte, error) { return json.Marshal(v.Any()) }

// Properties are named values. A missing key and a Missing value mean the same.
type Properties map[string]Value

// Names gives the property names in order.
func (p Properties) Names() []string {
	names := make([]string, 0, len(p))
	for n := range p {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}

// maxFlattenDepth bounds how deep nested objects become dotted names.
const maxFlattenDepth = 5

// UnmarshalJSON reads a JSON object. Nested objects become dotted names
// («address.city») down to five levels, arrays become lists of strings (an
// element that is no scalar is kept as its JSON text), null is missing, and a
// number that is no finite float64 is an error.
func (p *Properties) UnmarshalJSON(data []byte) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var raw map[string]any
	if err := dec.Decode(&raw); err != nil {
		return fmt.Errorf("properties must be a JSON object: %w", err)
	}
	out, err := FromMap(raw)
	if err != nil {
		return err
	}
	*p = out
	return nil
}

// FromMap makes Properties from decoded JSON by the rules of UnmarshalJSON.
func FromMap(raw map[string]any) (Properties, error) {
	out := make(Properties, len(raw))
	if err := flatten(out, "", raw, 1); err != nil {
		return nil, err
	}
	return out, nil
}

func flatten(out Properties, prefix string, raw map[string]any, depth int) error {
	for name, x := range raw {
		name = prefix + name
		if nested, ok := x.(map[string]any); ok && depth < maxFlattenDepth {
			if err := flatten(out, name+".", nested, depth+1); err != nil {
				return err
			}
			continue
		}
		v, err := ValueOf(x)
		if err != nil {
			return fmt.Errorf("property %q: %w", name, err)
		}
		if v.Kind != Missing {
			out[name] = v
		}
	}
	return nil
}

// ValueOf makes a Value from decoded JSON (nil, string, bool, a Go number, json.Number, []any, map).
func ValueOf(x any) (Value, error) {
	switch x := x.(type) {
	case nil:
		return Value{}, nil
	case string:
		return Text(x), nil
	case bool:
		return Flag(x), nil
	case json.Number:
		f, err := x.Float64()
		if err != nil {
			return Value{}, fmt.Errorf("%s is not a finite number", x)
		}
		return number(f)
	case float64:
		return number(x)
	case int:
		return Num(float64(x)), nil
	case int64:
		return Num(float64(x)), nil
	case []string:
		return Strings(x...), nil
	case []any:
		list := make([]string, 0, len(x))
		for _, e := range x {
			s, err := element(e)
			if err != nil {
				return Value{}, err
			}
			list = append(list, s)
		}
		return Strings(list...), nil
	case map[string]any:
		s, err := element(x)
		return Text(s), err
	}
	return Value{}, fmt.Errorf("%T is not a JSON value", x)
}

func number(f float64) (Value, error) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return Value{}, fmt.Errorf("%v is not a finite number", f)
	}
	return Num(f), nil
}

func element(x any) (string, error) {
	switch x := x.(type) {
	case string:
		return x, nil
	case json.Number:
		return x.String(), nil
	case float64:
		return strconv.FormatFloat(x, 'f', -1, 64), nil
	}
	b, err := json.Marshal(x)
	return string(b), err
}
