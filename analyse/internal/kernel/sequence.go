package kernel

import (
	"context"
	"math"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/person"
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

// Sequence gives the persons among those of the source who did it.
func (s *Source) Sequence(ctx context.Context, q Sequence) (*roaring.Bitmap, error) {
	return findPersons(ctx, s, func() *sequenceVisitor { return &sequenceVisitor{q: q} })
}

// sequenceVisitor keeps, per step, the latest time at which a chain of events
// reached it: among chains of equal length the one that ended last reaches
// furthest, as each step is measured from the one before.
type sequenceVisitor struct {
	q     Sequence
	steps []bound
	times *vector.Ints
	found []uint32

	last    []int64 // per step; never when none
	pending int64   // the oldest time at which the step before the absent one was reached, and the absent one has not come since
	group   matching
	masks   []uint32
}

const never = math.MinInt64

func (v *sequenceVisitor) layer(l *columns.Layer) {
	v.steps, v.times = v.steps[:0], &l.Times
	for _, s := range v.q.Steps {
		v.steps = append(v.steps, s.Event.bind(l))
	}
}

func (v *sequenceVisitor) needs() []string {
	var list []string
	for _, s := range v.q.Steps {
		list = append(list, needs(s.Event)...)
	}
	return list
}

func (v *sequenceVisitor) failed() error { return nil }

func (v *sequenceVisitor) result() []uint32 { return v.found }

func (v *sequenceVisitor) person(p person.Ordinal, lo, hi uint32) {
	n := len(v.q.Steps)
	absent := v.q.Steps[n-1].Absent
	v.last, v.pending = v.last[:0], never
	for range n {
		v.last = append(v.last, never)
	}
	for row := lo; row < hi; {
		t := v.times.At(row)
		v.masks = v.masks[:0]
		for ; row < hi && v.times.At(row) == t; row++ {
			v.masks = append(v.masks, v.mask(p, row))
		}
		if absent && v.waited(t) {
			v.found = append(v.found, uint32(p))
			return
		}
		v.advance(t, absent)
		if !absent && v.last[n-1] != never {
			v.found = append(v.found, uint32(p))
			return
		}
	}
	if absent && v.pending != never && (v.waited(v.q.Now) || v.q.Steps[n-1].Within == math.MaxInt64) {
		v.found = append(v.found, uint32(p))
	}
}

func (v *sequenceVisitor) mask(p person.Ordinal, row uint32) (mask uint32) {
	for i := range v.steps {
		if v.steps[i].match(p, row) {
			mask |= 1 << i
		}
	}
	return mask
}

// waited says whether, when an event of time t comes or time t is now, the absent
// step has been waited for in vain. Events may lie in the future.
func (v *sequenceVisitor) waited(t int64) bool {
	within := v.q.Steps[len(v.last)-1].Within
	return v.pending != never && within != math.MaxInt64 && t-v.pending > within && v.q.Now-v.pending > within
}

// advance takes the events of one time into the chains. A chain may take several
// steps among them, each with an event of its own.
func (v *sequenceVisitor) advance(t int64, absent bool) {
	steps := len(v.last)
	if absent {
		steps--
	}
	reached := make([]bool, steps)
	for from := range steps {
		if from > 0 && (v.last[from-1] == never || t-v.last[from-1] > v.q.Steps[from].Within) {
			continue
		}
		v.group.reset(steps)
		for _, mask := range v.masks {
			v.group.addEvent(mask)
		}
		for step := from; step < steps && v.group.fillStep(step); step++ {
			reached[step] = true
		}
	}
	for step, now := range reached {
		if now {
			v.last[step] = t
		}
	}
	if absent {
		v.expect(t, reached[steps-1])
	}
}

// expect keeps watch for the absent event. One of the same time counts as having
// come, also after the step before it.
func (v *sequenceVisitor) expect(t int64, reached bool) {
	for _, mask := range v.masks {
		if mask&(1<<(len(v.last)-1)) != 0 {
			v.pending = never
			return
		}
	}
	if reached && v.pending == never {
		v.pending = t
	}
}
