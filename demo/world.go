package demo

import (
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"time"

	"github.com/weirhq/weir/event"
)

// Options say which world to make.
type Options struct {
	Seed    uint64         // any number; equal seeds give equal worlds
	Until   time.Time      // the end of history; no event is later
	Days    int            // length of history, 30 to 720; 180 when 0
	Persons int            // visitors over all of history, at least 200; 8000 when 0
	Zone    *time.Location // days and habits are local to it; Asia/Shanghai when nil
}

func (o Options) withDefaults() Options {
	if o.Days == 0 {
		o.Days = 180
	}
	if o.Persons == 0 {
		o.Persons = 8000
	}
	if o.Zone == nil {
		o.Zone = time.FixedZone("Asia/Shanghai", 8*3600)
	}
	return o
}

// World is one made-up company.
type World struct {
	Key     string // «shop» or «lender»
	NameZH  string
	NameEN  string
	Options Options
	calendar
	plan     *plan
	truth    Truth
	generate func(w *World, i int, out *timeline)
	visit    func(w *World, p *visitor, at time.Time, out *timeline)
}

// calendar turns days of the world (0 … Days−1) into instants.
type calendar struct {
	first time.Time // local midnight of day 0
	until time.Time
	days  int
}

func newCalendar(o Options) calendar {
	end := o.Until.In(o.Zone)
	last := time.Date(end.Year(), end.Month(), end.Day(), 0, 0, 0, 0, o.Zone)
	return calendar{first: last.AddDate(0, 0, 1-o.Days), until: o.Until, days: o.Days}
}

// day gives local midnight of a day.
func (c calendar) day(d int) time.Time { return c.first.AddDate(0, 0, d) }

// date gives a day as «2026-01-31».
func (c calendar) date(d int) string { return c.day(d).Format(time.DateOnly) }

// Events calls yield for every event, person by person. It stops at the first
// error and returns it. After it has returned nil, Truth is complete.
func (w *World) Events(yield func(*event.Event) error) error {
	w.truth = w.plan.truth(w)
	for i := range w.Options.Persons {
		out := &timeline{world: w}
		w.generate(w, i, out)
		for _, e := range out.events {
			if e.Time > w.until.UnixMilli() {
				continue
			}
			w.truth.Totals.add(e)
			if err := yield(e); err != nil {
				return err
			}
		}
	}
	return nil
}

// Truth is what was planted, complete once Events has returned.
func (w *World) Truth() Truth { return w.truth }

// PlantedCampaign is the campaign_id that the planted campaign's events have.
func (w *World) PlantedCampaign() string { return w.plan.campaignID }

// CampaignLink is where the planted campaign's message leads.
func (w *World) CampaignLink() string { return "https://" + w.plan.emailDomain + "/welcome-back" }

// Visit gives the events of one more session, which ends at an instant after
// the end of history, of a signed-up person drawn by n: what keeps a
// demonstration alive.
func (w *World) Visit(n uint64, ends time.Time) []*event.Event {
	r := w.random("live", n)
	p := w.plan.visitor(w, r.IntN(w.Options.Persons))
	for range 100 {
		if p.registers && p.registerD < w.days && !p.leaves(w) {
			break
		}
		p = w.plan.visitor(w, r.IntN(w.Options.Persons))
	}
	p.rng = r
	p.signedIn = true
	out := &timeline{world: w, live: n}
	w.visit(w, p, ends, out)
	// A lender's application goes on for days after the visit; that has not happened yet.
	visit := out.events[:0]
	for _, e := range out.events {
		if e.Time <= ends.Add(time.Hour).UnixMilli() {
			visit = append(visit, e)
		}
	}
	late := visit[len(visit)-1].Time - ends.UnixMilli()
	for _, e := range visit {
		e.Time -= late
	}
	return visit
}

// random gives the generator of one stream of the world.
func (w *World) random(stream string, n uint64) *rand.Rand {
	h := fnv.New64a()
	_, _ = fmt.Fprintf(h, "%s/%s/%d", w.Key, stream, n)     // a hash never fails
	return rand.New(rand.NewPCG(w.Options.Seed, h.Sum64())) //nolint:gosec // a made-up world must come out the same every time
}

// timeline collects the events of one person and gives them ids.
type timeline struct {
	world  *World
	live   uint64
	events []*event.Event
}

// add appends an event of the visitor at an instant.
func (t *timeline) add(p *visitor, name string, at time.Time, props event.Properties) *event.Event {
	if props == nil {
		props = event.Properties{}
	}
	id := fmt.Sprintf("demo-%s-%x-%d-%d", t.world.Key, t.world.Options.Seed, p.index, len(t.events))
	if t.live != 0 {
		id = fmt.Sprintf("demo-%s-live-%d-%d-%d", t.world.Key, at.UnixMilli(), t.live, len(t.events))
	}
	e := &event.Event{ID: id, Name: name, Time: at.UnixMilli(), DistinctID: p.anonymous, Properties: props, Protocol: "demo"}
	if p.signedIn {
		e.DistinctID, e.Known = p.id, true
	}
	t.events = append(t.events, e)
	return e
}

// context are the properties that every event of a visitor has.
func (p *visitor) context(w *World, at time.Time) event.Properties {
	props := event.Properties{
		"platform": event.Text(p.platform), "city": event.Text(p.city),
		"$session_id": event.Text(p.session),
	}
	if p.app() {
		props["app_version"] = event.Text(w.plan.version(p, w.dayOf(at)))
	}
	return props
}

// with copies properties and adds more.
func with(base event.Properties, more event.Properties) event.Properties {
	out := make(event.Properties, len(base)+len(more))
	for k, v := range base {
		out[k] = v
	}
	for k, v := range more {
		out[k] = v
	}
	return out
}

// dayOf gives the day of the world in which an instant lies.
func (c calendar) dayOf(at time.Time) int {
	return int(math.Floor(at.Sub(c.first).Hours() / 24))
}

// pick draws an index by weights.
func pick(r *rand.Rand, weights []float64) int {
	total := 0.0
	for _, w := range weights {
		total += w
	}
	x := r.Float64() * total
	for i, w := range weights {
		if x -= w; x < 0 {
			return i
		}
	}
	return len(weights) - 1
}

// cents rounds money to two decimals.
func cents(x float64) float64 { return math.Round(x*100) / 100 }

// hours are the weights of the hours of a day: a morning, a noon and an evening peak.
var hours = []float64{2, 1, .5, .3, .3, .6, 2, 4, 6, 6, 6, 7, 9, 8, 6, 6, 6, 7, 8, 10, 13, 14, 11, 6}

// moment draws an instant of a day by people's habits.
func (c calendar) moment(r *rand.Rand, day int) time.Time {
	seconds := pick(r, hours)*3600 + r.IntN(3600)
	return c.day(day).Add(time.Duration(seconds)*time.Second + time.Duration(r.IntN(1000))*time.Millisecond)
}
