package kernel

import (
	"context"

	"github.com/RoaringBitmap/roaring/v2"
)

// Paths asks which ways persons take through their sessions; see query.Paths.
type Paths struct {
	Events   *Matcher // without a condition
	Names    *NodeNames
	Anchor   *Matcher // nil: a walk begins at the first event of its session
	Backward bool     // the anchor is the end of the walk
	Gap      int64    // milliseconds; a longer one begins a session
	Collapse bool     // neighbours of one name are one node
	Steps    int      // nodes of a walk
	Limit    int      // nodes per step beside the rest
	From, To int64    // half-open
}

// PathsAnswer is nodes and edges by step, the most sessions first, then by name.
type PathsAnswer struct {
	Nodes             []PathNode
	Edges             []PathEdge
	Sessions, Persons int64
}

// PathPoint is a node by its name, or one of two that have none.
type PathPoint struct {
	Name        string
	Exit, Other bool
}

// PathNode is how often a node is met at a step, from 0.
type PathNode struct {
	Step              int
	Node              PathPoint
	Sessions, Persons int64
}

// PathEdge is how often a node of a step is followed by one of the next.
type PathEdge struct {
	Step              int // of the source, from 0
	Source, Target    PathPoint
	Sessions, Persons int64
	Median            float64 // milliseconds between the nodes; of no meaning at an exit
}

// PathTarget is an edge, or with a Target of nil a node, whose persons are wanted.
type PathTarget struct {
	Step   int // from 0
	Source PathPoint
	Target *PathPoint
}

// Paths counts. A first scan counts the nodes of each step, a second one the
// edges between those that are kept; where all nodes there can be are kept, the
// second one is enough. The times between nodes are kept for their medians;
// where those of all steps are too many, further scans take some of the steps
// each.
func (s *Source) Paths(ctx context.Context, q Paths) (*PathsAnswer, error) {
	if kept, ok := s.allNodes(q); ok {
		table, err := s.pathEdges(ctx, q, kept, 0, q.Steps-1)
		if err != nil {
			return nil, err
		}
		return table.answer(), nil
	}
	kept, err := s.pathNodes(ctx, q)
	if err != nil {
		return nil, err
	}
	table, err := s.pathEdges(ctx, q, kept, 0, kept.timed(0))
	if err != nil {
		return nil, err
	}
	for step := kept.timed(0); step < q.Steps-1; {
		end := kept.timed(step)
		more, err := s.pathEdges(ctx, q, kept, step, end)
		if err != nil {
			return nil, err
		}
		table.takeTimes(more, step, end)
		step = end
	}
	return table.answer(), nil
}

// PathsPersons gives the persons of an edge or a node. One that the answer joins
// to the rest can be named too.
func (s *Source) PathsPersons(ctx context.Context, q Paths, target PathTarget) (*roaring.Bitmap, error) {
	kept, all := s.allNodes(q)
	if !all {
		var err error
		if kept, err = s.pathNodes(ctx, q); err != nil {
			return nil, err
		}
	}
	source, ok := kept.find(target.Step, target.Source)
	next := wantedPlace{}
	if target.Target != nil && ok {
		next, ok = kept.find(target.Step+1, *target.Target)
	}
	if !ok {
		return roaring.New(), nil
	}
	kept.arrange()
	want := pathFinder{kept: kept, step: target.Step, source: kept.place(source), edge: target.Target != nil}
	if want.edge {
		want.target = kept.place(next)
	}
	return findInBlocks(ctx, s, func() *pathVisitor {
		finder := want
		return newPathVisitor(ctx, q, &finder)
	})
}

// allNodes gives the names of the events as the nodes of every step, where they
// are few enough for all to be kept and the times between them to be taken at once.
func (s *Source) allNodes(q Paths) (*keptNodes, bool) {
	if q.Names.property != "" || s.View.Events() > 2*maxPathTimes {
		return nil, false
	}
	nodes := map[uint32]int64{}
	for code, in := range q.Events.byName {
		if in {
			nodes[q.Names.ofName[code]] = 0
		}
	}
	if len(nodes) > q.Limit {
		return nil, false
	}
	kept := &keptNodes{names: q.Names, steps: make([]keptStep, q.Steps)}
	for step := range kept.steps {
		kept.steps[step] = keptOf(q.Names, nodes, q.Limit)
	}
	kept.arrange()
	return kept, true
}

// pathNodes counts the nodes and chooses those that are kept.
func (s *Source) pathNodes(ctx context.Context, q Paths) (*keptNodes, error) {
	shared := s.budget()
	visitors, err := scan(ctx, s, func() *pathVisitor {
		return newPathVisitor(ctx, q, &nodeCounter{budget: shared, steps: make([]counters, q.Steps)})
	})
	if err != nil {
		return nil, err
	}
	kept := &keptNodes{names: q.Names, steps: make([]keptStep, q.Steps)}
	for step := range kept.steps {
		sessions := map[uint32]int64{}
		for _, v := range visitors {
			v.taker.(*nodeCounter).steps[step].each(func(node uint32, n int64) { sessions[node] += n })
		}
		kept.steps[step] = keptOf(q.Names, sessions, q.Limit)
	}
	kept.arrange()
	return kept, nil
}

func (s *Source) pathEdges(ctx context.Context, q Paths, kept *keptNodes, first, end int) (*edgeTable, error) {
	shared := s.budget()
	visitors, err := scan(ctx, s, func() *pathVisitor {
		return newPathVisitor(ctx, q, newEdgeTable(kept, shared, first, end))
	})
	if err != nil {
		return nil, err
	}
	all := newEdgeTable(kept, s.budget(), first, end)
	for _, v := range visitors {
		if err := all.merge(v.taker.(*edgeTable)); err != nil {
			return nil, err
		}
	}
	return all, nil
}
