package segment

import (
	"context"
	"math"
	"sync"
	"time"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/store/columns"
)

// factsAge is how long the population counts of a project are used. They say how
// telling a tag is, which moves slowly, and counting them reads every event.
const factsAge = 10 * time.Minute

// preferenceShare is the share of a person's events that a value must reach to be called its preference.
const preferenceShare = 0.5

// factIndex keeps the population counts of each project.
type factIndex struct {
	mu       sync.Mutex
	projects map[string]*projectFacts
}

type projectFacts struct {
	mu   sync.Mutex // held while counting, so that it is done once
	last *facts
}

// facts are how many persons have what.
type facts struct {
	at      time.Time
	persons int
	manual  map[string]int            // tag put on by hand → persons
	values  map[string]map[string]int // preference tag → value → persons
}

func newFactIndex() *factIndex { return &factIndex{projects: make(map[string]*projectFacts)} }

// get gives the counts of a project, counted again when they are old.
func (x *factIndex) get(ctx context.Context, project string, v *columns.View, now time.Time) (*facts, error) {
	x.mu.Lock()
	p := x.projects[project]
	if p == nil {
		p = &projectFacts{}
		x.projects[project] = p
	}
	x.mu.Unlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	persons := int(v.People().All().GetCardinality())
	// A project that grows fast is counted again sooner: its first minutes would mislead for ten.
	if p.last != nil && now.Sub(p.last.at) < factsAge && persons < 2*p.last.persons+1 {
		return p.last, nil
	}
	counted, err := count(ctx, v, now)
	if err != nil {
		return nil, err
	}
	p.last = counted
	return counted, nil
}

func count(ctx context.Context, v *columns.View, now time.Time) (*facts, error) {
	f := &facts{at: now, persons: int(v.People().All().GetCardinality()), manual: make(map[string]int), values: make(map[string]map[string]int)}
	for _, p := range preferences() {
		f.values[p.tag] = make(map[string]int)
	}
	reader := v.People().Reader(ManualTags)
	visited := 0
	for it := v.People().All().Iterator(); it.HasNext(); visited++ {
		if visited%4096 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		o := person.Ordinal(it.Next())
		for _, tag := range reader(o).List {
			f.manual[tag]++
		}
		for _, p := range preferences() {
			if value := p.of(v, o); value != "" {
				f.values[p.tag][value]++
			}
		}
	}
	return f, nil
}

// preferences gives one person's preference tags.
func (f *facts) preferences(v *columns.View, o person.Ordinal) []Tag {
	var tags []Tag
	for _, p := range preferences() {
		if value := p.of(v, o); value != "" {
			tags = append(tags, Tag{Tag: p.tag, Value: value, Category: CategoryPreference, Weight: Specificity(f.values[p.tag][value], f.persons)})
		}
	}
	return tags
}

// preference is a tag whose value is what most of a person's events have in a
// property, or else what the person's profile has.
type preference struct {
	tag     string
	events  []string // event properties; the first that the person's events have is used
	profile []string // properties of the person, when no event has one
}

// preferences lists the properties that most projects have and that say
// something about a person. A channel is a fact of the person's arrival: event
// properties of that name are about messages.
func preferences() [5]preference {
	return [5]preference{
		{"platform", []string{"platform", "$platform"}, []string{"platform", "$platform"}},
		{"os", []string{"os", "$os"}, []string{"os", "$os"}},
		{"city", []string{"city", "$city"}, []string{"city", "$city"}},
		{"category", []string{"category"}, nil},
		{"channel", nil, []string{"channel", "$channel", "utm_source"}},
	}
}

// of gives the person's value, "" when there is none that most events have.
func (p preference) of(v *columns.View, o person.Ordinal) string {
	if l, lo, hi, ok := v.Locate(columns.Need{Properties: p.events}, o); ok {
		for _, name := range p.events {
			if value, found := mostly(v, l, lo, hi, name); found {
				return value
			}
		}
	}
	for _, name := range p.profile {
		if value := v.People().Property(o, name); value.Kind == event.String {
			return value.Str
		}
	}
	return ""
}

// mostly gives the text that at least the preferenceShare of the rows that have
// the property have, the one that gets there first among equals; found says
// whether a row has the property at all.
func mostly(v *columns.View, l *columns.Layer, lo, hi uint32, property string) (value string, found bool) {
	column := l.Column(property)
	if column == nil || column.Strings == nil {
		return "", false
	}
	counts := make(map[uint32]int, 4)
	total, best, most := 0, uint32(0), 0
	for row := lo; row < hi; row++ {
		code := column.Strings.At(row)
		if code == 0 {
			continue
		}
		total++
		counts[code]++
		if counts[code] > most {
			best, most = code, counts[code]
		}
	}
	if total == 0 {
		return "", false
	}
	if float64(most) < math.Ceil(preferenceShare*float64(total)) {
		return "", true
	}
	return v.Strings(property).Text(best), true
}
