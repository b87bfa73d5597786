package query

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sort"
	"strings"

	"github.com/weirhq/weir/fault"
)

// decodeTree reads one JSON value, numbers kept as text.
func decodeTree(data []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var tree any
	if err := dec.Decode(&tree); err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "the question is not valid JSON")
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, fault.New(fault.Invalid, "the question is followed by something else; send one JSON object")
	}
	if deeper(tree, maxTreeDepth) {
		return nil, fault.New(fault.Invalid, "the question is nested deeper than %d levels", maxTreeDepth)
	}
	return tree, nil
}

// maxTreeDepth bounds how deep objects and lists nest in JSON, well beyond what any question needs.
const maxTreeDepth = 200

func deeper(tree any, levels int) bool {
	switch tree := tree.(type) {
	case []any:
		for _, e := range tree {
			if levels == 0 || deeper(e, levels-1) {
				return true
			}
		}
	case map[string]any:
		for _, e := range tree {
			if levels == 0 || deeper(e, levels-1) {
				return true
			}
		}
	}
	return false
}

// object reads the fields of one JSON object and knows which nobody asked for.
type object struct {
	faults *fault.List
	path   string
	fields map[string]any
	known  map[string]bool
}

func readObject(f *fault.List, path string, tree any) *object {
	fields, ok := tree.(map[string]any)
	if !ok {
		f.Add(path, "must be a JSON object, not %s", jsonType(tree))
	}
	return &object{faults: f, path: path, fields: fields, known: map[string]bool{}}
}

// at is the path of a field.
func (o *object) at(field string) string {
	if o.path == "" {
		return field
	}
	return o.path + "." + field
}

// get gives a field; null counts as absent.
func (o *object) get(field string) (any, bool) {
	o.known[field] = true
	tree, ok := o.fields[field]
	return tree, ok && tree != nil
}

func (o *object) text(field string) string {
	tree, ok := o.get(field)
	if !ok {
		return ""
	}
	s, isText := tree.(string)
	if !isText {
		o.faults.Add(o.at(field), "must be text, not %s", jsonType(tree))
	}
	return s
}

func (o *object) flag(field string) bool {
	tree, ok := o.get(field)
	if !ok {
		return false
	}
	b, isFlag := tree.(bool)
	if !isFlag {
		o.faults.Add(o.at(field), "must be true or false, not %s", jsonType(tree))
	}
	return b
}

func (o *object) whole(field string) int {
	tree, ok := o.get(field)
	if !ok {
		return 0
	}
	return readWhole(o.faults, o.at(field), tree)
}

// wholeOr gives a whole number, or the fallback where it is absent.
func (o *object) wholeOr(field string, fallback int) int {
	if n := o.optional(field); n != nil {
		return *n
	}
	return fallback
}

// optional gives a whole number, nil where it is absent.
func (o *object) optional(field string) *int {
	if _, given := o.get(field); !given {
		return nil
	}
	n := o.whole(field)
	return &n
}

func readWhole(f *fault.List, path string, tree any) int {
	n, isNumber := tree.(json.Number)
	if !isNumber {
		f.Add(path, "must be a whole number, not %s", jsonType(tree))
		return 0
	}
	i, err := n.Int64()
	if err != nil || i > 1<<31 || i < -1<<31 {
		f.Add(path, "must be a whole number, not %s", n)
		return 0
	}
	return int(i)
}

// list gives the elements of an array field with their paths.
func (o *object) list(field string) (elements []any, paths []string) {
	tree, ok := o.get(field)
	if !ok {
		return nil, nil
	}
	return readList(o.faults, o.at(field), tree)
}

func readList(f *fault.List, path string, tree any) (elements []any, paths []string) {
	elements, ok := tree.([]any)
	if !ok {
		f.Add(path, "must be a list, not %s", jsonType(tree))
		return nil, nil
	}
	for i := range elements {
		paths = append(paths, fmt.Sprintf("%s[%d]", path, i))
	}
	return elements, paths
}

// done reports the fields that nobody asked for.
func (o *object) done() {
	var unknown []string
	for field := range o.fields {
		if !o.known[field] {
			unknown = append(unknown, field)
		}
	}
	sort.Strings(unknown)
	for _, field := range unknown {
		o.faults.Add(o.at(field), "is not a field that is known here; known are %s", o.knownFields())
	}
}

func (o *object) knownFields() string {
	var names []string
	for field := range o.known {
		names = append(names, field)
	}
	sort.Strings(names)
	return strings.Join(names, ", ")
}

func jsonType(tree any) string {
	switch tree.(type) {
	case nil:
		return "null"
	case string:
		return "text"
	case bool:
		return "true or false"
	case json.Number:
		return "a number"
	case []any:
		return "a list"
	}
	return "an object"
}

// combine joins the faults of reading with those of checking. Where reading a
// field failed, what checking says about the emptiness left there is noise.
func combine(public string, read, check *fault.List) error {
	readErr := read.Err(public)
	if readErr == nil {
		return check.Err(public)
	}
	all := &fault.List{}
	seen := map[string]bool{}
	for _, d := range details(readErr) {
		all.Add(d.Where, "%s", d.What)
		seen[d.Where] = true
	}
	for _, d := range details(check.Err(public)) {
		if !seen[d.Where] {
			all.Add(d.Where, "%s", d.What)
		}
	}
	return all.Err(public)
}

func details(err error) []fault.Detail {
	if e, ok := errors.AsType[*fault.Error](err); ok {
		return e.Details
	}
	return nil
}

// unit gives a unit of time, or the fallback where it is absent.
func (o *object) unit(field string, fallback Unit) Unit {
	if u := Unit(o.text(field)); u != "" {
		return u
	}
	return fallback
}

// addCondition writes an optional condition.
func addCondition(out map[string]any, field string, c *Condition) {
	if c != nil {
		out[field] = c
	}
}
