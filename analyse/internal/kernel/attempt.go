package kernel

import (
	"math"
	"slices"
	"sort"

	"github.com/weirhq/weir/query"
)

// hits are the events of one person that meet at least one step of a funnel, in
// order of time.
type hits struct {
	times []int64
	rows  []uint32
	masks []uint32 // the steps that the event meets, as bits from 0
}

func (h hits) slice(lo, hi int) hits { return hits{h.times[lo:hi], h.rows[lo:hi], h.masks[lo:hi]} }

// between gives the hits with times in [from, last].
func (h hits) between(from, last int64) hits {
	lo := sort.Search(len(h.times), func(i int) bool { return h.times[i] >= from })
	return h.slice(lo, lo+sort.Search(len(h.times)-lo, func(i int) bool { return h.times[lo+i] > last }))
}

// met gives all bits that a hit has.
func (h hits) met() (all uint32) {
	for _, m := range h.masks {
		all |= m
	}
	return all
}

func (h *hits) add(time int64, row, mask uint32) {
	h.times, h.rows, h.masks = append(h.times, time), append(h.rows, row), append(h.masks, mask)
}

func (h *hits) reset() { h.times, h.rows, h.masks = h.times[:0], h.rows[:0], h.masks[:0] }

// attempt is what one attempt reached.
type attempt struct {
	depth int
	at    [maxSteps]int64  // time of each step reached
	rows  [maxSteps]uint32 // its event
	hits  [maxSteps]int    // its index among the person's hits
}

// maxSteps is how many steps a funnel has at most.
const maxSteps = 20

func (a *attempt) reach(h hits, i int) {
	a.at[a.depth], a.rows[a.depth], a.hits[a.depth] = h.times[i], h.rows[i], i
	a.depth++
}

// walker follows attempts one by one through hits that may serve them all. With
// many hits it jumps from step to step by a table, so that an attempt costs the
// same however far its events lie apart.
type walker struct {
	steps  int
	window int64 // milliseconds, inclusive
	order  query.Order
	ends   [maxSteps][]int64 // per step reached: times of the events that end attempts there, ascending

	hits     hits
	used     []bool // by an earlier attempt, where attempts are counted; nil otherwise
	group    matching
	groupHit []int   // per event of group: its hit
	next     []int32 // (hit, step) → the first hit from there on that meets the step; empty with few hits
	passed   []int32 // scratch of jump
	work     int     // hits looked at by the last attempt, roughly
}

// jumpFrom is the number of hits from which the table pays.
const jumpFrom = 64

// prepare takes the hits of the next person; once says that an event is used once.
func (w *walker) prepare(h hits, once bool) {
	w.hits, w.next = h, w.next[:0]
	w.used = w.used[:0]
	n := len(h.times)
	if once {
		w.used = append(w.used, make([]bool, n)...)
	}
	if n < jumpFrom {
		return
	}
	w.next = slices.Grow(w.next, (n+1)*w.steps)[:(n+1)*w.steps] // every element is written below
	for step := range w.steps {
		w.next[n*w.steps+step] = int32(n)
	}
	for i := n - 1; i >= 0; i-- {
		here, after := w.next[i*w.steps:(i+1)*w.steps], w.next[(i+1)*w.steps:(i+2)*w.steps]
		for step := range here {
			here[step] = after[step]
			if h.masks[i]&(1<<step) != 0 {
				here[step] = int32(i)
			}
		}
	}
}

// find gives the first free hit from i on that meets one of some steps.
func (w *walker) find(i int, steps uint32) int {
	n := len(w.hits.times)
	if len(w.next) == 0 {
		for ; i < n; i++ {
			if w.hits.masks[i]&steps != 0 && !w.taken(i) {
				return i
			}
		}
		return n
	}
	found := n
	for step := range w.steps {
		if steps&(1<<step) != 0 {
			found = min(found, w.jump(i, step))
		}
	}
	return found
}

// jump gives the first free hit from i on that meets a step. Entries that lead to
// used hits are corrected on the way, so that no used hit is passed over often.
func (w *walker) jump(i, step int) int {
	to := int(w.next[i*w.steps+step])
	if to == len(w.hits.times) || !w.taken(to) {
		return to
	}
	w.passed = w.passed[:0]
	for to < len(w.hits.times) && w.taken(to) {
		w.passed = append(w.passed, int32(i))
		i = to + 1
		to = int(w.next[i*w.steps+step])
	}
	for _, p := range w.passed {
		w.next[int(p)*w.steps+step] = int32(to)
	}
	return to
}

func (w *walker) taken(i int) bool { return len(w.used) > 0 && w.used[i] }

// endAfter gives the time of the first event after t that ends an attempt which
// has reached depth steps.
func (w *walker) endAfter(depth int, t int64) int64 {
	list := w.ends[depth-1]
	if len(list) == 0 {
		return math.MaxInt64
	}
	i := sort.Search(len(list), func(i int) bool { return list[i] > t })
	if i == len(list) {
		return math.MaxInt64
	}
	return list[i]
}

// groupOf gives the hits [lo, hi) that have the time of a hit.
func (w *walker) groupOf(i int) (lo, hi int) {
	times := w.hits.times
	for lo = i; lo > 0 && times[lo-1] == times[i]; lo-- {
		continue
	}
	for hi = i + 1; hi < len(times) && times[hi] == times[i]; hi++ {
		continue
	}
	return lo, hi
}

// from follows the attempt that starts at a hit.
func (w *walker) from(start int, a *attempt) {
	a.depth, w.work = 0, 1
	a.reach(w.hits, start)
	deadline := w.hits.times[start] + w.window
	if w.order == query.Unordered {
		w.unordered(start, deadline, a)
		return
	}
	// Events of the same time as step 1 may follow it though they arrived before.
	at, end := w.groupOf(start)
	if end-at > 1 {
		w.tied(start, at, end, a)
	}
	for at = end; a.depth < w.steps; at = end {
		to := w.find(at, 1<<a.depth)
		if to == len(w.hits.times) || w.hits.times[to] > deadline {
			return
		}
		// An event that ends the attempt is forgiven when the step comes at the same time.
		if w.endAfter(a.depth, a.at[a.depth-1]) < w.hits.times[to] {
			return
		}
		if at, end = w.groupOf(to); end-at == 1 {
			a.reach(w.hits, to)
		} else {
			w.tied(start, at, end, a)
		}
	}
}

// tied takes the attempt through events of one time, hits [lo, hi): as they have
// no order, as many of the next steps are reached as different events allow.
func (w *walker) tied(start, lo, hi int, a *attempt) {
	w.group.reset(w.steps)
	w.groupHit = w.groupHit[:0]
	w.work += hi - lo
	for i := lo; i < hi; i++ {
		if i != start && !w.taken(i) && w.group.wanted(w.hits.masks[i]) {
			w.group.addEvent(w.hits.masks[i])
			w.groupHit = append(w.groupHit, i)
		}
	}
	first := a.depth
	next := first
	for next < w.steps && w.group.fillStep(next) {
		next++
	}
	for step := first; step < next; step++ {
		a.reach(w.hits, w.groupHit[w.group.holder[step]])
	}
}

// unordered follows an attempt in which the k-th different step met is step k.
func (w *walker) unordered(start int, deadline int64, a *attempt) {
	w.group.reset(w.steps)
	if !w.group.placeEvent(w.group.addEvent(w.hits.masks[start])) {
		return
	}
	at, _ := w.groupOf(start)
	for a.depth < w.steps {
		to := w.find(at, w.group.open())
		if to == start {
			at = start + 1
			continue
		}
		if to == len(w.hits.times) || w.hits.times[to] > deadline || w.endAfter(a.depth, a.at[a.depth-1]) < w.hits.times[to] {
			return
		}
		w.group.placeEvent(w.group.addEvent(w.hits.masks[to]))
		a.reach(w.hits, to)
		at = to + 1
	}
}
