package api

import (
	"context"
	"encoding/json"

	"github.com/danielgtaylor/huma/v2"

	"github.com/weirhq/weir/analyse"
	"github.com/weirhq/weir/segment"
)

// segmentBody is a draft or a change of a segment; package segment reads it.
type segmentBody struct{ document }

// Schema names the hand-written component.
func (segmentBody) Schema(huma.Registry) *huma.Schema { return component("SegmentDraft") }

type segmentView struct {
	ID          string         `json:"id"`
	Name        string         `json:"name"`
	Description string         `json:"description"`
	Condition   condition      `json:"condition" doc:"Null when the segment comes from a question"`
	Question    question       `json:"question" doc:"With actors: the persons behind one cell; null for a condition"`
	Persons     int            `json:"persons"`
	CreatedAt   instant        `json:"created_at"`
	UpdatedAt   instant        `json:"updated_at"`
	UsedBy      []segment.User `json:"used_by"`
	Problem     string         `json:"problem,omitempty" doc:"Why it cannot be computed now; persons is then the last known number"`
}

func viewSegment(seg segment.Segment) (segmentView, error) {
	v := segmentView{
		ID: seg.ID, Name: seg.Name, Description: seg.Description, Persons: seg.Persons, UsedBy: seg.UsedBy, Problem: seg.Problem,
		CreatedAt: instant(seg.CreatedAt.UnixMilli()), UpdatedAt: instant(seg.UpdatedAt.UnixMilli()),
	}
	if v.UsedBy == nil {
		v.UsedBy = []segment.User{}
	}
	var err error
	if seg.Condition != nil {
		if v.Condition.raw, err = json.Marshal(seg.Condition); err != nil {
			return v, err
		}
	}
	if seg.Question != nil {
		v.Question.raw, err = json.Marshal(seg.Question)
	}
	return v, err
}

type segmentsView struct {
	Segments []segmentView `json:"segments"`
}

func (s *Server) listSegments(ctx context.Context, _ *projectOnly) (segmentsView, error) {
	list, err := s.deps.Segments.List(ctx, asked(projectOf(ctx)))
	out := segmentsView{Segments: make([]segmentView, 0, len(list))}
	for _, seg := range list {
		v, err := viewSegment(seg)
		if err != nil {
			return out, err
		}
		out.Segments = append(out.Segments, v)
	}
	return out, err
}

type newSegmentInput struct {
	InProject

	Body segmentBody
}

func (s *Server) postSegment(ctx context.Context, in *newSegmentInput) (segmentView, error) {
	draft, err := segment.ParseDraft(in.Body.raw)
	if err != nil {
		return segmentView{}, err
	}
	made, err := s.deps.Segments.Create(ctx, asked(projectOf(ctx)), draft)
	if err != nil {
		return segmentView{}, err
	}
	return viewSegment(made)
}

type estimateView struct {
	Persons int                 `json:"persons"`
	Total   int                 `json:"total" doc:"Persons of the project"`
	Sample  []analyse.PersonRow `json:"sample" doc:"Up to ten of them"`
}

func (s *Server) postEstimate(ctx context.Context, in *newSegmentInput) (estimateView, error) {
	draft, err := segment.ParseDraft(in.Body.raw)
	if err != nil {
		return estimateView{}, err
	}
	p := asked(projectOf(ctx))
	e, err := s.deps.Segments.Estimate(ctx, p, draft)
	if err != nil {
		return estimateView{}, err
	}
	return estimateView{Persons: e.Persons, Total: e.Total, Sample: s.deps.Analyser.Rows(p, e.Sample)}, nil
}

func (s *Server) getSegment(ctx context.Context, in *WithID) (segmentView, error) {
	seg, err := s.deps.Segments.Get(ctx, asked(projectOf(ctx)), in.ID)
	if err != nil {
		return segmentView{}, err
	}
	return viewSegment(seg)
}

type changeSegmentInput struct {
	WithID

	Body segmentBody
}

func (s *Server) patchSegment(ctx context.Context, in *changeSegmentInput) (segmentView, error) {
	change, err := segment.ParseChange(in.Body.raw)
	if err != nil {
		return segmentView{}, err
	}
	seg, err := s.deps.Segments.Update(ctx, asked(projectOf(ctx)), in.ID, change)
	if err != nil {
		return segmentView{}, err
	}
	return viewSegment(seg)
}

func (s *Server) deleteSegment(ctx context.Context, in *WithID) (done, error) {
	return done{OK: true}, s.deps.Segments.Delete(ctx, asked(projectOf(ctx)), in.ID)
}
