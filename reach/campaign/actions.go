package campaign

import (
	"context"
	"encoding/base64"
	"fmt"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/id"
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/reach/channel"
	"github.com/weirhq/weir/reach/template"
	"github.com/weirhq/weir/reach/tracking"
	"github.com/weirhq/weir/store/meta"
)

// Estimate says what sending would do with the segment as it is now.
type Estimate struct {
	SegmentPersons int `json:"segment_persons"`
	Reachable      int `json:"reachable"` // with an address that may be written to, each address once
	Suppressed     int `json:"suppressed"`
	NoAddress      int `json:"no_address"` // none, or one that cannot be right
	Duplicate      int `json:"duplicate"`  // the address belongs to another person of the segment too
	Holdout        int `json:"holdout"`
	ToSend         int `json:"to_send"`
}

// Estimate plays through the planning without storing anything.
func (s *Service) Estimate(ctx context.Context, project, campaignID string) (*Estimate, error) {
	c, err := s.Get(ctx, project, campaignID)
	if err != nil {
		return nil, err
	}
	members, err := s.members(ctx, c)
	if err != nil {
		return nil, err
	}
	suppressed, err := s.suppressedKeys(ctx, project)
	if err != nil {
		return nil, err
	}
	e := &Estimate{SegmentPersons: int(members.GetCardinality())}
	taken := make(map[string]bool)
	for chunk := range chunks(members, s.Options.PlanChunk) {
		contacts, err := s.People.Contacts(ctx, project, chunk)
		if err != nil {
			return nil, fmt.Errorf("read persons: %w", err)
		}
		for _, contact := range contacts {
			e.count(place(contact, suppressed, taken), s.heldOut(c, contact))
		}
	}
	return e, nil
}

func (e *Estimate) count(state State, heldOut bool) {
	switch state {
	case NoAddress:
		e.NoAddress++
	case Suppressed:
		e.Suppressed++
	case Duplicate:
		e.Duplicate++
	default:
		e.Reachable++
		if heldOut {
			e.Holdout++
		} else {
			e.ToSend++
		}
	}
}

// place says what becomes of a contact by its address alone: Queued when it may be written to.
func place(contact Contact, suppressed, taken map[string]bool) State {
	address, err := channel.CleanAddress(contact.Email)
	if err != nil {
		return NoAddress
	}
	key := channel.AddressKey(address)
	switch {
	case suppressed[key]:
		return Suppressed
	case taken[key]:
		return Duplicate
	}
	taken[key] = true
	return Queued
}

// heldOut deals the contact by the campaign's id and nothing else.
func (s *Service) heldOut(c *Campaign, contact Contact) bool {
	return s.Assign(c.ID, contact.ID) < c.HoldoutPercent/100
}

func (s *Service) members(ctx context.Context, c *Campaign) (*roaring.Bitmap, error) {
	if c.Segment == "" {
		return nil, fault.New(fault.Invalid, "choose the segment that the campaign goes to")
	}
	members, err := s.Audience.Members(ctx, c.Project, c.Segment)
	if err != nil {
		return nil, fmt.Errorf("read the segment's members: %w", err)
	}
	return members, nil
}

// Send freezes the audience and begins to send. It returns as soon as this is durable.
func (s *Service) Send(ctx context.Context, project, campaignID string) (*Campaign, error) {
	c, err := s.Get(ctx, project, campaignID)
	if err != nil {
		return nil, err
	}
	if c.Status != Draft {
		return nil, fault.New(fault.Conflict, "the campaign was sent already")
	}
	if _, err := checkComplete(c); err != nil {
		return nil, err
	}
	if _, err := s.outlet(ctx, project); err != nil {
		return nil, err
	}
	members, err := s.members(ctx, c)
	if err != nil {
		return nil, err
	}
	if members.IsEmpty() {
		return nil, fault.New(fault.Invalid, "nobody is in the segment")
	}
	raw, err := members.ToBytes()
	if err != nil {
		return nil, fmt.Errorf("freeze the audience: %w", err)
	}
	err = s.changed(s.DB.Exec(ctx, "reach.campaign_begin", project, campaignID, base64.StdEncoding.EncodeToString(raw), int64(members.GetCardinality()), s.Clock.Now().UnixMilli()))
	if err != nil {
		return nil, fmt.Errorf("begin to send: %w", err)
	}
	s.worker.wake()
	return s.Get(ctx, project, campaignID)
}

// outlet opens the project's channel and demands what a campaign needs of it.
func (s *Service) outlet(ctx context.Context, project string) (channel.Outlet, error) {
	outlet, err := s.Channels.Open(ctx, project)
	if err == nil && outlet.PublicURL == "" {
		err = fault.New(fault.Invalid, "set the public address of this Weir in the e-mail settings: links and unsubscribing need it")
	}
	return outlet, err
}

// Pause stops sending until Resume. Messages on their way at this moment still finish.
func (s *Service) Pause(ctx context.Context, project, campaignID string) (*Campaign, error) {
	return s.change(ctx, project, campaignID, func(now int64) error {
		return s.changed(s.DB.Exec(ctx, "reach.campaign_pause", project, campaignID, "", now))
	})
}

// Resume goes on with a paused campaign.
func (s *Service) Resume(ctx context.Context, project, campaignID string) (*Campaign, error) {
	if _, err := s.outlet(ctx, project); err != nil {
		return nil, err
	}
	return s.change(ctx, project, campaignID, func(now int64) error {
		return s.changed(s.DB.Exec(ctx, "reach.campaign_resume", project, campaignID, now))
	})
}

// Cancel ends a campaign for good: what waits is not sent any more.
func (s *Service) Cancel(ctx context.Context, project, campaignID string) (*Campaign, error) {
	return s.change(ctx, project, campaignID, func(now int64) error {
		return s.DB.Tx(ctx, func(tx *meta.Tx) error {
			if err := s.changed(tx.Exec(ctx, "reach.campaign_cancel", project, campaignID, now)); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, "reach.campaign_cancel_messages", campaignID)
			return err
		})
	})
}

func (s *Service) change(ctx context.Context, project, campaignID string, work func(now int64) error) (*Campaign, error) {
	if _, err := s.Get(ctx, project, campaignID); err != nil {
		return nil, err
	}
	if err := work(s.Clock.Now().UnixMilli()); err != nil {
		return nil, fmt.Errorf("change the campaign's status: %w", err)
	}
	s.worker.interrupt(campaignID)
	s.worker.wake()
	return s.Get(ctx, project, campaignID)
}

// Preview is a message as one person would receive it, or why it cannot be made.
type Preview struct {
	Content  template.Content
	Problems []template.Problem // never nil
	Person   *Contact           // nil when none was asked for
}

// Preview renders content for a person; personID may be empty: then every property is missing.
func (s *Service) Preview(ctx context.Context, project string, content template.Content, personID string) (*Preview, error) {
	p := &Preview{Problems: []template.Problem{}}
	var contact Contact
	if personID != "" {
		found, err := s.People.Find(ctx, project, personID)
		if err != nil {
			return nil, err
		}
		contact = found
		p.Person = &contact
	}
	t, problems := template.Compile(content)
	if len(problems) > 0 {
		p.Problems = problems
		return p, nil
	}
	unsubscribe := s.Signer.UnsubscribeURL("", tracking.TestMessage)
	rendered, problem := t.Render(variables(contact, "", "", unsubscribe))
	if problem != nil {
		p.Problems = append(p.Problems, *problem)
		return p, nil
	}
	p.Content = withUnsubscribe(rendered, unsubscribe)
	return p, nil
}

func variables(c Contact, campaignID, campaignName, unsubscribeURL string) template.Variables {
	return template.Variables{
		Person:     template.Person{ID: c.ID, DistinctID: c.DistinctID, Name: c.Name, Email: c.Email, Properties: c.Properties},
		CampaignID: campaignID, CampaignName: campaignName, UnsubscribeURL: unsubscribeURL,
	}
}

// Test sends the campaign's message for a person to an address of the operator's.
// It records nothing, and its links are not counted.
func (s *Service) Test(ctx context.Context, project, campaignID, to, personID string) error {
	address, err := channel.CleanAddress(to)
	if err != nil {
		return fault.New(fault.Invalid, "give the address that the test goes to: %v", err)
	}
	c, err := s.Get(ctx, project, campaignID)
	if err != nil {
		return err
	}
	var contact Contact
	if personID != "" {
		if contact, err = s.People.Find(ctx, project, personID); err != nil {
			return err
		}
	}
	t, problems := template.Compile(c.Content)
	if len(problems) > 0 {
		return fault.New(fault.Invalid, "the message cannot be made: %s", &problems[0])
	}
	outlet, err := s.outlet(ctx, project)
	if err != nil {
		return err
	}
	unsubscribe := s.Signer.UnsubscribeURL(outlet.PublicURL, tracking.TestMessage)
	rendered, problem := t.Render(variables(contact, c.ID, c.Name, unsubscribe))
	if problem != nil {
		return fault.New(fault.Invalid, "the message cannot be made: %s", problem)
	}
	now := s.Clock.Now()
	rendered = withUnsubscribe(rendered, unsubscribe)
	_, err = outlet.Sender.Send(ctx, &channel.Message{
		ID: id.New("test", now), To: address, Subject: rendered.Subject, HTML: rendered.HTML, Text: rendered.Text, UnsubscribeURL: unsubscribe, Date: now,
	}, func() error { return nil })
	if err != nil {
		return fault.Wrap(fault.Unavailable, err, "the mail server did not take the test: %s", channel.Failure(err).Answer)
	}
	return nil
}

// chunks gives the ordinals of a bitmap in order, n at a time.
func chunks(set *roaring.Bitmap, n int) func(yield func([]person.Ordinal) bool) {
	return func(yield func([]person.Ordinal) bool) {
		iterator := set.Iterator()
		for iterator.HasNext() {
			chunk := make([]person.Ordinal, 0, n)
			for len(chunk) < n && iterator.HasNext() {
				chunk = append(chunk, person.Ordinal(iterator.Next()))
			}
			if !yield(chunk) {
				return
			}
		}
	}
}
