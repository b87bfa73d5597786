package api

import (
	"context"

	"github.com/weirhq/weir/analyse"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/reach/campaign"
	"github.com/weirhq/weir/reach/template"
)

type campaignView struct {
	ID             string          `json:"id"`
	Name           string          `json:"name"`
	Status         campaign.Status `json:"status" enum:"draft,sending,paused,done,cancelled"`
	Problem        string          `json:"problem" doc:"Why it was paused or does not go on; empty when all is well"`
	Segment        string          `json:"segment"`
	Subject        string          `json:"subject"`
	HTML           string          `json:"html"`
	Text           string          `json:"text"`
	HoldoutPercent float64         `json:"holdout_percent"`
	Goal           *campaign.Goal  `json:"goal"`
	RatePerMinute  int             `json:"rate_per_minute"`
	Counts         campaign.Counts `json:"counts"`
	CreatedAt      instant         `json:"created_at"`
	UpdatedAt      instant         `json:"updated_at"`
	StartedAt      instant         `json:"started_at"`
	FinishedAt     instant         `json:"finished_at"`
}

func (s *Server) viewCampaign(ctx context.Context, c *campaign.Campaign) (campaignView, error) {
	counts, err := s.deps.Campaigns.Counts(ctx, c)
	return campaignView{
		ID: c.ID, Name: c.Name, Status: c.Status, Problem: c.Problem, Segment: c.Segment,
		Subject: c.Content.Subject, HTML: c.Content.HTML, Text: c.Content.Text,
		HoldoutPercent: c.HoldoutPercent, Goal: c.Goal, RatePerMinute: c.RatePerMinute, Counts: counts,
		CreatedAt: instant(c.CreatedAt), UpdatedAt: instant(c.UpdatedAt), StartedAt: instant(c.StartedAt), FinishedAt: instant(c.FinishedAt),
	}, err
}

type campaignsView struct {
	Campaigns []campaignView `json:"campaigns"`
}

func (s *Server) listCampaigns(ctx context.Context, _ *projectOnly) (campaignsView, error) {
	list, err := s.deps.Campaigns.List(ctx, projectOf(ctx).ID)
	out := campaignsView{Campaigns: make([]campaignView, 0, len(list))}
	for _, c := range list {
		v, err := s.viewCampaign(ctx, c)
		if err != nil {
			return out, err
		}
		out.Campaigns = append(out.Campaigns, v)
	}
	return out, err
}

// campaignChange is what an operator writes; a field that is left out stays.
type campaignChange struct {
	Name           *string        `json:"name,omitempty"`
	Segment        *string        `json:"segment,omitempty" doc:"Id of the segment it goes to"`
	Subject        *string        `json:"subject,omitempty" doc:"Liquid"`
	HTML           *string        `json:"html,omitempty" doc:"Liquid; every output is escaped"`
	Text           *string        `json:"text,omitempty" doc:"Liquid; derived from html when empty"`
	HoldoutPercent *float64       `json:"holdout_percent,omitempty" doc:"0 to 90: the share that is left alone, to compare with"`
	Goal           *campaign.Goal `json:"goal,omitempty"`
	NoGoal         bool           `json:"no_goal,omitempty" doc:"Take the goal away"`
	RatePerMinute  *int           `json:"rate_per_minute,omitempty" doc:"0: only the channel's own limit"`
}

// defaultHoldout is the share left alone when nobody says, in percent.
const defaultHoldout = 10

// over gives the input with the change applied.
func (c campaignChange) over(in campaign.Input) campaign.Input {
	set(&in.Name, c.Name)
	set(&in.Segment, c.Segment)
	set(&in.Content.Subject, c.Subject)
	set(&in.Content.HTML, c.HTML)
	set(&in.Content.Text, c.Text)
	set(&in.HoldoutPercent, c.HoldoutPercent)
	set(&in.RatePerMinute, c.RatePerMinute)
	if c.Goal != nil {
		in.Goal = c.Goal
	}
	if c.NoGoal {
		in.Goal = nil
	}
	return in
}

func set[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}

type newCampaignInput struct {
	InProject

	Body campaignChange
}

// knownSegment refuses a segment that is not of this project while somebody is
// there to choose another, and not when sending begins.
func (s *Server) knownSegment(ctx context.Context, segment *string) error {
	if segment == nil || *segment == "" {
		return nil // a draft may be without one
	}
	_, err := s.deps.Segments.Get(ctx, asked(projectOf(ctx)), *segment)
	if fault.KindOf(err) != fault.NotFound {
		return err
	}
	var faults fault.List
	faults.Add("segment", "there is no segment %s in this project", *segment)
	return faults.Err("the campaign cannot be stored like this")
}

func (s *Server) postCampaign(ctx context.Context, in *newCampaignInput) (campaignView, error) {
	if err := s.knownSegment(ctx, in.Body.Segment); err != nil {
		return campaignView{}, err
	}
	c, err := s.deps.Campaigns.Create(ctx, projectOf(ctx).ID, in.Body.over(campaign.Input{HoldoutPercent: defaultHoldout}))
	if err != nil {
		return campaignView{}, err
	}
	return s.viewCampaign(ctx, c)
}

func (s *Server) getCampaign(ctx context.Context, in *WithID) (campaignView, error) {
	c, err := s.deps.Campaigns.Get(ctx, projectOf(ctx).ID, in.ID)
	if err != nil {
		return campaignView{}, err
	}
	return s.viewCampaign(ctx, c)
}

type changeCampaignInput struct {
	WithID

	Body campaignChange
}

func (s *Server) patchCampaign(ctx context.Context, in *changeCampaignInput) (campaignView, error) {
	project := projectOf(ctx).ID
	old, err := s.deps.Campaigns.Get(ctx, project, in.ID)
	if err != nil {
		return campaignView{}, err
	}
	if err := s.knownSegment(ctx, in.Body.Segment); err != nil {
		return campaignView{}, err
	}
	c, err := s.deps.Campaigns.Update(ctx, project, in.ID, in.Body.over(old.Input))
	if err != nil {
		return campaignView{}, err
	}
	return s.viewCampaign(ctx, c)
}

func (s *Server) deleteCampaign(ctx context.Context, in *WithID) (done, error) {
	return done{OK: true}, s.deps.Campaigns.Delete(ctx, projectOf(ctx).ID, in.ID)
}

func (s *Server) postAudience(ctx context.Context, in *WithID) (campaign.Estimate, error) {
	e, err := s.deps.Campaigns.Estimate(ctx, projectOf(ctx).ID, in.ID)
	if err != nil {
		return campaign.Estimate{}, err
	}
	return *e, nil
}

// campaignStep is one of the changes of a campaign's status.
type campaignStepFunc func(ctx context.Context, project, campaignID string) (*campaign.Campaign, error)

// moveCampaign makes the handler of a change of status.
func (s *Server) moveCampaign(step func(*campaign.Service) campaignStepFunc) func(context.Context, *WithID) (campaignView, error) {
	return func(ctx context.Context, in *WithID) (campaignView, error) {
		c, err := step(s.deps.Campaigns)(ctx, projectOf(ctx).ID, in.ID)
		if err != nil {
			return campaignView{}, err
		}
		return s.viewCampaign(ctx, c)
	}
}

func sendCampaign(c *campaign.Service) campaignStepFunc   { return c.Send }
func pauseCampaign(c *campaign.Service) campaignStepFunc  { return c.Pause }
func resumeCampaign(c *campaign.Service) campaignStepFunc { return c.Resume }
func cancelCampaign(c *campaign.Service) campaignStepFunc { return c.Cancel }

type testCampaignInput struct {
	WithID

	Body struct {
		To     string `json:"to" doc:"Where the test goes"`
		Person string `json:"person,omitempty" doc:"For whom it is made: a person's id or one of its distinct ids"`
	}
}

func (s *Server) postCampaignTest(ctx context.Context, in *testCampaignInput) (done, error) {
	return done{OK: true}, s.deps.Campaigns.Test(ctx, projectOf(ctx).ID, in.ID, in.Body.To, in.Body.Person)
}

type previewInput struct {
	InProject

	Body struct {
		Subject string `json:"subject,omitempty"`
		HTML    string `json:"html,omitempty"`
		Text    string `json:"text,omitempty"`
		Person  string `json:"person,omitempty" doc:"A person's id or one of its distinct ids; without it every property is missing"`
	}
}

type previewView struct {
	Subject string             `json:"subject"`
	HTML    string             `json:"html"`
	Text    string             `json:"text"`
	Errors  []template.Problem `json:"errors"`
	Person  *analyse.PersonRow `json:"person"`
}

func (s *Server) postPreview(ctx context.Context, in *previewInput) (previewView, error) {
	p := projectOf(ctx)
	preview, err := s.deps.Campaigns.Preview(ctx, p.ID, template.Content{Subject: in.Body.Subject, HTML: in.Body.HTML, Text: in.Body.Text}, in.Body.Person)
	if err != nil {
		return previewView{}, err
	}
	out := previewView{Subject: preview.Content.Subject, HTML: preview.Content.HTML, Text: preview.Content.Text, Errors: preview.Problems}
	if preview.Person != nil {
		for _, row := range s.deps.Analyser.Rows(asked(p), []person.Ordinal{preview.Person.Person}) {
			out.Person = &row
		}
	}
	return out, nil
}

type suppressionView struct {
	Address   string          `json:"address"`
	Reason    campaign.Reason `json:"reason" enum:"unsubscribed,bounced,manual"`
	Campaign  string          `json:"campaign" doc:"The campaign it came from; empty for none"`
	CreatedAt instant         `json:"created_at"`
}

type suppressionsView struct {
	Suppressions []suppressionView `json:"suppressions"`
	Total        int               `json:"total"`
}

type searchInput struct {
	InProject
	Page

	Query string `query:"query" doc:"Part of what is looked for"`
}

func (s *Server) listSuppressions(ctx context.Context, in *searchInput) (suppressionsView, error) {
	list, total, err := s.deps.Campaigns.Suppressions(ctx, projectOf(ctx).ID, in.Query, in.Limit, in.Offset)
	out := suppressionsView{Suppressions: make([]suppressionView, 0, len(list)), Total: total}
	for _, x := range list {
		out.Suppressions = append(out.Suppressions, suppressionView{Address: x.Address, Reason: x.Reason, Campaign: x.CampaignID, CreatedAt: instant(x.CreatedAt)})
	}
	return out, err
}

type addressInput struct {
	InProject

	Body struct {
		Address string `json:"address"`
	}
}

func (s *Server) postSuppression(ctx context.Context, in *addressInput) (done, error) {
	return done{OK: true}, s.deps.Campaigns.Suppress(ctx, projectOf(ctx).ID, in.Body.Address)
}

type addressQuery struct {
	InProject

	Address string `query:"address" required:"true" doc:"The address to take off the list"`
}

func (s *Server) deleteSuppression(ctx context.Context, in *addressQuery) (done, error) {
	return done{OK: true}, s.deps.Campaigns.Unsuppress(ctx, projectOf(ctx).ID, in.Address)
}
