package kernel

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

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

// DayFinder numbers the local day that holds an instant. The number is the same
// for all instants from it to before until.
type DayFinder func(t int64) (day, until int64)

// Did gives the persons among those of the source who did it.
func (s *Source) Did(ctx context.Context, q Did) (*roaring.Bitmap, error) {
	// Where nothing at all is enough, the others are looked for: somebody without
	// a single event in the columns is among those who did nothing.
	except := NewMeter(q).Holds(nil)
	found, err := findInBlocks(ctx, s, func() *didVisitor {
		return &didVisitor{meter: NewMeter(q), pick: newPicker(q.Event), wanted: !except}
	})
	if err != nil || !except {
		return found, err
	}
	if s.Among != nil {
		return roaring.AndNot(s.Among, found), nil
	}
	return roaring.AndNot(s.View.People().All(), found), nil
}

// holds says whether a value of the measure is what is asked for; ok is false
// where there is no value.
func (q Did) holds(value float64, ok bool) bool {
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
	return value > 0
}

// Meter measures one person after another.
type Meter struct {
	q      Did
	times  *vector.Ints
	column *columns.Column
	codes  []code
}

// NewMeter makes a Meter. It reads no more than the measure of the question.
func NewMeter(q Did) *Meter { return &Meter{q: q} }

// Layer announces the layer of the rows that follow.
func (m *Meter) Layer(l *columns.Layer) { m.times, m.column = &l.Times, l.Column(m.q.Measure.Property) }

// HoldsCount says whether that many events are what is asked for; the measure is count.
func (m *Meter) HoldsCount(n int) bool { return m.q.holds(float64(n), true) }

// Holds says whether one person's rows, those that count and in order, are what
// is asked for.
func (m *Meter) Holds(rows []uint32) bool {
	switch m.q.Measure.Func {
	case query.Count:
		return m.HoldsCount(len(rows))
	case query.Days:
		return m.q.holds(float64(m.days(rows)), true)
	case query.Distinct:
		return m.q.holds(float64(m.distinct(rows)), true)
	}
	var c cell
	if m.column != nil && m.column.Numbers != nil {
		for _, row := range rows {
			if x := m.column.Numbers.At(row); !math.IsNaN(x) {
				c.add(x)
			}
		}
	}
	return m.q.holds(c.value(m.q.Measure.Func))
}

func (m *Meter) days(rows []uint32) (days int) {
	today, until := int64(0), int64(math.MinInt64)
	for _, row := range rows {
		if t := m.times.At(row); t >= until {
			var day int64
			if day, until = m.q.DayOf(t); day != today || days == 0 {
				days++
			}
			today = day
		}
	}
	return days
}

func (m *Meter) distinct(rows []uint32) int {
	m.codes = m.codes[:0]
	if m.column == nil {
		return 0
	}
	for _, row := range rows {
		if v := codeOf(m.column, row); v != (code{}) {
			m.codes = append(m.codes, v)
		}
	}
	slices.SortFunc(m.codes, func(a, b code) int { return cmp.Or(cmp.Compare(a.bits, b.bits), cmp.Compare(a.kind, b.kind)) })
	return len(slices.Compact(m.codes))
}

// blockFinder is a blockVisitor that collects persons.
type blockFinder interface {
	blockVisitor
	result() []uint32
}

// findInBlocks joins what finders found.
func findInBlocks[V blockFinder](ctx context.Context, s *Source, newVisitor func() V) (*roaring.Bitmap, error) {
	visitors, err := scan(ctx, s, newVisitor)
	if err != nil {
		return nil, err
	}
	return joinFound(s, visitors, V.result), nil
}

func joinFound[V any](s *Source, visitors []V, result func(V) []uint32) *roaring.Bitmap {
	total, found := s.View.People().Len(), 0
	for _, v := range visitors {
		found += len(result(v))
	}
	if found*sparse < total {
		all := make([]uint32, 0, found)
		for _, v := range visitors {
			all = append(all, result(v)...)
		}
		return bitmapOf(all)
	}
	words := make([]uint64, total/64+1) // many: a bit each is faster than sorting
	for _, v := range visitors {
		for _, p := range result(v) {
			words[p/64] |= 1 << (p % 64)
		}
	}
	return roaring.FromDense(words, false)
}

// didVisitor finds the persons for whom the question is answered with wanted,
// among those who have a row that counts.
type didVisitor struct {
	meter  *Meter
	pick   *picker
	wanted bool
	found  []uint32
}

func (v *didVisitor) layer(l *columns.Layer) {
	v.pick.layer(l)
	v.meter.Layer(l)
}

func (v *didVisitor) needs() []string {
	return append(needs(v.meter.q.Event), v.meter.q.Measure.Property)
}

func (v *didVisitor) splits() bool { return false }

func (v *didVisitor) within() (from, to int64) { return v.meter.q.From, v.meter.q.To }

func (v *didVisitor) result() []uint32 { return v.found }

func (v *didVisitor) block(b *block) error {
	rows := v.pick.pick(b)
	counts := v.meter.q.Measure.Func == query.Count
	b.each(rows, func(i, from, to int) {
		some := v.trim(rows[from:to])
		if len(some) == 0 {
			return
		}
		var holds bool
		if counts {
			holds = v.meter.HoldsCount(len(some))
		} else {
			holds = v.meter.Holds(some)
		}
		if holds == v.wanted {
			v.found = append(v.found, uint32(b.persons[i]))
		}
	})
	return nil
}

// trim leaves the rows of one person that lie in the range.
func (v *didVisitor) trim(rows []uint32) []uint32 {
	from, to, times := v.meter.q.From, v.meter.q.To, v.meter.times
	for len(rows) > 0 && times.At(rows[0]) < from {
		rows = rows[1:]
	}
	for len(rows) > 0 && times.At(rows[len(rows)-1]) >= to {
		rows = rows[:len(rows)-1]
	}
	return rows
}
