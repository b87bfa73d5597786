package analyse

import (
	"context"
	"math"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/analyse/internal/kernel"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/query"
)

// Members gives the persons who meet a condition now, among some or, with nil,
// among all. With few persons among, each is looked up by itself, which takes
// microseconds: that is how segments are kept live. The bitmap is the caller's.
func (a *Analyser) Members(ctx context.Context, p Project, c *query.Condition, among *roaring.Bitmap) (*roaring.Bitmap, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	s := a.begin(p)
	universe := s.view.People().All()
	if among != nil {
		universe = roaring.And(among, universe)
	}
	return s.members(ctx, c, universe)
}

// CheckCondition reports what is wrong with a condition over persons, also
// against what the project's properties, segments and tags are.
func (a *Analyser) CheckCondition(p Project, c *query.Condition) error {
	if err := c.Check(); err != nil {
		return err
	}
	s := a.begin(p)
	f := &fault.List{}
	s.checker(f).condition("", c)
	return f.Err("the condition cannot be answered as it is")
}

// CheckRequest does the same for a question.
func (a *Analyser) CheckRequest(p Project, r query.Request) error {
	if err := r.Check(); err != nil {
		return err
	}
	return a.begin(p).checkRequest(r)
}

// members gives those of the universe who meet the condition, as a bitmap of its own.
func (s *asking) members(ctx context.Context, c *query.Condition, universe *roaring.Bitmap) (*roaring.Bitmap, error) {
	if universe.IsEmpty() {
		return roaring.New(), nil
	}
	switch c.Kind {
	case query.All:
		left := universe.Clone()
		for _, part := range c.Parts {
			var err error
			if left, err = s.members(ctx, part, left); err != nil {
				return nil, err
			}
		}
		return left, nil
	case query.Any:
		found := roaring.New()
		for _, part := range c.Parts {
			more, err := s.members(ctx, part, roaring.AndNot(universe, found))
			if err != nil {
				return nil, err
			}
			found.Or(more)
		}
		return found, nil
	case query.Not:
		return s.without(ctx, c.Parts[0], universe)
	case query.DidNot:
		return s.without(ctx, &query.Condition{Kind: query.DidEvent, Did: c.Did}, universe)
	case query.Segment:
		return s.segment(c.Segment, universe)
	case query.Compare:
		return s.compare(ctx, c.Comparison, universe)
	case query.DidEvent:
		return s.did(ctx, c.Did, universe)
	case query.Sequence:
		return s.sequence(ctx, c.Sequence, universe)
	}
	return nil, fault.New(fault.Invalid, "«%s» is not a kind of condition", c.Kind)
}

func (s *asking) without(ctx context.Context, c *query.Condition, universe *roaring.Bitmap) (*roaring.Bitmap, error) {
	with, err := s.members(ctx, c, universe)
	if err != nil {
		return nil, err
	}
	return roaring.AndNot(universe, with), nil
}

func (s *asking) segment(id string, universe *roaring.Bitmap) (*roaring.Bitmap, error) {
	members, ok := s.sets.SegmentMembers(s.project, id)
	if !ok {
		return nil, fault.New(fault.NotFound, "there is no segment «%s»", id)
	}
	return roaring.And(members, universe), nil
}

func (s *asking) compare(ctx context.Context, c *query.Comparison, universe *roaring.Bitmap) (*roaring.Bitmap, error) {
	if c.Scope == query.TagValue {
		return s.tag(c, universe)
	}
	test := kernel.NewValueTest(c, s.cal)
	read := s.view.People().Reader(c.Name)
	found := roaring.New()
	for n, it := 0, universe.Iterator(); it.HasNext(); n++ {
		if n&0xffff == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if p := it.Next(); test.Value(read(person.Ordinal(p))) {
			found.Add(p)
		}
	}
	return found, nil
}

// tag joins the values that meet the positive comparison; a negative one is its complement.
func (s *asking) tag(c *query.Comparison, universe *roaring.Bitmap) (*roaring.Bitmap, error) {
	values, ok := s.sets.TagValues(s.project, c.Name)
	if !ok {
		return nil, fault.New(fault.NotFound, "there is no tag «%s»", c.Name)
	}
	op, negated := c.Op.Positive()
	test := kernel.NewValueTest(&query.Comparison{Scope: c.Scope, Name: c.Name, Op: op, Operand: c.Operand}, s.cal)
	found := roaring.New()
	for _, value := range values {
		if !test.Value(event.Text(value)) {
			continue
		}
		if members, ok := s.sets.TagMembers(s.project, c.Name, value); ok {
			found.Or(roaring.And(members, universe))
		}
	}
	if negated {
		return roaring.AndNot(universe, found), nil
	}
	return found, nil
}

func (s *asking) did(ctx context.Context, d *query.Did, universe *roaring.Bitmap) (*roaring.Bitmap, error) {
	match, err := s.compiler(ctx).Matcher(d.Event, d.Where)
	if err != nil {
		return nil, err
	}
	q := kernel.Did{
		Event: match, Measure: d.Measure, Op: d.Op, Values: d.Values,
		From: math.MinInt64, To: math.MaxInt64, DayOf: s.dayOf,
	}
	if d.Within != nil {
		q.From, q.To = d.Within.Sliding(s.cal)
	}
	return s.scanning(universe).Did(ctx, q)
}

// dayOf numbers the local day of an instant, and says until when it lasts at least.
func (s *asking) dayOf(t int64) (day, until int64) { return dayOf(t, s.cal.Zone) }

func dayOf(t int64, zone *time.Location) (day, until int64) {
	local := time.UnixMilli(t).In(zone)
	y, m, d := local.Date()
	return int64(y)*372 + int64(m)*31 + int64(d), query.NextDay(local).UnixMilli()
}

func (s *asking) sequence(ctx context.Context, steps []query.SequenceStep, universe *roaring.Bitmap) (*roaring.Bitmap, error) {
	q, err := s.sequenceOf(ctx, steps)
	if err != nil {
		return nil, err
	}
	return s.scanning(universe).Sequence(ctx, q)
}

// sequenceOf makes a sequence ready for the kernel.
func (s *asking) sequenceOf(ctx context.Context, steps []query.SequenceStep) (kernel.Sequence, error) {
	q := kernel.Sequence{Now: s.cal.Now.UnixMilli()}
	compile := s.compiler(ctx)
	for _, step := range steps {
		match, err := compile.Matcher(step.Event, step.Where)
		if err != nil {
			return q, err
		}
		within := int64(math.MaxInt64)
		if step.Within != nil {
			within = step.Within.Milliseconds()
		}
		q.Steps = append(q.Steps, kernel.SequenceStep{Event: match, Within: within, Absent: step.Absent})
	}
	return q, nil
}
