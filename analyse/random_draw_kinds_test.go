package analyse_test

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"

	"pgregory.net/rapid"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/query"
)

// crowd is a world of some hundred persons, so that blocks of persons and of rows
// fill up and end anywhere: the events of a small world, each done by many at
// other times, with the properties of others, or not at all.
func (d draw) crowd() *randomWorld {
	small := d.world()
	r := d.emptyWorld()
	r.ties = small.ties
	copies := d.int(20, 150)
	var batch []*event.Event
	seq := uint64(0)
	for i, e := range small.events {
		for n := range copies {
			dice := newDice(i, n)
			if dice.roll(4) == 0 {
				continue
			}
			seq++
			batch = append(batch, r.copyOf(e, small.events, n, copies, seq, dice))
		}
		if d.chance(15) {
			r.table.Apply(batch)
			r.table.View()
			batch = nil
		}
	}
	r.table.Apply(batch)
	r.sortEvents()
	for i, id := range []string{"seg_1", "seg_2"} {
		r.segments[id] = []string{}
		for n, p := range r.persons() {
			if newDice(i, n).roll(2) == 0 {
				r.segments[id] = append(r.segments[id], p)
			}
		}
	}
	return r
}

// copyOf lets the n-th double of a person do an event, and notes it in the world.
func (w *randomWorld) copyOf(e refEvent, all []refEvent, n, copies int, seq uint64, dice dice) *event.Event {
	who := double(e.person, n)
	at := e.time + int64(dice.roll(40)-20)*halfHour
	if !w.ties {
		at += int64(seq) % 1_000_000
	}
	props := event.Properties{}
	for name, v := range all[dice.roll(len(all))].props {
		props[name] = v
		if name == "by" && v.Kind != event.Bool {
			props[name] = event.Text(double(v.Text(), dice.roll(copies)))
		}
	}
	made := &event.Event{
		Seq: seq, ID: strconv.FormatUint(seq, 10), Project: "p", DistinctID: who, Known: true, Time: at, Name: e.name, Properties: props,
		Join: &event.Join{Kind: event.Identify, Other: "anon-" + who},
	}
	if dice.roll(3) == 0 {
		made.DistinctID, made.Known, made.Join = "anon-"+who, false, nil
	} else {
		w.ids[who] = who
	}
	w.ids["anon-"+who] = who
	if w.users[who] == nil {
		w.users[who] = event.Properties{}
	}
	if made.Known && dice.roll(3) == 0 {
		made.Profile = &event.Profile{Set: event.Properties{"city": props["p"]}}
		if props["p"].Kind != event.Missing {
			w.users[who]["city"] = props["p"]
		} else {
			made.Profile = nil
		}
	}
	w.events = append(w.events, refEvent{person: who, name: e.name, time: at, seq: int(seq), props: props})
	return made
}

// double names the n-th double of a person, also by an anonymous id.
func double(who string, n int) string {
	name, anonymous := strings.CutPrefix(who, "anon-")
	if name = fmt.Sprintf("%s-%d", name, n); anonymous {
		return "anon-" + name
	}
	return name
}

// dice are numbers that look random and are the same for the same event and double.
type dice struct{ state *uint64 }

func newDice(i, n int) dice {
	h := fnv.New64a()
	fmt.Fprint(h, i, " ", n)
	state := h.Sum64()
	return dice{&state}
}

func (d dice) roll(sides int) int {
	*d.state = *d.state*6364136223846793005 + 1442695040888963407
	return int(*d.state >> 33 % uint64(sides))
}

func (d draw) interval() query.Unit { return query.Unit(d.text("hour", "day", "day", "week", "month")) }

func (d draw) step() query.Step { return query.Step{Event: d.events(), Where: d.where()} }

func (d draw) growth() *query.Growth {
	return &query.Growth{Event: d.events(), Where: d.where(), Interval: d.interval()}
}

func (d draw) stickiness() *query.Stickiness {
	return &query.Stickiness{Event: d.events(), Where: d.where(), Interval: d.interval()}
}

func (d draw) distribution() *query.Distribution {
	q := &query.Distribution{
		Event: d.events(), Where: d.where(), Interval: query.Unit(d.text("hour", "day", "week", "month", query.WholeRange, query.WholeRange)),
		Measure: rapid.SampledFrom([]query.Measure{
			{Func: query.Count},
			{Func: query.Days},
			{Func: query.Sum, Property: "n"},
			{Func: query.Avg, Property: "n"},
			{Func: query.Min, Property: "n"},
			{Func: query.Max, Property: "n"},
			{Func: query.Distinct, Property: "p"},
		}).Draw(d.T, "measure"),
	}
	if d.chance(50) {
		edge := float64(d.int(-1, 2))
		for range d.int(1, 4) {
			q.Bins = append(q.Bins, edge)
			edge += float64(d.int(1, 4)) / 2
		}
	}
	return q
}

func (d draw) intervals() *query.Interval {
	q := &query.Interval{Start: d.step(), Interval: d.interval()}
	q.End = q.Start
	if d.chance(65) {
		q.End = d.step()
	}
	if d.chance(50) {
		q.Within = &query.Span{Value: d.int(1, 60), Unit: query.Hour}
	}
	return q
}

func (d draw) paths() *query.Paths {
	q := &query.Paths{
		Events: d.events(), By: d.text("", "", "p", "n"), Gap: rapid.SampledFrom([]int{29, 30, 60, 180, 2000}).Draw(d.T, "gap"),
		CollapseRepeats: d.chance(60), Steps: d.int(2, 6), NodeLimit: rapid.SampledFrom([]int{1, 2, 3, 50}).Draw(d.T, "limit"),
	}
	if d.chance(60) {
		q.Events = query.AnyEvent()
	}
	step := d.step()
	switch d.int(1, 4) {
	case 1:
		q.Start = &step
	case 2:
		q.End = &step
	}
	return q
}

func (d draw) attribution() *query.Attribution {
	q := &query.Attribution{
		Conversion: query.Conversion{Event: d.events(), Where: d.where(), Value: d.text("", "n", "n")},
		Touch:      query.Touch{Event: d.events(), Where: d.where(), By: d.text("p", "n", "n")},
		Lookback:   query.Span{Value: d.int(1, 100), Unit: query.Hour},
	}
	models := []string{
		query.ModelFirst, query.ModelLast, query.ModelLinear, query.ModelPosition, query.ModelTimeDecay, query.ModelMarkov,
		query.ModelShapley, query.ModelLastNonDirect,
	}
	for range d.int(1, 4) {
		if m := d.text(models...); !slices.Contains(q.Models, m) {
			q.Models = append(q.Models, m)
		}
	}
	return q
}

func (d draw) ltv() *query.LTV {
	return &query.LTV{
		Cohort: d.step(), Revenue: query.Revenue{Event: d.events(), Where: d.where(), Value: "n"},
		Interval: query.Unit(d.text("day", "day", "week", "month")), Periods: d.int(1, 5), ChurnDays: d.int(1, 4),
		Breakdown: d.breakdowns(2), BreakdownLimit: d.int(0, 3),
	}
}

func (d draw) referral() *query.Referral {
	return &query.Referral{
		Invite: d.step(), Join: query.Join{Event: d.events(), Where: d.where(), Inviter: "by"},
		Interval: query.Unit(d.text("", "hour", "day", "week", "month")),
	}
}
