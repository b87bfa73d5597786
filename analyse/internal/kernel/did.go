package kernel

import (
	"context"
	"math"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/query"
	"github.com/weirhq/weir/store/columns"
	"github.com/weirhq/weir/store/columns/vector"
)

// Did asks which persons did how much of some events.
type Did struct {
	Event    *Matcher
	Measure  query.Measure
	Op       query.Operator // "" for at least once
	Values   []float64
	From, To int64     // half-open
	DayOf    DayFinder // of the measure days
}

// DayFinder gives the number of the local day that holds an instant.
type DayFinder func(t int64) int64

// Did gives the persons among those of the source who did it. Every person has
// at least one event, so that those who did nothing of the kind are seen too.
func (s *Source) Did(ctx context.Context, q Did) (*roaring.Bitmap, error) {
	return findPersons(ctx, s, func() *didVisitor {
		v := &didVisitor{q: q}
		v.feeder = feeder{measure: q.Measure, budget: &budget{}}
		return v
	})
}

func (q Did) holds(c *cell, days int64) bool {
	value, ok := float64(days), true
	if q.Measure.Func != query.Days {
		value, ok = c.value(q.Measure.Func)
	}
	switch q.Op {
	case query.Eq:
		return ok && value == q.Values[0]
	case query.Neq:
		return !ok || value != q.Values[0]
	case query.Gt:
		return ok && value > q.Values[0]
	case query.Gte:
		return ok && value >= q.Values[0]
	case query.Lt:
		return ok && value < q.Values[0]
	case query.Lte:
		return ok && value <= q.Values[0]
	case query.Between:
		return ok && value >= q.Values[0] && value <= q.Values[1]
	}
	return c.count > 0
}

// finder is a visitor that collects persons.
type finder interface {
	visitor
	result() []uint32
}

// findPersons joins what finders found.
func findPersons[V finder](ctx context.Context, s *Source, newVisitor func() V) (*roaring.Bitmap, error) {
	visitors, err := run(ctx, s, newVisitor)
	if err != nil {
		return nil, err
	}
	var found []uint32
	for _, v := range visitors {
		found = append(found, v.result()...)
	}
	return bitmapOf(found), nil
}

type didVisitor struct {
	q      Did
	feeder feeder
	match  bound
	times  *vector.Ints
	found  []uint32
}

func (v *didVisitor) layer(l *columns.Layer) {
	v.match, v.times = v.q.Event.bind(l), &l.Times
	v.feeder.layer(l)
}

func (v *didVisitor) needs() []string {
	return append(needs(v.q.Event), v.q.Measure.Property)
}

func (v *didVisitor) failed() error { return v.feeder.err }

func (v *didVisitor) result() []uint32 { return v.found }

func (v *didVisitor) person(p person.Ordinal, lo, hi uint32) {
	var c cell
	days, today := int64(0), int64(math.MinInt64)
	for row := v.times.FirstAtOrAfter(lo, hi, v.q.From); row < hi && v.times.At(row) < v.q.To; row++ {
		if !v.match.match(p, row) {
			continue
		}
		if v.q.Op == "" {
			v.found = append(v.found, uint32(p))
			return
		}
		if v.q.Measure.Func != query.Days {
			v.feeder.feed(&c, p, row)
		} else if day := v.q.DayOf(v.times.At(row)); day != today {
			days, today = days+1, day
		}
	}
	v.feeder.budget.used.Store(0) // what a person's cell kept is free again
	if v.q.holds(&c, days) {
		v.found = append(v.found, uint32(p))
	}
}
