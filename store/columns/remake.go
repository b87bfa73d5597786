package columns

import (
	"context"
	"slices"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/person"
)

// A profile keeps the outcome of all changes and not the changes. When events are
// taken from a person, its profile is made again from the events that are left,
// which the log has. The log is asked without the table's lock, because it may be
// waiting for the table itself; meanwhile a View is what it was before.

// remake makes the profiles of persons again. Those for which the log gives no
// events keep theirs until a later try.
func (t *Table) remake(persons []person.Ordinal) {
	if t.lookup == nil {
		return
	}
	for _, p := range persons {
		seqs := t.seqsOf(p)
		events, err := t.ask(seqs)
		if err != nil {
			t.unmade = append(t.unmade, p)
			continue
		}
		t.profiles.replace(p, t.profiles.made(events))
	}
}

// remakeRest tries again what failed before.
func (t *Table) remakeRest() {
	persons := t.unmade
	t.unmade, t.unseen = nil, true
	t.joined, t.profiled = t.upTo, t.upTo
	t.remake(persons)
}

// ask has the log look up events while others may use the table.
func (t *Table) ask(seqs []uint64) ([]*event.Event, error) {
	if len(seqs) == 0 {
		return nil, nil
	}
	t.correcting = true
	t.mu.Unlock()
	events, err := t.lookup(context.Background(), seqs)
	t.mu.Lock()
	t.correcting = false
	return events, err
}

// seqsOf gives the Seqs of a person's rows, ascending.
func (t *Table) seqsOf(p person.Ordinal) []uint64 {
	killed := t.kills.freeze()
	var seqs []uint64
	for _, f := range fragmentsOf(t.parts, &killed, p, nil) {
		for row := f.lo; row < f.hi; row++ {
			seqs = append(seqs, uint64(t.parts[f.part].Seqs.At(row)))
		}
	}
	slices.Sort(seqs)
	return seqs
}

// changedBy gives the persons whose profiles lost events may have changed: those
// that lost a change of their profile, or what the log does not have any more.
func (t *Table) changedBy(losses []loss) []person.Ordinal {
	if t.lookup == nil || len(losses) == 0 {
		return nil
	}
	var seqs []uint64
	for _, l := range losses {
		seqs = append(seqs, l.seqs...)
	}
	slices.Sort(seqs)
	events, err := t.ask(seqs)
	if err != nil {
		events = nil
	}
	harmless := make(map[uint64]bool, len(events))
	for _, e := range events {
		harmless[e.Seq] = e.Profile == nil && !event.Reserved(e.Name)
	}
	var changed []person.Ordinal
	for _, l := range losses {
		if slices.ContainsFunc(l.seqs, func(seq uint64) bool { return !harmless[seq] }) {
			changed = append(changed, l.person)
		}
	}
	return changed
}

// made gives the profile that events of one person make, which are in order of
// arrival. The ids among them are joined as they were, so that where two persons
// merged the values of the older one win, as they did at that time.
func (p *profiles) made(events []*event.Event) []cell {
	graph := person.NewGraph()
	of := &profiles{properties: p.properties}
	defer func(before beyondLimit) { p.properties.beyond = before }(p.properties.beyond) // counted before
	for _, e := range events {
		r := graph.Resolve(e)
		for of.records.Len() < graph.Len() {
			of.records.Append(record{})
		}
		if r.Merged != nil {
			of.merge(r.Merged.Into, r.Merged.From)
		}
		if r.Row && e.Profile != nil {
			of.change(r.Person, e.Profile)
		}
	}
	for from := 1; from < graph.Len(); from++ {
		of.merge(0, person.Ordinal(from))
	}
	if graph.Len() == 0 {
		return nil
	}
	return of.records.At(0).cells
}

// replace gives a person another profile.
func (p *profiles) replace(o person.Ordinal, cells []cell) {
	r := p.records.Edit(uint32(o))
	for _, c := range r.cells {
		p.counts[c.property][c.kind]--
	}
	for _, c := range cells {
		p.reserve(c.property)
		p.counts[c.property][c.kind]++
	}
	r.cells = cells
}
