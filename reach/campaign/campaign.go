package campaign

import (
	"context"
	"log/slog"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/reach/channel"
	"github.com/weirhq/weir/reach/template"
	"github.com/weirhq/weir/reach/tracking"
	"github.com/weirhq/weir/store/meta"
)

// Status is where a campaign stands.
type Status string

// The statuses. A campaign that is done or cancelled never sends again.
const (
	Draft     Status = "draft"
	Sending   Status = "sending"
	Paused    Status = "paused"
	Done      Status = "done"
	Cancelled Status = "cancelled"
)

// Goal is what the campaign wants people to do; package api measures it.
type Goal struct {
	Event string `json:"event"`
	Value string `json:"value,omitempty"` // property that holds the money; may be empty
	Days  int    `json:"days"`            // how long after entering a conversion counts
}

// Input is what an operator writes.
type Input struct {
	Name           string
	Segment        string
	Content        template.Content
	HoldoutPercent float64 // 0 to 90: the share of eligible persons left alone, to compare with
	Goal           *Goal
	RatePerMinute  int // 0: only the channel's own limit
}

// Campaign is one mailing to one segment, once.
type Campaign struct {
	ID      string
	Project string
	Status  Status
	Input
	Problem    string // why it was paused or does not go on, for people; empty when all is well
	Audience   int    // members of the segment when sending began
	Planned    bool   // every member has its row
	CreatedAt  int64  // UTC ms, as all below; 0 is «not yet»
	UpdatedAt  int64
	StartedAt  int64
	FinishedAt int64
}

// Contact is what a message needs to know of a person.
type Contact struct {
	Person     person.Ordinal // canonical
	ID         string         // public id, «p_…»; the unit of the hold-out
	DistinctID string         // under which events about the person are appended
	Known      bool
	Email      string // as stored; may be empty or wrong
	Name       string // may be empty
	Properties event.Properties
}

// ContactOf fills in address and name from the properties that SDKs use for them.
func ContactOf(p person.Ordinal, id, distinctID string, known bool, properties event.Properties) Contact {
	first := func(names ...string) string {
		for _, n := range names {
			if v := properties[n]; v.Kind == event.String && strings.TrimSpace(v.Str) != "" {
				return strings.TrimSpace(v.Str)
			}
		}
		return ""
	}
	name := first("name", "$name", "displayName", "display_name", "full_name", "nickname")
	if name == "" {
		given := first("first_name", "$first_name", "firstName", "firstname")
		family := first("last_name", "$last_name", "lastName", "lastname")
		name = strings.TrimSpace(given + " " + family)
	}
	return Contact{
		Person: p, ID: id, DistinctID: distinctID, Known: known, Name: name, Properties: properties,
		Email: first("email", "$email", "Email", "e-mail", "email_address", "mail"),
	}
}

// Audience gives the members of a segment; package segment does.
type Audience interface {
	Members(ctx context.Context, project, segmentID string) (*roaring.Bitmap, error)
}

// People gives contacts; package app joins it to the persons.
type People interface {
	// Contacts gives one contact per ordinal, in order. Merged ordinals give the person they became.
	Contacts(ctx context.Context, project string, persons []person.Ordinal) ([]Contact, error)
	// Find gives a person by public or distinct id; a NotFound fault when there is none.
	Find(ctx context.Context, project, id string) (Contact, error)
}

// Channels opens a project's channel. A missing or wrong configuration is an Invalid or Conflict fault.
type Channels interface {
	Open(ctx context.Context, project string) (channel.Outlet, error)
}

// AssignFunc places a unit in [0,1) under a salt, uniformly and for ever the
// same; package measure/assign's Fraction does.
type AssignFunc func(salt, unit string) float64

// Config is what a Service works with. Everything but Options is needed.
type Config struct {
	DB          *meta.DB
	Clock       clock.Clock
	Logger      *slog.Logger
	Audience    Audience
	People      People
	Channels    Channels
	Assign      AssignFunc
	Sink        event.Sink
	Signer      *tracking.Signer
	JournalPath string // «handover.log» in the data folder
	Options     Options
}
