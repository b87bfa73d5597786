package demo

import (
	"fmt"
	"time"

	"github.com/weirhq/weir/event"
)

// farewell is what happens before a person leaves, where there is a reason to see.
func farewell(w *World, p *visitor, day int, out *timeline) {
	name := w.plan.leaveEvent[p.reason]
	if name == "" {
		return
	}
	at := w.moment(p.rng, day)
	p.session = ""
	props := p.context(w, at)
	delete(props, "$session_id")
	switch name {
	case "delivery_late":
		props["days_late"] = event.Num(float64(2 + p.rng.IntN(6)))
	case "order_refunded", "application_rejected":
		props["reason"] = event.Text([]string{"quality", "wrong_item", "score"}[p.rng.IntN(3)])
	}
	out.add(p, name, at, props)
}

// weeklyPush is a message every Friday to those who are still about; a few open it.
func weeklyPush(w *World, p *visitor, day int, out *timeline) {
	if w.day(day).Weekday() != time.Friday || day <= p.registerD || day > p.leaveDay+21 || !p.app() {
		return
	}
	at := w.day(day).Add(17*time.Hour + time.Duration(p.rng.IntN(1800))*time.Second)
	message := event.Properties{
		"channel": event.Text("push"), "campaign": event.Text("friday_push"),
		"message_id": event.Text(fmt.Sprintf("push-%s-%d-%d", w.Key, p.index, day)),
	}
	out.add(p, event.NameMessageSent, at, message)
	if day <= p.leaveDay && p.rng.Float64() < .06 {
		out.add(p, event.NameMessageOpened, at.Add(time.Duration(1+p.rng.IntN(180))*time.Minute), message)
	}
}

// campaign plants the mail with a hold-out: everyone who signed up two weeks
// before is dealt an arm at random, and the treated have an added chance of a
// conversion that would not have come by itself.
func campaign(w *World, p *visitor, out *timeline, convert func(*World, *visitor, time.Time, *timeline)) {
	pl, effect := w.plan, &w.truth.Campaign
	sent := pl.sentAt(w)
	if p.registerD > pl.campaignDay-14 || sent.After(w.until) {
		return
	}
	arm := "treatment"
	if p.holdout {
		arm = "holdout"
	}
	props := event.Properties{"campaign_id": event.Text(pl.campaignID), "campaign": event.Text(pl.campaignEN), "arm": event.Text(arm)}
	natural := convertsWithin(out.events, pl.goal, sent, pl.goalDays)
	out.add(p, event.NameCampaignEntered, sent, props)
	if p.holdout {
		effect.Holdout++
		return
	}
	effect.Treatment++
	mail(w, p, sent, out)
	if !natural && p.draw < pl.extraOrder {
		at := sent.Add(time.Duration(2+p.rng.IntN(pl.goalDays*24-4)) * time.Hour)
		convert(w, p, at, out)
		if !at.Add(time.Hour).After(w.until) {
			effect.ExtraConverters++
		}
	}
	effect.TrueLift = float64(effect.ExtraConverters) / float64(effect.Treatment)
}

// mail is the message of the planted campaign and what the person does with it.
func mail(w *World, p *visitor, sent time.Time, out *timeline) {
	at := sent.Add(time.Duration(p.rng.IntN(1200)) * time.Second)
	message := event.Properties{
		"channel": event.Text("email"), "campaign_id": event.Text(w.plan.campaignID), "campaign": event.Text(w.plan.campaignEN),
		"message_id": event.Text(fmt.Sprintf("%s-%d", w.plan.campaignID, p.index)),
	}
	out.add(p, event.NameMessageSent, at, message)
	if p.rng.Float64() > .34 {
		return
	}
	at = at.Add(time.Duration(5+p.rng.IntN(600)) * time.Minute)
	out.add(p, event.NameMessageOpened, at, message)
	if p.rng.Float64() < .3 {
		out.add(p, event.NameMessageClicked, at.Add(30*time.Second), with(message, event.Properties{"url": event.Text(w.CampaignLink())}))
	}
}

// convertsWithin says whether the goal event is there within days of an instant.
func convertsWithin(events []*event.Event, goal string, from time.Time, days int) bool {
	lo, hi := from.UnixMilli(), from.AddDate(0, 0, days).UnixMilli()
	for _, e := range events {
		if e.Name == goal && e.Time >= lo && e.Time <= hi {
			return true
		}
	}
	return false
}
