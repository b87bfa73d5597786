package kernel

import (
	"slices"

	"github.com/weirhq/weir/query"
)

// hit is an event of one person that meets at least one step, or ends attempts.
type hit struct {
	time  int64
	row   uint32
	steps uint32 // the steps it meets, as bits from 0
	ends  uint32 // the steps after which it ends an attempt, as bits: exclusions; any activity in a strict funnel
	held  Key    // values of the held properties
	used  bool   // by an earlier attempt, where attempts are counted
}

// attempt is what one attempt reached.
type attempt struct {
	depth int
	at    [maxSteps]int64  // time of each step reached
	rows  [maxSteps]uint32 // its event
	hits  [maxSteps]int    // its index among the person's hits
}

// maxSteps is how many steps a funnel has at most.
const maxSteps = 20

// walker follows attempts through one person's hits, which are in order of time.
type walker struct {
	steps  int
	window int64 // milliseconds, inclusive
	order  query.Order
	held   int // how many properties attempts hold

	hits     []hit
	group    matching
	groupHit []int   // per event of group: its hit
	next     []int32 // (hit, step) → the first hit from there on that meets the step
}

// prepare takes the hits of the next person.
func (w *walker) prepare(hits []hit, jump bool) {
	w.hits, w.next = hits, w.next[:0]
	if !jump {
		return
	}
	n := len(hits)
	w.next = slices.Grow(w.next, (n+1)*w.steps)[:(n+1)*w.steps] // every element is written below
	for step := range w.steps {
		w.next[n*w.steps+step] = int32(n)
	}
	for i := n - 1; i >= 0; i-- {
		for step := range w.steps {
			w.next[i*w.steps+step] = w.next[(i+1)*w.steps+step]
			if hits[i].steps&(1<<step) != 0 {
				w.next[i*w.steps+step] = int32(i)
			}
		}
	}
}

// jump gives the hit at which an attempt goes on that has seen all before i. In
// an ordered funnel without exclusions only events of the next step matter.
func (w *walker) jump(i int, a *attempt) int {
	if len(w.next) == 0 || a.depth == w.steps {
		return i
	}
	to := int(w.next[i*w.steps+a.depth])
	for to > i && to < len(w.hits) && w.hits[to-1].time == w.hits[to].time {
		to--
	}
	return to
}

// from follows the attempt that starts at a hit.
func (w *walker) from(start int, a *attempt) {
	if w.order == query.Unordered {
		w.unordered(start, a)
		return
	}
	a.depth = 0
	w.reach(a, start)
	deadline := w.hits[start].time + w.window
	// Events of the same time as step 1 may follow it though they arrived before.
	at := start
	for at > 0 && w.hits[at-1].time == w.hits[start].time {
		at--
	}
	for a.depth < w.steps && at < len(w.hits) && w.hits[at].time <= deadline {
		end := at + 1
		for end < len(w.hits) && w.hits[end].time == w.hits[at].time {
			end++
		}
		before := a.depth
		if end-at == 1 {
			w.single(start, at, a)
		} else {
			w.tied(start, at, end, a)
		}
		if a.depth == before && w.hits[at].time > w.hits[start].time && w.stops(at, end, a) {
			return
		}
		at = w.jump(end, a)
	}
}

func (w *walker) reach(a *attempt, i int) {
	a.at[a.depth], a.rows[a.depth], a.hits[a.depth] = w.hits[i].time, w.hits[i].row, i
	a.depth++
}

// free says whether a hit can still serve the attempt.
func (w *walker) free(start, i int) bool {
	return i != start && !w.hits[i].used && w.holds(start, i)
}

// holds says whether the held properties are those of step 1. A missing value is
// equal to nothing, not to another missing one.
func (w *walker) holds(start, i int) bool {
	for k := range w.held {
		value := w.hits[start].held[k]
		if value == (code{}) || w.hits[i].held[k] != value {
			return false
		}
	}
	return true
}

func (w *walker) single(start, i int, a *attempt) {
	if w.hits[i].steps&(1<<a.depth) != 0 && w.free(start, i) {
		w.reach(a, i)
	}
}

// tied takes the attempt through events of one time, hits [lo, hi): as they have
// no order, as many of the next steps are reached as different events allow.
func (w *walker) tied(start, lo, hi int, a *attempt) {
	w.group.reset(w.steps)
	w.groupHit = w.groupHit[:0]
	for i := lo; i < hi; i++ {
		if w.free(start, i) {
			w.group.addEvent(w.hits[i].steps)
			w.groupHit = append(w.groupHit, i)
		}
	}
	first := a.depth
	next := first
	for next < w.steps && w.group.fillStep(next) {
		next++
	}
	for step := first; step < next; step++ {
		w.reach(a, w.groupHit[w.group.holder[step]])
	}
}

// stops says whether events of one time that brought the attempt no further end it.
func (w *walker) stops(lo, hi int, a *attempt) bool {
	for i := lo; i < hi; i++ {
		if w.hits[i].ends&(1<<(a.depth-1)) != 0 {
			return true
		}
	}
	return false
}

// unordered follows an attempt in which the k-th different step met is step k.
func (w *walker) unordered(start int, a *attempt) {
	a.depth = 0
	w.group.reset(w.steps)
	deadline := w.hits[start].time + w.window
	first := w.group.addEvent(w.hits[start].steps)
	if !w.group.placeEvent(first) {
		return
	}
	w.reach(a, start)
	at := start
	for at > 0 && w.hits[at-1].time == w.hits[start].time {
		at--
	}
	for a.depth < w.steps && at < len(w.hits) && w.hits[at].time <= deadline {
		from, before := at, a.depth
		for ; at < len(w.hits) && w.hits[at].time == w.hits[from].time; at++ {
			w.place(start, at, a)
		}
		if a.depth == before && w.hits[from].time > w.hits[start].time && w.stops(from, at, a) {
			return
		}
	}
}

// place takes a hit into an unordered attempt if that meets one more step.
func (w *walker) place(start, i int, a *attempt) {
	if !w.free(start, i) || w.hits[i].steps == 0 || a.depth == w.steps {
		return
	}
	if w.group.placeEvent(w.group.addEvent(w.hits[i].steps)) {
		w.reach(a, i)
		return
	}
	w.group.masks = w.group.masks[:len(w.group.masks)-1]
}
