package kernel

import (
	"context"
	"slices"

	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/store/columns"
	"github.com/weirhq/weir/store/columns/vector"
)

// pathNode is one node of a walk.
type pathNode struct {
	node uint32
	time int64
}

// pathTaker takes the walks of one worker's persons, one person after the other.
type pathTaker interface {
	// take is given the nodes of one walk, at most as many as there are steps, and
	// whether it ends before the last step. The slice is not to be kept.
	take(p person.Ordinal, walk []pathNode, ends bool)
	failed() error
}

// pathVisitor makes the walks of one worker's persons.
type pathVisitor struct {
	q     Paths
	taker pathTaker
	watch watch

	events *picker
	nodes  nodeReader
	anchor bound
	times  *vector.Ints
	at     []int64 // times of the rows picked

	walk  []pathNode // of the session at hand
	began bool       // the walk: forward at the anchor, backward at the end
	whole bool       // nothing that follows in the session changes the walk
}

func newPathVisitor(ctx context.Context, q Paths, taker pathTaker) *pathVisitor {
	return &pathVisitor{
		q: q, taker: taker, watch: watch{ctx: ctx}, events: newPicker(q.Events), nodes: nodeReader{names: q.Names},
		walk: make([]pathNode, 0, q.Steps),
	}
}

func (v *pathVisitor) needs() []string {
	list := append(needs(v.q.Events), v.q.Names.property)
	if v.q.Anchor != nil {
		list = append(list, needs(v.q.Anchor)...)
	}
	return list
}

func (v *pathVisitor) within() (from, to int64) { return v.q.From, v.q.To }

func (v *pathVisitor) splits() bool { return false }

func (v *pathVisitor) layer(l *columns.Layer) {
	v.events.layer(l)
	v.nodes.layer(l)
	v.times = &l.Times
	if v.q.Anchor != nil {
		v.anchor = v.q.Anchor.bind(l)
	}
}

// maxMetNames is how many names of nodes may come from numbers, flags and lists.
const maxMetNames = 1 << 18

func (v *pathVisitor) failed() error {
	if v.watch.err != nil {
		return v.watch.err
	}
	if len(v.nodes.known) > maxMetNames {
		return fault.New(fault.TooLarge, "«%s» has more than %d different numbers and lists; name the nodes of paths by a property with fewer values", v.q.Names.property, maxMetNames)
	}
	return v.taker.failed()
}

func (v *pathVisitor) result() []uint32 {
	if f, ok := v.taker.(*pathFinder); ok {
		return f.found
	}
	return nil
}

// block makes the walks of the block's persons. What lies outside the range
// changes no session inside it: only gaps between events in the range matter.
func (v *pathVisitor) block(b *block) error {
	rows := v.events.pick(b)
	nodes := v.nodes.gather(rows)
	v.at = gatherTimes(rows, v.times, v.at)
	b.each(rows, func(i, from, to int) {
		for from < to && v.at[from] < v.q.From {
			from++
		}
		for from < to && v.at[to-1] >= v.q.To {
			to--
		}
		switch {
		case from == to || v.watch.stop(1):
		case v.q.Anchor == nil:
			v.forward(b.persons[i], nodes[from:to], v.at[from:to])
		default:
			v.anchored(b.persons[i], rows[from:to], nodes[from:to], v.at[from:to])
		}
	})
	return v.failed()
}

// forward walks from the first event of each session.
func (v *pathVisitor) forward(p person.Ordinal, nodes []uint32, at []int64) {
	walk, steps, gap, collapse := v.walk[:0], v.q.Steps, v.q.Gap, v.q.Collapse
	last := at[0]
	nodes = nodes[:len(at)]
	for k, t := range at {
		if k%watchEvery == watchEvery-1 && v.watch.stop(watchEvery) {
			return
		}
		if t-last > gap {
			v.taker.take(p, walk, len(walk) < steps)
			walk = walk[:0]
		}
		last = t
		n := len(walk)
		if n == steps || n > 0 && collapse && walk[n-1].node == nodes[k] {
			continue
		}
		walk = append(walk, pathNode{nodes[k], t})
	}
	v.taker.take(p, walk, len(walk) < steps)
}

// anchored walks from or to the anchor in each session.
func (v *pathVisitor) anchored(p person.Ordinal, rows, nodes []uint32, at []int64) {
	for k, t := range at {
		if v.watch.stop(1) {
			return
		}
		if k == 0 || t-at[k-1] > v.q.Gap {
			v.end(p)
		}
		if !v.whole {
			v.step(v.anchor.match(p, rows[k]), nodes[k], t)
		}
	}
	v.end(p)
}

// step takes an event into the walk.
func (v *pathVisitor) step(anchored bool, node uint32, t int64) {
	if !v.q.Backward && !v.began {
		if !anchored {
			return
		}
		v.began = true
	}
	if n := len(v.walk); n > 0 && v.q.Collapse && v.walk[n-1].node == node {
		if v.q.Backward {
			v.walk[n-1].time = t // the walk comes from there
		}
	} else {
		v.walk = append(v.walk, pathNode{node, t})
	}
	if !v.q.Backward {
		v.whole = len(v.walk) == v.q.Steps
		return
	}
	if anchored {
		v.began, v.whole = true, true
		return
	}
	if n := len(v.walk); n >= 1<<10 { // only the last ones matter
		v.walk = append(v.walk[:0], v.walk[n-v.q.Steps:]...)
	}
}

// end gives the walk of the session away and begins anew.
func (v *pathVisitor) end(p person.Ordinal) {
	if v.began && len(v.walk) > 0 {
		walk := v.walk
		if v.q.Backward {
			walk = walk[max(0, len(walk)-v.q.Steps):]
			slices.Reverse(walk)
		}
		v.taker.take(p, walk, len(walk) < v.q.Steps)
	}
	v.walk, v.began, v.whole = v.walk[:0], false, false
}

// counters count by small numbers, most of which never occur: a page of them is
// made when one of its numbers does.
type counters [][]uint32

// counterPage is how many numbers share a page of 16 KiB.
const counterPage = 1 << 12

// add counts; it says whether a page had to be made.
func (c *counters) add(n uint32) (made bool) {
	page := int(n / counterPage)
	if page >= len(*c) {
		*c = append(*c, make([][]uint32, page+1-len(*c))...)
	}
	if made = (*c)[page] == nil; made {
		(*c)[page] = make([]uint32, counterPage)
	}
	(*c)[page][n%counterPage]++
	return made
}

func (c counters) each(visit func(n uint32, count int64)) {
	for i, page := range c {
		for j, count := range page {
			if count > 0 {
				visit(uint32(i*counterPage+j), int64(count))
			}
		}
	}
}

// nodeCounter counts the sessions that meet each node, step by step.
type nodeCounter struct {
	budget *budget
	steps  []counters
	err    error
}

func (c *nodeCounter) take(_ person.Ordinal, walk []pathNode, _ bool) {
	for i, n := range walk {
		if c.steps[i].add(n.node) {
			if err := c.budget.take(4 * counterPage); err != nil && c.err == nil {
				c.err = err
			}
		}
	}
}

func (c *nodeCounter) failed() error { return c.err }

// pathFinder collects the persons of an edge or a node.
type pathFinder struct {
	kept           *keptNodes
	step           int
	source, target uint32
	edge           bool
	found          []uint32
}

func (f *pathFinder) take(p person.Ordinal, walk []pathNode, ends bool) {
	if f.step >= len(walk) || f.kept.steps[f.step].place(walk[f.step].node) != f.source {
		return
	}
	if f.edge {
		next := &f.kept.steps[f.step+1]
		switch {
		case f.step+1 < len(walk):
			if next.place(walk[f.step+1].node) != f.target {
				return
			}
		case !ends || f.target != next.exit():
			return
		}
	}
	if n := len(f.found); n == 0 || f.found[n-1] != uint32(p) {
		f.found = append(f.found, uint32(p))
	}
}

func (f *pathFinder) failed() error { return nil }
