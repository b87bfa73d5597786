package analyse

import (
	"slices"

	"github.com/weirhq/weir/analyse/internal/kernel"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/query"
)

// nameTable says by code which event names are in a set.
type nameTable struct {
	set query.EventSet
	has []bool
}

// named gives the table of a set for the names of the view.
func (m *Moment) named(set query.EventSet) []bool {
	key := set.String()
	t := m.p.names[key]
	if t == nil {
		t = &nameTable{set: set}
		m.p.names[key] = t
	}
	dict := m.view.Names()
	for code := len(t.has); code < dict.Len(); code++ {
		name := dict.Text(uint32(code))
		t.has = append(t.has, code > 0 && (slices.Contains(set.Names, name) || set.Any && event.IsActivity(name)))
	}
	return t.has
}

// did measures what the person did.
func (m *Moment) did(d *query.Did) verdict {
	meter := m.p.meters[d]
	if meter == nil {
		zone := m.p.p.Zone
		meter = kernel.NewMeter(kernel.Did{
			Measure: d.Measure, Op: d.Op, Values: d.Values,
			DayOf: func(t int64) (int64, int64) { return dayOf(t, zone) },
		})
		m.p.meters[d] = meter
	}
	if m.layer == nil {
		return verdict{meter.Holds(nil), never}
	}
	meter.Layer(m.layer)
	times, within, slides := &m.layer.Times, window{}, false
	lo, hi := m.lo, m.hi
	if d.Within != nil {
		if slides = d.Within.Last != (query.Span{}); slides {
			within = m.window(d.Within.Last)
			lo = times.FirstAtOrAfter(lo, hi, within.left-farthestBack)
		} else {
			from, to := d.Within.Sliding(query.Calendar{Zone: m.p.p.Zone})
			lo, hi = times.FirstAtOrAfter(lo, hi, from), times.FirstAtOrAfter(lo, hi, to)
		}
	}
	rows, until := m.matching(d, lo, hi, !slides)
	if !slides {
		return verdict{meter.Holds(rows), until}
	}
	v := m.sliding(meter, d.Measure.Func == query.Count, rows, within)
	return verdict{v.holds, min(v.until, until)}
}

// matching gives the rows of [lo, hi) that count, and until when that stays so.
// Where one is enough it stops at the first.
func (m *Moment) matching(d *query.Did, lo, hi uint32, all bool) (rows []uint32, until int64) {
	rows, until = m.p.rows[:0], never
	names, has := &m.layer.Names, m.named(d.Event)
	for row := lo; row < hi; row++ {
		if !has[names.At(row)] {
			continue
		}
		if d.Where != nil {
			saved := m.p.rows
			m.p.rows = nil // a condition inside has rows of its own
			v := m.ask(d.Where, &row)
			m.p.rows = saved
			until = min(until, v.until)
			if !v.holds {
				continue
			}
		}
		rows = append(rows, row)
		if all && d.Op == "" && until == never {
			break
		}
	}
	if cap(rows) > cap(m.p.rows) {
		m.p.rows = rows
	}
	return rows, until
}

// sliding asks a window that looks back from now. The rows are those that count
// and are in the window, will come into it, or may come into it again.
func (m *Moment) sliding(meter *kernel.Meter, count bool, rows []uint32, w window) verdict {
	times := m.p.times[:0]
	for _, row := range rows {
		times = append(times, m.layer.Times.At(row))
	}
	m.p.times = times
	first, _ := slices.BinarySearch(times, w.left)
	end, _ := slices.BinarySearch(times, w.now+1)
	if !count {
		until := never
		if end < len(times) {
			until = times[end]
		}
		if first < end {
			until = min(until, w.exit(times[first]))
		}
		if end > 0 {
			until = min(until, w.steady)
		}
		return verdict{meter.Holds(rows[first:end]), until}
	}
	// A number of events changes only as they come and go: count on until it decides otherwise.
	holds := meter.HoldsCount(end - first)
	some := end > 0
	for {
		next := never
		if end < len(times) {
			next = times[end]
		}
		if first < end {
			next = min(next, w.exit(times[first]))
		}
		if some && next >= w.steady {
			return verdict{holds, w.steady}
		}
		if next == never {
			return verdict{holds, never}
		}
		for end < len(times) && times[end] <= next {
			end++
		}
		for first < end && w.exit(times[first]) <= next {
			first++
		}
		if some = true; meter.HoldsCount(end-first) != holds {
			return verdict{holds, next}
		}
	}
}

// sequence follows what the person did one thing after the other.
func (m *Moment) sequence(c *query.Condition) verdict {
	if m.layer == nil {
		return verdict{false, never}
	}
	q := kernel.Sequence{}
	tables := make([][]bool, len(c.Sequence))
	for i, step := range c.Sequence {
		within := never
		if step.Within != nil {
			within = step.Within.Milliseconds()
		}
		q.Steps = append(q.Steps, kernel.SequenceStep{Within: within, Absent: step.Absent})
		tables[i] = m.named(step.Event)
	}
	follow := m.p.chains[c]
	if follow == nil {
		follow = kernel.NewFollower(q)
		m.p.chains[c] = follow
	}
	var times []int64
	var masks []uint32
	until := never
	for row := m.lo; row < m.hi; row++ {
		mask := uint32(0)
		for i, step := range c.Sequence {
			if !tables[i][m.layer.Names.At(row)] {
				continue
			}
			v := verdict{true, never}
			if step.Where != nil {
				v = m.ask(step.Where, &row)
				until = min(until, v.until)
			}
			if v.holds {
				mask |= 1 << i
			}
		}
		if mask != 0 {
			times, masks = append(times, m.layer.Times.At(row)), append(masks, mask)
		}
	}
	holds, due := follow.Follow(times, masks, m.now)
	return verdict{holds, min(due, until)}
}

// inSegment says whether the person is in a segment now.
func (m *Moment) inSegment(id string) bool {
	members, ok := m.p.a.sets.SegmentMembers(m.p.p.ID, id)
	if !ok {
		m.err = fault.New(fault.NotFound, "there is no segment «%s»", id)
		return false
	}
	return members.Contains(uint32(m.person))
}

// tagged says whether the person has a value of a tag that meets the comparison;
// a negative one is the complement of its positive twin.
func (m *Moment) tagged(c *query.Comparison) bool {
	values, ok := m.p.a.sets.TagValues(m.p.p.ID, c.Name)
	if !ok {
		m.err = fault.New(fault.NotFound, "there is no tag «%s»", c.Name)
		return false
	}
	op, negated := c.Op.Positive()
	test, known := m.p.tests[c]
	if !known {
		test = kernel.NewValueTest(
			&query.Comparison{Scope: c.Scope, Name: c.Name, Op: op, Operand: c.Operand},
			query.Calendar{Zone: m.p.p.Zone, WeekStart: m.p.p.WeekStart})
		m.p.tests[c] = test
	}
	for _, value := range values {
		if !test.Value(event.Text(value)) {
			continue
		}
		if members, ok := m.p.a.sets.TagMembers(m.p.p.ID, c.Name, value); ok && members.Contains(uint32(m.person)) {
			return !negated
		}
	}
	return negated
}
