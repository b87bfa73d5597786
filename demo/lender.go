package demo

import (
	"fmt"
	"math"
	"time"

	"github.com/weirhq/weir/event"
)

// Lender makes a consumer lender: applications, decisions, loans paid out,
// repayments in time and late, interest coupons, invites, push and mail.
func Lender(o Options) *World {
	o = o.withDefaults()
	w := &World{Key: "lender", NameZH: "堰上小贷", NameEN: "Weir Credit", Options: o, calendar: newCalendar(o)}
	w.plan = &plan{
		channels: []channel{
			{name: "organic", weight: 24, signUp: .6, keep: 100, spend: 1},
			{name: "app_store", weight: 22, signUp: .64, keep: 80, spend: 1, click: 3.2},
			{name: "short_video", weight: 18, signUp: .5, keep: 60, spend: .9, click: 2.1},
			{name: "partner_bank", weight: 12, signUp: .72, keep: 130, spend: 1.3, click: 1.5},
			{name: "invite", weight: 10, signUp: .8, keep: 120, spend: 1.1},
			{name: "loan_portal", weight: 14, signUp: .7, keep: 5, spend: .6, click: 5.5},
		},
		poor:          "loan_portal",
		cities:        []string{"Guangzhou", "Chongqing", "Hangzhou", "Suzhou", "Changsha", "Zhengzhou", "Qingdao", "Kunming"},
		cityPull:      []float64{18, 17, 15, 13, 12, 10, 8, 7},
		brokenVersion: "2.8.0", brokenCity: "Chongqing", brokenDay: o.Days - 30, brokenFactor: .3,
		campaignID: "cmp_demo_lender", campaignZH: "免息券唤醒邮件", campaignEN: "Interest-free mail",
		campaignDay: o.Days - 35, campaignHour: 11, holdout: .25, extraOrder: .06, goalDays: 14, goal: "apply",
		leaveReasons: []string{"rejected", "paid_off", "no_need"}, leaveWeights: []float64{4, 3, 3},
		leaveEvent:  map[string]string{"rejected": "application_rejected", "paid_off": "loan_closed"},
		emailDomain: "credit.example", idPrefix: "c", versionPeriod: 35,
	}
	w.generate, w.visit = lenderTimeline, lenderSession
	return w
}

var purposes = []string{"decoration", "education", "travel", "medical", "turnover", "shopping"}

// lenderTimeline makes all events of one customer of the lender.
func lenderTimeline(w *World, i int, out *timeline) {
	p := w.plan.visitor(w, i)
	landing(w, p, w.moment(p.rng, p.firstDay), out)
	if !p.registers {
		return
	}
	register(w, p, out)
	if p.rng.Float64() < .8 {
		at := p.lastSeen.Add(time.Duration(1+p.rng.IntN(20)) * time.Minute)
		out.add(p, "verify_identity", at, p.context(w, at))
	}
	for d := p.registerD; d < w.days; d++ {
		if d == p.leaveDay && p.leaves(w) {
			farewell(w, p, d, out)
		}
		if w.plan.active(w, p, d) {
			lenderSession(w, p, w.moment(p.rng, d), out)
		}
		weeklyPush(w, p, d, out)
	}
	campaign(w, p, out, application)
}

// lenderSession is one visit; one in seven ends in an application.
func lenderSession(w *World, p *visitor, at time.Time, out *timeline) {
	r := p.rng
	p.session = fmt.Sprintf("s-%d-%d", p.index, at.UnixMilli())
	out.add(p, "visit", at, p.context(w, at))
	at = at.Add(time.Duration(10+r.IntN(90)) * time.Second)
	out.add(p, "view_product", at, with(p.context(w, at), event.Properties{"product": event.Text([]string{"instalment", "credit_line", "car_loan"}[p.taste%3])}))
	if r.Float64() < .3 {
		at = at.Add(time.Duration(20+r.IntN(120)) * time.Second)
		out.add(p, "calculate", at, with(p.context(w, at), event.Properties{"months": event.Num(float64(3 * (1 + r.IntN(8))))}))
	}
	if r.Float64() < .14 {
		application(w, p, at.Add(time.Minute), out)
	}
	if r.Float64() < .02 {
		out.add(p, "invite", at.Add(2*time.Minute), with(p.context(w, at), event.Properties{"method": event.Text("link")}))
	}
}

// application runs one loan from the form to the last repayment.
func application(w *World, p *visitor, at time.Time, out *timeline) {
	r := p.rng
	if p.session == "" {
		p.session = fmt.Sprintf("s-%d-%d", p.index, at.UnixMilli())
	}
	months := 3 * (1 + r.IntN(4))
	amount := math.Round(2000*p.wealth*p.channel.spend*(1+4*r.Float64())/100) * 100
	loan := event.Properties{
		"loan_id": event.Text(fmt.Sprintf("l-%d-%d", p.index, at.UnixMilli())), "amount": event.Num(amount),
		"months": event.Num(float64(months)), "purpose": event.Text(purposes[p.taste]),
	}
	out.add(p, "apply", at, with(p.context(w, at), loan))
	at = at.Add(time.Duration(1+r.IntN(300)) * time.Minute)
	if score := 560 + 40*r.NormFloat64() + 60*(p.channel.spend-1); score < 545 {
		out.add(p, "reject", at, with(loan, event.Properties{"score": event.Num(math.Round(score)), "city": event.Text(p.city)}))
		return
	}
	out.add(p, "approve", at, with(loan, event.Properties{"city": event.Text(p.city)}))
	if r.Float64() > .83 {
		return
	}
	at = at.Add(time.Duration(5+r.IntN(2000)) * time.Minute)
	out.add(p, "sign_contract", at, with(p.context(w, at), loan))
	at = at.Add(time.Duration(10+r.IntN(120)) * time.Minute)
	out.add(p, "disburse", at, with(loan, event.Properties{"city": event.Text(p.city)}))
	repayments(w, p, at, months, amount, loan, out)
}

// repayments are the instalments until the end of history; some are late, with a
// reminder 2, 5, 7 and 15 days after they were due.
func repayments(w *World, p *visitor, from time.Time, months int, amount float64, loan event.Properties, out *timeline) {
	r := p.rng
	late := .06 + .1*r.Float64()
	if p.channel.name == w.plan.poor {
		late += .2
	}
	for m := 1; m <= months; m++ {
		due := from.AddDate(0, m, 0)
		if due.After(w.until) {
			return
		}
		days := 0
		if r.Float64() < late {
			days = 1 + int(r.ExpFloat64()*6)
		}
		for _, n := range []int{2, 5, 7, 15} {
			if days >= n {
				at := due.AddDate(0, 0, n)
				out.add(p, event.NameMessageSent, at, event.Properties{
					"channel": event.Text("sms"), "campaign": event.Text("repayment_reminder"), "day": event.Num(float64(n)),
					"message_id": event.Text(fmt.Sprintf("rem-%d-%d-%d", p.index, at.UnixMilli(), n)),
				})
			}
		}
		paid := due.AddDate(0, 0, days).Add(time.Duration(r.IntN(600)) * time.Minute)
		out.add(p, "repayment", paid, event.Properties{
			"loan_id": loan["loan_id"], "amount": event.Num(cents(amount / float64(months) * 1.012)),
			"days_late": event.Num(float64(days)), "instalment": event.Num(float64(m)), "city": event.Text(p.city), "platform": event.Text(p.platform),
		})
	}
}
