package kernel

import (
	"cmp"
	"context"
	"math"
	bits32 "math/bits"

	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/query"
	"github.com/weirhq/weir/store/columns"
	"github.com/weirhq/weir/store/columns/vector"
)

// endless is a window of some ten thousand years, in milliseconds.
const endless = 1 << 48

// funnelVisitor counts the persons of one worker.
type funnelVisitor struct {
	q      Funnel
	answer FunnelAnswer
	rows   *Rows
	budget *budget
	kept   int64 // durations not yet taken from the budget
	table  int64 // bytes taken for the walker's table
	err    error
	watch  watch
	target *FunnelTarget
	found  []uint32

	simple   bool     // onePass can follow the attempts
	strict   bool     // steps are activities that follow each other, and nothing else matters
	steps    uint32   // the bits of a hit that are steps
	activity uint32   // the bit that is any activity, 0 where that does not matter
	ends     []uint32 // by bit after the steps: the steps after which such an event ends attempts
	startTo  int64    // no attempt starts at or after it
	last     int64    // nothing after it matters

	pick *stepPicker
	held []*columns.Column
	dims boundDims
	from *vector.Ints // the times of the layer

	pass   onePass
	walk   walker
	hits   hits // of the block
	alone  hits // those of a person that meet a step, where others matter too
	keyed  keyedHits
	result attempt
	trial  attempt
	local  attempt
}

func (s *Source) newFunnelVisitor(ctx context.Context, q Funnel, shared *budget) *funnelVisitor {
	if q.SessionGap > 0 {
		q.Window = endless
	}
	v := &funnelVisitor{q: q, rows: NewRows(), budget: shared, watch: watch{ctx: ctx}, pick: newStepPicker(q.matchers()...)}
	v.walk = walker{steps: len(q.Steps), window: q.Window, order: q.Order}
	v.pass = onePass{steps: len(q.Steps), window: q.Window}
	v.simple = q.Order == query.Ordered && len(q.Exclusions) == 0 && len(q.Hold) == 0 && !q.Attempts
	v.strict = q.Order == query.Strict && len(q.Exclusions) == 0 && len(q.Hold) == 0 && !q.Attempts && q.SessionGap == 0
	v.steps = 1<<len(q.Steps) - 1
	for _, x := range q.Exclusions {
		v.ends = append(v.ends, 1<<x.To-1<<x.From)
	}
	if q.watchesActivity() {
		v.activity = 1 << (len(q.Steps) + len(q.Exclusions))
		v.ends = append(v.ends, 0)
		if q.Order == query.Strict {
			v.ends[len(q.Exclusions)] = v.steps
		}
	}
	v.startTo, v.last = q.To, math.MaxInt64
	if q.Closed != 0 && q.SessionGap == 0 {
		v.startTo = min(v.startTo, q.Closed-q.Window+1)
	}
	if q.SessionGap == 0 && q.To < math.MaxInt64-q.Window {
		v.last = q.To + q.Window
	}
	v.answer.Entered = make([]int64, q.Buckets.Len())
	v.answer.Converted = make([]int64, q.Buckets.Len())
	if len(q.Dims) == 0 {
		v.row(Key{})
	}
	return v
}

func (v *funnelVisitor) layer(l *columns.Layer) {
	v.pick.layer(l)
	v.held = v.held[:0]
	for _, property := range v.q.Hold {
		v.held = append(v.held, l.Column(property))
	}
	v.dims = make(boundDims, len(v.q.Dims))
	for i, d := range v.q.Dims {
		v.dims[i] = d.bind(l)
	}
	v.from = &l.Times
}

func (v *funnelVisitor) needs() []string {
	list := append(needs(v.q.matchers()...), v.q.Hold...)
	for _, d := range v.q.Dims {
		list = append(list, d.needs()...)
	}
	return list
}

func (v *funnelVisitor) splits() bool { return false }

func (v *funnelVisitor) within() (from, to int64) {
	return v.q.From, max(v.last, v.last+1) // MaxInt64 stays what it is
}

func (v *funnelVisitor) block(b *block) error {
	v.hits.rows, v.hits.masks = v.pick.pick(b)
	v.hits.times = gatherTimes(v.hits.rows, v.from, v.hits.times)
	for i, k := 0, 0; k < len(v.hits.rows); {
		for v.hits.rows[k] >= b.hi[i] {
			i++
		}
		from, met, end := k, uint32(0), b.hi[i]
		for k < len(v.hits.rows) && v.hits.rows[k] < end {
			met |= v.hits.masks[k]
			k++
		}
		if met&1 != 0 || met&v.steps != 0 && v.q.Order == query.Unordered {
			v.person(b.persons[i], v.hits.slice(from, k), met)
		}
	}
	return cmp.Or(v.err, v.watch.err, v.keep(0), v.rows.full())
}

// gatherTimes reads the times of some rows.
func gatherTimes(rows []uint32, times *vector.Ints, out []int64) []int64 {
	out = grow(out, len(rows))
	if times.U32 == nil {
		for i, row := range rows {
			out[i] = times.I64[row]
		}
		return out
	}
	base, unit, offsets := times.Base, times.Unit, times.U32
	for i, row := range rows {
		out[i] = base + int64(offsets[row])*unit
	}
	return out
}

// person counts what one person did.
func (v *funnelVisitor) person(p person.Ordinal, h hits, met uint32) {
	if n := len(h.times); h.times[0] < v.q.From || h.times[n-1] > v.last {
		h = h.between(v.q.From, v.last)
		met = h.met()
	}
	switch {
	case v.q.SessionGap > 0:
		v.sessions(p, h)
	case v.simple:
		v.follow(p, h, met)
	case !v.strict || !v.inRow(p, h):
		v.attempts(p, v.divide(h))
	}
}

// inRow counts the best attempt of a strict funnel: each step is the very next
// activity, so that most attempts end at once. It says no where events share
// their time, or where a step is something that is done to a person.
func (v *funnelVisitor) inRow(p person.Ordinal, h hits) bool {
	for i, mask := range h.masks {
		if mask&v.activity == 0 || i > 0 && h.times[i] == h.times[i-1] {
			return false
		}
	}
	start, best := 0, 0
	for i, t := range h.times {
		if h.masks[i]&1 == 0 {
			continue
		}
		if t >= v.startTo || best == len(v.q.Steps) {
			break
		}
		depth := 1
		for depth < len(v.q.Steps) && i+depth < len(h.times) && h.masks[i+depth]&(1<<depth) != 0 && h.times[i+depth]-t <= v.q.Window {
			depth++
		}
		if depth > best {
			start, best = i, depth
		}
	}
	if best > 0 {
		v.result.depth = 0
		for i := start; i < start+best; i++ {
			v.result.reach(h, i)
		}
		v.count(p, &v.result)
	}
	return true
}

// sessions counts each session of a person.
func (v *funnelVisitor) sessions(p person.Ordinal, h hits) {
	begin, last := 0, int64(math.MinInt64)
	for i, t := range h.times {
		if h.masks[i]&v.activity == 0 {
			continue
		}
		if last != math.MinInt64 && t-last > v.q.SessionGap {
			v.session(p, h.slice(begin, i), last)
			begin = i
		}
		last = t
	}
	v.session(p, h.slice(begin, len(h.times)), last)
}

// session counts one session, unless it may still go on.
func (v *funnelVisitor) session(p person.Ordinal, h hits, last int64) {
	if v.q.Closed != 0 && last+v.q.SessionGap >= v.q.Closed {
		return
	}
	h = v.divide(h)
	if v.simple {
		v.follow(p, h, h.met())
	} else {
		v.attempts(p, h)
	}
}

// follow counts the best attempt by onePass, if that can find it, else one by one.
func (v *funnelVisitor) follow(p person.Ordinal, h hits, met uint32) {
	if met&1 == 0 {
		return
	}
	depth, reached, ok := v.pass.run(h, v.startTo, bits32.TrailingZeros32(^met))
	if !ok {
		v.attempts(p, h)
		return
	}
	if depth > 0 {
		v.pass.trace(h, v.pass.first(h, depth, reached), depth, &v.result)
		v.count(p, &v.result)
	}
}

// attempts counts the attempts in the hits one by one.
func (v *funnelVisitor) attempts(p person.Ordinal, h hits) {
	v.result.depth = 0
	if len(v.held) == 0 {
		v.among(p, h)
	} else {
		v.keyed.divide(h, v.held)
		for i, key := range v.keyed.keys {
			if part := v.keyed.part(i); key.whole(len(v.held)) {
				v.among(p, part)
			} else {
				v.single(p, part)
			}
		}
	}
	if v.result.depth > 0 {
		v.count(p, &v.result)
	}
}

// divide notes when attempts end, and gives the hits that meet a step.
func (v *funnelVisitor) divide(h hits) hits {
	if len(v.ends) == 0 {
		return h
	}
	ends := &v.walk.ends
	for k := range ends {
		ends[k] = ends[k][:0]
	}
	v.alone.reset()
	for i, mask := range h.masks {
		if mask&v.steps != 0 {
			v.alone.add(h.times[i], h.rows[i], mask&v.steps)
		}
		var end uint32
		for x := mask >> len(v.q.Steps); x != 0; x &= x - 1 {
			end |= v.ends[bits32.TrailingZeros32(x)]
		}
		for ; end != 0; end &= end - 1 {
			k := bits32.TrailingZeros32(end)
			ends[k] = append(ends[k], h.times[i])
		}
	}
	return v.alone
}

// starts says whether an attempt can begin at a hit.
func (v *funnelVisitor) starts(h hits, i int) bool {
	return (h.masks[i]&1 != 0 || v.q.Order == query.Unordered) && h.times[i] < v.startTo
}

// among follows the attempts in hits that can all serve the same ones.
func (v *funnelVisitor) among(p person.Ordinal, h hits) {
	met := h.met()
	deepest := bits32.OnesCount32(met)
	if v.q.Order != query.Unordered {
		deepest = bits32.TrailingZeros32(^met)
	}
	if need := int64(len(h.times)) * int64(len(v.q.Steps)) * 4; need > v.table {
		if v.err = v.keep(need - v.table); v.err != nil {
			return
		}
		v.table = need
	}
	v.walk.prepare(h, v.q.Attempts)
	v.local.depth = 0
	for i := range h.times {
		if !v.starts(h, i) || v.walk.taken(i) {
			continue
		}
		v.walk.from(i, &v.trial)
		if v.watch.stop(v.walk.work) {
			return
		}
		if v.q.Attempts {
			for _, used := range v.trial.hits[:v.trial.depth] {
				v.walk.used[used] = true
			}
			v.count(p, &v.trial)
			continue
		}
		if v.trial.depth > v.local.depth {
			v.local, v.trial = v.trial, v.local
		}
		if v.local.depth == deepest {
			break
		}
	}
	v.better(&v.local)
}

// single counts hits that cannot go on: they lack a held property.
func (v *funnelVisitor) single(p person.Ordinal, h hits) {
	for i := range h.times {
		if !v.starts(h, i) {
			continue
		}
		v.local.depth = 0
		v.local.reach(h, i)
		if !v.q.Attempts {
			v.better(&v.local)
			return
		}
		v.count(p, &v.local)
	}
}

// better keeps an attempt if it is deeper than the best, or as deep and earlier.
func (v *funnelVisitor) better(a *attempt) {
	if a.depth > v.result.depth || a.depth == v.result.depth && a.depth > 0 && a.rows[0] < v.result.rows[0] {
		v.result = *a
	}
}
