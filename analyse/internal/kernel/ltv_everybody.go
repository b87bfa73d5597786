package kernel

import (
	"math"

	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/store/columns"
	"github.com/weirhq/weir/store/columns/vector"
)

// ltvEverybody counts what everybody does, in a cohort or not, for one worker.
type ltvEverybody struct {
	buckets   Buckets
	active    []int64 // persons by bucket; the last element takes what is outside the buckets
	activity  []uint8 // by code of the name: 1 for activity
	slots     *slotter
	churnedAt int64
	names     *vector.Codes
	times     *vector.Ints

	payers  []int64
	payer   []uint32 // by bucket, the person counted last, plus one
	revenue []compensated

	churned int64
	lived   compensated // milliseconds from first to last activity, of the churned
	next    int64       // the earliest last activity of the others; 0 for none
}

func newLTVEverybody(q LTV) *ltvEverybody {
	n := q.Buckets.Len()
	e := &ltvEverybody{
		buckets: q.Buckets, slots: newSlotter(q.Buckets.Starts), churnedAt: q.Churned, activity: make([]uint8, len(q.Activity.byName)),
		active: make([]int64, n+1), payers: make([]int64, n), payer: make([]uint32, n), revenue: make([]compensated, n),
	}
	for code, in := range q.Activity.byName {
		e.activity[code] = uint8(bit(in))
	}
	return e
}

func (e *ltvEverybody) layer(l *columns.Layer) { e.names, e.times = &l.Names, &l.Times }

// block counts who is active in which bucket, and who has churned.
func (e *ltvEverybody) block(b *block) {
	switch {
	case e.names.U8 != nil:
		activePersons(e, b, e.names.U8)
	case e.names.U16 != nil:
		activePersons(e, b, e.names.U16)
	default:
		activePersons(e, b, e.names.U32)
	}
}

func activePersons[N uint8 | uint16 | uint32](e *ltvEverybody, b *block, names []N) {
	for i, lo := range b.lo {
		hi := b.hi[i]
		for lo < hi && e.activity[names[lo]] == 0 {
			lo++
		}
		if lo == hi {
			continue
		}
		for e.activity[names[hi-1]] == 0 {
			hi--
		}
		e.churn(e.times.At(lo), e.times.At(hi-1))
		if e.times.U32 != nil {
			activeRuns(e, names[lo:hi], e.times.U32[lo:hi], e.times.Base, e.times.Unit)
		} else {
			activeRuns(e, names[lo:hi], e.times.I64[lo:hi], 0, 1)
		}
	}
}

// activeRuns counts one person in the buckets of its activity. As in retention, a
// row is one comparison with the end of the bucket at hand and one look at its name.
func activeRuns[N uint8 | uint16 | uint32, T uint32 | int64](e *ltvEverybody, names []N, times []T, base, unit int64) {
	table := e.activity
	names = names[:len(times)]
	end, slot, met := int64(math.MinInt64), e.slots.n, uint8(0)
	for i, t := range times {
		if int64(t) >= end {
			e.active[slot] += int64(met)
			at := base + int64(t)*unit
			slot, met = e.slots.at(at), 0
			end = e.slots.rawEnd(at, slot, base, unit)
		}
		met |= table[names[i]]
	}
	e.active[slot] += int64(met)
}

// churn counts a person by its first and last activity.
func (e *ltvEverybody) churn(first, last int64) {
	switch {
	case last <= e.churnedAt:
		e.churned++
		e.lived.plus(float64(last - first))
	case e.next == 0 || last < e.next:
		e.next = last
	}
}

// pay counts a payment in the range; persons come one after the other.
func (e *ltvEverybody) pay(p person.Ordinal, t int64, x float64) {
	bucket := e.buckets.Find(t)
	e.revenue[bucket].plus(x)
	if e.payer[bucket] != uint32(p)+1 {
		e.payer[bucket] = uint32(p) + 1
		e.payers[bucket]++
	}
}

// merge adds what another worker counted; no person is in both.
func (e *ltvEverybody) merge(o *ltvEverybody) {
	for i := range e.payers {
		e.active[i] += o.active[i]
		e.payers[i] += o.payers[i]
		e.revenue[i].add(o.revenue[i])
	}
	e.churned += o.churned
	e.lived.add(o.lived)
	if e.next == 0 || o.next != 0 && o.next < e.next {
		e.next = o.next
	}
}

func (e *ltvEverybody) answer(a *LTVAnswer) {
	a.Churned, a.ChurnedDays, a.NextChurn = e.churned, e.lived.value()/Day, e.next
	for i, revenue := range e.revenue {
		a.Intervals = append(a.Intervals, LTVInterval{Revenue: revenue.value(), Active: e.active[i], Payers: e.payers[i]})
	}
}
