package analyse

import (
	"context"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/query"
	"github.com/weirhq/weir/store/columns"
)

// EventInfo is one event name of the catalogue.
type EventInfo struct {
	Name      string  `json:"name"`
	Count     uint64  `json:"count"`
	Persons   int     `json:"persons"`
	FirstSeen Instant `json:"first_seen"`
	LastSeen  Instant `json:"last_seen"`
	Activity  bool    `json:"activity"` // counted by «*»
}

// PropertyInfo is one property of the catalogue, with the types it occurs with.
type PropertyInfo struct {
	Name  string   `json:"name"`
	Types []string `json:"types"`
	Count uint64   `json:"count"`
}

// ValueInfo is one value of a property and how often it occurs.
type ValueInfo struct {
	Value event.Value `json:"value"`
	Count uint64      `json:"count"`
}

// ValuesRequest asks for the values of a property.
type ValuesRequest struct {
	Scope    query.Scope // EventProperty or UserProperty
	Property string
	Event    string // only events of that name; "" for all
	Query    string // only values whose text contains it, in any case
	Limit    int    // 0 is 100
}

// Events lists the names of events, most frequent first.
func (a *Analyser) Events(ctx context.Context, p Project) ([]EventInfo, error) {
	view := a.tables(p.ID).View()
	persons, err := view.NamePersons(ctx)
	if err != nil {
		return nil, err
	}
	out := []EventInfo{}
	for _, info := range view.EventNames() {
		e := EventInfo{
			Name: info.Name, Count: info.Count, FirstSeen: Instant(info.FirstSeen), LastSeen: Instant(info.LastSeen),
			Activity: event.IsActivity(info.Name),
		}
		if code, ok := view.Names().Code(info.Name); ok && int(code) < len(persons) {
			e.Persons = persons[code]
		}
		out = append(out, e)
	}
	return out, nil
}

// Properties lists the properties of events (of one name, or of all with "") or of persons.
func (a *Analyser) Properties(p Project, scope query.Scope, eventName string) ([]PropertyInfo, error) {
	view := a.tables(p.ID).View()
	var infos []columns.PropertyInfo
	switch scope {
	case query.EventProperty:
		infos = view.Properties(eventName)
	case query.UserProperty:
		infos = view.People().Properties()
	default:
		return nil, fault.New(fault.Invalid, "«%s» has no properties; the scope is property or user", scope)
	}
	out := []PropertyInfo{}
	for _, info := range infos {
		types := make([]string, len(info.Kinds))
		for i, k := range info.Kinds {
			types[i] = k.String()
		}
		out = append(out, PropertyInfo{Name: info.Name, Types: types, Count: info.Count})
	}
	return out, nil
}

// PropertyLimit says how many names of properties a project keeps, and what was
// left out. Values that were left out are in the event log alone.
type PropertyLimit struct {
	Limit         int      `json:"limit"`
	Kept          int      `json:"kept"`
	NamesLeftOut  int      `json:"names_left_out" doc:"Different names, counted up to 1000"`
	LeftOut       []string `json:"left_out" doc:"Some of these names, the first that came"`
	ValuesLeftOut uint64   `json:"values_left_out"`
}

// leftOutShown bounds the names that a PropertyLimit shows.
const leftOutShown = 20

// PropertyLimit gives the limit of the properties of events or of persons.
func (a *Analyser) PropertyLimit(p Project, scope query.Scope) PropertyLimit {
	limit, ofPersons := a.tables(p.ID).View().Limits()
	if scope == query.UserProperty {
		limit = ofPersons
	}
	return PropertyLimit{
		Limit: limit.Limit, Kept: limit.Kept, ValuesLeftOut: limit.Values, NamesLeftOut: len(limit.Beyond),
		LeftOut: append([]string{}, limit.Beyond[:min(leftOutShown, len(limit.Beyond))]...),
	}
}

// Values lists the values of a property, most frequent first.
func (a *Analyser) Values(ctx context.Context, p Project, r ValuesRequest) ([]ValueInfo, error) {
	view := a.tables(p.ID).View()
	q := columns.ValueQuery{Property: r.Property, Event: r.Event, Contains: r.Query, Limit: r.Limit}
	var infos []columns.ValueInfo
	var err error
	switch r.Scope {
	case query.EventProperty:
		infos, err = view.Values(ctx, q)
	case query.UserProperty:
		infos, err = view.People().Values(ctx, q)
	default:
		return nil, fault.New(fault.Invalid, "«%s» has no values; the scope is property or user", r.Scope)
	}
	if err != nil {
		return nil, err
	}
	out := []ValueInfo{}
	for _, info := range infos {
		out = append(out, ValueInfo{Value: info.Value, Count: info.Count})
	}
	return out, nil
}
