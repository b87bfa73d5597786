package kernel

import (
	"cmp"
	"math"
	"slices"

	"github.com/weirhq/weir/person"
)

// passing counts sessions and persons; persons come one after the other.
type passing struct {
	sessions, persons int64
	last              uint32 // the person counted last, plus one
}

func (c *passing) add(p person.Ordinal) {
	c.sessions++
	if c.last != uint32(p)+1 {
		c.last = uint32(p) + 1
		c.persons++
	}
}

// merge adds what another worker counted; no person is in both.
func (c *passing) merge(o passing) {
	c.sessions += o.sessions
	c.persons += o.persons
}

// edgeCell is one edge, with the milliseconds between its nodes.
type edgeCell struct {
	passing
	times []uint32
	long  []int64 // those beyond 49 days, which only repeats that are collapsed can take
}

// edgeBytes is about what an edgeCell takes, without its times.
const edgeBytes = 72

// edgeTable counts nodes and edges by the places of their nodes.
type edgeTable struct {
	kept       *keptNodes
	budget     *budget
	first, end int            // steps whose times are kept
	nodes      [][]passing    // by step and place
	rows       [][][]edgeCell // by step, place of the source and place of the target; a row is made when it is met
	all        passing
	err        error
}

func newEdgeTable(kept *keptNodes, b *budget, first, end int) *edgeTable {
	t := &edgeTable{kept: kept, budget: b, first: first, end: end}
	for i := range kept.steps {
		places := kept.steps[i].rest() + 1
		t.nodes = append(t.nodes, make([]passing, places))
		t.rows = append(t.rows, make([][]edgeCell, places))
	}
	return t
}

func (t *edgeTable) failed() error { return t.err }

// spend asks for bytes; once refused, the table counts no further.
func (t *edgeTable) spend(bytes int) bool {
	if t.err == nil {
		t.err = t.budget.take(int64(bytes))
	}
	return t.err == nil
}

// row gives the edges out of a node.
func (t *edgeTable) row(step int, source uint32) []edgeCell {
	if row := t.rows[step][source]; row != nil {
		return row
	}
	places := int(t.kept.steps[step+1].exit()) + 1
	if !t.spend(places * edgeBytes) {
		return nil
	}
	t.rows[step][source] = make([]edgeCell, places)
	return t.rows[step][source]
}

func (t *edgeTable) take(p person.Ordinal, walk []pathNode, ends bool) {
	t.all.add(p)
	place := t.kept.steps[0].place(walk[0].node)
	for i := range walk {
		t.nodes[i][place].add(p)
		var target uint32
		switch {
		case i+1 < len(walk):
			target = t.kept.steps[i+1].place(walk[i+1].node)
		case ends:
			target = t.kept.steps[i+1].exit()
		default:
			return
		}
		row := t.row(i, place)
		if row == nil {
			return
		}
		cell := &row[target]
		cell.add(p)
		if i+1 < len(walk) && i >= t.first && i < t.end {
			t.time(cell, walk[i+1].time-walk[i].time)
		}
		place = target
	}
}

// time keeps the time between two nodes.
func (t *edgeTable) time(c *edgeCell, took int64) {
	took = max(took, -took)
	if took > math.MaxUint32 {
		if t.spend(8) {
			c.long = append(c.long, took)
		}
		return
	}
	if n := len(c.times); n == cap(c.times) {
		more := max(8, n/2)
		if !t.spend(4 * more) {
			return
		}
		wider := make([]uint32, n, n+more)
		copy(wider, c.times)
		c.times = wider
	}
	c.times = append(c.times, uint32(took))
}

// merge adds what another worker counted. It may take its slices.
func (t *edgeTable) merge(o *edgeTable) error {
	t.all.merge(o.all)
	for step := range o.nodes {
		for place, n := range o.nodes[step] {
			t.nodes[step][place].merge(n)
		}
		for source, row := range o.rows[step] {
			if row == nil {
				continue
			}
			if t.rows[step][source] == nil {
				t.rows[step][source] = row
				continue
			}
			for target := range row {
				to, from := &t.rows[step][source][target], &row[target]
				to.passing.merge(from.passing)
				to.times, to.long = append(to.times, from.times...), append(to.long, from.long...)
			}
		}
	}
	return o.err
}

// takeTimes takes the times of some steps from a table of the same walks.
func (t *edgeTable) takeTimes(o *edgeTable, first, end int) {
	for step := first; step < end; step++ {
		for source, row := range o.rows[step] {
			for target := range row {
				to := &t.rows[step][source][target]
				to.times, to.long = row[target].times, row[target].long
			}
		}
	}
}

func (t *edgeTable) answer() *PathsAnswer {
	a := &PathsAnswer{Sessions: t.all.sessions, Persons: t.all.persons}
	for step := range t.nodes {
		nodes, edges := len(a.Nodes), len(a.Edges)
		for place, n := range t.nodes[step] {
			if n.sessions > 0 {
				a.Nodes = append(a.Nodes, PathNode{step, t.kept.point(step, uint32(place)), n.sessions, n.persons})
			}
		}
		for source, row := range t.rows[step] {
			for target := range row {
				c := &row[target]
				if c.sessions == 0 {
					continue
				}
				a.Edges = append(a.Edges, PathEdge{
					Step: step, Source: t.kept.point(step, uint32(source)), Target: t.kept.point(step+1, uint32(target)),
					Sessions: c.sessions, Persons: c.persons, Median: c.median(),
				})
			}
		}
		slices.SortStableFunc(a.Nodes[nodes:], func(x, y PathNode) int { return cmp.Compare(y.Sessions, x.Sessions) })
		slices.SortStableFunc(a.Edges[edges:], func(x, y PathEdge) int { return cmp.Compare(y.Sessions, x.Sessions) })
	}
	return a
}

// median gives the middle of the times, or the mean of the two in the middle.
func (c *edgeCell) median() float64 {
	n := len(c.times) + len(c.long)
	if n == 0 {
		return 0
	}
	slices.Sort(c.long)
	at := func(k int) float64 {
		if k >= len(c.times) {
			return float64(c.long[k-len(c.times)])
		}
		return float64(selected(c.times, k))
	}
	return (at((n-1)/2) + at(n/2)) / 2
}

// selected gives the element that would stand at place k if the list were
// sorted, in linear time (Hoare's quickselect). It reorders the list.
func selected(list []uint32, k int) uint32 {
	lo, hi := 0, len(list)-1
	for lo < hi {
		pivot := middle(list[lo], list[lo+(hi-lo)/2], list[hi])
		i, j := lo, hi
		for i <= j {
			for list[i] < pivot {
				i++
			}
			for list[j] > pivot {
				j--
			}
			if i <= j {
				list[i], list[j] = list[j], list[i]
				i++
				j--
			}
		}
		switch {
		case k <= j:
			hi = j
		case k >= i:
			lo = i
		default:
			return list[k]
		}
	}
	return list[k]
}

func middle(a, b, c uint32) uint32 { return max(min(a, b), min(max(a, b), c)) }
