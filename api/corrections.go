package api

import (
	"context"

	"github.com/weirhq/weir/account"
	"github.com/weirhq/weir/analyse"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
)

// deletePerson forgets a person with all events so far.
func (s *Server) deletePerson(ctx context.Context, in *PersonID) (done, error) {
	p := projectOf(ctx)
	detail, err := s.deps.Analyser.Person(ctx, asked(p), in.ID)
	if err != nil {
		return done{}, err
	}
	own := s.ownIDs(p, detail)
	if len(own) == 0 {
		return done{}, fault.New(fault.NotFound, "there is no such person in this project")
	}
	return done{OK: true}, s.deps.Intake.DeletePerson(ctx, p.ID, own[0])
}

type detachInput struct {
	PersonID

	Body struct {
		ID string `json:"id" minLength:"1" doc:"The distinct id that is somebody else"`
	}
}

// postDetach makes one id of a person a person of its own.
func (s *Server) postDetach(ctx context.Context, in *detachInput) (personView, error) {
	p := projectOf(ctx)
	detail, err := s.deps.Analyser.Person(ctx, asked(p), in.ID)
	if err != nil {
		return personView{}, err
	}
	of, found := "", false
	for _, id := range s.ownIDs(p, detail) {
		switch {
		case id == in.Body.ID:
			found = true
		case of == "":
			of = id
		}
	}
	switch {
	case !found:
		return personView{}, fault.New(fault.NotFound, "this person does not have that id, or it has changed hands since")
	case of == "":
		return personView{}, fault.New(fault.Conflict, "that is the only id of this person; there is nothing to take it from")
	}
	if err := s.deps.Intake.Detach(ctx, p.ID, of, in.Body.ID); err != nil {
		return personView{}, err
	}
	return s.viewPerson(ctx, in.Body.ID)
}

// ownIDs gives the ids whose next event would be the person's, signed-in ones
// first: those never change hands on their own, so they name the person safely.
func (s *Server) ownIDs(p account.Project, detail analyse.PersonDetail) []string {
	var known, anonymous []string
	for _, identity := range detail.Identities {
		o, err := s.deps.Analyser.Find(asked(p), identity.ID)
		switch {
		case err != nil || o != detail.Ordinal:
		case identity.Known:
			known = append(known, identity.ID)
		default:
			anonymous = append(anonymous, identity.ID)
		}
	}
	return append(known, anonymous...)
}

type deleteEventsInput struct {
	InProject

	Body struct {
		IDs []string `json:"ids" minItems:"1" maxItems:"10000" doc:"The ids that the events were sent with, as timelines show them"`
	}
}

type deletedView struct {
	Deleted int `json:"deleted" doc:"How many events had these ids"`
}

// deleteEvents deletes events by their ids.
func (s *Server) deleteEvents(ctx context.Context, in *deleteEventsInput) (deletedView, error) {
	if len(in.Body.IDs) > event.MaxDeletedSeqs {
		return deletedView{}, fault.New(fault.TooLarge, "at most %d events are deleted at once", event.MaxDeletedSeqs)
	}
	n, err := s.deps.Intake.DeleteEvents(ctx, projectOf(ctx).ID, in.Body.IDs)
	return deletedView{Deleted: n}, err
}
