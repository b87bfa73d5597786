package analyse

import (
	"fmt"
	"slices"
	"strings"

	"github.com/weirhq/weir/analyse/internal/kernel"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/query"
	"github.com/weirhq/weir/store/columns"
)

// checker holds a question against what the project's data are.
type checker struct {
	s      *asking
	faults *fault.List
	event  map[string][]event.Kind // types seen, by name of the property; filled when first needed
	user   map[string][]event.Kind
}

func (s *asking) checker(f *fault.List) *checker { return &checker{s: s, faults: f} }

func (s *asking) checkRequest(r query.Request) error {
	f := &fault.List{}
	c := s.checker(f)
	c.condition("filter", r.Filter)
	if _, err := answererOf(r.Question); err != nil {
		return err
	}
	c.question(r.Question)
	return f.Err("the question cannot be answered as it is")
}

// question checks the conditions, measures and breakdowns of a question.
func (c *checker) question(question query.Question) {
	switch q := question.(type) {
	case *query.Trend:
		for i, series := range q.Series {
			path := fmt.Sprintf("series[%d]", i)
			c.condition(path+".where", series.Where)
			c.measure(path+".measure", series.Measure)
		}
		c.breakdowns(q.Breakdown)
	case *query.Funnel:
		for i, step := range q.Steps {
			c.condition(fmt.Sprintf("steps[%d].where", i), step.Where)
		}
		for i, x := range q.Exclusions {
			c.condition(fmt.Sprintf("exclusions[%d].where", i), x.Where)
		}
		c.breakdowns(q.Breakdown)
	case *query.Retention:
		c.condition("start.where", q.Start.Where)
		c.condition("return.where", q.Return.Where)
		c.measure("measure", q.Measure)
	case *query.Growth:
		c.condition("where", q.Where)
	case *query.Stickiness:
		c.condition("where", q.Where)
	case *query.Distribution:
		c.condition("where", q.Where)
		c.measure("measure", q.Measure)
	case *query.Interval:
		c.condition("start.where", q.Start.Where)
		c.condition("end.where", q.End.Where)
	case *query.Paths:
		c.anchor(q)
	case *query.Attribution:
		c.condition("conversion.where", q.Conversion.Where)
		c.condition("touch.where", q.Touch.Where)
		c.money("conversion.value", q.Conversion.Value)
	case *query.LTV:
		c.condition("cohort.where", q.Cohort.Where)
		c.condition("revenue.where", q.Revenue.Where)
		c.money("revenue.value", q.Revenue.Value)
		c.breakdowns(q.Breakdown)
	case *query.Referral:
		c.condition("invite.where", q.Invite.Where)
		c.condition("join.where", q.Join.Where)
	}
}

func (c *checker) anchor(q *query.Paths) {
	if q.Start != nil {
		c.condition("anchor.start.where", q.Start.Where)
	}
	if q.End != nil {
		c.condition("anchor.end.where", q.End.Where)
	}
}

// money checks that a property that is summed is one of numbers; "" is none.
func (c *checker) money(path, property string) {
	if property != "" {
		c.measure(path, query.Measure{Func: query.Sum, Property: property})
	}
}

// condition checks every leaf of a condition that stands at a path.
func (c *checker) condition(path string, q *query.Condition) {
	q.WalkPath(path, func(path string, part *query.Condition) {
		switch part.Kind {
		case query.Segment:
			if _, ok := c.s.sets.SegmentMembers(c.s.project, part.Segment); !ok {
				c.faults.Add(path, "there is no segment «%s»", part.Segment)
			}
		case query.Compare:
			c.comparison(path, part.Comparison)
		case query.DidEvent, query.DidNot:
			c.measure(path, part.Did.Measure)
		case query.All, query.Any, query.Not, query.Sequence:
		}
	})
}

func (c *checker) comparison(path string, q *query.Comparison) {
	if q.Scope == query.TagValue {
		c.tag(path, q.Name)
		return
	}
	seen := c.kinds(q.Scope)[q.Name]
	takes := kernel.NewValueTest(q, c.s.cal).Kinds()
	if len(seen) > 0 && !overlaps(seen, takes) {
		c.faults.Add(path, "«%s» is always %s, which «%s» with such a value cannot compare; it compares %s",
			q.Name, kindNames(seen), q.Op, kindNames(takes))
	}
}

func (c *checker) tag(path, name string) {
	if _, ok := c.s.sets.TagValues(c.s.project, name); !ok {
		c.faults.Add(path, "there is no tag «%s»", name)
	}
}

// measure checks that sums and their like are of numbers.
func (c *checker) measure(path string, m query.Measure) {
	if !m.Func.OfProperty() || m.Func == query.Distinct {
		return
	}
	seen := c.kinds(query.EventProperty)[m.Property]
	if len(seen) > 0 && !slices.Contains(seen, event.Number) {
		c.faults.Add(path, "«%s» is always %s; %s needs numbers", m.Property, kindNames(seen), m.Func)
	}
}

func (c *checker) breakdowns(list []query.Breakdown) {
	for i, b := range list {
		path := fmt.Sprintf("breakdown[%d]", i)
		if b.Scope == query.TagValue {
			c.tag(path, b.Name)
		}
		for _, id := range b.Segments {
			if _, ok := c.s.sets.SegmentMembers(c.s.project, id); !ok {
				c.faults.Add(path, "there is no segment «%s»", id)
			}
		}
	}
}

func (c *checker) kinds(scope query.Scope) map[string][]event.Kind {
	if scope == query.UserProperty {
		if c.user == nil {
			c.user = kindsOf(c.s.view.People().Properties())
		}
		return c.user
	}
	if c.event == nil {
		c.event = kindsOf(c.s.view.Properties(""))
	}
	return c.event
}

func kindsOf(infos []columns.PropertyInfo) map[string][]event.Kind {
	out := make(map[string][]event.Kind, len(infos))
	for _, info := range infos {
		out[info.Name] = info.Kinds
	}
	return out
}

func overlaps(a, b []event.Kind) bool {
	return slices.ContainsFunc(a, func(k event.Kind) bool { return slices.Contains(b, k) })
}

func kindNames(kinds []event.Kind) string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.String()
	}
	return strings.Join(names, " or ")
}
