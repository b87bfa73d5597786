package kernel

import (
	"context"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/query"
)

// Funnel asks how far persons get.
type Funnel struct {
	Steps      []*Matcher
	Exclusions []Exclusion
	Activity   *Matcher // any activity: it ends attempts of a strict funnel, and makes sessions
	Window     int64    // milliseconds, inclusive
	Order      query.Order
	Hold       []string
	Attempts   bool // count attempts, each event used once, instead of persons
	// SessionGap, unless 0, counts sessions: a gap of more milliseconds between
	// activities begins a new one. The session is the window, Window is not used.
	SessionGap int64
	// From and To bound the events that start attempts, half-open.
	From, To int64
	// Closed, unless 0, is the data's end: attempts whose window reaches beyond it are left out.
	Closed int64
	Dims   []FunnelDim
	// Buckets, when there are some, count attempts by the time of their first event.
	Buckets Buckets
}

// Exclusion is an event that ends attempts between two steps, counted from 0.
type Exclusion struct {
	Event    *Matcher
	From, To int
}

// FunnelDim is a breakdown, and of which step's event.
type FunnelDim struct {
	*Dim
	Step int // from 0
}

// FunnelRow counts the attempts of one row.
type FunnelRow struct {
	Key     Key
	Reached []int64     // per step
	Since   []Durations // per step, since the step before; empty for the first
}

// FunnelAnswer is what a funnel gives.
type FunnelAnswer struct {
	Rows      []*FunnelRow // in no order; without dimensions one
	Entered   []int64      // per bucket
	Converted []int64
	Total     Durations // from the first step to the last, of those that reached it
}

// NewFunnelRow makes a row that has counted nothing.
func NewFunnelRow(k Key, steps int) *FunnelRow {
	return &FunnelRow{Key: k, Reached: make([]int64, steps), Since: make([]Durations, steps)}
}

// Add adds the counts of another row.
func (r *FunnelRow) Add(o *FunnelRow) {
	for step := range r.Reached {
		r.Reached[step] += o.Reached[step]
		r.Since[step].Join(&o.Since[step])
	}
}

// check refuses what the bits of a hit cannot tell apart.
func (q Funnel) check() error {
	if len(q.Steps) > maxSteps || len(q.matchers()) > 32 {
		return fault.New(fault.Invalid, "a funnel has at most %d steps, and 32 steps and exclusions together", maxSteps)
	}
	return nil
}

// matchers are what hits are told apart by: bit k of a hit's mask says that it
// meets the k-th of them.
func (q Funnel) matchers() []*Matcher {
	list := slices.Clone(q.Steps)
	for _, x := range q.Exclusions {
		list = append(list, x.Event)
	}
	if q.watchesActivity() {
		list = append(list, q.Activity)
	}
	return list
}

// watchesActivity says whether any activity matters.
func (q Funnel) watchesActivity() bool { return q.Order == query.Strict || q.SessionGap > 0 }

// Funnel counts every row.
func (s *Source) Funnel(ctx context.Context, q Funnel) (*FunnelAnswer, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	shared := s.budget()
	visitors, err := scan(ctx, s, func() *funnelVisitor { return s.newFunnelVisitor(ctx, q, shared) })
	if err != nil {
		return nil, err
	}
	merged := s.newFunnelVisitor(ctx, q, shared)
	for _, v := range visitors {
		merged.merge(v)
	}
	if err := merged.rows.full(); err != nil {
		return nil, err
	}
	return &merged.answer, nil
}

// FunnelTarget is a cell whose persons are wanted.
type FunnelTarget struct {
	Step    int // from 0
	Dropped bool
	// Accept says which rows count; nil for all.
	Accept func(Key) bool
}

// FunnelPersons gives the persons of a cell.
func (s *Source) FunnelPersons(ctx context.Context, q Funnel, target FunnelTarget) (*roaring.Bitmap, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	shared := s.budget()
	visitors, err := scan(ctx, s, func() *funnelVisitor {
		v := s.newFunnelVisitor(ctx, q, shared)
		v.target = &target
		return v
	})
	if err != nil {
		return nil, err
	}
	var found []uint32
	for _, v := range visitors {
		found = append(found, v.found...)
	}
	return bitmapOf(slices.Compact(found)), nil
}
