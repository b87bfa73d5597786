package api

import (
	"context"

	"github.com/weirhq/weir/analyse"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/measure/stats"
	"github.com/weirhq/weir/measure/uplift"
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/reach/campaign"
)

type hourView struct {
	Bucket  instant `json:"bucket" doc:"Start of the hour"`
	Sent    int     `json:"sent"`
	Opened  int     `json:"opened" doc:"First openings"`
	Clicked int     `json:"clicked" doc:"First clicks"`
}

type reportView struct {
	Counts campaign.Counts `json:"counts"`
	Goal   *campaign.Goal  `json:"goal"`
	Arms   *uplift.Arms    `json:"arms" doc:"Null while there is no goal or nobody has entered"`
	Lift   *uplift.Lift    `json:"lift"`
	// The verdict is empty without a goal.
	Verdict     stats.Verdict       `json:"verdict" doc:"gain, loss, no_clear_difference, too_small, or unbalanced; empty without a goal"`
	Incomplete  bool                `json:"incomplete" doc:"Some persons still have time to reach the goal"`
	Open        int                 `json:"open" doc:"How many do"`
	Crossed     int                 `json:"crossed" doc:"Persons left out because they were in both arms"`
	SampleRatio *uplift.SampleRatio `json:"sample_ratio"`
	Links       []campaign.Link     `json:"links"`
	Hours       []hourView          `json:"hours"`
}

func (s *Server) getReport(ctx context.Context, in *WithID) (reportView, error) {
	p := projectOf(ctx)
	c, err := s.deps.Campaigns.Get(ctx, p.ID, in.ID)
	if err != nil {
		return reportView{}, err
	}
	out := reportView{Goal: c.Goal, Hours: []hourView{}}
	if out.Counts, err = s.deps.Campaigns.Counts(ctx, c); err != nil {
		return reportView{}, err
	}
	if out.Links, err = s.deps.Campaigns.Links(ctx, c); err != nil {
		return reportView{}, err
	}
	hours, err := s.deps.Campaigns.Hours(ctx, c)
	if err != nil {
		return reportView{}, err
	}
	for _, h := range hours {
		out.Hours = append(out.Hours, hourView{Bucket: instant(h.Start), Sent: h.Sent, Opened: h.Opened, Clicked: h.Clicked})
	}
	if c.Goal == nil || c.Status == campaign.Draft {
		return out, nil
	}
	measured, err := s.deps.Uplift.Measure(ctx, p.ID, uplift.Request{
		Campaign: c.ID, Event: c.Goal.Event, Value: c.Goal.Value, Days: c.Goal.Days, HoldoutShare: c.HoldoutPercent / 100,
	})
	if err != nil {
		return reportView{}, err
	}
	out.Arms, out.Lift, out.Verdict = &measured.Arms, &measured.Lift, measured.Verdict
	out.Incomplete, out.Open, out.Crossed, out.SampleRatio = measured.Incomplete, measured.Open, measured.Crossed, measured.SampleRatio
	return out, nil
}

type messageView struct {
	ID             string            `json:"id"`
	Person         analyse.PersonRow `json:"person"`
	Address        string            `json:"address" doc:"Masked"`
	Arm            string            `json:"arm"`
	Status         campaign.State    `json:"status"`
	Attempts       int               `json:"attempts"`
	Error          string            `json:"error"`
	SentAt         instant           `json:"sent_at"`
	FailedAt       instant           `json:"failed_at"`
	OpenedAt       instant           `json:"opened_at"`
	ClickedAt      instant           `json:"clicked_at"`
	UnsubscribedAt instant           `json:"unsubscribed_at"`
}

type messagesView struct {
	Messages []messageView `json:"messages"`
	Total    int           `json:"total"`
}

type messagesInput struct {
	WithID
	Page

	Status string `query:"status" doc:"queued, sent, unconfirmed, failed, held_out, suppressed, no_address, duplicate, cancelled, opened, clicked or unsubscribed; empty is all"`
	Query  string `query:"query" doc:"Part of the address or of the distinct id"`
}

func (s *Server) listMessages(ctx context.Context, in *messagesInput) (messagesView, error) {
	p := projectOf(ctx)
	c, err := s.deps.Campaigns.Get(ctx, p.ID, in.ID)
	if err != nil {
		return messagesView{}, err
	}
	list, total, err := s.deps.Campaigns.Messages(ctx, c, campaign.MessageFilter{Status: in.Status, Query: in.Query, Limit: in.Limit, Offset: in.Offset})
	if err != nil {
		return messagesView{}, err
	}
	persons := make([]person.Ordinal, 0, len(list))
	for _, m := range list {
		persons = append(persons, m.Person)
	}
	rows := s.deps.Analyser.Rows(asked(p), persons)
	if len(rows) != len(list) {
		return messagesView{}, fault.New(fault.Internal, "messages name persons that do not exist")
	}
	out := messagesView{Messages: make([]messageView, 0, len(list)), Total: total}
	for i, m := range list {
		out.Messages = append(out.Messages, messageView{
			ID: m.ID, Person: rows[i], Address: m.Address, Arm: m.Arm, Status: m.State, Attempts: m.Attempt, Error: m.Error,
			SentAt: instant(m.SentAt), FailedAt: instant(m.FailedAt), OpenedAt: instant(m.OpenedAt), ClickedAt: instant(m.ClickedAt), UnsubscribedAt: instant(m.UnsubscribedAt),
		})
	}
	return out, nil
}
