package columns

import (
	"maps"
	"slices"
)

// DefaultPropertyLimit is how many property names of events, and as many of
// persons, a table keeps. The values of others are in the event log alone.
const DefaultPropertyLimit = 2000

// namesBeyond bounds the names beyond the limit that are told apart.
const namesBeyond = 1000

// Limit says how many property names are kept, and what was left out. Which
// names are kept follows from the order of arrival: the first ones.
type Limit struct {
	Limit  int
	Kept   int
	Beyond []string // names left out, in order of arrival, the first 1000
	Values uint64   // values left out
}

// Limits gives the limits of the properties of events and of persons.
func (v *View) Limits() (events, persons Limit) { return v.limit, v.people.limit }

// beyondLimit counts what was left out because of the limit of property names.
type beyondLimit struct {
	names  []string // distinct ones, in order of arrival, up to namesBeyond
	values uint64
}

// leaveOut notes a value of a property beyond the limit.
func (r *registry) leaveOut(name string) {
	r.beyond.values++
	if len(r.beyond.names) < namesBeyond && !slices.Contains(r.beyond.names, name) {
		r.beyond.names = append(r.beyond.names, name)
	}
}

// limits gives the present state of the limit.
func (r *registry) limits() Limit {
	return Limit{
		Limit: r.limit, Kept: len(r.all) - 1,
		Beyond: slices.Clip(r.beyond.names), Values: r.beyond.values,
	}
}

// eachName visits named values. Where the limit of names may be reached it does so
// in order, so that the same events always leave out the same names.
func eachName[V any](r *registry, values map[string]V, visit func(name string, value V)) {
	if len(r.all)-1+len(values) <= r.limit {
		for name, v := range values {
			visit(name, v)
		}
		return
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		visit(name, values[name])
	}
}
