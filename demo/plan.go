package demo

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"
)

// channel is a way by which persons come.
type channel struct {
	name   string
	weight float64 // share of visitors
	signUp float64 // probability that a visitor registers
	keep   float64 // mean days of life after registration
	spend  float64 // multiplies the size and number of orders
	click  float64 // cost of one click, in the world's currency; 0 for channels that cost nothing
}

// plan is what a world plants.
type plan struct {
	channels []channel
	poor     string // the channel that costs much and keeps nobody
	cities   []string
	cityPull []float64

	brokenVersion string
	brokenCity    string
	brokenDay     int     // release day of the broken version
	brokenFactor  float64 // activity is multiplied by it

	campaignID    string
	campaignZH    string
	campaignEN    string
	campaignDay   int
	campaignHour  int
	holdout       float64
	extraOrder    float64 // added probability of an order within goalDays, for the treated
	goalDays      int
	goal          string
	leaveReasons  []string
	leaveWeights  []float64
	leaveEvent    map[string]string // reason → the event that precedes leaving
	emailDomain   string
	idPrefix      string
	versionPeriod int
}

// visitor is one person of a world.
type visitor struct {
	index     int
	rng       *rand.Rand
	id        string
	anonymous string
	session   string
	signedIn  bool
	channel   channel
	city      string
	platform  string
	firstDay  int
	registers bool
	registerD int
	leaveDay  int // last day with a chance of activity, may lie beyond the end
	reason    string
	rate      float64 // probability of a session on an ordinary day
	taste     int     // preferred category
	wealth    float64 // multiplies the size of orders
	lag       int     // days until an app update is installed
	inviter   int     // index of who invited this person, −1 for nobody
	holdout   bool
	draw      float64 // decides the planted effect of the campaign
	lastSeen  time.Time
}

// app says whether the visitor uses an app that has versions.
func (p *visitor) app() bool { return p.platform == "ios" || p.platform == "android" }

// visitor makes the i-th person, the same at every call.
func (pl *plan) visitor(w *World, i int) *visitor {
	r := w.random("person", uint64(i))
	p := &visitor{index: i, rng: r, inviter: -1}
	p.id = fmt.Sprintf("%s%06d", pl.idPrefix, 100000+i)
	p.anonymous = fmt.Sprintf("anon-%s-%08x", w.Key, r.Uint32())
	// Arrivals grow towards the end: the square root of a uniform draw leans right.
	p.firstDay = int(float64(w.days) * math.Pow(r.Float64(), 0.8))
	weights := make([]float64, len(pl.channels))
	for k, c := range pl.channels {
		weights[k] = c.weight
	}
	p.channel = pl.channels[pick(r, weights)]
	p.city = pl.cities[pick(r, pl.cityPull)]
	p.platform = []string{"android", "ios", "miniprogram", "web"}[pick(r, []float64{42, 33, 15, 10})]
	p.registers = r.Float64() < p.channel.signUp
	p.registerD = p.firstDay + int(r.ExpFloat64()*1.2)
	p.rate = 0.06 + 0.44*math.Pow(r.Float64(), 2.2)
	p.leaveDay = p.registerD + int(r.ExpFloat64()*p.channel.keep)
	p.reason = pl.leaveReasons[pick(r, pl.leaveWeights)]
	p.taste = r.IntN(6)
	p.wealth = math.Exp(r.NormFloat64() * 0.45)
	p.lag = int(r.ExpFloat64() * 4)
	p.holdout = r.Float64() < pl.holdout
	p.draw = r.Float64()
	if p.channel.name == "invite" && i > 20 {
		p.inviter = r.IntN(i)
	}
	return p
}

// version is the app version that a visitor has on a day.
func (pl *plan) version(p *visitor, day int) string {
	return pl.versionOn(max(0, day-p.lag))
}

// versionOn is the newest version on a day: a minor release every versionPeriod
// days, counted from the release of the broken one.
func (pl *plan) versionOn(day int) string {
	n := int(math.Floor(float64(day-pl.brokenDay) / float64(pl.versionPeriod)))
	var major, minor int
	if _, err := fmt.Sscanf(pl.brokenVersion, "%d.%d", &major, &minor); err != nil {
		return pl.brokenVersion
	}
	minor += n
	for minor < 0 {
		major, minor = major-1, minor+10
	}
	return fmt.Sprintf("%d.%d.0", major, minor)
}

// active draws whether the visitor comes on a day.
func (pl *plan) active(w *World, p *visitor, day int) bool {
	chance := p.rate
	if day > p.leaveDay {
		chance = 0
	}
	if wd := w.day(day).Weekday(); wd == time.Saturday || wd == time.Sunday {
		chance *= 1.25
	}
	// The first days after signing up are the busiest.
	chance *= 1 + 1.5*math.Exp(-float64(day-p.registerD)/3)
	draw := p.rng.Float64()
	if pl.broken(p, day) {
		chance *= pl.brokenFactor
	}
	return draw < chance
}

// broken says whether the planted defect keeps the visitor away on a day.
func (pl *plan) broken(p *visitor, day int) bool {
	return p.app() && p.city == pl.brokenCity && day >= pl.brokenDay && pl.version(p, day) == pl.brokenVersion
}

// leaves says whether the visitor leaves within history, with days to spare so
// that the silence can be seen.
func (p *visitor) leaves(w *World) bool { return p.registers && p.leaveDay < w.days-14 }
