package app

import (
	"context"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/account"
	"github.com/weirhq/weir/analyse"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/reach/campaign"
	"github.com/weirhq/weir/segment"
	"github.com/weirhq/weir/store/columns"
)

// asked is a project as package analyse knows it.
func asked(p account.Project) analyse.Project {
	return analyse.Project{ID: p.ID, Zone: p.Zone, WeekStart: p.WeekStart}
}

// askedProjects lists the projects for the stages that look after each. One
// whose columns are being made anew is not among them: what is there so far
// would look as if everybody else had gone.
func askedProjects(accounts *account.Service, derived *columns.Store) func() []analyse.Project {
	return func() []analyse.Project {
		list := accounts.Projects()
		out := make([]analyse.Project, 0, len(list))
		for _, p := range list {
			if !derived.Behind(p.ID) {
				out = append(out, asked(p))
			}
		}
		return out
	}
}

// upToDate refuses what would be asked of columns that are being made anew.
func upToDate(derived *columns.Store, project string) error {
	if derived.Behind(project) {
		return fault.New(fault.Unavailable, "the columns of the project are being made anew from its events; try again later")
	}
	return nil
}

// audience gives campaigns the members of segments.
type audience struct {
	accounts *account.Service
	columns  *columns.Store
	segments *segment.Service
}

var _ campaign.Audience = (*audience)(nil)

// Members gives the members of a segment now.
func (a *audience) Members(ctx context.Context, project, segmentID string) (*roaring.Bitmap, error) {
	p, err := a.accounts.Project(project)
	if err != nil {
		return nil, err
	}
	if err := upToDate(a.columns, project); err != nil {
		return nil, err
	}
	return a.segments.Bitmap(ctx, asked(p), segmentID)
}

// contacts gives campaigns the persons behind ordinals and ids.
type contacts struct {
	columns  *columns.Store
	analyser *analyse.Analyser
}

var _ campaign.People = contacts{}

// Contacts gives one contact per ordinal.
func (c contacts) Contacts(_ context.Context, project string, persons []person.Ordinal) ([]campaign.Contact, error) {
	if err := upToDate(c.columns, project); err != nil {
		return nil, err
	}
	people := c.columns.Table(project).View().People()
	out := make([]campaign.Contact, 0, len(persons))
	for _, o := range persons {
		out = append(out, contactOf(people, people.Canonical(o)))
	}
	return out, nil
}

// Find gives a person by public or distinct id.
func (c contacts) Find(_ context.Context, project, id string) (campaign.Contact, error) {
	if err := upToDate(c.columns, project); err != nil {
		return campaign.Contact{}, err
	}
	o, err := c.analyser.Find(analyse.Project{ID: project}, id)
	if err != nil {
		return campaign.Contact{}, err
	}
	return contactOf(c.columns.Table(project).View().People(), o), nil
}

// contactOf writes to a person under its newest signed-in id, or its newest id
// when it never signed in.
func contactOf(people *columns.People, o person.Ordinal) campaign.Contact {
	var main person.Identity
	for _, identity := range people.Identities(o) {
		if identity.Known || !main.Known {
			main = identity
		}
	}
	return campaign.ContactOf(o, person.PublicID(o), main.ID, main.Known, people.Profile(o))
}

// usersOf tells which campaigns a segment is used by.
func usersOf(campaigns *campaign.Service) func(ctx context.Context, project, segmentID string) ([]segment.User, error) {
	return func(ctx context.Context, project, segmentID string) ([]segment.User, error) {
		names, err := campaigns.UsingSegment(ctx, project, segmentID)
		if err != nil {
			return nil, err
		}
		users := make([]segment.User, 0, len(names))
		for _, name := range names {
			users = append(users, segment.User{Kind: "campaign", Name: name})
		}
		return users, nil
	}
}
