package demo

import (
	"time"

	"github.com/weirhq/weir/event"
)

// Truth is what a world planted; it is written beside the data as JSON.
type Truth struct {
	World    string         `json:"world"`
	Seed     uint64         `json:"seed"`
	From     string         `json:"from"`  // first local day
	Until    time.Time      `json:"until"` // end of history
	Totals   Totals         `json:"totals"`
	Poor     PoorChannel    `json:"poor_channel"`
	Drop     Drop           `json:"drop"`
	Leavers  []Leaver       `json:"leavers"` // persons who leave within history
	Campaign CampaignEffect `json:"campaign"`
	Costs    []Cost         `json:"costs"`
}

// Totals counts what was made.
type Totals struct {
	Events  int            `json:"events"`
	ByName  map[string]int `json:"by_name"`
	Revenue float64        `json:"revenue"`
}

func (t *Totals) add(e *event.Event) {
	if t.ByName == nil {
		t.ByName = map[string]int{}
	}
	t.Events++
	t.ByName[e.Name]++
	if e.Name == "order_paid" || e.Name == "repayment" {
		t.Revenue = cents(t.Revenue + e.Properties["amount"].Num)
	}
}

// PoorChannel is the channel to stop paying for.
type PoorChannel struct {
	Channel    string  `json:"channel"`
	Visitors   int     `json:"visitors"`
	Registered int     `json:"registered"`
	Cost       float64 `json:"cost"`
	KeepDays   float64 `json:"keep_days"` // mean days of life after registration
}

// Drop is the loss of active persons and its only cause.
type Drop struct {
	AppVersion string  `json:"app_version"`
	City       string  `json:"city"`
	Since      string  `json:"since"`  // local day of the release
	Factor     float64 `json:"factor"` // activity of those hit is multiplied by it
}

// Leaver is a person who leaves, and why.
type Leaver struct {
	ID      string `json:"id"`
	Reason  string `json:"reason"`
	LastDay string `json:"last_day"` // no activity after this local day
}

// CampaignEffect is the planted campaign: assignment was random, and each
// treated person had an added chance of one more order.
type CampaignEffect struct {
	ID              string    `json:"id"`
	NameZH          string    `json:"name_zh"`
	NameEN          string    `json:"name_en"`
	SentAt          time.Time `json:"sent_at"`
	Goal            string    `json:"goal"`
	GoalDays        int       `json:"goal_days"`
	HoldoutShare    float64   `json:"holdout_share"`
	Treatment       int       `json:"treatment"`
	Holdout         int       `json:"holdout"`
	ExtraChance     float64   `json:"extra_chance"`     // added to each treated person
	ExtraConverters int       `json:"extra_converters"` // treated who ordered only because of it
	TrueLift        float64   `json:"true_lift"`        // ExtraConverters / Treatment
}

// Cost is what one channel cost on one local day.
type Cost struct {
	Day         string  `json:"day"`
	Channel     string  `json:"channel"`
	Impressions int     `json:"impressions"`
	Clicks      int     `json:"clicks"`
	Cost        float64 `json:"cost"`
}

// truth gives the planted facts that are known before any event is made.
func (pl *plan) truth(w *World) Truth {
	t := Truth{
		World: w.Key, Seed: w.Options.Seed, From: w.date(0), Until: w.until,
		Poor: PoorChannel{Channel: pl.poor},
		Drop: Drop{AppVersion: pl.brokenVersion, City: pl.brokenCity, Since: w.date(pl.brokenDay), Factor: pl.brokenFactor},
		Campaign: CampaignEffect{
			ID: pl.campaignID, NameZH: pl.campaignZH, NameEN: pl.campaignEN, SentAt: pl.sentAt(w),
			Goal: pl.goal, GoalDays: pl.goalDays, HoldoutShare: pl.holdout, ExtraChance: pl.extraOrder,
		},
		Leavers: []Leaver{},
	}
	arrivals := map[string][]int{}
	for i := range w.Options.Persons {
		p := pl.visitor(w, i)
		if arrivals[p.channel.name] == nil {
			arrivals[p.channel.name] = make([]int, w.days)
		}
		arrivals[p.channel.name][min(p.firstDay, w.days-1)]++
		if p.channel.name == pl.poor {
			t.Poor.Visitors++
			t.Poor.KeepDays = p.channel.keep
			if p.registers && p.registerD < w.days {
				t.Poor.Registered++
			}
		}
		if p.leaves(w) {
			t.Leavers = append(t.Leavers, Leaver{ID: p.id, Reason: p.reason, LastDay: w.date(p.leaveDay)})
		}
	}
	t.Costs = pl.costs(w, arrivals)
	for _, c := range t.Costs {
		if c.Channel == pl.poor {
			t.Poor.Cost = cents(t.Poor.Cost + c.Cost)
		}
	}
	return t
}

// costs makes the advertising bill from the visitors that each channel brought.
func (pl *plan) costs(w *World, arrivals map[string][]int) []Cost {
	costs := []Cost{}
	r := w.random("costs", 0)
	for _, c := range pl.channels {
		if c.click == 0 {
			continue
		}
		for d := range w.days {
			visitors := 0
			if arrivals[c.name] != nil {
				visitors = arrivals[c.name][d]
			}
			clicks := visitors*4 + r.IntN(20)
			costs = append(costs, Cost{
				Day: w.date(d), Channel: c.name, Clicks: clicks,
				Impressions: clicks*60 + r.IntN(500),
				Cost:        cents(float64(clicks) * c.click * (0.9 + 0.2*r.Float64())),
			})
		}
	}
	return costs
}

// sentAt is the instant at which the planted campaign went out.
func (pl *plan) sentAt(w *World) time.Time {
	return w.day(pl.campaignDay).Add(time.Duration(pl.campaignHour) * time.Hour)
}
