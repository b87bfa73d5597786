package columns

import (
	"slices"

	"github.com/weirhq/weir/event"
)

// property is what the Table keeps of one property name, of events or of persons.
type property struct {
	name    string
	strings *dictionary
	lists   *listDictionary // nil until the first list
	pending pendingColumn   // of event properties: values not yet in a layer
}

// registry gives property names dense codes from 1.
type registry struct {
	names  *dictionary
	all    []*property // by code; 0 is nil
	limit  int         // of names
	beyond beyondLimit
	grown  bool // a dictionary may have grown since the last snapshot
	last   map[string]propertyView
}

// propertyView is the immutable state of a property's dictionaries.
type propertyView struct {
	code    uint32
	strings *Dict
	lists   *Lists // nil when the property never had a list
}

func newRegistry() *registry {
	return &registry{
		names: newDictionary(), all: []*property{nil},
		limit: DefaultPropertyLimit, last: map[string]propertyView{},
	}
}

// find gives the property of a name and its code, nil when there is none.
func (r *registry) find(name string) (*property, uint32) {
	code, ok := r.names.find(name)
	if !ok {
		return nil, 0
	}
	return r.all[code], code
}

// get gives the property that a value of a name belongs to, and its code. It is
// nil when the name is beyond the limit: the value is left out then.
func (r *registry) get(name string) (*property, uint32) {
	if p, code := r.find(name); p != nil {
		return p, code
	}
	if len(r.all) > r.limit {
		r.leaveOut(name)
		return nil, 0
	}
	code := r.names.code(name)
	r.all = append(r.all, &property{name: r.names.text(code), strings: newDictionary()})
	r.grown = true
	return r.all[code], code
}

// freeze gives an immutable state.
func (r *registry) freeze() frozenRegistry {
	out := frozenRegistry{properties: make([]frozenProperty, len(r.all)), beyond: beyondLimit{names: slices.Clip(r.beyond.names), values: r.beyond.values}}
	for code, p := range r.all[1:] {
		out.properties[code+1] = frozenProperty{name: p.name, strings: p.strings.snapshot(), lists: p.listSnapshot()}
	}
	return out
}

// list gives the code of a list of the property.
func (p *property) list(elements []string) uint32 {
	if p.lists == nil {
		p.lists = newListDictionary()
	}
	return p.lists.code(p.strings, elements)
}

// snapshot gives the present dictionaries by property name.
func (r *registry) snapshot() map[string]propertyView {
	if !r.grown {
		return r.last
	}
	r.grown = false
	r.last = make(map[string]propertyView, len(r.all))
	for code, p := range r.all {
		if p == nil {
			continue
		}
		v := propertyView{code: uint32(code), strings: p.strings.snapshot(), lists: p.listSnapshot()}
		r.last[p.name] = v
	}
	return r.last
}

// kindCounts are numbers of values by event.Kind; Missing is not counted.
type kindCounts [event.List + 1]uint64

// info describes a property from its counts.
func (c *kindCounts) info(name string) PropertyInfo {
	info := PropertyInfo{Name: name}
	for kind := event.String; kind <= event.List; kind++ {
		if c[kind] > 0 {
			info.Kinds = append(info.Kinds, kind)
			info.Count += c[kind]
		}
	}
	return info
}

// add adds the counts of another.
func (c *kindCounts) add(o *kindCounts) {
	for i := range c {
		c[i] += o[i]
	}
}

// PropertyInfo describes a property as it occurs.
type PropertyInfo struct {
	Name  string
	Kinds []event.Kind // the types it occurs with
	Count uint64       // rows of events, or persons, that have it
}

// listSnapshot gives the present lists, nil when there are none.
func (p *property) listSnapshot() *Lists {
	if p.lists == nil {
		return nil
	}
	return p.lists.snapshot()
}
