package analyse

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/query"
	"github.com/weirhq/weir/store/columns"
)

// PersonsRequest asks for a page of persons.
type PersonsRequest struct {
	Query  string           // part of an id or of the text of a property, in any case; "" for all
	Filter *query.Condition // nil for all
	Among  *roaring.Bitmap  // nil for all
	Sort   string           // last_seen, first_seen, events or name, with «-» for descending; "" is -last_seen
	Limit  int              // 0 is 50
	Offset int
}

// PersonsPage is a page of persons.
type PersonsPage struct {
	Persons []PersonRow `json:"persons"`
	Total   int         `json:"total"`
	Offset  int         `json:"offset"`
	Limit   int         `json:"limit"`
}

// PersonRow is a person in a list.
type PersonRow struct {
	ID          string           `json:"id"`
	Name        string           `json:"name"`
	DistinctID  string           `json:"distinct_id"`
	DistinctIDs []string         `json:"distinct_ids"`
	Properties  event.Properties `json:"properties"`
	FirstSeen   Instant          `json:"first_seen"` // first activity
	LastSeen    Instant          `json:"last_seen"`
	Events      int              `json:"events"`
}

// Limits of pages.
const (
	defaultPage = 50
	maxPage     = 10000
)

// Persons lists persons.
func (a *Analyser) Persons(ctx context.Context, p Project, r PersonsRequest) (PersonsPage, error) {
	order, err := personOrder(r.Sort)
	if err != nil {
		return PersonsPage{}, err
	}
	if r.Limit == 0 {
		r.Limit = defaultPage
	}
	if r.Limit < 0 || r.Limit > maxPage || r.Offset < 0 {
		return PersonsPage{}, fault.New(fault.Invalid, "a page has 1 to %d persons and begins at 0 or later", maxPage)
	}
	s := a.begin(p)
	found, err := s.findPersons(ctx, r)
	if err != nil {
		return PersonsPage{}, err
	}
	list := found.ToArray()
	people := s.view.People()
	order(people, list)
	page := PersonsPage{Persons: []PersonRow{}, Total: len(list), Offset: r.Offset, Limit: r.Limit}
	for _, o := range list[min(r.Offset, len(list)):min(r.Offset+r.Limit, len(list))] {
		page.Persons = append(page.Persons, row(people, person.Ordinal(o)))
	}
	return page, nil
}

// Rows gives persons in the order asked for, leaving out those that do not exist.
func (a *Analyser) Rows(p Project, ordinals []person.Ordinal) []PersonRow {
	people := a.tables(p.ID).View().People()
	out := []PersonRow{}
	for _, o := range ordinals {
		if int(o) < people.Len() {
			out = append(out, row(people, people.Canonical(o)))
		}
	}
	return out
}

func (s *asking) findPersons(ctx context.Context, r PersonsRequest) (*roaring.Bitmap, error) {
	found := s.view.People().All()
	if r.Among != nil {
		found = roaring.And(found, r.Among)
	}
	if r.Filter != nil {
		if err := r.Filter.Check(); err != nil {
			return nil, err
		}
		f := &fault.List{}
		s.checker(f).condition("filter", r.Filter)
		if err := f.Err("the filter cannot be answered as it is"); err != nil {
			return nil, err
		}
		var err error
		if found, err = s.members(ctx, r.Filter, found); err != nil {
			return nil, err
		}
	}
	if text := strings.ToLower(strings.TrimSpace(r.Query)); text != "" {
		return s.search(ctx, found, text)
	}
	return found, nil
}

// search keeps the persons one of whose ids, or of whose properties' texts, contains the text.
func (s *asking) search(ctx context.Context, among *roaring.Bitmap, text string) (*roaring.Bitmap, error) {
	people := s.view.People()
	if o, ok := person.ParsePublicID(text); ok {
		return roaring.And(among, roaring.BitmapOf(uint32(people.Canonical(o)))), nil
	}
	var readers []func(person.Ordinal) event.Value
	for _, info := range people.Properties() {
		if slices.Contains(info.Kinds, event.String) || slices.Contains(info.Kinds, event.List) {
			readers = append(readers, people.Reader(info.Name))
		}
	}
	contains := func(s string) bool { return strings.Contains(strings.ToLower(s), text) }
	matches := func(o person.Ordinal) bool {
		for _, read := range readers {
			switch v := read(o); v.Kind {
			case event.String:
				if contains(v.Str) {
					return true
				}
			case event.List:
				if slices.ContainsFunc(v.List, contains) {
					return true
				}
			case event.Missing, event.Number, event.Bool:
			}
		}
		return slices.ContainsFunc(people.Identities(o), func(i person.Identity) bool { return contains(i.ID) })
	}
	found := roaring.New()
	for n, it := 0, among.Iterator(); it.HasNext(); n++ {
		if n&0xfff == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if o := it.Next(); matches(person.Ordinal(o)) {
			found.Add(o)
		}
	}
	return found, nil
}

// personOrder gives what sorts ordinals as asked; equal ones stay in order of first appearance.
func personOrder(sort string) (func(people *columns.People, list []uint32), error) {
	if sort == "" {
		sort = "-last_seen"
	}
	field, descending := strings.CutPrefix(sort, "-")
	switch field {
	case "last_seen":
		return byKey(descending, func(p *columns.People, o person.Ordinal) int64 { return p.LastSeen(o) }), nil
	case "first_seen":
		return byKey(descending, func(p *columns.People, o person.Ordinal) int64 { return p.FirstSeen(o) }), nil
	case "events":
		return byKey(descending, func(p *columns.People, o person.Ordinal) int { return p.Events(o) }), nil
	case "name":
		return byKey(descending, displayName), nil
	}
	return nil, fault.New(fault.Invalid, "persons are sorted by last_seen, first_seen, events or name, not by «%s»", field)
}

func byKey[K cmp.Ordered](descending bool, key func(*columns.People, person.Ordinal) K) func(*columns.People, []uint32) {
	type keyed struct {
		key K
		o   uint32
	}
	return func(people *columns.People, list []uint32) {
		pairs := make([]keyed, len(list))
		for i, o := range list {
			pairs[i] = keyed{key(people, person.Ordinal(o)), o}
		}
		slices.SortFunc(pairs, func(a, b keyed) int {
			if c := cmp.Compare(a.key, b.key); c != 0 && descending {
				return -c
			} else if c != 0 {
				return c
			}
			return cmp.Compare(a.o, b.o)
		})
		for i := range pairs {
			list[i] = pairs[i].o
		}
	}
}

// nameProperties are the properties that hold a person's name, the best first.
var nameProperties = []string{"name", "$name", "full_name", "nickname", "$nickname", "username", "email", "$email"}

// displayName is what a person is called on screen: a name that was set, or an id.
func displayName(people *columns.People, o person.Ordinal) string {
	for _, property := range nameProperties {
		if v := people.Property(o, property); v.Kind == event.String && v.Str != "" {
			return v.Str
		}
	}
	return mainID(people.Identities(o))
}

// mainID is the newest known id, or else the newest.
func mainID(identities []person.Identity) string {
	main := ""
	known := false
	for _, i := range identities {
		if i.Known || !known {
			main, known = i.ID, known || i.Known
		}
	}
	return main
}

func row(people *columns.People, o person.Ordinal) PersonRow {
	identities := people.Identities(o)
	r := PersonRow{
		ID: person.PublicID(o), Name: displayName(people, o), DistinctID: mainID(identities), DistinctIDs: []string{},
		Properties: people.Profile(o), FirstSeen: Instant(people.FirstSeen(o)), LastSeen: Instant(people.LastSeen(o)),
		Events: people.Events(o),
	}
	for _, i := range identities {
		r.DistinctIDs = append(r.DistinctIDs, i.ID)
	}
	return r
}
