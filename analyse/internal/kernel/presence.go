package kernel

import (
	"math"
	"slices"

	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/store/columns"
)

// presence finds, person by person, in which intervals the events that count lie.
// It gives each person's intervals ascending, each once; events outside all
// intervals stand as slots.n before and after them.
type presence struct {
	picker *picker
	slots  *slotter
	since  int64 // events before do not matter
	// visit is called for each person that has an event that counts; the slice is valid until it returns.
	visit func(p person.Ordinal, slots []uint32)

	mark uint32 // the person at hand, plus one; its blocks may not be over
	own  []uint32
	at   []uint32
}

func newPresence(m *Matcher, edges []int64, visit func(p person.Ordinal, slots []uint32)) *presence {
	return &presence{picker: newPicker(m), slots: newSlotter(edges), since: math.MinInt64, visit: visit}
}

func (v *presence) needs() []string { return needs(v.picker.of) }
func (v *presence) splits() bool    { return true }

func (v *presence) within() (from, to int64) {
	if v.slots.n == 0 || !v.picker.manyRows() {
		return math.MinInt64, math.MaxInt64
	}
	return v.since, v.slots.edges[v.slots.n]
}

func (v *presence) layer(l *columns.Layer) {
	v.picker.layer(l)
	v.slots.layer(l)
}

func (v *presence) block(b *block) error {
	rows := v.rows(b)
	slots := v.at[:len(rows)]
	for k, i := 0, 0; k < len(rows); {
		for rows[k] >= b.hi[i] {
			i++
		}
		mark, end := uint32(b.persons[i])+1, b.hi[i]
		if mark != v.mark {
			v.finish()
			v.mark = mark
		}
		first := k
		for k < len(rows) && rows[k] < end {
			k++
		}
		v.changes(slots[first:k])
	}
	return nil
}

// rows gives the rows that count, or only some of them where others change nothing, and their slots in at.
func (v *presence) rows(b *block) []uint32 {
	if v.picker.everyRow() {
		v.picker.rows, v.at = v.slots.changes(b, v.picker.rows, v.at)
		return v.picker.rows
	}
	rows := v.picker.pick(b)
	v.at, _ = v.slots.find(rows, v.at)
	return rows
}

// changes adds the slots at which a person's ascending list of them changes.
func (v *presence) changes(slots []uint32) {
	n := len(v.own)
	before := ^uint32(0)
	if n > 0 {
		before = v.own[n-1]
	}
	own := slices.Grow(v.own, len(slots))[:n+len(slots)]
	for _, slot := range slots {
		own[n] = slot
		n += bit(slot != before)
		before = slot
	}
	v.own = own[:n]
}

// finish gives away the person at hand; it is to be called after the scan too.
func (v *presence) finish() {
	if v.mark != 0 {
		v.visit(person.Ordinal(v.mark-1), v.own)
	}
	v.mark, v.own = 0, v.own[:0]
}
