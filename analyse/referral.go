package analyse

import (
	"context"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/analyse/internal/kernel"
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/query"
)

// referralPlan is a question about referrals, ready for the kernel.
type referralPlan struct {
	k     kernel.Referral
	spans *intervals // nil where nothing is asked per interval
}

func (s *asking) planReferral(ctx context.Context, q *query.Referral, r query.Range) (*referralPlan, error) {
	plan := &referralPlan{k: kernel.Referral{Inviter: q.Join.Inviter}}
	var err error
	if plan.k.From, plan.k.To, err = s.bounds(r); err != nil {
		return nil, err
	}
	if q.Interval != "" {
		if plan.spans, err = s.intervals(q.Interval, plan.k.From, plan.k.To); err != nil {
			return nil, err
		}
		plan.k.Buckets = plan.spans.buckets()
	}
	compile := s.compiler(ctx)
	if plan.k.Invite, err = compile.Matcher(q.Invite.Event, q.Invite.Where); err != nil {
		return nil, err
	}
	if plan.k.Join, err = compile.Matcher(q.Join.Event, q.Join.Where); err != nil {
		return nil, err
	}
	plan.k.Activity, err = compile.Matcher(query.AnyEvent(), nil)
	return plan, err
}

func (s *asking) referral(ctx context.Context, q *query.Referral, r query.Range) (*ReferralAnswer, error) {
	plan, err := s.planReferral(ctx, q, r)
	if err != nil {
		return nil, err
	}
	counted, err := s.source.Referral(ctx, plan.k)
	if err != nil {
		return nil, err
	}
	answer := &ReferralAnswer{
		Active: counted.Active, Inviters: counted.Inviters, Invites: counted.Invites, Joined: counted.Joined,
		InvitesPerActive: per(float64(counted.Invites), counted.Active), Conversion: per(float64(counted.Joined), counted.Invites),
		CycleMedian: None(), Top: []TopInviter{},
	}
	answer.K = answer.InvitesPerActive * answer.Conversion // none where one of them is
	if counted.Cycles > 0 {
		answer.CycleMedian = Number(counted.Cycle / 1000)
	}
	for i, n := range counted.Degrees {
		answer.Degrees = append(answer.Degrees, ReferralDegree{Degree: i + 1, Persons: n})
	}
	people := s.view.People()
	for _, t := range counted.Top {
		answer.Top = append(answer.Top, TopInviter{
			Person: person.PublicID(t.Person), Name: displayName(people, t.Person), Invites: t.Invites, Joined: t.Joined, Reached: t.Reached,
		})
	}
	s.referralIntervals(plan, counted, answer)
	answer.Meta.Incomplete = !s.passed(plan.k.To)
	return answer, nil
}

func (s *asking) referralIntervals(plan *referralPlan, counted *kernel.ReferralAnswer, answer *ReferralAnswer) {
	if plan.spans == nil {
		return
	}
	answer.Buckets = plan.spans.labels()
	answer.PerInterval = &ReferralSeries{Invites: counted.InvitesIn, Joined: counted.JoinIn}
	for i := range answer.Buckets {
		answer.Incomplete = append(answer.Incomplete, !s.passed(plan.k.Buckets.Starts[i+1]))
	}
}

// referralPersons gives the persons of a degree, those who invited or those who joined.
func (s *asking) referralPersons(ctx context.Context, q *query.Referral, r query.Range, c *query.ReferralCell) (*roaring.Bitmap, error) {
	plan, err := s.planReferral(ctx, q, r)
	if err != nil {
		return nil, err
	}
	return s.source.ReferralPersons(ctx, plan.k, kernel.ReferralTarget{Degree: c.Degree, Inviters: c.Inviters, Joined: c.Joined})
}
