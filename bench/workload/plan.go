package workload

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// Settings say how much is made.
type Settings struct {
	Events int
	Seed   uint64
	Days   int       // length of the time covered; 120 by default
	Start  time.Time // first instant; 2026-01-01 UTC by default
}

// eventsPerPerson is the mean.
const eventsPerPerson = 50

// Stream makes the rows of some settings. Make one with New.
type Stream struct {
	Settings
	Persons  int
	hours    [][]session // by hour since Start
	follow   [len(Names)]nextEvent
	base     [1000]uint8 // event by thousandth
	dayHours [1000]uint8 // hour of the day by thousandth
}

// session is a run of events of one person inside one hour.
type session struct {
	person uint32
	length uint16
	first  bool // of a person who registers in it
}

type nextEvent struct{ event, thousandths int }

// New plans who comes when.
func New(s Settings) *Stream {
	if s.Days == 0 {
		s.Days = 120
	}
	if s.Start.IsZero() {
		s.Start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	w := &Stream{Settings: s, Persons: max(1, s.Events/eventsPerPerson), hours: make([][]session, s.Days*24)}
	at := 0
	for name, share := range often {
		for range share {
			w.base[at] = uint8(name)
			at++
		}
	}
	for _, f := range following {
		w.follow[f[0]] = nextEvent{f[1], f[2]}
	}
	w.planHours()
	w.planPersons()
	return w
}

func (w *Stream) planHours() {
	sum := 0
	for _, n := range hourly {
		sum += n
	}
	at, seen := 0, 0
	for hour, n := range hourly {
		seen += n
		for ; at < seen*len(w.dayHours)/sum; at++ {
			w.dayHours[at] = uint8(hour)
		}
	}
}

// random gives a source of its own for each person, and each session of it.
func (w *Stream) random(person, part uint64) *rand.Rand {
	return rand.New(rand.NewPCG(w.Seed^person*0x9e3779b97f4a7c15, part*0xbf58476d1ce4e5b9+person)) //nolint:gosec // made data must come out the same again
}

// life is when a person is there, in days since the start.
type life struct {
	from, to int // days, to excluded
	new      bool
	weight   float64 // relative number of events
}

func (w *Stream) life(r *rand.Rand) life {
	l := life{to: w.Days}
	if r.Float64() > 0.45 {
		l.from, l.new = r.IntN(w.Days), true
	}
	l.to = min(w.Days, l.from+1+int(r.ExpFloat64()*float64(w.Days)*0.6))
	l.weight = math.Exp(1.2*r.NormFloat64()) * float64(l.to-l.from)
	return l
}

// planPersons deals the events out among the persons, each has at least one.
func (w *Stream) planPersons() {
	total := 0.0
	for p := range w.Persons {
		total += w.life(w.random(uint64(p), 0)).weight
	}
	spare := float64(w.Events - w.Persons)
	sum, given := 0.0, 0
	var slots []int
	for p := range w.Persons {
		r := w.random(uint64(p), 0)
		l := w.life(r)
		sum += l.weight
		upTo := int(sum / total * spare)
		if p == w.Persons-1 {
			upTo = int(spare)
		}
		slots = w.planSessions(r, uint32(p), l, 1+upTo-given, slots[:0])
		given = upTo
	}
}

// planSessions deals n events of a person out to different hours of its life.
func (w *Stream) planSessions(r *rand.Rand, person uint32, l life, n int, slots []int) []int {
	hours := 24 * (l.to - l.from)
	mean := max(7, (2*n+hours-1)/hours) // no more sessions than half the hours
	var lengths []uint16
	for left := n; left > 0; {
		length := min(left, 1+int(r.ExpFloat64()*float64(mean)), 60_000)
		if len(lengths) == hours-1 {
			length = min(left, 60_000)
		}
		lengths = append(lengths, uint16(length))
		left -= length
		slots = append(slots, 24*r.IntN(l.to-l.from)+int(w.dayHours[r.IntN(len(w.dayHours))]))
	}
	spread(slots, hours)
	for i, slot := range slots {
		hour := 24*l.from + slot
		w.hours[hour] = append(w.hours[hour], session{person, lengths[i], l.new && i == 0})
	}
	return slots
}

// spread makes slots below limit strictly ascending, moving them as little as that needs.
func spread(slots []int, limit int) {
	slices.Sort(slots)
	for i := 1; i < len(slots); i++ {
		slots[i] = max(slots[i], slots[i-1]+1)
	}
	for i := len(slots) - 1; i >= 0; i-- {
		slots[i] = min(slots[i], limit-len(slots)+i)
	}
}
