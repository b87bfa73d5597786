package columns

import (
	"context"
	"slices"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/person"
)

// EventsFunc gives whole events from the log, in order of Seq, those that exist.
type EventsFunc func(ctx context.Context, seqs []uint64) ([]*event.Event, error)

// control carries out an event that corrects the log, and gives the persons
// touched. What it says holds for everything applied so far, none of which may
// be pending any more. Until it is complete a View is what it was before.
func (t *Table) control(e *event.Event, touched []person.Ordinal) []person.Ordinal {
	r := t.graph.Resolve(e)
	t.addPersons()
	seqs := event.DeletedSeqs(e)
	if r.Split == nil && !r.Forgotten && len(seqs) == 0 {
		return touched
	}
	t.unseen = true
	seq := t.arrived(e)
	t.joined, t.profiled = seq, seq
	switch {
	case r.Split != nil:
		t.split(r.Split)
		t.remake([]person.Ordinal{r.Split.From, r.Split.To})
		return t.touch(r.Split.From, t.touch(r.Split.To, touched))
	case r.Forgotten:
		t.forget(r.Person)
		return t.touch(r.Person, touched)
	}
	losses := t.deleteEvents(seqs)
	t.remake(t.changedBy(losses))
	for _, l := range losses {
		touched = t.touch(l.person, touched)
	}
	return touched
}

// split gives the rows of an id that left its person to the person it is now.
func (t *Table) split(s *person.Split) {
	killed := t.kills.freeze()
	fragments := fragmentsOf(t.parts, &killed, s.From, nil)
	runs := arrange(t.parts, fragments, nil)
	stay, leave := t.divide(runs, func(l *Layer, row uint32) bool { return l.IDs.At(row) == s.ID })
	if len(leave) == 0 {
		return
	}
	t.kills.tick()
	t.kills.add(s.From)
	plan := &foldPlan{parts: t.parts, born: t.kills.clock}
	if len(stay) > 0 {
		plan.add(s.From, stay)
	}
	plan.add(s.To, leave) // a new person, and so a higher ordinal
	t.append(plan)
	t.recount(s.From)
	t.recount(s.To)
}

// divide parts the rows of runs by a test.
func (t *Table) divide(runs []run, test func(l *Layer, row uint32) bool) (no, yes []run) {
	for _, r := range runs {
		l := t.parts[r.part]
		for row := r.lo; row < r.hi; row++ {
			one := run{part: r.part, lo: row, hi: row + 1}
			if test(l, row) {
				yes = appendRun(yes, one)
			} else {
				no = appendRun(no, one)
			}
		}
	}
	return no, yes
}

// forget drops everything about a person.
func (t *Table) forget(p person.Ordinal) {
	killed := t.kills.freeze()
	for _, f := range fragmentsOf(t.parts, &killed, p, nil) {
		t.takeOut(t.parts[f.part], f.lo, f.hi)
	}
	t.kills.tick()
	t.kills.add(p)
	t.profiles.replace(p, nil)
	*t.profiles.records.Edit(uint32(p)) = record{}
	t.everyone.Remove(uint32(p))
	t.all = nil
}

// loss is the Seqs of the events that a person lost.
type loss struct {
	person person.Ordinal
	seqs   []uint64
}

// deleteEvents drops the events of some Seqs, which ascend, and says who had
// them, ascending.
func (t *Table) deleteEvents(seqs []uint64) []loss {
	killed := t.kills.freeze()
	persons := t.holders(seqs, &killed)
	if len(persons) == 0 {
		return nil
	}
	losses := make([]loss, 0, len(persons))
	wanted := newSeqSet(seqs)
	t.kills.tick()
	plan := &foldPlan{parts: t.parts, born: t.kills.clock}
	for _, p := range persons {
		runs := arrange(t.parts, fragmentsOf(t.parts, &killed, p, nil), nil)
		stay, leave := t.divide(runs, func(l *Layer, row uint32) bool { return wanted.has(uint64(l.Seqs.At(row))) })
		lost := loss{person: p}
		for _, r := range leave {
			t.takeOut(t.parts[r.part], r.lo, r.hi)
			for row := r.lo; row < r.hi; row++ {
				lost.seqs = append(lost.seqs, uint64(t.parts[r.part].Seqs.At(row)))
			}
		}
		losses = append(losses, lost)
		if len(stay) > 0 {
			plan.add(p, stay)
		}
		t.kills.add(p)
	}
	t.append(plan)
	for _, p := range persons {
		t.recount(p)
	}
	return losses
}

// holders gives the persons who have events of some Seqs, ascending. It looks at
// the Seq of every row: no part is sorted by it.
func (t *Table) holders(seqs []uint64, killed *killed) []person.Ordinal {
	wanted := newSeqSet(seqs)
	var persons []person.Ordinal
	for _, l := range t.parts {
		entry := 0
		for row := range uint32(l.Rows()) {
			if !wanted.has(uint64(l.Seqs.At(row))) {
				continue
			}
			for l.Offsets[entry+1] <= row {
				entry++
			}
			if p := l.Persons[entry]; !killed.has(l, p) {
				persons = append(persons, p)
			}
		}
	}
	slices.Sort(persons)
	return slices.Compact(persons)
}

// seqSet is a set of Seqs that says no quickly.
type seqSet struct {
	list   []uint64 // ascending
	lowest [1 << 10]uint64
}

func newSeqSet(seqs []uint64) *seqSet {
	s := &seqSet{list: seqs}
	for _, seq := range seqs {
		s.lowest[seq>>6%uint64(len(s.lowest))] |= 1 << (seq % 64)
	}
	return s
}

func (s *seqSet) has(seq uint64) bool {
	if s.lowest[seq>>6%uint64(len(s.lowest))]>>(seq%64)&1 == 0 {
		return false
	}
	_, found := slices.BinarySearch(s.list, seq)
	return found
}

// recount makes the record of a person anew from the rows, but for the profile.
func (t *Table) recount(p person.Ordinal) {
	killed := t.kills.freeze()
	r := t.profiles.records.Edit(uint32(p))
	*r = record{cells: r.cells}
	for _, f := range fragmentsOf(t.parts, &killed, p, nil) {
		l := t.parts[f.part]
		for row := f.lo; row < f.hi; row++ {
			r.seen(l.Times.At(row), t.stats[l.Names.At(row)].activity)
		}
	}
}
