package kernel

import (
	"context"
	"math"
	bits64 "math/bits"

	"github.com/weirhq/weir/query"
	"github.com/weirhq/weir/store/columns"
	"github.com/weirhq/weir/store/columns/vector"
)

// Retention over calendar intervals is counted for 64 persons at a time: a word
// per interval has a bit for each person who started in it, another for each who
// returned. A cell is then the number of bits of «started here and returned
// there», whatever the number of events. That pays as long as the table is not
// much larger than what the persons do.
const (
	wordPersons  = 64
	maxWordCells = 1 << 14 // rows × columns
	maxWordSlots = 1 << 11 // intervals
)

// transposable says whether the question is counted by words.
func (q *Retention) transposable() bool {
	return q.Rolling == 0 && q.Property == "" && q.Rows*len(q.Columns) <= maxWordCells && len(q.Edges) <= maxWordSlots
}

func (s *Source) retentionByWords(ctx context.Context, q Retention) (*RetentionAnswer, error) {
	visitors, err := scan(ctx, s, func() *retentionWords { return newRetentionWords(q) })
	if err != nil {
		return nil, err
	}
	answer := &RetentionAnswer{Sizes: make([]int64, q.Rows), Values: make([][]float64, q.Rows)}
	for row := range answer.Values {
		answer.Values[row] = make([]float64, len(q.Columns))
		for _, v := range visitors {
			v.flush()
			answer.Sizes[row] += v.sizes[row]
			for column := range q.Columns {
				answer.Values[row][column] += float64(v.cells[row*len(q.Columns)+column])
			}
		}
	}
	return answer, nil
}

// retentionWords counts the persons of one worker.
type retentionWords struct {
	q     Retention
	end   int64 // of the rows that matter
	sizes []int64
	cells []int64 // row × column

	people   int      // in the words
	started  []uint64 // by interval
	came     []uint64 // by interval: returned in it
	early    []uint64 // by interval: returned in it at or after its first start
	before   uint64   // did the start event before the range
	same     bool     // started and came are one and the same, and no row need be tested
	byName   []uint8
	short    [256]uint8 // byName of codes below 256
	pick     *stepPicker
	slots    *slotter
	slotOf   []uint32
	layerNow *columns.Layer
	times    *vector.Ints
}

// What a row picked is.
const (
	startBit = 1 << iota
	returnBit
)

func newRetentionWords(q Retention) *retentionWords {
	v := &retentionWords{q: q, end: q.end(), slots: newSlotter(q.Edges), pick: newStepPicker(q.Start, q.Return)}
	v.sizes, v.cells = make([]int64, q.Rows), make([]int64, q.Rows*len(q.Columns))
	n := len(q.Edges)
	v.started, v.came, v.early = make([]uint64, n), make([]uint64, n), make([]uint64, n)
	v.same = q.Same && q.Start.where == nil && q.To == q.Edges[q.Rows]
	v.byName = make([]uint8, len(q.Start.byName))
	for code, in := range q.Start.byName {
		v.byName[code] = uint8(bit(in))
	}
	copy(v.short[:], v.byName)
	return v
}

func (v *retentionWords) needs() []string { return needs(v.q.Start, v.q.Return) }

func (v *retentionWords) splits() bool { return false }

// within narrows the rows where nothing before the range matters.
func (v *retentionWords) within() (from, to int64) {
	if v.q.Cohort == query.FirstEver {
		return never, v.end
	}
	return v.q.From, v.end
}

func (v *retentionWords) layer(l *columns.Layer) {
	v.layerNow, v.times = l, &l.Times
	v.pick.layer(l)
	v.slots.layer(l)
}

func (v *retentionWords) block(b *block) error {
	if v.same {
		for i := range b.persons {
			v.next()
			v.mark(b.lo[i], b.hi[i])
		}
		return nil
	}
	rows, met := v.pick.pick(b)
	v.slotOf, _ = v.slots.find(rows, v.slotOf)
	b.each(rows, func(_, from, to int) {
		v.next()
		v.follow(rows[from:to], met[from:to], v.slotOf[from:to])
	})
	return nil
}

// next makes room for one more person.
func (v *retentionWords) next() {
	if v.people == wordPersons {
		v.flush()
	}
	v.people++
}

// mark sets the bits of the person at hand where starts and returns are the same events.
func (v *retentionWords) mark(lo, hi uint32) {
	mid := v.times.FirstAtOrAfter(lo, hi, v.q.From)
	if v.q.Cohort == query.FirstEver {
		names := &v.layerNow.Names
		for row := lo; row < mid; row++ {
			if v.byName[names.At(row)] != 0 {
				v.before |= 1 << (v.people - 1)
				return
			}
		}
	}
	if hi > mid && v.times.At(hi-1) >= v.end {
		hi = v.times.FirstAtOrAfter(mid, hi, v.end)
	}
	names := &v.layerNow.Names
	switch {
	case mid == hi:
	case names.U8 != nil && v.times.U32 != nil:
		markRuns(v, names.U8[mid:hi], v.times.U32[mid:hi], v.times.Base, v.times.Unit)
	case names.U8 != nil:
		markRuns(v, names.U8[mid:hi], v.times.I64[mid:hi], 0, 1)
	default:
		for row := mid; row < hi; row++ {
			v.came[v.slots.at(v.times.At(row))] |= uint64(v.byName[names.At(row)]) << (v.people - 1)
		}
	}
}

// markRuns is the loop that costs: a row is one comparison with the end of the
// interval at hand and one look at its name. Only a new interval is looked up
// and has its bit set; rows beyond the last one set bits of a word that nobody
// reads.
func markRuns[T uint32 | int64](v *retentionWords, names []uint8, times []T, base, unit int64) {
	table, person := &v.short, uint(v.people-1)&63
	names = names[:len(times)]
	end, slot, met := int64(math.MinInt64), uint32(0), uint8(0)
	for i, t := range times {
		if int64(t) >= end {
			v.came[slot] |= uint64(met) << person
			at := base + int64(t)*unit
			slot, met = v.slots.at(at), 0
			end = v.slots.rawEnd(at, slot, base, unit)
		}
		met |= table[names[i]]
	}
	v.came[slot] |= uint64(met) << person
}

// follow sets the bits of the person at hand from its picked rows. Events of the
// same time have no order: a return of the time of the start is one after it.
func (v *retentionWords) follow(rows, met, slots []uint32) {
	person := uint64(1) << (v.people - 1)
	last := int64(never) // time of the last return
	for i, row := range rows {
		t := v.times.At(row)
		if t < v.q.From {
			if met[i]&startBit != 0 && v.q.Cohort == query.FirstEver {
				v.before |= person
			}
			continue
		}
		slot := slots[i]
		if t >= v.end || slot >= v.slots.n {
			return
		}
		if met[i]&returnBit != 0 {
			v.came[slot] |= person
			last = t
			if v.started[slot]&person != 0 {
				v.early[slot] |= person
			}
		}
		if met[i]&startBit != 0 && t < v.q.To && v.started[slot]&person == 0 {
			v.started[slot] |= person
			if last == t {
				v.early[slot] |= person
			}
		}
	}
}

// flush counts the persons in the words and empties them.
func (v *retentionWords) flush() {
	if v.people == 0 {
		return
	}
	if v.same {
		copy(v.started, v.came[:v.q.Rows])
	}
	if v.q.OrAfter { // from here on a word is who returned in its interval or later
		v.came[v.slots.n] = 0
		for i := int(v.slots.n) - 1; i >= 0; i-- {
			v.came[i] |= v.came[i+1]
		}
	}
	seen := v.before
	for row := range v.q.Rows {
		members := v.started[row]
		if v.q.Cohort != query.Recurring {
			members &^= seen
			seen |= v.started[row]
		}
		if members != 0 {
			v.sizes[row] += int64(bits64.OnesCount64(members))
			v.count(row, members)
		}
	}
	clear(v.started)
	clear(v.came)
	clear(v.early)
	v.people, v.before = 0, 0
}

// count counts the members of a cohort in its columns.
func (v *retentionWords) count(row int, members uint64) {
	cells := v.cells[row*len(v.q.Columns) : (row+1)*len(v.q.Columns)]
	if !v.q.Single || v.q.OrAfter {
		for column, span := range v.q.Columns {
			cells[column] += int64(bits64.OnesCount64(members & v.returned(row, span)))
		}
		return
	}
	came := v.came[row : row+len(cells)]
	for n, word := range came {
		cells[n] += int64(bits64.OnesCount64(members & word))
	}
	if !v.q.Same { // column 0 is at or after the start
		cells[0] += int64(bits64.OnesCount64(members&v.early[row]) - bits64.OnesCount64(members&came[0]))
	}
}

// returned gives who returned in some intervals after a row.
func (v *retentionWords) returned(row int, span [2]int) (word uint64) {
	first, last := row+span[0], row+span[1]
	if span[0] == 0 && !v.q.Same {
		word = v.early[row]
		first++
	}
	if v.q.OrAfter {
		return word | v.came[first]
	}
	for i := first; i <= last; i++ {
		word |= v.came[i]
	}
	return word
}
