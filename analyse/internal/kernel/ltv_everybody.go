package kernel

import (
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/store/columns"
	"github.com/weirhq/weir/store/columns/vector"
)

// ltvEverybody counts what everybody does, in a cohort or not, for one worker.
type ltvEverybody struct {
	buckets   Buckets
	activity  *picker
	slots     *slotter
	count     func(slot uint32) // counts a person in a bucket
	churnedAt int64
	times     *vector.Ints

	active  []int64 // persons by bucket; the last element takes what is outside the buckets
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
		buckets: q.Buckets, activity: newPicker(q.Activity), slots: newSlotter(q.Buckets.Starts), churnedAt: q.Churned,
		active: make([]int64, n+1), payers: make([]int64, n), payer: make([]uint32, n), revenue: make([]compensated, n),
	}
	e.count = func(slot uint32) { e.active[slot]++ }
	return e
}

func (e *ltvEverybody) layer(l *columns.Layer) {
	e.activity.layer(l)
	e.slots.layer(l)
	e.times = &l.Times
}

// block counts who is active in which bucket, and who has churned.
func (e *ltvEverybody) block(b *block) {
	rows := e.activity.pick(b)
	b.each(rows, func(_, from, to int) {
		e.slots.eachSlot(rows[from:to], e.count)
		e.churn(e.times.At(rows[from]), e.times.At(rows[to-1]))
	})
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
