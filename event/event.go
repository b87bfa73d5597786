// Package event defines what a user did: the Event, its typed properties, and
// the profile and identity changes that ride on it.
//
// Everyone speaks this vocabulary. Package ingest makes events from what SDKs
// send, package store keeps them in arrival order, package analyse reads them.
// Stages also speak to each other by it: a message sent or a variant shown is
// an event appended through a Sink.
//
// Promises: an Event is immutable once it has been accepted. Time is UTC
// milliseconds. Properties hold strings, finite numbers, booleans and lists of
// strings; anything else is turned into one of them, or refused, at the border
// (see Properties.UnmarshalJSON). A missing property and a null are the same.
package event

import (
	"context"
	"slices"
)

// Event is one fact about one user.
type Event struct {
	Seq        uint64     // arrival order over all projects, assigned by the log, from 1
	ID         string     // given by the client or made at the border; a repeat within the horizon is dropped
	Project    string     // project id
	Name       string     // «order_paid»; names starting with $ are Weir's or an SDK's own
	Time       int64      // when it happened, UTC milliseconds, corrected for client clock skew
	ReceivedAt int64      // when it was accepted, UTC milliseconds
	DistinctID string     // the id under which it was sent
	Known      bool       // DistinctID is a signed-in (known) id, not an anonymous one
	Join       *Join      // set when the event says that another id is the same person
	Profile    *Profile   // set when the event changes the person's properties
	Properties Properties // the event's own properties
	Protocol   string     // which door it came through: «native», «segment», «import», «weir»
}

// JoinKind says how strong a statement about two ids is.
type JoinKind string

// The kinds of join.
const (
	Identify JoinKind = "identify" // anonymous Other was DistinctID before signing in
	Alias    JoinKind = "alias"    // two known ids are one person, said explicitly
	Detach   JoinKind = "detach"   // the opposite: Other is a person of its own from now on (see NameDetach)
)

// Join says that the id Other belongs to the person of the event's DistinctID,
// or, of kind Detach, that it does not.
type Join struct {
	Kind  JoinKind `json:"kind"`
	Other string   `json:"other"`
}

// Profile changes the person's properties. Changes apply in arrival order, and
// within one event in the order of the fields.
type Profile struct {
	Set     Properties         `json:"set,omitempty"`
	SetOnce Properties         `json:"set_once,omitempty"` // only where the person has no value yet
	Add     map[string]float64 `json:"add,omitempty"`      // numbers; a missing value counts as 0
	Append  Properties         `json:"append,omitempty"`   // adds elements that the list does not have yet
	Remove  Properties         `json:"remove,omitempty"`   // takes elements out of a list
	Unset   []string           `json:"unset,omitempty"`
}

// Names of the events that Weir itself writes or gives a meaning.
const (
	NameIdentify        = "$identify"
	NameAlias           = "$alias"
	NameGroup           = "$group"
	NameProfile         = "$profile" // a profile change alone; not an activity
	NamePage            = "$pageview"
	NameScreen          = "$screen"
	NameCampaignEntered = "$campaign_entered" // properties campaign_id, campaign, arm
	NameMessageSent     = "$message_sent"     // properties campaign_id, campaign, channel, message_id
	NameMessageFailed   = "$message_failed"   // with reason
	NameMessageOpened   = "$message_opened"
	NameMessageClicked  = "$message_clicked" // with url
	NameUnsubscribed    = "$unsubscribed"
)

// passive are the events that are no activity of the person: something was
// stored about them or done to them. «Any event» («*») leaves them out. Opens
// and clicks of messages are among them, because mail programs and scanners make
// them too; what a person does after a click arrives as an event of its own.
var passive = []string{
	NameIdentify, NameAlias, NameGroup, NameProfile, NameCampaignEntered,
	NameMessageSent, NameMessageFailed, NameMessageOpened, NameMessageClicked, NameUnsubscribed,
	NameDetach, NameDeletePerson, NameDeleteEvents, NameErased,
}

// IsActivity says whether an event of that name is something the person did,
// so that «any event» («*») counts it.
func IsActivity(name string) bool { return !slices.Contains(passive, name) }

// Sink takes events that Weir itself produces. Append returns when they are
// durable; an event whose ID was seen before is dropped without an error.
type Sink interface {
	Append(ctx context.Context, events []*Event) error
}
