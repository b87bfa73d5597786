package kernel

import (
	"context"
	"math"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/query"
	"github.com/weirhq/weir/store/columns"
	"github.com/weirhq/weir/store/columns/vector"
)

// Attribution asks which touches conversions are due to; see query.Attribution.
type Attribution struct {
	Conversion, Touch *Matcher
	Value             string // property of the conversions; "" for none
	By                *Dim   // what tells touches apart
	From, To          int64  // of the conversions, half-open
	Lookback          int64  // milliseconds: touches in (time − Lookback, time] count
	Models            []string
}

// AttributionAnswer is the shares of the values among the touches.
type AttributionAnswer struct {
	Rows        []AttributionRow
	Direct      AttributionRow // its Key means nothing; without any share Credits are 0
	Conversions int64
	Value       float64
}

// AttributionRow is what belongs to one value, in order of the models.
type AttributionRow struct {
	Key                        Key
	Touches, Persons, Assisted int64
	Credits, Values            []float64
}

// AttributionTarget is the row whose persons are wanted.
type AttributionTarget struct {
	Direct bool
	Key    Key
}

// Attribution divides the conversions.
func (s *Source) Attribution(ctx context.Context, q Attribution) (*AttributionAnswer, error) {
	visitors, err := scan(ctx, s, func() *attributionVisitor { return newAttributionVisitor(ctx, q, NewRows()) })
	if err != nil {
		return nil, err
	}
	all := newAttributionVisitor(ctx, q, NewRows())
	for _, v := range visitors {
		all.merge(v)
	}
	if err := all.rows.full(); err != nil {
		return nil, err
	}
	answer := all.answer()
	return answer, all.markov(answer)
}

// AttributionPersons gives the persons of a row.
func (s *Source) AttributionPersons(ctx context.Context, q Attribution, target AttributionTarget) (*roaring.Bitmap, error) {
	return findInBlocks(ctx, s, func() *attributionVisitor {
		v := newAttributionVisitor(ctx, q, FixedRows([]Key{target.Key}))
		v.target, v.chain = 1, nil
		if target.Direct {
			v.target = direct
		}
		return v
	})
}

// direct is the slot of conversions without a touch; row n of the values has slot n+1.
const direct = 0

// noTarget says that the shares are wanted, not the persons of a row.
const noTarget = -1

// share is what a slot has under one model.
type share struct{ credit, value compensated }

// attributed counts one slot.
type attributed struct {
	touches, persons, assisted int64
	last                       uint32 // the person counted last, plus one
}

// attributionVisitor divides the conversions of one worker's persons.
type attributionVisitor struct {
	q     Attribution
	rows  *Rows
	slots []attributed
	parts []share // slot × model
	chain *chain  // of the model markov; nil when it is not asked
	watch watch

	conversions int64
	value       compensated
	untouched   share // conversions without a touch

	anyShare bool // under some model every touch of a conversion has a share
	decays   bool // some model weighs touches by age
	target   int  // slot whose persons are wanted
	found    []uint32

	steps   *stepPicker
	by      *valueReader
	slotOf  []int32 // by number of the value; 0 when not looked up yet
	touched []uint32
	values  []uint32 // number of the value of each touched row
	next    int      // the first of these that is not taken yet
	times   *vector.Ints
	numbers *vector.Floats

	window window
	bought []bought
	covers []int32 // differences of the number of conversions that look back on a touch
	pairs  []int32 // and on a touch together with the next one
}

// bought is one conversion.
type bought struct {
	time  int64
	value float64
}

func newAttributionVisitor(ctx context.Context, q Attribution, rows *Rows) *attributionVisitor {
	v := &attributionVisitor{q: q, rows: rows, watch: watch{ctx: ctx}, target: noTarget}
	v.steps, v.by = newStepPicker(q.Conversion, q.Touch), newValueReader(q.By)
	for _, model := range q.Models {
		switch model {
		case query.ModelMarkov:
			v.chain, v.anyShare = newChain(), true
		case query.ModelTimeDecay:
			v.decays, v.anyShare = true, true
		case query.ModelLinear, query.ModelPosition, query.ModelShapley:
			v.anyShare = true
		}
	}
	v.window.decays = v.decays
	v.grow(1)
	return v
}

func (v *attributionVisitor) needs() []string {
	list := append(needs(v.q.Conversion, v.q.Touch), v.q.By.needs()...)
	return append(list, v.q.Value)
}

// within narrows the rows to those that some conversion can look back on.
func (v *attributionVisitor) within() (from, to int64) { return v.q.From - v.q.Lookback + 1, v.q.To }

func (v *attributionVisitor) splits() bool { return false }

func (v *attributionVisitor) layer(l *columns.Layer) {
	v.steps.layer(l)
	v.by.layer(l)
	v.times, v.numbers = &l.Times, nil
	if c := l.Column(v.q.Value); c != nil && v.q.Value != "" {
		v.numbers = c.Numbers
	}
}

// What a row picked is.
const (
	conversionBit = 1 << iota
	touchBit
)

func (v *attributionVisitor) block(b *block) error {
	rows, met := v.relevant(b)
	v.touched, v.next = v.touched[:0], 0
	for i, row := range rows {
		if met[i]&touchBit != 0 {
			v.touched = append(v.touched, row)
		}
	}
	v.values = v.by.gather(b, v.touched, v.values)
	v.slotOf = extend(v.slotOf, v.by.numbers())
	b.each(rows, func(i, from, to int) { v.person(b.persons[i], rows[from:to], met[from:to]) })
	return v.failed()
}

// relevant gives the rows of the persons who have a conversion; those of all where
// the paths that lead nowhere matter too.
func (v *attributionVisitor) relevant(b *block) (rows, met []uint32) {
	rows, met = v.steps.pick(b)
	if v.chain != nil {
		return rows, met
	}
	n := 0
	b.each(rows, func(_, from, to int) {
		some := uint32(0)
		for _, mask := range met[from:to] {
			some |= mask
		}
		if some&conversionBit != 0 {
			copy(rows[n:], rows[from:to])
			n += copy(met[n:], met[from:to])
		}
	})
	return rows[:n], met[:n]
}

func (v *attributionVisitor) failed() error {
	if v.watch.err != nil {
		return v.watch.err
	}
	return v.rows.full()
}

func (v *attributionVisitor) result() []uint32 { return v.found }

// grow makes room for a slot.
func (v *attributionVisitor) grow(slot int) {
	if more := slot + 1 - len(v.slots); more > 0 {
		v.slots = append(v.slots, make([]attributed, more)...)
		v.parts = append(v.parts, make([]share, more*len(v.q.Models))...)
	}
}

func (v *attributionVisitor) person(p person.Ordinal, rows, met []uint32) {
	if !v.gather(rows, met) {
		return
	}
	v.divideAll(p)
	v.settle()
	if v.target != noTarget && v.slots[v.target].last == uint32(p)+1 {
		v.found = append(v.found, uint32(p))
	}
}

// gather finds the person's touches and conversions; false when there is nothing to divide.
func (v *attributionVisitor) gather(rows, met []uint32) bool {
	v.window.reset()
	v.bought = v.bought[:0]
	for i, row := range rows {
		t := v.times.At(row)
		value := uint32(0)
		if met[i]&touchBit != 0 {
			value = v.values[v.next]
			v.next++
		}
		if t >= v.q.To || t <= v.q.From-v.q.Lookback {
			continue
		}
		if met[i]&touchBit != 0 {
			v.window.touches = append(v.window.touches, touch{time: t, slot: v.slot(value), valued: value != 0})
		}
		if met[i]&conversionBit != 0 && t >= v.q.From {
			v.bought = append(v.bought, bought{time: t, value: v.worth(row)})
		}
	}
	return !v.watch.stop(len(rows)) && (len(v.bought) > 0 || v.chain != nil && len(v.window.touches) > 0)
}

// slot gives the slot of a value by its number.
func (v *attributionVisitor) slot(value uint32) int32 {
	slot := v.slotOf[value]
	if slot == 0 {
		slot = int32(v.rows.row(Key{v.by.code(value)})) + 1
		v.slotOf[value] = slot
		v.grow(int(slot))
	}
	return slot
}

func (v *attributionVisitor) worth(row uint32) float64 {
	if v.numbers != nil {
		if x := v.numbers.At(row); !math.IsNaN(x) {
			return x
		}
	}
	return 0
}

// divideAll lets the window slide over the person's conversions.
func (v *attributionVisitor) divideAll(p person.Ordinal) {
	w := &v.window
	v.covers = append(v.covers[:0], make([]int32, len(w.touches)+1)...)
	v.pairs = append(v.pairs[:0], make([]int32, len(w.touches)+1)...)
	for _, c := range v.bought {
		w.slide(c.time, c.time-v.q.Lookback)
		v.conversions++
		v.value.plus(c.value)
		if v.watch.stop(1 + len(w.active)) {
			return
		}
		if w.lo == w.hi {
			v.untouched.add(1, c.value)
			v.has(p, direct)
			for model := range v.q.Models {
				v.give(direct, model, 1, c.value)
			}
			continue
		}
		v.covers[w.lo]++
		v.covers[w.hi]--
		v.pairs[w.lo]++
		v.pairs[w.hi-1]--
		if v.chain != nil {
			v.chain.begin(w.touches[w.lo].slot)
			v.chain.end(w.touches[w.hi-1].slot, true)
		}
		v.divide(p, c)
	}
}

// settle counts touches and transitions after all conversions of a person.
func (v *attributionVisitor) settle() {
	covers, pairs := int32(0), int32(0)
	last := int32(noSlot) // of the path that led nowhere
	touches := v.window.touches
	for i, t := range touches {
		covers += v.covers[i]
		pairs += v.pairs[i]
		if covers > 0 {
			v.slots[t.slot].touches++
		}
		if v.chain == nil {
			continue
		}
		if pairs > 0 {
			v.chain.pass(t.slot, touches[i+1].slot, int64(pairs))
		}
		if covers > 0 || t.time < v.q.From {
			continue
		}
		if last == noSlot {
			v.chain.begin(t.slot)
		} else {
			v.chain.pass(last, t.slot, 1)
		}
		last = t.slot
	}
	if last != noSlot {
		v.chain.end(last, false)
	}
}

func (s *share) add(credit, value float64) {
	s.credit.plus(credit)
	s.value.plus(credit * value)
}

// give adds to a slot's share under a model.
func (v *attributionVisitor) give(slot int32, model int, credit, value float64) {
	v.parts[int(slot)*len(v.q.Models)+model].add(credit, value)
}

// has counts a person with a conversion of which a slot has a share.
func (v *attributionVisitor) has(p person.Ordinal, slot int32) {
	if s := &v.slots[slot]; s.last != uint32(p)+1 {
		s.last = uint32(p) + 1
		s.persons++
	}
}

// merge adds what another worker counted; no person is in both.
func (v *attributionVisitor) merge(o *attributionVisitor) {
	slotOf := make([]int32, len(o.slots))
	for i := range o.slots {
		slot := direct
		if i > len(o.rows.keys) {
			break
		}
		if i > direct {
			slot = v.rows.row(o.rows.keys[i-1]) + 1
		}
		v.grow(slot)
		slotOf[i] = int32(slot)
		to, from := &v.slots[slot], &o.slots[i]
		to.touches += from.touches
		to.persons += from.persons
		to.assisted += from.assisted
		for model := range v.q.Models {
			part := &v.parts[slot*len(v.q.Models)+model]
			part.join(o.parts[i*len(v.q.Models)+model])
		}
	}
	v.conversions += o.conversions
	v.value.add(o.value)
	v.untouched.join(o.untouched)
	if v.chain != nil {
		v.chain.merge(o.chain, slotOf)
	}
}

func (s *share) join(o share) {
	s.credit.add(o.credit)
	s.value.add(o.value)
}

func (v *attributionVisitor) answer() *AttributionAnswer {
	a := &AttributionAnswer{Conversions: v.conversions, Value: v.value.value(), Direct: v.row(direct)}
	for i, key := range v.rows.keys {
		if v.slots[i+1].touches > 0 {
			row := v.row(i + 1)
			row.Key = key
			a.Rows = append(a.Rows, row)
		}
	}
	return a
}

func (v *attributionVisitor) row(slot int) AttributionRow {
	s := v.slots[slot]
	row := AttributionRow{Touches: s.touches, Persons: s.persons, Assisted: s.assisted}
	for model := range v.q.Models {
		part := v.parts[slot*len(v.q.Models)+model]
		row.Credits = append(row.Credits, part.credit.value())
		row.Values = append(row.Values, part.value.value())
	}
	return row
}
