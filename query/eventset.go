package query

import (
	"encoding/json"
	"strings"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
)

// EventSet names the events that count: a list of names, or any activity.
type EventSet struct {
	Any   bool // «*»: every event for which event.IsActivity holds
	Names []string
}

// Events makes a set of names.
func Events(names ...string) EventSet { return EventSet{Names: names} }

// AnyEvent is the set «*».
func AnyEvent() EventSet { return EventSet{Any: true} }

// Has says whether an event of that name belongs to the set.
func (s EventSet) Has(name string) bool {
	if s.Any {
		return event.IsActivity(name)
	}
	for _, n := range s.Names {
		if n == name {
			return true
		}
	}
	return false
}

// String is the set as a default label.
func (s EventSet) String() string {
	if s.Any {
		return "*"
	}
	return strings.Join(s.Names, ", ")
}

// MarshalJSON writes «*», a name or a list of names.
func (s EventSet) MarshalJSON() ([]byte, error) {
	switch {
	case s.Any:
		return json.Marshal("*")
	case len(s.Names) == 1:
		return json.Marshal(s.Names[0])
	}
	return json.Marshal(s.Names)
}

func readEventSet(o *object, field string) EventSet {
	tree, ok := o.get(field)
	if !ok {
		return EventSet{}
	}
	if name, isText := tree.(string); isText {
		return eventSetOf([]string{name})
	}
	elements, paths := readList(o.faults, o.at(field), tree)
	names := make([]string, 0, len(elements))
	for i, e := range elements {
		name, isText := e.(string)
		if !isText {
			o.faults.Add(paths[i], "must be the name of an event, not %s", jsonType(e))
			continue
		}
		names = append(names, name)
	}
	return eventSetOf(names)
}

func eventSetOf(names []string) EventSet {
	for _, n := range names {
		if n == "*" {
			return EventSet{Any: true}
		}
	}
	return EventSet{Names: names}
}

func (s EventSet) check(f *fault.List, path string) {
	if s.Any {
		return
	}
	if len(s.Names) == 0 {
		f.Add(path, "name an event, a list of events, or «*» for any")
	}
	for _, n := range s.Names {
		if n == "" {
			f.Add(path, "the name of an event is empty")
		}
	}
}
