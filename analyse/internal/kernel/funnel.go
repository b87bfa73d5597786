package kernel

import (
	"context"
	"math"
	bits32 "math/bits"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/query"
	"github.com/weirhq/weir/store/columns"
	"github.com/weirhq/weir/store/columns/vector"
)

// Funnel asks how far persons get.
type Funnel struct {
	Steps      []*Matcher
	Exclusions []Exclusion
	Window     int64 // milliseconds, inclusive
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
	Seconds [][]float64 // per step, from the step before; empty for the first
}

// FunnelAnswer is what a funnel gives.
type FunnelAnswer struct {
	Rows      []*FunnelRow // in no order; without dimensions one
	Entered   []int64      // per bucket
	Converted []int64
	Total     []float64 // seconds from the first step to the last, of those that reached it
}

// Funnel counts every row.
func (s *Source) Funnel(ctx context.Context, q Funnel) (*FunnelAnswer, error) {
	shared := &budget{}
	visitors, err := run(ctx, s, func() *funnelVisitor { return s.newFunnelVisitor(ctx, q, shared) })
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
	shared := &budget{}
	visitors, err := run(ctx, s, func() *funnelVisitor {
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

// endless is a window of some ten thousand years, in milliseconds.
const endless = 1 << 48

// funnelVisitor counts the persons of one worker.
type funnelVisitor struct {
	q      Funnel
	walk   walker
	answer FunnelAnswer
	rows   *Rows
	budget *budget
	err    error
	target *FunnelTarget
	found  []uint32

	steps, ends []bound
	byName      nameMasks
	held        []*columns.Column
	dims        boundDims
	times       *vector.Ints
	names       *vector.Codes
	hits        []hit
	deepest     int // no attempt of the person gets further: the next step has no event at all
	ctx         context.Context
	scratch     attempt
	best        attempt
}

func (s *Source) newFunnelVisitor(ctx context.Context, q Funnel, shared *budget) *funnelVisitor {
	if q.SessionGap > 0 {
		q.Window = endless
	}
	v := &funnelVisitor{ctx: ctx, q: q, rows: NewRows(), budget: shared}
	v.byName = newNameMasks(s.View, q)
	v.walk = walker{steps: len(q.Steps), window: q.Window, order: q.Order, held: len(q.Hold)}
	v.answer.Entered = make([]int64, q.Buckets.Len())
	v.answer.Converted = make([]int64, q.Buckets.Len())
	if len(q.Dims) == 0 {
		v.row(Key{})
	}
	return v
}

func (v *funnelVisitor) layer(l *columns.Layer) {
	v.steps, v.ends, v.held = v.steps[:0], v.ends[:0], v.held[:0]
	for _, m := range v.q.Steps {
		v.steps = append(v.steps, m.bind(l))
	}
	for _, x := range v.q.Exclusions {
		v.ends = append(v.ends, x.Event.bind(l))
	}
	for _, property := range v.q.Hold {
		v.held = append(v.held, l.Column(property))
	}
	v.dims = make(boundDims, len(v.q.Dims))
	for i, d := range v.q.Dims {
		v.dims[i] = d.bind(l)
	}
	v.times, v.names = &l.Times, &l.Names
}

func (v *funnelVisitor) needs() []string {
	list := append(needs(v.q.Steps...), v.q.Hold...)
	for _, x := range v.q.Exclusions {
		list = append(list, needs(x.Event)...)
	}
	for _, d := range v.q.Dims {
		list = append(list, d.needs()...)
	}
	return list
}

func (v *funnelVisitor) failed() error {
	if v.err != nil {
		return v.err
	}
	return v.rows.full()
}

func (v *funnelVisitor) person(p person.Ordinal, lo, hi uint32) {
	if v.times.At(hi-1) < v.q.From || v.times.At(lo) >= v.q.To {
		return
	}
	if v.q.SessionGap == 0 {
		v.attempts(p, lo, hi)
		return
	}
	begin, last := lo, int64(math.MinInt64)
	for row := lo; row < hi; row++ {
		if !v.byName.activity[v.names.At(row)] {
			continue
		}
		if t := v.times.At(row); last != math.MinInt64 && t-last > v.q.SessionGap {
			v.session(p, begin, row, last)
			begin = row
		}
		last = v.times.At(row)
	}
	v.session(p, begin, hi, last)
}

// session counts one session, the rows [lo, hi), unless it may still go on.
func (v *funnelVisitor) session(p person.Ordinal, lo, hi uint32, last int64) {
	if v.q.Closed == 0 || last+v.q.SessionGap < v.q.Closed {
		v.attempts(p, lo, hi)
	}
}

// attempts follows the attempts in some of a person's rows, and counts the best.
func (v *funnelVisitor) attempts(p person.Ordinal, lo, hi uint32) {
	if !v.collect(p, lo, hi) {
		return
	}
	v.walk.prepare(v.hits, v.q.Order == query.Ordered && len(v.ends) == 0)
	v.best.depth = 0
	for i := range v.hits {
		if !v.starts(&v.hits[i]) {
			continue
		}
		if i&1023 == 1023 && v.ctx.Err() != nil { // one person may have very many attempts
			v.err = v.ctx.Err()
			return
		}
		v.walk.from(i, &v.scratch)
		if v.q.Attempts {
			for _, used := range v.scratch.hits[:v.scratch.depth] {
				v.hits[used].used = true
			}
			v.count(p, &v.scratch)
			continue
		}
		if v.scratch.depth > v.best.depth {
			v.best, v.scratch = v.scratch, v.best
		}
		if v.best.depth == v.deepest {
			break
		}
	}
	if v.best.depth > 0 {
		v.count(p, &v.best)
	}
}

// collect gathers the rows that matter, and says whether one of them starts an attempt.
func (v *funnelVisitor) collect(p person.Ordinal, lo, hi uint32) bool {
	v.hits = v.hits[:0]
	starts := false
	met := uint32(0)
	limit := int64(math.MaxInt64)
	if v.q.To < limit-v.q.Window {
		limit = v.q.To + v.q.Window
	}
	for row := v.times.FirstAtOrAfter(lo, hi, v.q.From); row < hi && v.times.At(row) <= limit; row++ {
		name := v.names.At(row)
		if !v.byName.matters[name] {
			continue
		}
		h := hit{time: v.times.At(row), row: row, steps: v.byName.steps[name], ends: v.byName.ends[name]}
		for left := v.byName.tested[name]; left != 0; left &= left - 1 {
			if i := bits32.TrailingZeros32(left); v.steps[i].where(p, row) {
				h.steps |= 1 << i
			}
		}
		for i := range v.ends {
			if v.ends[i].match(p, row) {
				x := v.q.Exclusions[i]
				h.ends |= 1<<x.To - 1<<x.From
			}
		}
		if h.steps|h.ends == 0 {
			continue
		}
		for i, c := range v.held {
			if c != nil {
				h.held[i] = codeOf(c, row)
			}
		}
		starts = starts || v.starts(&h)
		met |= h.steps
		v.hits = append(v.hits, h)
	}
	v.deepest = bits32.OnesCount32(met)
	if v.q.Order != query.Unordered {
		v.deepest = bits32.TrailingZeros32(^met)
	}
	return starts
}

// starts says whether an attempt begins at the hit.
func (v *funnelVisitor) starts(h *hit) bool {
	begins := h.steps&1 != 0 || v.q.Order == query.Unordered && h.steps != 0
	if !begins || h.used || h.time < v.q.From || h.time >= v.q.To {
		return false
	}
	return v.q.Closed == 0 || v.q.SessionGap > 0 || h.time+v.q.Window <= v.q.Closed
}

func (v *funnelVisitor) key(p person.Ordinal, a *attempt) (k Key) {
	for i, read := range v.dims {
		if step := v.q.Dims[i].Step; step < a.depth {
			k[i] = read(p, a.rows[step])
		} else if v.q.Dims[i].ofPerson != nil {
			k[i] = read(p, a.rows[0])
		}
	}
	return k
}

func (v *funnelVisitor) count(p person.Ordinal, a *attempt) {
	key := v.key(p, a)
	if t := v.target; t != nil {
		reached := a.depth > t.Step
		if t.Dropped {
			reached = a.depth == t.Step
		}
		if reached && (t.Accept == nil || t.Accept(key)) {
			v.found = append(v.found, uint32(p))
		}
		return
	}
	row := v.row(key)
	for step := range a.depth {
		row.Reached[step]++
		if step > 0 {
			row.Seconds[step] = append(row.Seconds[step], seconds(a.at[step]-a.at[step-1]))
		}
	}
	if err := v.budget.take(int64(a.depth)); err != nil {
		v.err = err
	}
	whole := a.depth == len(v.steps)
	if whole {
		v.answer.Total = append(v.answer.Total, seconds(a.at[a.depth-1]-a.at[0]))
	}
	if b := v.q.Buckets.Find(a.at[0]); b >= 0 {
		v.answer.Entered[b]++
		if whole {
			v.answer.Converted[b]++
		}
	}
}

func seconds(milliseconds int64) float64 { return float64(milliseconds) / 1000 }

func (v *funnelVisitor) row(k Key) *FunnelRow {
	i := v.rows.row(k)
	if i == len(v.answer.Rows) {
		v.answer.Rows = append(v.answer.Rows, NewFunnelRow(k, len(v.q.Steps)))
	}
	return v.answer.Rows[i]
}

// NewFunnelRow makes a row that has counted nothing.
func NewFunnelRow(k Key, steps int) *FunnelRow {
	return &FunnelRow{Key: k, Reached: make([]int64, steps), Seconds: make([][]float64, steps)}
}

// Add adds the counts of another row.
func (r *FunnelRow) Add(o *FunnelRow) {
	for step := range r.Reached {
		r.Reached[step] += o.Reached[step]
		r.Seconds[step] = append(r.Seconds[step], o.Seconds[step]...)
	}
}

func (v *funnelVisitor) merge(o *funnelVisitor) {
	for _, r := range o.answer.Rows {
		v.row(r.Key).Add(r)
	}
	for b := range o.answer.Entered {
		v.answer.Entered[b] += o.answer.Entered[b]
		v.answer.Converted[b] += o.answer.Converted[b]
	}
	v.answer.Total = append(v.answer.Total, o.answer.Total...)
}
