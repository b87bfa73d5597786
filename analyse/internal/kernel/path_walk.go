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

	events, anchor bound
	nodes          nodeReader
	times          *vector.Ints

	walk  []pathNode // of the session at hand
	began bool       // the walk: forward at the anchor, backward with the session
	whole bool       // nothing that follows in the session changes the walk
}

func newPathVisitor(ctx context.Context, q Paths, taker pathTaker) *pathVisitor {
	return &pathVisitor{q: q, taker: taker, watch: watch{ctx: ctx}, nodes: nodeReader{names: q.Names}}
}

func (v *pathVisitor) needs() []string {
	list := append(needs(v.q.Events), v.q.Names.property)
	if v.q.Anchor != nil {
		list = append(list, needs(v.q.Anchor)...)
	}
	return list
}

func (v *pathVisitor) layer(l *columns.Layer) {
	v.events, v.times = v.q.Events.bind(l), &l.Times
	if v.q.Anchor != nil {
		v.anchor = v.q.Anchor.bind(l)
	}
	v.nodes.layer(l)
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

// person makes the walks of a person. What lies outside the range changes no
// session inside it: only the gaps between events in the range matter.
func (v *pathVisitor) person(p person.Ordinal, lo, hi uint32) {
	if v.times.At(hi-1) < v.q.From || v.times.At(lo) >= v.q.To {
		return
	}
	some, last := false, int64(0)
	for row := v.times.FirstAtOrAfter(lo, hi, v.q.From); row < hi && !v.watch.stop(1); row++ {
		name := v.events.names.At(row)
		if !v.events.byName[name] {
			continue
		}
		t := v.times.At(row)
		if t >= v.q.To {
			break
		}
		if !some || t-last > v.q.Gap {
			v.end(p)
			some = true
		}
		last = t
		if !v.whole {
			v.step(p, row, name, t)
		}
	}
	v.end(p)
}

// step takes an event into the walk.
func (v *pathVisitor) step(p person.Ordinal, row, name uint32, t int64) {
	anchored := v.q.Anchor == nil || v.q.Anchor != nil && v.anchor.match(p, row)
	if !v.q.Backward && !v.began {
		if !anchored {
			return
		}
		v.began = true
	}
	node := v.nodes.node(row, name)
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
