package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/weirhq/weir/account"
	"github.com/weirhq/weir/demo"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/reach/campaign"
	"github.com/weirhq/weir/reach/template"
	"github.com/weirhq/weir/segment"
	"github.com/weirhq/weir/store/columns"
)

// demoSegments are the segments that a demo project begins with, by world.
var demoSegments = map[string][]demoSegment{
	"shop": {
		{
			"加购未支付 · Left in the cart", "近 30 天加过购物车、没有支付。Added to the cart within 30 days and did not pay.",
			`{"all":[{"did":{"event":"add_to_cart","within":{"last":30,"unit":"day"}}},{"did_not":{"event":"order_paid","within":{"last":30,"unit":"day"}}}]}`,
		},
		{
			"沉睡的老客 · Sleeping customers", "买过，但 45 天没来。Bought before, not seen for 45 days.",
			`{"all":[{"did":{"event":"order_paid"}},{"did_not":{"event":"*","within":{"last":45,"unit":"day"}}}]}`,
		},
		{"有邮箱的用户 · Reachable by e-mail", "可以用邮件触达。Can be written to.", `{"user":"email","op":"is_set"}`},
	},
	"lender": {
		{
			"获批未签约 · Approved, not signed", "审批通过、没有签约。Approved and did not sign.",
			`{"all":[{"did":{"event":"approve"}},{"did_not":{"event":"sign_contract"}}]}`,
		},
		{
			"曾逾期 · Late at least once", "有过逾期还款。Repaid late at least once.",
			`{"did":{"event":"repayment","where":{"property":"days_late","op":"gt","value":0}}}`,
		},
		{"有邮箱的用户 · Reachable by e-mail", "可以用邮件触达。Can be written to.", `{"user":"email","op":"is_set"}`},
	},
}

type demoSegment struct{ name, description, condition string }

// pastMessages collects what the planted campaign did to each person while a
// world's events go by.
type pastMessages struct {
	campaign string
	order    []string
	byPerson map[string]*campaign.PastMessage
}

func newPastMessages(campaignID string) *pastMessages {
	return &pastMessages{campaign: campaignID, byPerson: map[string]*campaign.PastMessage{}}
}

func (p *pastMessages) see(e *event.Event) {
	if e.Properties["campaign_id"].Str != p.campaign {
		return
	}
	m := p.byPerson[e.DistinctID]
	if m == nil {
		m = &campaign.PastMessage{ID: p.campaign + "-" + e.DistinctID, DistinctID: e.DistinctID}
		p.byPerson[e.DistinctID] = m
		p.order = append(p.order, e.DistinctID)
	}
	at := time.UnixMilli(e.Time)
	switch e.Name {
	case event.NameCampaignEntered:
		m.Holdout = e.Properties["arm"].Str == "holdout"
	case event.NameMessageSent:
		m.SentAt = at
	case event.NameMessageOpened:
		m.OpenedAt = at
	case event.NameMessageClicked:
		m.ClickedAt, m.ClickedURL = at, e.Properties["url"].Str
	}
}

// list gives the messages with their persons and addresses.
func (p *pastMessages) list(people *columns.People) []campaign.PastMessage {
	var out []campaign.PastMessage
	taken := map[person.Ordinal]bool{}
	for _, id := range p.order {
		o, ok := people.Find(id)
		if !ok || taken[o] {
			continue
		}
		taken[o] = true
		m := *p.byPerson[id]
		m.Person, m.Address = o, people.Profile(o)["email"].Str
		out = append(out, m)
	}
	return out
}

// furnish gives a filled demo project its segments and the planted campaign. It
// may be called again: what is there is left as it is.
func (a *App) furnish(ctx context.Context, project string, world *demo.World, messages *pastMessages) error {
	p, err := a.accounts.Project(project)
	if err != nil {
		return fmt.Errorf("find the demo project: %w", err)
	}
	reachable := ""
	for _, want := range demoSegments[world.Key] {
		s, err := a.demoSegment(ctx, p, want)
		if err != nil {
			return fmt.Errorf("make a demo segment: %w", err)
		}
		reachable = s.ID
	}
	effect := world.Truth().Campaign
	past := campaign.Past{
		ID: effect.ID, SentAt: effect.SentAt, FinishedAt: effect.SentAt.Add(20 * time.Minute),
		Messages: messages.list(a.columns.Table(project).View().People()),
		Input: campaign.Input{
			Name: effect.NameZH + " · " + effect.NameEN, Segment: reachable, HoldoutPercent: effect.HoldoutShare * 100,
			Goal: &campaign.Goal{Event: effect.Goal, Value: "amount", Days: effect.GoalDays},
			Content: template.Content{
				Subject: "{{ person.name }}，好久不见",
				HTML:    "<p>{{ person.name }}，您好！</p>\n<p>好久不见，我们为您留了一份心意：<a href=\"" + world.CampaignLink() + "\">回来看看</a></p>\n<p><a href=\"{{ unsubscribe_url }}\">退订</a></p>\n",
			},
		},
	}
	return a.stages.campaign.Record(ctx, project, past)
}

// demoSegment finds a segment by its name, or makes it.
func (a *App) demoSegment(ctx context.Context, p account.Project, want demoSegment) (segment.Segment, error) {
	project := asked(p)
	list, err := a.stages.segments.List(ctx, project)
	if err != nil {
		return segment.Segment{}, err
	}
	if i := slices.IndexFunc(list, func(s segment.Segment) bool { return s.Name == want.name }); i >= 0 {
		return list[i], nil
	}
	draft, err := segment.ParseDraft(fmt.Appendf(nil, `{"name":%q,"description":%q,"condition":%s}`, want.name, want.description, want.condition))
	if err != nil {
		return segment.Segment{}, err
	}
	return a.stages.segments.Create(ctx, project, draft)
}
