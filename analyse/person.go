package analyse

import (
	"cmp"
	"context"
	"slices"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/store/columns"
)

// PersonDetail is a person's page, as far as events and identities know it.
type PersonDetail struct {
	PersonRow
	Ordinal    person.Ordinal `json:"-"`
	Identities []IdentityRow  `json:"identities"`
	Facts      PersonFacts    `json:"facts"`
}

// IdentityRow is one id of a person.
type IdentityRow struct {
	ID     string  `json:"id"`
	Known  bool    `json:"known"` // a signed-in id, not an anonymous one
	Joined Instant `json:"joined_at"`
	Cause  string  `json:"cause"` // id of the event that joined it; "" when the id came first
}

// PersonFacts are counted from the person's timeline.
type PersonFacts struct {
	Activities int          `json:"activities"`
	ActiveDays int          `json:"active_days"` // local days with activity
	Sessions   int          `json:"sessions"`    // activity without a gap longer than 30 minutes
	TopEvents  []EventCount `json:"top_events"`
}

// EventCount is how often a person did an event.
type EventCount struct {
	Name  string `json:"name"`
	Count int    `json:"count"`
}

// sessionGap ends a session, in milliseconds.
const sessionGap = 30 * 60 * 1000

// topEvents is how many names of events a person's facts show.
const topEvents = 10

// Find gives the canonical person of a public id («p_…») or of any distinct id.
func (a *Analyser) Find(p Project, id string) (person.Ordinal, error) {
	return find(a.tables(p.ID).View(), id)
}

func find(view *columns.View, id string) (person.Ordinal, error) {
	people := view.People()
	if o, ok := people.Find(id); ok {
		return people.Canonical(o), nil
	}
	if o, ok := person.ParsePublicID(id); ok && int(o) < people.Len() {
		return people.Canonical(o), nil
	}
	return 0, fault.New(fault.NotFound, "there is no such person in this project")
}

// Person gives a person's page.
func (a *Analyser) Person(ctx context.Context, p Project, id string) (PersonDetail, error) {
	s := a.begin(p)
	o, err := find(s.view, id)
	if err != nil {
		return PersonDetail{}, err
	}
	people := s.view.People()
	d := PersonDetail{PersonRow: row(people, o), Ordinal: o, Identities: []IdentityRow{}, Facts: s.facts(o)}
	for _, i := range people.Identities(o) {
		d.Identities = append(d.Identities, IdentityRow{ID: i.ID, Known: i.Known, Joined: Instant(i.Joined), Cause: i.By})
	}
	return d, ctx.Err()
}

func (s *asking) facts(o person.Ordinal) PersonFacts {
	facts := PersonFacts{TopEvents: []EventCount{}}
	l, lo, hi, ok := s.view.Locate(columns.Need{}, o)
	if !ok {
		return facts
	}
	counts := map[uint32]int{}
	today, last := int64(-1), int64(-1<<62)
	for r := lo; r < hi; r++ {
		counts[l.Names.At(r)]++
		if !event.IsActivity(s.view.Names().Text(l.Names.At(r))) {
			continue
		}
		facts.Activities++
		if day, _ := s.dayOf(l.Times.At(r)); day != today {
			facts.ActiveDays, today = facts.ActiveDays+1, day
		}
		if l.Times.At(r)-last > sessionGap {
			facts.Sessions++
		}
		last = l.Times.At(r)
	}
	for name, n := range counts {
		facts.TopEvents = append(facts.TopEvents, EventCount{s.view.Names().Text(name), n})
	}
	slices.SortFunc(facts.TopEvents, func(a, b EventCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name))
	})
	facts.TopEvents = facts.TopEvents[:min(topEvents, len(facts.TopEvents))]
	return facts
}
