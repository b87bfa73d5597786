package analyse_test

import (
	"slices"
	"sort"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/query"
)

// refWalk is the nodes that one session passes, and when.
type refWalk struct {
	person string
	nodes  []query.PathNode
	times  []int64
	ends   bool // before the steps that are shown end
}

// walks gives the walk of every session that has one, the smaller nodes joined.
func (w *world) walks(q *query.Paths, r query.Range, filter *query.Condition) []refWalk {
	left := w.asked(filter)
	from, to := w.bounds(r)
	var out []refWalk
	for _, p := range left.persons() {
		var session []refEvent
		flush := func() {
			inside := slices.DeleteFunc(session, func(e refEvent) bool { return e.time < from || e.time >= to })
			if walk, ok := w.walk(q, inside); ok {
				out = append(out, walk)
			}
			session = nil
		}
		for _, e := range left.of(p) {
			if !w.matches(e, q.Events, nil) {
				continue
			}
			if n := len(session); n > 0 && e.time-session[n-1].time > int64(q.Gap)*60_000 {
				flush()
			}
			session = append(session, e)
		}
		flush()
	}
	joinSmallNodes(out, q)
	return out
}

// walk makes the walk of one session's events in the range.
func (w *world) walk(q *query.Paths, events []refEvent) (refWalk, bool) {
	anchor := func(step *query.Step) int {
		return slices.IndexFunc(events, func(e refEvent) bool { return w.matches(e, step.Event, step.Where) })
	}
	switch {
	case q.Start != nil:
		n := anchor(q.Start)
		if n < 0 {
			return refWalk{}, false
		}
		events = events[n:]
	case q.End != nil:
		events = slices.Clone(events[:anchor(q.End)+1])
		slices.Reverse(events)
	}
	if len(events) == 0 {
		return refWalk{}, false
	}
	walk := refWalk{person: events[0].person}
	for _, e := range events {
		node := query.PathNode{Name: e.name}
		if v := e.props[q.By]; q.By != "" && v.Kind != event.Missing {
			node.Name = v.Text()
		}
		if n := len(walk.nodes); q.CollapseRepeats && n > 0 && walk.nodes[n-1] == node {
			continue
		}
		walk.nodes = append(walk.nodes, node)
		walk.times = append(walk.times, e.time)
	}
	walk.ends = len(walk.nodes) < q.Steps
	walk.nodes = walk.nodes[:min(q.Steps, len(walk.nodes))]
	return walk, true
}

// joinSmallNodes renames, step by step, all nodes but those with the most sessions.
func joinSmallNodes(walks []refWalk, q *query.Paths) {
	for step := range q.Steps {
		sessions := map[query.PathNode]int{}
		for _, walk := range walks {
			if step < len(walk.nodes) {
				sessions[walk.nodes[step]]++
			}
		}
		var ranked []query.PathNode
		for node := range sessions {
			ranked = append(ranked, node)
		}
		sort.Slice(ranked, func(i, j int) bool {
			a, b := ranked[i], ranked[j]
			return sessions[a] > sessions[b] || sessions[a] == sessions[b] && a.Name < b.Name
		})
		kept := ranked[:min(q.NodeLimit, len(ranked))]
		for _, walk := range walks {
			if step < len(walk.nodes) && !slices.Contains(kept, walk.nodes[step]) {
				walk.nodes[step] = query.PathNode{Other: true}
			}
		}
	}
}

// refEdge names an edge.
type refEdge struct {
	step           int
	source, target query.PathNode
}

// refPassed is who passed an edge or a node.
type refPassed struct {
	sessions int
	persons  refSet
	seconds  []float64
}

// passed counts edges, and nodes as edges without a target.
func passed(walks []refWalk, steps int) map[refEdge]*refPassed {
	out := map[refEdge]*refPassed{}
	add := func(edge refEdge, person string) *refPassed {
		if out[edge] == nil {
			out[edge] = &refPassed{persons: refSet{}}
		}
		out[edge].sessions++
		out[edge].persons[person] = true
		return out[edge]
	}
	for _, walk := range walks {
		for i, node := range walk.nodes {
			add(refEdge{step: i + 1, source: node}, walk.person)
			switch {
			case i+1 < len(walk.nodes):
				edge := add(refEdge{i + 1, node, walk.nodes[i+1]}, walk.person)
				gap := walk.times[i+1] - walk.times[i]
				edge.seconds = append(edge.seconds, float64(max(gap, -gap))/1000)
			case walk.ends && i+1 < steps:
				add(refEdge{i + 1, node, query.PathNode{Exit: true}}, walk.person)
			}
		}
	}
	return out
}
