package columns

import (
	"slices"

	"github.com/weirhq/weir/person"
)

// Parts are folded so that each has at least twice the rows of all newer ones
// together. There are then at most log2(rows) of them, and a row is copied that
// often over the time it takes the table to double. When little comes in, the
// oldest part, which usually has almost everything, is kept larger than that:
// eight times the rest, so that few persons have fragments in several parts.
const (
	// foldedInView is the number of rows that a View folds itself; more are
	// folded in the background.
	foldedInView = 1 << 15
	// mostParts bounds the parts that may wait for the background.
	mostParts = 200
	// largePart is the number of rows from which the oldest part is kept larger
	// than the rest by quietRatio.
	largePart  = 1 << 20
	busyRatio  = 2
	quietRatio = 8
)

// foldFrom is the index of the oldest part, not below lowest, that is due to be
// folded with all newer ones, and the rows they have together; len(parts)-1 when
// none is.
func (t *Table) foldFrom(lowest int) (from, rows int) {
	from = len(t.parts) - 1
	rows = t.parts[from].Rows()
	for from > lowest && t.isDue(from-1, rows) {
		from--
		rows += t.parts[from].Rows()
	}
	return from, rows
}

// isDue says whether a part is to be folded with the newer ones, which have so
// many rows.
func (t *Table) isDue(part, newer int) bool {
	rows := t.parts[part].Rows()
	if part == 0 && rows >= largePart && !t.busy {
		return rows < quietRatio*newer
	}
	return rows < busyRatio*newer
}

// foldSmall folds the newest parts when that is quick.
func (t *Table) foldSmall() {
	lowest := max(t.folded, t.firstInMemory())
	if len(t.parts) < lowest+2 {
		return
	}
	from, rows := t.foldFrom(lowest)
	to := len(t.parts)
	if to >= mostParts && from == to-1 {
		from = lowest
	}
	if from == to-1 || (rows > t.inView && to < mostParts) {
		return
	}
	t.replace(from, to, planFold(t.parts[from:to], t.kills.freeze(), t.kills.clock).build(1))
}

// firstInMemory is the index of the oldest part that folding in memory may
// touch: those of a keeper are left to it.
func (t *Table) firstInMemory() int {
	first := len(t.parts)
	for first > 0 && t.parts[first-1].backing == nil {
		first--
	}
	return first
}

// foldLarge starts folding in the background when it is due and not under way.
// Nothing may be pending.
func (t *Table) foldLarge() {
	if t.closed || t.correcting || t.working {
		return
	}
	lowest, to := t.firstInMemory(), len(t.parts)
	if t.mayFlush() && t.rowsFrom(lowest) >= t.flushAt {
		t.startFlush(lowest)
		return
	}
	if to < lowest+2 {
		return
	}
	from, rows := t.foldFrom(lowest)
	if from == to-1 {
		return
	}
	parts, killed, clock := t.parts[from:to], t.kills.freeze(), t.kills.clock
	t.inBackground(to, rows, func() {
		part := planFold(parts, killed, clock).build(1)
		t.mu.Lock()
		defer t.mu.Unlock()
		t.replace(from, to, part)
	})
}

// rowsFrom is the number of rows of the parts from an index on.
func (t *Table) rowsFrom(from int) int {
	rows := 0
	for _, l := range t.parts[from:] {
		rows += l.Rows()
	}
	return rows
}

// inBackground works on the parts before to, which have so many rows, and looks
// afterwards whether there is more to do.
func (t *Table) inBackground(to, rows int, work func()) {
	t.folded, t.working = to, true
	done := make(chan struct{})
	t.foldDone = done
	before := t.events
	t.folding.Go(func() {
		defer close(done)
		work()
		t.mu.Lock()
		defer t.mu.Unlock()
		t.folded, t.working = 0, false
		t.busy = t.events > before && (t.events-before)*busyShare > uint64(rows)
		t.refresh()
		if t.settled() {
			t.foldLarge()
		}
	})
}

// awaitFold waits for the background when it has fallen far behind the events
// that come in, so that memory stays bounded. Views go on meanwhile.
func (t *Table) awaitFold() {
	for t.keeper != nil && t.working && t.rowsFrom(t.firstInMemory()) > flushesBehind*t.flushAt {
		done := t.foldDone
		t.mu.Unlock()
		<-done
		t.mu.Lock()
	}
}

// flushesBehind bounds the rows in memory, as a multiple of those of a flush.
const flushesBehind = 8

// busyShare says when much is coming in: while rows were folded, more than this
// part of their number arrived.
const busyShare = 16

// replace puts one part in the place of parts [from, to), or none when it has no
// rows or is nil.
func (t *Table) replace(from, to int, folded *Layer) {
	t.parts = slices.Delete(slices.Clone(t.parts), from, to)
	if folded != nil && folded.Rows() > 0 {
		t.parts = slices.Insert(t.parts, from, folded)
	}
	oldest := t.kills.clock
	for _, l := range t.parts {
		oldest = min(oldest, l.born)
	}
	t.kills.forget(oldest)
}

// refresh makes the present view read the present parts. It has the same events
// as before, also when newer ones have been applied, as long as these are in no
// part yet; otherwise it is left as it is.
func (t *Table) refresh() {
	if t.unseen {
		return
	}
	v := *t.view.Load()
	v.parts, v.killed = t.parts, t.kills.freeze()
	t.view.Store(&v)
}

// planFold plans the part that takes the place of others. Rows killed until now
// are left out; now is the moment at which the part counts as born.
func planFold(parts []*Layer, killed killed, now uint32) *foldPlan {
	plan := &foldPlan{parts: parts, born: now}
	for _, l := range parts {
		plan.persons = slices.Grow(plan.persons, len(l.Persons))
	}
	g := newGatherer(parts, killed)
	var runs []run
	for from, more := g.next(0); more; from, more = g.next(from) {
		end := from + blockPersons
		g.block(from, end)
		g.each(&g.seen, func(p person.Ordinal, fragments []fragment) {
			runs = arrange(parts, fragments, runs[:0])
			plan.add(p, runs)
		})
		from = end
	}
	return plan
}

// next gives the lowest ordinal at or after from that some part has.
func (g *gatherer) next(from int) (lowest int, some bool) {
	for i, l := range g.parts {
		p := &g.places[i]
		at := l.search(p.at, p.next, person.Ordinal(from))
		if at == len(l.Persons) {
			continue
		}
		if o := int(l.Persons[at]); !some || o < lowest {
			lowest, some = o, true
		}
	}
	return lowest, some
}
