package kernel

import (
	"context"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/query"
	"github.com/weirhq/weir/store/columns"
)

// Distribution asks for each person's value of a measure per bucket.
type Distribution struct {
	Event   *Matcher
	Measure query.Measure // count, days, or sum, avg, min, max, distinct of a property
	Buckets Buckets
	Days    []int64 // boundaries of the local days of the range, for the measure days
}

// Values are the values of the persons of some buckets.
type Values struct {
	spread *spread
}

// valueSteps is how many small whole values are counted instead of kept.
const valueSteps = 1 << 10

// Distribution visits every person of the source.
func (s *Source) Distribution(ctx context.Context, q Distribution) (*Values, error) {
	budget := s.budget()
	n := q.Buckets.Len()
	visitors, err := scan(ctx, s, func() *valuesVisitor {
		v := s.newValuesVisitor(q)
		v.spread = newSpread(budget)
		if q.Measure.Func == query.Count || q.Measure.Func == query.Days || q.Measure.Func == query.Distinct {
			v.spread.step = steps{scale: 1, n: valueSteps}
		}
		v.emit = v.spreadOut
		v.err = v.spread.room(n)
		return v
	})
	if err != nil {
		return nil, err
	}
	out := &Values{spread: newSpread(budget)}
	for _, v := range visitors {
		if v.finish(); v.err != nil {
			return nil, v.err
		}
		if err := out.spread.join(v.spread, func(cell uint32) uint32 { return cell }); err != nil {
			return nil, err
		}
	}
	out.spread.prepare(n)
	return out, nil
}

// Each visits the values of a bucket, equal ones perhaps together.
func (v *Values) Each(bucket int, visit func(x float64, persons int64)) {
	v.spread.each(bucket, bucket+1, visit)
}

// Percentile gives that of the values of a bucket.
func (v *Values) Percentile(bucket int, q float64) (float64, bool) {
	return v.spread.percentile(bucket, bucket+1, q)
}

// Sum adds up the values of a bucket; it does not depend on how the scan was divided.
func (v *Values) Sum(bucket int) float64 {
	var sum compensated
	v.Each(bucket, func(x float64, persons int64) { sum.plus(x * float64(persons)) })
	return sum.value()
}

// DistributionPersons gives the persons whose value in a bucket is accepted.
func (s *Source) DistributionPersons(ctx context.Context, q Distribution, bucket int, accept func(x float64) bool) (*roaring.Bitmap, error) {
	visitors, err := scan(ctx, s, func() *valuesVisitor {
		v := s.newValuesVisitor(q)
		v.emit = func(p person.Ordinal, slot uint32, x float64) {
			if int(slot) == bucket && accept(x) {
				v.found = append(v.found, uint32(p))
			}
		}
		return v
	})
	if err != nil {
		return nil, err
	}
	var found []uint32
	for _, v := range visitors {
		v.finish()
		found = append(found, v.found...)
	}
	return bitmapOf(found), nil
}

// valuesVisitor finds the values of the persons of one worker.
type valuesVisitor struct {
	measure query.Func
	picker  *picker
	slots   *slotter
	days    *slotter     // of the measure days
	numbers *numbers     // of measures of numbers
	values  *valueReader // of distinct
	emit    func(p person.Ordinal, slot uint32, x float64)
	spread  *spread
	found   []uint32
	err     error

	// The person and bucket at hand, whose rows may go on in the next block.
	mark  uint32 // the person, plus one
	slot  uint32
	count int64
	day   uint32
	sum   compensated
	low   float64
	high  float64
	some  int64 // numbers
	seen  []uint32
	round uint32 // value v is seen where seen[v] is this

	at, ofDay, known, copied []uint32
}

func (s *Source) newValuesVisitor(q Distribution) *valuesVisitor {
	v := &valuesVisitor{measure: q.Measure.Func, picker: newPicker(q.Event), slots: newSlotter(q.Buckets.Starts)}
	switch {
	case q.Measure.Func == query.Days:
		v.days = newSlotter(q.Days)
	case q.Measure.Func == query.Distinct:
		v.values = newValueReader(PropertyDim(s.View, q.Measure.Property))
	case q.Measure.Func.OfProperty():
		v.numbers = &numbers{property: q.Measure.Property}
	}
	return v
}

func (v *valuesVisitor) splits() bool { return true }

func (v *valuesVisitor) needs() []string {
	list := needs(v.picker.of)
	switch {
	case v.values != nil:
		return append(list, v.values.dim.needs()...)
	case v.numbers != nil:
		return append(list, v.numbers.property)
	}
	return list
}

func (v *valuesVisitor) layer(l *columns.Layer) {
	v.picker.layer(l)
	v.slots.layer(l)
	switch {
	case v.days != nil:
		v.days.layer(l)
	case v.values != nil:
		v.values.layer(l)
	case v.numbers != nil:
		v.numbers.layer(l)
	}
}

func (v *valuesVisitor) block(b *block) error {
	if v.err != nil {
		return v.err
	}
	rows := v.picker.pick(b)
	rows, slots := v.slots.keep(rows, v.at)
	v.at = slots
	var with []uint32
	var values []float64
	switch {
	case v.days != nil:
		v.ofDay, _ = v.days.find(rows, v.ofDay)
	case v.values != nil:
		v.known = v.values.gather(b, rows, v.known)
		v.seen = extend(v.seen, v.values.numbers())
	case v.numbers != nil:
		v.copied = append(v.copied[:0], rows...)
		with, values = v.numbers.gather(v.copied)
	}
	for k, i := 0, 0; k < len(rows); {
		for rows[k] >= b.hi[i] {
			i++
		}
		mark, slot, end, first := uint32(b.persons[i])+1, slots[k], b.hi[i], k
		for k < len(rows) && slots[k] == slot && rows[k] < end {
			k++
		}
		if mark != v.mark || slot != v.slot {
			v.finish()
			v.mark, v.slot = mark, slot
		}
		n := 0
		for n < len(with) && with[n] <= rows[k-1] {
			n++
		}
		v.run(first, k, values[:n])
		with, values = with[n:], values[n:]
	}
	return v.err
}

// run adds some of the rows of the person and bucket at hand, and their numbers.
func (v *valuesVisitor) run(from, to int, values []float64) {
	switch {
	case v.days != nil:
		for _, day := range v.ofDay[from:to] {
			if v.count == 0 || day != v.day {
				v.count++
				v.day = day
			}
		}
	case v.values != nil:
		for _, value := range v.known[from:to] {
			if value != 0 && v.seen[value] != v.round {
				v.seen[value] = v.round
				v.count++
			}
		}
	default:
		v.count += int64(to - from)
	}
	for _, x := range values {
		if v.some == 0 {
			v.low, v.high = x, x
		}
		v.low, v.high = min(v.low, x), max(v.high, x)
		v.sum.plus(x)
		v.some++
	}
}

// finish gives away the value of the person and bucket at hand; it is to be
// called after the scan too.
func (v *valuesVisitor) finish() {
	if v.mark != 0 {
		if x, ok := v.value(); ok {
			v.emit(person.Ordinal(v.mark-1), v.slot, x)
		}
	}
	v.mark, v.count, v.some, v.sum = 0, 0, 0, compensated{}
	v.round++
}

func (v *valuesVisitor) value() (x float64, ok bool) {
	switch v.measure {
	case query.Sum:
		return v.sum.value(), true
	case query.Avg:
		return ratio(v.sum.value(), float64(v.some))
	case query.Min:
		return v.low, v.some > 0
	case query.Max:
		return v.high, v.some > 0
	}
	return float64(v.count), true
}

// spreadOut keeps a value.
func (v *valuesVisitor) spreadOut(_ person.Ordinal, slot uint32, x float64) {
	if v.numbers == nil && int(x) < v.spread.step.n && int(slot) < v.spread.cells {
		v.spread.put(slot, int(x))
		return
	}
	if err := v.spread.rest.add([]uint32{slot}, []float64{x}); err != nil {
		v.err = err
	}
}
