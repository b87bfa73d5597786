package kernel

import (
	"math"

	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/query"
)

// halfLife is the age, in milliseconds, at which a touch weighs half as much under time_decay.
const halfLife = 7 * 24 * 3600 * 1000

// Shares of the first and the last touch under position; those between share the rest.
const (
	endShare    = 0.4
	middleShare = 0.2
)

// noSlot is the slot of no touch.
const noSlot = -1

// touch is one touch of a person.
type touch struct {
	time   int64
	slot   int32
	valued bool // it has a value of the property
}

// inWindow is a value among the touches of the window.
type inWindow struct {
	slot   int32
	count  int32
	weight float64 // sum of 2^((time − base) ÷ halfLife)
}

// window is the touches that one conversion looks back on. It slides over a
// person's touches from conversion to conversion and keeps count of the values
// in it, so that a conversion costs as much as there are different values, not
// touches: a robot with a million events is no trouble.
type window struct {
	touches []touch
	lo, hi  int // the window is touches[lo:hi]
	valued  int // the last touch before hi that has a value; -1 for none
	active  []inWindow
	index   []int32 // by slot: place in active plus one, 0 for none
	decays  bool
	base    int64 // time whose weight is 1
}

// reset forgets the person.
func (w *window) reset() {
	for _, a := range w.active {
		w.index[a.slot] = 0
	}
	w.touches, w.active = w.touches[:0], w.active[:0]
	w.lo, w.hi, w.valued = 0, 0, -1
}

// slide moves the window on to the touches with a time in (after, upTo].
func (w *window) slide(upTo, after int64) {
	for w.hi < len(w.touches) && w.touches[w.hi].time <= upTo {
		w.enter(w.touches[w.hi])
		w.hi++
	}
	for w.lo < w.hi && w.touches[w.lo].time <= after {
		w.leave(w.touches[w.lo])
		w.lo++
	}
}

func (w *window) enter(t touch) {
	if t.valued {
		w.valued = w.hi
	}
	if int(t.slot) >= len(w.index) {
		w.index = append(w.index, make([]int32, int(t.slot)+1-len(w.index))...)
	}
	if w.index[t.slot] == 0 {
		w.active = append(w.active, inWindow{slot: t.slot})
		w.index[t.slot] = int32(len(w.active))
	}
	a := &w.active[w.index[t.slot]-1]
	a.count++
	if w.decays {
		w.rebase(t.time)
		a.weight += w.weight(t.time)
	}
}

func (w *window) leave(t touch) {
	at := w.index[t.slot] - 1
	a := &w.active[at]
	if a.count--; a.count > 0 {
		if w.decays {
			a.weight = max(0, a.weight-w.weight(t.time)) // what stays is newer and weighs more
		}
		return
	}
	last := w.active[len(w.active)-1]
	w.active[at] = last
	w.index[last.slot] = at + 1
	w.index[t.slot] = 0
	w.active = w.active[:len(w.active)-1]
}

// weight of a touch. Only proportions matter, so the base is any time that keeps
// the numbers in range; weights that vanish belong to touches that are
// hundreds of half-lives older than the newest.
func (w *window) weight(t int64) float64 { return math.Exp2(float64(t-w.base) / halfLife) }

// furthest is how many half-lives a touch may lie after the base.
const furthest = 500

func (w *window) rebase(t int64) {
	if w.hi == w.lo {
		w.base = t
		return
	}
	if (t-w.base)/halfLife < furthest {
		return
	}
	factor := w.weight(w.base - (t - w.base))
	for i := range w.active {
		w.active[i].weight *= factor
	}
	w.base = t
}

// divide gives the slots of the window their shares of a conversion. What markov
// gives is computed from all paths at the end.
//
// The heuristics (first, last, linear, position, time_decay) are those of the
// field's products. The Shapley value is that of the game in which a set of
// values is worth the conversions that saw no value outside it: as each
// conversion adds its worth to every set that contains its own values, the
// worth is divided equally among these. That is exact for any number of values
// (Zhao, Mahboobi and Bagheri, «Shapley Value Methods for Attribution Modeling in
// Online Advertising», 2018, theorem 1).
func (v *attributionVisitor) divide(p person.Ordinal, c bought) {
	w := &v.window
	for _, a := range w.active {
		v.slots[a.slot].assisted++
		if v.anyShare {
			v.has(p, a.slot)
		}
	}
	first, last := w.touches[w.lo].slot, w.touches[w.hi-1].slot
	for model, name := range v.q.Models {
		switch name {
		case query.ModelFirst:
			v.give(first, model, 1, c.value)
			v.has(p, first)
		case query.ModelLast:
			v.give(last, model, 1, c.value)
			v.has(p, last)
		case query.ModelLastNonDirect:
			slot := int32(direct)
			if w.valued >= w.lo {
				slot = w.touches[w.valued].slot
			}
			v.give(slot, model, 1, c.value)
			v.has(p, slot)
		case query.ModelLinear:
			for _, a := range w.active {
				v.give(a.slot, model, float64(a.count)/float64(w.hi-w.lo), c.value)
			}
		case query.ModelPosition:
			v.position(model, first, last, c.value)
		case query.ModelTimeDecay:
			total := 0.0
			for _, a := range w.active {
				total += a.weight
			}
			for _, a := range w.active {
				v.give(a.slot, model, a.weight/total, c.value)
			}
		case query.ModelShapley:
			for _, a := range w.active {
				v.give(a.slot, model, 1/float64(len(w.active)), c.value)
			}
		}
	}
}

// position gives 40 % to each end and divides 20 % among the touches between; two
// touches get half each, one gets all.
func (v *attributionVisitor) position(model int, first, last int32, value float64) {
	w := &v.window
	between := w.hi - w.lo - 2
	if between <= 0 {
		v.give(first, model, 0.5, value)
		v.give(last, model, 0.5, value)
		return
	}
	v.give(first, model, endShare, value)
	v.give(last, model, endShare, value)
	for _, a := range w.active {
		n := a.count
		if a.slot == first {
			n--
		}
		if a.slot == last {
			n--
		}
		if n > 0 {
			v.give(a.slot, model, middleShare*float64(n)/float64(between), value)
		}
	}
}
