package query

import (
	"encoding/json"

	"github.com/weirhq/weir/fault"
)

// Referral asks how persons bring in others.
//
// Invites and joins lie in the range. The property Join.Inviter holds, as text
// or as a number, a distinct id of the inviter; it is known when that id belongs
// to another person of the project, after merges. A person joins once: at its
// first join event in the range with a known inviter. These joins are the
// edges of a forest; a person's degree is 1 where its inviter did not join so
// itself, and else one more than the inviter's. Persons who invited each other in
// a circle have no degree.
//
// A filter limits whose events count, as activity, invites and joins; an inviter
// may be anybody.
type Referral struct {
	Invite   Step
	Join     Join
	Interval Unit // hour, day, week or month for invites and joins per interval; "" for none
}

// Join is the event by which a person joins, and the property that names its inviter.
type Join struct {
	Event   EventSet
	Where   *Condition
	Inviter string
}

// MaxDegree is the largest degree that a Referral counts.
const MaxDegree = 3

// Kind is "referral".
func (*Referral) Kind() string { return "referral" }

func readReferral(o *object) *Referral {
	q := &Referral{Invite: o.step("invite"), Interval: o.unit("interval", "")}
	if tree, ok := o.get("join"); ok {
		j := readObject(o.faults, o.at("join"), tree)
		q.Join = Join{Event: readEventSet(j, "event"), Where: j.readWhere("where"), Inviter: j.text("inviter")}
		j.done()
	}
	return q
}

// MarshalJSON writes the join as it is asked.
func (j Join) MarshalJSON() ([]byte, error) {
	out := map[string]any{"event": j.Event, "inviter": j.Inviter}
	addCondition(out, "where", j.Where)
	return json.Marshal(out)
}

func (q *Referral) fields() map[string]any {
	out := map[string]any{"invite": q.Invite, "join": q.Join}
	if q.Interval != "" {
		out["interval"] = q.Interval
	}
	return out
}

func (q *Referral) check(f *fault.List, r Range) {
	r.check(f, "range", true)
	q.Invite.check(f, "invite")
	q.Join.Event.check(f, "join.event")
	q.Join.Where.check(f, "join.where", true, 0)
	if q.Join.Inviter == "" {
		f.Add("join.inviter", "name the event property that holds an id of the inviter")
	}
	if q.Interval != "" {
		q.Interval.check(f, "interval", Hour, Day, Week, Month)
	}
}

// ReferralCell is the persons of a degree, those who invited (sent at least one
// invite in the range), or those who joined: one of the three.
type ReferralCell struct {
	Degree   int // 1 to MaxDegree
	Inviters bool
	Joined   bool
}

func readReferralCell(o *object) *ReferralCell {
	return &ReferralCell{Degree: o.whole("degree"), Inviters: o.flag("inviters"), Joined: o.flag("joined")}
}

func (c *ReferralCell) fields() map[string]any {
	switch {
	case c.Inviters:
		return map[string]any{"inviters": true}
	case c.Joined:
		return map[string]any{"joined": true}
	}
	return map[string]any{"degree": c.Degree}
}

func (q *Referral) checkCell(f *fault.List, cell Cell) {
	c, ok := cellOf[*ReferralCell](f, cell)
	if !ok {
		return
	}
	forms := 0
	for _, given := range []bool{c.Degree != 0, c.Inviters, c.Joined} {
		if given {
			forms++
		}
	}
	if forms != 1 || c.Degree < 0 || c.Degree > MaxDegree {
		f.Add("actors", "is one of a degree from 1 to %d, inviters, joined", MaxDegree)
	}
}
