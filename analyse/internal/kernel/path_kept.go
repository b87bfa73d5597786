package kernel

import (
	"cmp"
	"slices"
	"strings"
)

// maxPathTimes is how many times between nodes one scan keeps, four bytes each.
const maxPathTimes = 1 << 25

// keptNodes are the nodes of each step that are shown.
type keptNodes struct {
	names *NodeNames
	steps []keptStep
}

// keptStep numbers the nodes of a step: 0 to len(nodes)-1 those that are kept,
// then the rest, then the end of the walks that came no further than the step before.
type keptStep struct {
	nodes    []uint32
	places   []uint16 // by node, up to the highest that is kept
	sessions int64    // that come to the step
}

// keptOf keeps the nodes with the most sessions, by name among equals.
func keptOf(names *NodeNames, sessions map[uint32]int64, limit int) keptStep {
	k := keptStep{nodes: make([]uint32, 0, len(sessions))}
	for node, n := range sessions {
		k.nodes = append(k.nodes, node)
		k.sessions += n
	}
	slices.SortFunc(k.nodes, func(a, b uint32) int {
		if c := cmp.Compare(sessions[b], sessions[a]); c != 0 {
			return c
		}
		return strings.Compare(names.text(a), names.text(b))
	})
	k.nodes = slices.Clone(k.nodes[:min(limit, len(k.nodes))])
	return k
}

// arrange makes the tables by node.
func (k *keptNodes) arrange() {
	for i := range k.steps {
		step := &k.steps[i]
		highest := uint32(0)
		for _, node := range step.nodes {
			highest = max(highest, node)
		}
		step.places = make([]uint16, highest+1)
		for node := range step.places {
			step.places[node] = uint16(len(step.nodes))
		}
		for place, node := range step.nodes {
			step.places[node] = uint16(place)
		}
	}
}

// place gives the number of a node at a step.
func (k *keptStep) place(node uint32) uint32 {
	if int(node) < len(k.places) {
		return uint32(k.places[node])
	}
	return k.rest()
}

func (k *keptStep) rest() uint32 { return uint32(len(k.nodes)) }
func (k *keptStep) exit() uint32 { return k.rest() + 1 }

// point gives back what a number stands for.
func (k *keptNodes) point(step int, place uint32) PathPoint {
	at := &k.steps[step]
	switch place {
	case at.rest():
		return PathPoint{Other: true}
	case at.exit():
		return PathPoint{Exit: true}
	}
	return PathPoint{Name: k.names.text(at.nodes[place])}
}

// find gives the place of a point at a step. A node that is not kept is from now
// on, so that its persons can be found.
func (k *keptNodes) find(step int, p PathPoint) (wantedPlace, bool) {
	if p.Other || p.Exit {
		return wantedPlace{step: step, point: p}, true
	}
	node, ok := k.names.find(p.Name)
	if !ok {
		return wantedPlace{}, false
	}
	at := &k.steps[step]
	if !slices.Contains(at.nodes, node) {
		at.nodes = append(at.nodes, node)
	}
	return wantedPlace{step: step, node: node}, true
}

// wantedPlace is a point at a step, before the places are arranged.
type wantedPlace struct {
	step  int
	point PathPoint
	node  uint32
}

func (k *keptNodes) place(w wantedPlace) uint32 {
	at := &k.steps[w.step]
	switch {
	case w.point.Other:
		return at.rest()
	case w.point.Exit:
		return at.exit()
	}
	return at.place(w.node)
}

// timed gives up to which step, beginning with first, the times between nodes
// are kept in one scan. Each session that comes to a step has one time there.
func (k *keptNodes) timed(first int) int {
	end, times := first, int64(0)
	for end < len(k.steps)-1 {
		if times += k.steps[end+1].sessions; times > maxPathTimes && end > first {
			break
		}
		end++
	}
	return end
}
