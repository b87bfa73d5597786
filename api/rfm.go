package api

import (
	"context"

	"github.com/weirhq/weir/analyse"
	"github.com/weirhq/weir/segment/rfm"
)

func (s *Server) getRFM(ctx context.Context, _ *projectOnly) (rfm.Settings, error) {
	return s.deps.RFM.Settings(ctx, asked(projectOf(ctx)))
}

type rfmSettingsInput struct {
	InProject

	Body rfm.Settings
}

func (s *Server) putRFM(ctx context.Context, in *rfmSettingsInput) (rfm.Settings, error) {
	p := asked(projectOf(ctx))
	if err := s.deps.RFM.SetSettings(ctx, p, in.Body); err != nil {
		return rfm.Settings{}, err
	}
	return s.deps.RFM.Settings(ctx, p)
}

// RFMModel says which model is meant.
type RFMModel struct {
	AsOf     string        `json:"as_of,omitempty" doc:"A day such as 2026-01-31; default today"`
	Settings *rfm.Settings `json:"settings,omitempty" doc:"To try out; default the project's own"`
}

func (m RFMModel) request() rfm.Request { return rfm.Request{AsOf: m.AsOf, Settings: m.Settings} }

type rfmBoardInput struct {
	InProject

	Body RFMModel
}

func (s *Server) postRFMBoard(ctx context.Context, in *rfmBoardInput) (rfm.Board, error) {
	return s.deps.RFM.Board(ctx, asked(projectOf(ctx)), in.Body.request())
}

type rfmPersonsInput struct {
	InProject

	Body struct {
		RFMModel

		Group  string `json:"group,omitempty" doc:"A group's key, or a cell by r and fm" enum:",champions,potential,keep,win_back,general_value,general_developing,general_keeping,general_win_back"`
		R      int    `json:"r,omitempty" minimum:"0" maximum:"5"`
		FM     int    `json:"fm,omitempty" minimum:"0" maximum:"5"`
		Limit  int    `json:"limit,omitempty" minimum:"0" maximum:"1000"`
		Offset int    `json:"offset,omitempty" minimum:"0"`
	}
}

func (s *Server) postRFMPersons(ctx context.Context, in *rfmPersonsInput) (analyse.PersonsPage, error) {
	set, err := s.deps.RFM.Persons(ctx, asked(projectOf(ctx)), rfm.PersonsRequest{Request: in.Body.request(), Group: in.Body.Group, R: in.Body.R, FM: in.Body.FM})
	if err != nil {
		return analyse.PersonsPage{}, err
	}
	return s.viewPersons(ctx, set, in.Body.Offset, in.Body.Limit), nil
}
