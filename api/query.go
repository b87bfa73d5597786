package api

import (
	"context"
	"encoding/json"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/weirhq/weir/account"
	"github.com/weirhq/weir/analyse"
	"github.com/weirhq/weir/query"
)

// asked is the project as package analyse knows it.
func asked(p account.Project) analyse.Project {
	return analyse.Project{ID: p.ID, Zone: p.Zone, WeekStart: p.WeekStart}
}

type queryInput struct {
	InProject

	Body question
}

// answerView is an answer of any kind, or the persons behind one of its cells.
type answerView struct{ shown any }

// MarshalJSON writes what is shown.
func (a answerView) MarshalJSON() ([]byte, error) { return json.Marshal(a.shown) }

// Schema names the kinds of answer.
func (answerView) Schema(r huma.Registry) *huma.Schema {
	var kinds []*huma.Schema
	for _, t := range []reflect.Type{
		reflect.TypeFor[analyse.TrendAnswer](), reflect.TypeFor[analyse.FunnelAnswer](),
		reflect.TypeFor[analyse.RetentionAnswer](), reflect.TypeFor[analyse.GrowthAnswer](),
		reflect.TypeFor[analyse.StickinessAnswer](), reflect.TypeFor[analyse.DistributionAnswer](),
		reflect.TypeFor[analyse.IntervalAnswer](), reflect.TypeFor[analyse.PathsAnswer](),
		reflect.TypeFor[analyse.AttributionAnswer](), reflect.TypeFor[analyse.LTVAnswer](),
		reflect.TypeFor[analyse.ReferralAnswer](), reflect.TypeFor[analyse.PersonsPage](),
	} {
		kinds = append(kinds, r.Schema(t, true, t.Name()))
	}
	return &huma.Schema{OneOf: kinds, Description: "By the question's kind; with actors, the persons of that cell."}
}

func (s *Server) postQuery(ctx context.Context, in *queryInput) (answerView, error) {
	request, err := query.Parse(in.Body.raw)
	if err != nil {
		return answerView{}, err
	}
	start := s.clk.Now()
	p := projectOf(ctx)
	if request.Actors != nil {
		persons, err := s.deps.Analyser.Actors(ctx, asked(p), request)
		if err != nil {
			return answerView{}, err
		}
		return answerView{s.viewPersons(ctx, persons, request.Offset, request.Limit)}, nil
	}
	answer, err := s.deps.Analyser.Ask(ctx, asked(p), request)
	if err != nil {
		return answerView{}, err
	}
	if s.deps.Observe != nil {
		s.deps.Observe.Question(request.Question.Kind(), s.clk.Now().Sub(start))
	}
	return answerView{answer}, nil
}
