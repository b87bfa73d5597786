package analyse

import (
	"context"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/analyse/internal/kernel"
	"github.com/weirhq/weir/query"
)

// planPaths makes a question about paths ready for the kernel.
func (s *asking) planPaths(ctx context.Context, q *query.Paths, r query.Range) (kernel.Paths, error) {
	k := kernel.Paths{
		Names: kernel.NewNodeNames(s.view, q.By), Gap: int64(q.Gap) * 60_000, Collapse: q.CollapseRepeats,
		Steps: q.Steps, Limit: q.NodeLimit, Backward: q.End != nil,
	}
	var err error
	if k.From, k.To, err = s.bounds(r); err != nil {
		return k, err
	}
	compile := s.compiler(ctx)
	if k.Events, err = compile.Matcher(q.Events, nil); err != nil {
		return k, err
	}
	anchor := q.Start
	if q.End != nil {
		anchor = q.End
	}
	if anchor != nil {
		k.Anchor, err = compile.Matcher(anchor.Event, anchor.Where)
	}
	return k, err
}

func (s *asking) paths(ctx context.Context, q *query.Paths, r query.Range) (*PathsAnswer, error) {
	plan, err := s.planPaths(ctx, q, r)
	if err != nil {
		return nil, err
	}
	counted, err := s.source.Paths(ctx, plan)
	if err != nil {
		return nil, err
	}
	answer := &PathsAnswer{Edges: []PathEdge{}, Nodes: []PathStepNode{}, Sessions: counted.Sessions, Persons: counted.Persons}
	answer.Meta.Incomplete = !s.passed(plan.To)
	for _, e := range counted.Edges {
		edge := PathEdge{
			Step: e.Step + 1, Source: query.PathNode(e.Source), Target: query.PathNode(e.Target),
			Sessions: e.Sessions, Persons: e.Persons, Median: None(),
		}
		if !e.Target.Exit {
			edge.Median = Number(e.Median / 1000)
		}
		answer.Edges = append(answer.Edges, edge)
	}
	for _, n := range counted.Nodes {
		answer.Nodes = append(answer.Nodes, PathStepNode{
			Step: n.Step + 1, Name: query.PathNode(n.Node), Sessions: n.Sessions, Persons: n.Persons,
		})
	}
	return answer, nil
}

// pathsPersons gives the persons of an edge or a node.
func (s *asking) pathsPersons(ctx context.Context, q *query.Paths, r query.Range, c *query.PathsCell) (*roaring.Bitmap, error) {
	plan, err := s.planPaths(ctx, q, r)
	if err != nil {
		return nil, err
	}
	target := kernel.PathTarget{Step: c.Step - 1}
	if c.Node != nil {
		target.Source = kernel.PathPoint(*c.Node)
	} else {
		next := kernel.PathPoint(*c.Target)
		target.Source, target.Target = kernel.PathPoint(*c.Source), &next
	}
	return s.source.PathsPersons(ctx, plan, target)
}
