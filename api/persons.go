package api

import (
	"context"
	"encoding/json"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/analyse"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/id"
	"github.com/weirhq/weir/query"
	"github.com/weirhq/weir/segment"
)

type personsInput struct {
	InProject
	Page

	Query   string `query:"query" doc:"Part of an id or of the text of a property, in any case"`
	Filter  string `query:"filter" doc:"A condition as JSON, see the schema Condition"`
	Segment string `query:"segment" doc:"Only members of this segment"`
	Sort    string `query:"sort" doc:"last_seen, first_seen, events or name; with - in front descending" default:"-last_seen"`
}

func (s *Server) listPersons(ctx context.Context, in *personsInput) (analyse.PersonsPage, error) {
	p := asked(projectOf(ctx))
	request := analyse.PersonsRequest{Query: in.Query, Sort: in.Sort, Limit: in.Limit, Offset: in.Offset}
	if in.Filter != "" {
		filter, err := query.ParseCondition([]byte(in.Filter))
		if err != nil {
			return analyse.PersonsPage{}, err
		}
		request.Filter = filter
	}
	if in.Segment != "" {
		members, err := s.deps.Segments.Bitmap(ctx, p, in.Segment)
		if err != nil {
			return analyse.PersonsPage{}, err
		}
		request.Among = members
	}
	return s.deps.Analyser.Persons(ctx, p, request)
}

type membersInput struct {
	WithID
	Page

	Query string `query:"query" doc:"Part of an id or of the text of a property, in any case"`
	Sort  string `query:"sort" doc:"As in the list of persons" default:"-last_seen"`
}

func (s *Server) listMembers(ctx context.Context, in *membersInput) (analyse.PersonsPage, error) {
	p := asked(projectOf(ctx))
	members, err := s.deps.Segments.Bitmap(ctx, p, in.ID)
	if err != nil {
		return analyse.PersonsPage{}, err
	}
	return s.deps.Analyser.Persons(ctx, p, analyse.PersonsRequest{Among: members, Query: in.Query, Sort: in.Sort, Limit: in.Limit, Offset: in.Offset})
}

// PersonID is the input of routes about one person.
type PersonID struct {
	InProject

	ID string `path:"id" doc:"The person's id (p_…) or any of its distinct ids"`
}

type personView struct {
	analyse.PersonDetail

	Tags     []segment.Tag `json:"tags"`
	Segments []segment.Ref `json:"segments"`
}

func (s *Server) getPerson(ctx context.Context, in *PersonID) (personView, error) {
	return s.viewPerson(ctx, in.ID)
}

func (s *Server) viewPerson(ctx context.Context, personID string) (personView, error) {
	p := asked(projectOf(ctx))
	detail, err := s.deps.Analyser.Person(ctx, p, personID)
	if err != nil {
		return personView{}, err
	}
	if len(detail.Identities) == 0 { // was deleted
		return personView{}, fault.New(fault.NotFound, "there is no such person in this project")
	}
	out := personView{PersonDetail: detail}
	if out.Tags, err = s.deps.Segments.TagsOf(ctx, p, detail.Ordinal); err != nil {
		return personView{}, err
	}
	out.Segments, err = s.deps.Segments.SegmentsOf(ctx, p, detail.Ordinal)
	return out, err
}

type timelineInput struct {
	PersonID

	Body struct {
		Limit  int      `json:"limit,omitempty" minimum:"0" maximum:"1000" doc:"Default 50"`
		Before *string  `json:"before,omitempty" doc:"The cursor «next» of the page before"`
		Names  []string `json:"names,omitempty" doc:"Only events of these names"`
	}
}

func (s *Server) postTimeline(ctx context.Context, in *timelineInput) (analyse.TimelinePage, error) {
	request := analyse.TimelineRequest{Names: in.Body.Names, Limit: in.Body.Limit}
	set(&request.Before, in.Body.Before)
	return s.deps.Analyser.Timeline(ctx, asked(projectOf(ctx)), in.ID, request)
}

type profileInput struct {
	PersonID

	Body struct {
		Set    properties `json:"set,omitempty"`
		Unset  []string   `json:"unset,omitempty"`
		Append properties `json:"append,omitempty" doc:"Elements to add to lists; {\"$tags\":[\"vip\"]} puts a tag on by hand"`
		Remove properties `json:"remove,omitempty" doc:"Elements to take out of lists"`
	}
}

// postProfile changes a person's properties. Like every change it is an event,
// so that the log stays the whole truth.
func (s *Server) postProfile(ctx context.Context, in *profileInput) (personView, error) {
	p := projectOf(ctx)
	detail, err := s.deps.Analyser.Person(ctx, asked(p), in.ID)
	if err != nil {
		return personView{}, err
	}
	change, err := in.change()
	if err != nil {
		return personView{}, err
	}
	now := s.clk.Now()
	e := &event.Event{
		ID: id.New("evt", now), Project: p.ID, Name: event.NameProfile, Time: now.UnixMilli(),
		DistinctID: detail.DistinctID, Profile: change, Properties: event.Properties{}, Protocol: "weir",
	}
	for _, identity := range detail.Identities {
		if identity.ID == e.DistinctID {
			e.Known = identity.Known
		}
	}
	if err := s.deps.Intake.Append(ctx, []*event.Event{e}); err != nil {
		return personView{}, err
	}
	return s.viewPerson(ctx, detail.ID)
}

func (in *profileInput) change() (*event.Profile, error) {
	change := &event.Profile{Unset: in.Body.Unset}
	var faults fault.List
	for name, part := range map[string]struct {
		from properties
		to   *event.Properties
	}{"set": {in.Body.Set, &change.Set}, "append": {in.Body.Append, &change.Append}, "remove": {in.Body.Remove, &change.Remove}} {
		if !part.from.given() {
			continue
		}
		if err := json.Unmarshal(part.from.raw, part.to); err != nil {
			faults.Add(name, "%v", err)
		}
	}
	if len(change.Set)+len(change.Append)+len(change.Remove)+len(change.Unset) == 0 {
		faults.Add("set", "say what to change: set, unset, append or remove")
	}
	return change, faults.Err("the profile cannot be changed like this")
}

// defaultRows is how many persons a list shows when nobody says.
const defaultRows = 50

// viewPersons shows a page of a set, in order of ordinal.
func (s *Server) viewPersons(ctx context.Context, set *roaring.Bitmap, offset, limit int) analyse.PersonsPage {
	if limit <= 0 {
		limit = defaultRows
	}
	limit = min(limit, 1000)
	rows := s.deps.Analyser.Rows(asked(projectOf(ctx)), segment.Page(set, offset, limit))
	return analyse.PersonsPage{Persons: rows, Total: int(set.GetCardinality()), Offset: offset, Limit: limit}
}
