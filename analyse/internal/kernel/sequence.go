package kernel

import (
	"context"
	"math"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/store/columns"
	"github.com/weirhq/weir/store/columns/vector"
)

// Sequence asks which persons did some events one after the other.
type Sequence struct {
	Steps []SequenceStep
	Now   int64
}

// SequenceStep is one event, at most Within milliseconds after the step before.
type SequenceStep struct {
	Event  *Matcher
	Within int64 // math.MaxInt64 for any time
	Absent bool  // of the last step: no such event came, and its time has passed
}

// Never is the time of what no passing of time brings.
const Never = math.MaxInt64

// Sequence gives the persons among those of the source who did it.
func (s *Source) Sequence(ctx context.Context, q Sequence) (*roaring.Bitmap, error) {
	return findInBlocks(ctx, s, func() *sequenceVisitor { return newSequenceVisitor(ctx, q) })
}

// SequenceDue gives the persons of whom it will hold by the passing of time
// alone, if nothing else happens, at an instant in (now, until].
func (s *Source) SequenceDue(ctx context.Context, q Sequence, until int64) (*roaring.Bitmap, error) {
	return findInBlocks(ctx, s, func() *sequenceVisitor {
		v := newSequenceVisitor(ctx, q)
		v.until = until
		return v
	})
}

// sequenceVisitor asks each person of its blocks.
type sequenceVisitor struct {
	follow *Follower
	pick   *stepPicker
	from   *vector.Ints
	hits   hits
	watch  watch
	until  int64 // 0: those of whom it holds; else those of whom it will by then
	found  []uint32
}

func newSequenceVisitor(ctx context.Context, q Sequence) *sequenceVisitor {
	matchers := make([]*Matcher, len(q.Steps))
	for i, step := range q.Steps {
		matchers[i] = step.Event
	}
	return &sequenceVisitor{follow: NewFollower(q), pick: newStepPicker(matchers...), watch: watch{ctx: ctx}}
}

func (v *sequenceVisitor) layer(l *columns.Layer) {
	v.pick.layer(l)
	v.from = &l.Times
}

func (v *sequenceVisitor) needs() []string {
	var list []string
	for _, s := range v.follow.q.Steps {
		list = append(list, needs(s.Event)...)
	}
	return list
}

func (v *sequenceVisitor) splits() bool { return false }

func (v *sequenceVisitor) result() []uint32 { return v.found }

func (v *sequenceVisitor) block(b *block) error {
	v.hits.rows, v.hits.masks = v.pick.pick(b)
	v.hits.times = gatherTimes(v.hits.rows, v.from, v.hits.times)
	b.each(v.hits.rows, func(i, from, to int) {
		if v.watch.stop(to - from) {
			return
		}
		holds, due := v.follow.Follow(v.hits.times[from:to], v.hits.masks[from:to], v.follow.q.Now)
		if v.until == 0 && holds || v.until != 0 && due <= v.until {
			v.found = append(v.found, uint32(b.persons[i]))
		}
	})
	return v.watch.err
}

// Follower asks one person after another whether it did a sequence. It keeps,
// per step, the latest time at which a chain of events reached it: among chains
// of equal length the one that ended last reaches furthest, as each step is
// measured from the one before.
type Follower struct {
	q       Sequence
	reached int   // steps that events reach: all but an absent one
	waiting int64 // how long an absent one is waited for; Never without end
	last    []int64
	here    []bool // per step: reached by the events at hand
	pending int64  // the oldest time at which the step before the absent one was reached, and the absent one has not come since
	group   matching
}

const never = math.MinInt64

// NewFollower makes a Follower.
func NewFollower(q Sequence) *Follower {
	f := &Follower{q: q, reached: len(q.Steps)}
	if end := q.Steps[len(q.Steps)-1]; end.Absent {
		f.reached--
		f.waiting = end.Within
	}
	f.last, f.here = make([]int64, f.reached), make([]bool, f.reached)
	return f
}

// Follow takes the events of one person that meet a step, in order of time, and
// per event the steps that it meets as bits. When the sequence does not hold now,
// due says when it will by the passing of time alone.
func (f *Follower) Follow(times []int64, masks []uint32, now int64) (holds bool, due int64) {
	absent := f.reached < len(f.q.Steps)
	for step := range f.last {
		f.last[step] = never
	}
	f.pending = never
	for i := 0; i < len(times); {
		t, lo := times[i], i
		for i++; i < len(times) && times[i] == t; i++ {
			continue
		}
		if absent && f.waited(t) {
			return f.since(now)
		}
		if i-lo == 1 {
			f.single(t, masks[lo])
		} else {
			f.together(t, masks[lo:i])
		}
		if absent {
			f.expect(t, masks[lo:i])
		} else if f.last[f.reached-1] != never {
			return true, Never
		}
	}
	if absent && f.pending != never {
		return f.since(now)
	}
	return false, Never
}

// waited says whether the absent event has been waited for in vain when events of
// time t come.
func (f *Follower) waited(t int64) bool {
	return f.pending != never && f.waiting != Never && t-f.pending > f.waiting
}

// since says whether the time since pending is over, or when it will be. Nothing
// later can be over sooner.
func (f *Follower) since(now int64) (holds bool, due int64) {
	if f.waiting == Never || now-f.pending > f.waiting {
		return true, Never
	}
	return false, f.pending + f.waiting + 1
}

// single takes one event into the chains, from the last step to the first, so
// that no chain takes it twice.
func (f *Follower) single(t int64, mask uint32) {
	for step := f.reached - 1; step >= 0; step-- {
		if f.here[step] = mask&(1<<step) != 0 && f.reaches(step, t); f.here[step] {
			f.last[step] = t
		}
	}
}

func (f *Follower) reaches(step int, t int64) bool {
	return step == 0 || f.last[step-1] != never && t-f.last[step-1] <= f.q.Steps[step].Within
}

// together takes the events of one time into the chains. A chain may take several
// steps among them, each with an event of its own.
func (f *Follower) together(t int64, masks []uint32) {
	clear(f.here)
	for from := range f.reached {
		if !f.reaches(from, t) {
			continue
		}
		f.group.reset(f.reached)
		for _, mask := range masks {
			if f.group.wanted(mask) {
				f.group.addEvent(mask)
			}
		}
		for step := from; step < f.reached && f.group.fillStep(step); step++ {
			f.here[step] = true
		}
	}
	for step, here := range f.here {
		if here {
			f.last[step] = t
		}
	}
}

// expect keeps watch for the absent event. One of the same time counts as having
// come, also after the step before it.
func (f *Follower) expect(t int64, masks []uint32) {
	for _, mask := range masks {
		if mask&(1<<f.reached) != 0 {
			f.pending = never
			return
		}
	}
	if f.here[f.reached-1] && f.pending == never {
		f.pending = t
	}
}
