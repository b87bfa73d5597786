package columns

import (
	"math"
	"math/bits"
	"sync"

	"github.com/weirhq/weir/person"
)

// SumSlot is the length of the slots of Sums in milliseconds: a quarter of an
// hour, of which every local hour, day, week and month of today's time zones is made.
const SumSlot = 15 * 60 * 1000

// Sums are the events of one name, by slot of their time: how many have a number
// in a property, and the sum of these; without a property, how many there are.
// A part never changes, so its sums are made once, when they are first asked for.
type Sums struct {
	First  int64 // number of the first slot: its time is First × SumSlot
	Counts []uint32
	Sum    []float64 // nil without a property
	Lost   []float64 // what rounding lost of each Sum
}

// sumKey names the sums of a part.
type sumKey struct {
	name     uint32
	property string
}

// sumCache keeps the sums of a part that were asked for.
type sumCache struct {
	mu    sync.Mutex
	kept  map[sumKey]*Sums
	slots int // of all kept
}

// keptSlots bounds what a part keeps, to some 40 MB.
const keptSlots = 2 << 20

// SumVisitFunc takes some events of one slot.
type SumVisitFunc func(slot, count int64, sum, lost float64)

// EachSum visits sums that together are the events of a name in the view, some
// of them negative: those of rows that no longer count.
func (v *View) EachSum(name uint32, property string, visit SumVisitFunc) {
	for _, l := range v.parts {
		if sums := l.sumsOf(name, property); sums != nil {
			sums.each(visit)
		} else {
			l.eachRow(name, property, 0, uint32(l.Rows()), func(slot int64, x float64) { visit(slot, 1, x, 0) })
		}
		if v.killed.touches(l) {
			v.eachKilled(l, func(lo, hi uint32) {
				l.eachRow(name, property, lo, hi, func(slot int64, x float64) { visit(slot, -1, -x, 0) })
			})
		}
	}
}

// eachKilled visits the rows of a part that no longer count, person by person.
func (v *View) eachKilled(l *Layer, visit func(lo, hi uint32)) {
	for i := range v.killed.words.Len() {
		for w := v.killed.word(i); w != 0; w &= w - 1 {
			p := person.Ordinal(i*64 + bits.TrailingZeros64(w))
			if at, ok := l.find(p); ok && v.killed.has(l, p) {
				visit(l.Offsets[at], l.Offsets[at+1])
			}
		}
	}
}

// sumsOf gives the sums of a whole part; nil where going through its rows costs
// no more than going through the slots.
func (l *Layer) sumsOf(name uint32, property string) *Sums {
	first, slots := slotOf(l.first), slotOf(l.last)-slotOf(l.first)+1
	if slots > int64(l.Rows()/2) || slots > keptSlots {
		return nil
	}
	key := sumKey{name, property}
	l.sums.mu.Lock()
	defer l.sums.mu.Unlock()
	if s := l.sums.kept[key]; s != nil {
		return s
	}
	s := &Sums{First: first, Counts: make([]uint32, slots)}
	if property == "" {
		s.count(l, name)
	} else {
		s.Sum, s.Lost = make([]float64, slots), make([]float64, slots)
		l.eachRow(name, property, 0, uint32(l.Rows()), func(slot int64, x float64) { s.plus(slot-first, x) })
	}
	if l.sums.slots+len(s.Counts) > keptSlots || l.sums.kept == nil {
		l.sums.kept, l.sums.slots = map[sumKey]*Sums{}, 0
	}
	l.sums.kept[key] = s
	l.sums.slots += len(s.Counts)
	return s
}

// eachRow visits rows of [lo, hi): those of the name that have a number in the property.
func (l *Layer) eachRow(name uint32, property string, lo, hi uint32, visit func(slot int64, x float64)) {
	column := l.Column(property)
	if property != "" && (column == nil || column.Numbers == nil) {
		return
	}
	for row := lo; row < hi; row++ {
		if l.Names.At(row) != name {
			continue
		}
		if property == "" {
			visit(slotOf(l.Times.At(row)), 0)
		} else if x := column.Numbers.At(row); !math.IsNaN(x) {
			visit(slotOf(l.Times.At(row)), x)
		}
	}
}

func slotOf(t int64) int64 {
	slot := t / SumSlot
	if t%SumSlot < 0 {
		slot--
	}
	return slot
}

// count counts all rows of a part.
func (s *Sums) count(l *Layer, name uint32) {
	for row := range uint32(l.Rows()) {
		if l.Names.At(row) == name {
			s.Counts[slotOf(l.Times.At(row))-s.First]++
		}
	}
}

// plus adds a number without loss (Knuth's two-sum).
func (s *Sums) plus(slot int64, x float64) {
	sum := s.Sum[slot]
	t := sum + x
	z := t - sum
	s.Lost[slot] += (sum - (t - z)) + (x - z)
	s.Sum[slot] = t
	s.Counts[slot]++
}

// each visits the slots that have something.
func (s *Sums) each(visit SumVisitFunc) {
	for i, count := range s.Counts {
		switch {
		case count == 0:
		case s.Sum == nil:
			visit(s.First+int64(i), int64(count), 0, 0)
		default:
			visit(s.First+int64(i), int64(count), s.Sum[i], s.Lost[i])
		}
	}
}
