package segment

import (
	"cmp"
	"context"
	"slices"

	"github.com/weirhq/weir/analyse"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/person"
)

// Tag is one thing that is known about a person.
type Tag struct {
	Tag      string `json:"tag"`             // «rfm», «city»
	Value    string `json:"value"`           // «champions», «Hangzhou»
	Label    string `json:"label,omitempty"` // a name to show instead of the value
	Category string `json:"category"`        // one of the Category… constants
	// Weight is how telling the tag is: the share of persons that do not have it, 0…1.
	Weight float64 `json:"weight"`
}

// The categories of tags: where a tag comes from.
const (
	CategoryModel      = "value"      // what a standing model of value, such as RFM, says
	CategorySegment    = "segment"    // membership; the value is the segment's id
	CategoryManual     = "own"        // put on by hand; the tag is ManualTags
	CategoryPreference = "preference" // what the person's events have most often
)

// ManualTags is the person's list property that holds the tags put on by hand.
const ManualTags = "$tags"

// TagSource knows further tags of a person, such as those of a standing model.
type TagSource interface {
	Tags(ctx context.Context, p analyse.Project, o person.Ordinal) ([]Tag, error)
}

// AddTagSource adds a source of tags for TagsOf.
func (s *Service) AddTagSource(source TagSource) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sources = append(slices.Clip(s.sources), source)
}

// TagsOf gives everything that is known about a canonical person as tags, the
// most telling first within a category, in the order of the categories.
func (s *Service) TagsOf(ctx context.Context, p analyse.Project, o person.Ordinal) ([]Tag, error) {
	tags := []Tag{}
	s.mu.Lock()
	sources := s.sources
	s.mu.Unlock()
	for _, source := range sources {
		more, err := source.Tags(ctx, p, o)
		if err != nil {
			return nil, err
		}
		tags = append(tags, more...)
	}
	view := s.Tables(p.ID).View()
	segments, err := s.segmentsOf(ctx, p, o)
	if err != nil {
		return nil, err
	}
	persons := int(view.People().All().GetCardinality())
	for _, m := range segments {
		tags = append(tags, Tag{Tag: "segment", Value: m.ID, Label: m.Name, Category: CategorySegment, Weight: Specificity(m.persons, persons)})
	}
	facts, err := s.facts.get(ctx, p.ID, view, s.Clock.Now())
	if err != nil {
		return nil, err
	}
	if manual := view.People().Property(o, ManualTags); manual.Kind == event.List {
		for _, value := range manual.List {
			tags = append(tags, Tag{Tag: ManualTags, Value: value, Category: CategoryManual, Weight: Specificity(facts.manual[value], facts.persons)})
		}
	}
	tags = append(tags, facts.preferences(view, o)...)
	slices.SortStableFunc(tags, func(a, b Tag) int {
		return cmp.Or(cmp.Compare(categoryOrder(a.Category), categoryOrder(b.Category)), cmp.Compare(b.Weight, a.Weight))
	})
	return tags, nil
}

func categoryOrder(category string) int {
	return slices.Index([]string{CategoryModel, CategoryManual, CategorySegment, CategoryPreference}, category)
}

// Specificity is the share of all persons that are not among the given number.
func Specificity(persons, all int) float64 {
	if all <= 0 {
		return 0
	}
	// The two were not always counted at the same moment.
	return min(1, max(0, 1-float64(persons)/float64(all)))
}
