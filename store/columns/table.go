package columns

import (
	"slices"
	"sync"
	"sync/atomic"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/person"
)

// Table holds one project's persons and events. Make one with NewTable.
type Table struct {
	view  atomic.Pointer[View]
	stale atomic.Bool // something was applied since view was made

	order      sync.Mutex // held by Apply, so that batches stay in order
	mu         sync.Mutex // guards everything below
	correcting bool       // the log is being asked; what the table has is no state to show
	graph      *person.Graph
	names      *dictionary // event names
	stats      []*nameStats
	timeless   []bool    // by code of the event name: its first and last times are to be found anew
	properties *registry // of events
	rows       pendingRows
	moved      []person.Ordinal // merged away since the last part was made

	parts []*Layer // oldest first; never written to, only replaced
	kills kills    // rows of parts that do not count

	profiles *profiles
	lookup   EventsFunc
	unmade   []person.Ordinal // whose profiles the log could not give
	everyone *roaring.Bitmap  // canonical persons
	all      *roaring.Bitmap  // the copy of everyone that views share; nil when it has changed
	marks    []uint32         // by ordinal: the batch that touched it last
	batch    uint32

	events   uint64
	upTo     uint64
	joined   uint64 // Seq of the newest event that changed who is who
	profiled uint64 // Seq of the newest event that changed a profile

	keeper    keeper // nil: everything stays in memory
	flushRows int    // rows in memory from which the keeper gets them
	flushAt   int    // the same, more after it failed
	flushed   uint64 // Seq up to which it has everything

	inView   int           // rows up to which a View folds parts itself
	pending  int           // rows from which a part is made of them without a View
	folded   int           // parts below this index are being folded in the background
	foldDone chan struct{} // closed when that has ended
	working  bool          // something is done in the background, perhaps with no part at all
	unseen   bool          // parts were made that no View has
	busy     bool          // much came in while parts were folded
	closed   bool          // no new folding
	folding  sync.WaitGroup
}

// pendingRowsKept bounds the rows that wait for a View.
const pendingRowsKept = 1 << 18

// NewTable makes an empty Table.
func NewTable() *Table {
	t := &Table{
		graph:      person.NewGraph(),
		names:      newDictionary(),
		stats:      []*nameStats{nil},
		properties: newRegistry(),
		profiles:   newProfiles(),
		everyone:   roaring.New(),
		inView:     foldedInView,
		pending:    pendingRowsKept,
		flushRows:  flushRows,
		flushAt:    flushRows,
	}
	t.view.Store(t.picture())
	return t
}

// LookUp tells the Table how to read the log. It does when an id leaves its
// person and when events are deleted, to make profiles again. Without it such
// persons keep the profiles they have. To be called before the first Apply.
func (t *Table) LookUp(events EventsFunc) { t.lookup = events }

// Apply takes committed events in order of arrival. It gives the ordinals of
// the persons that changed, each once: the canonical persons of the events,
// those that were merged away, who have no events and no profile any more, and
// those whom a correction of the log has changed. An event without a Seq (outside
// of a log) gets the next one.
func (t *Table) Apply(events []*event.Event) []person.Ordinal {
	if len(events) == 0 {
		return nil
	}
	t.order.Lock()
	defer t.order.Unlock()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.batch++
	if len(t.unmade) > 0 {
		t.look()
		t.remakeRest()
	}
	touched := make([]person.Ordinal, 0, min(len(events), 1024))
	for len(events) > 0 {
		n := 0
		for n < len(events) && !event.IsControl(events[n].Name) {
			n++
		}
		if n > 0 {
			touched = t.addEvents(events[:n], touched)
		}
		if n < len(events) {
			if events[n].Name == event.NameDeletePerson {
				t.settle()
				t.unseen = true
			} else {
				t.look() // the log is asked; Views see this until the correction is complete
			}
			touched = t.control(events[n], touched)
			t.stale.Store(true)
			n++
		}
		events = events[n:]
	}
	if t.rows.len() >= t.pending {
		t.settle()
		t.unseen = true
		t.foldLarge()
		t.stale.Store(true)
		t.awaitFold()
	}
	t.stale.Store(true)
	return touched
}

// parallelEvents is the size of a batch from which persons and property values,
// which share nothing, are worked on at the same time.
const parallelEvents = 256

// addEvents adds events, none of which corrects the log, and gives the persons touched.
func (t *Table) addEvents(events []*event.Event, touched []person.Ordinal) []person.Ordinal {
	rows := withRows(events)
	names := t.countNames(rows)
	var values sync.WaitGroup
	first := uint32(t.rows.len())
	if len(rows) >= parallelEvents {
		values.Go(func() { t.addValues(rows, names, first) })
	} else {
		t.addValues(rows, names, first)
	}
	touched = t.addRows(events, names, touched)
	values.Wait()
	t.events += uint64(len(rows))
	return touched
}

// withRows gives the events that are not erased: the others are not somebody's.
func withRows(events []*event.Event) []*event.Event {
	erased := func(e *event.Event) bool { return e.Name == event.NameErased }
	if !slices.ContainsFunc(events, erased) {
		return events
	}
	return slices.DeleteFunc(slices.Clone(events), erased)
}

// countNames counts the events by name and gives the code of each one's name.
func (t *Table) countNames(events []*event.Event) []uint32 {
	codes := make([]uint32, len(events))
	for i, e := range events {
		codes[i] = t.name(e.Name)
		t.statsOf(codes[i]).seen(e.Time)
	}
	return codes
}

// addValues adds the property values of events, whose first is the pending row first.
func (t *Table) addValues(events []*event.Event, names []uint32, first uint32) {
	t.properties.grown = true
	for i, e := range events {
		stats := t.stats[names[i]]
		row := first + uint32(i)
		eachName(t.properties, e.Properties, func(key string, value event.Value) {
			if value.Kind == event.Missing {
				return
			}
			if p, code := t.properties.get(key); p != nil {
				p.add(row, &value)
				stats.count(code, value.Kind)
			}
		})
	}
}

// addRows resolves the persons of events and adds the rows of those that are not
// erased, whose names are given. It gives the persons that changed.
func (t *Table) addRows(events []*event.Event, names []uint32, touched []person.Ordinal) []person.Ordinal {
	for _, e := range events {
		r := t.graph.Resolve(e)
		t.addPersons()
		seq := t.arrived(e)
		if m := r.Merged; m != nil {
			t.joined = seq
			t.moved = append(t.moved, m.From)
			t.everyone.Remove(uint32(m.From))
			t.all = nil
			t.profiles.merge(m.Into, m.From)
			touched = t.touch(m.From, touched)
		}
		touched = t.touch(r.Person, touched)
		if !r.Row {
			continue
		}
		name := names[0]
		names = names[1:]
		t.rows.add(r.Person, e, name, r.ID, seq)
		t.stats[name].newest = seq
		t.profiles.records.Edit(uint32(r.Person)).seen(e.Time, t.stats[name].activity)
		if e.Profile != nil {
			t.profiled = seq
			t.profiles.change(r.Person, e.Profile)
		}
	}
	return touched
}

// arrived notes the Seq of an event.
func (t *Table) arrived(e *event.Event) uint64 {
	seq := e.Seq
	if seq == 0 {
		seq = t.upTo + 1
	}
	t.upTo = max(t.upTo, seq)
	return seq
}

// addPersons makes room for the ordinals that the graph has given.
func (t *Table) addPersons() {
	for o := len(t.marks); o < t.graph.Len(); o++ {
		t.profiles.records.Append(record{})
		t.marks = append(t.marks, 0)
		t.everyone.Add(uint32(o))
		t.all = nil
	}
}

// touch adds an ordinal to those touched by the batch, once.
func (t *Table) touch(o person.Ordinal, touched []person.Ordinal) []person.Ordinal {
	if t.marks[o] == t.batch {
		return touched
	}
	t.marks[o] = t.batch
	return append(touched, o)
}

// name gives the code of an event name.
func (t *Table) name(text string) uint32 {
	code := t.names.code(text)
	if int(code) == len(t.stats) {
		t.stats = append(t.stats, newNameStats(text))
	}
	return code
}

// View gives the picture of everything applied before the call. It is cached
// until something is applied, and otherwise built in time proportional to the
// events applied since the last one.
func (t *Table) View() *View {
	if !t.stale.Load() {
		return t.view.Load()
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.correcting { // it was made when the correction began
		return t.view.Load()
	}
	return t.look()
}

// look makes the View.
func (t *Table) look() *View {
	if t.stale.Load() || !t.settled() {
		t.settle()
		t.view.Store(t.picture())
		t.unseen = false
		t.stale.Store(false)
		t.foldLarge()
	}
	return t.view.Load()
}

// picture makes a View of the settled state.
func (t *Table) picture() *View {
	t.findTimes()
	if t.all == nil {
		t.all = t.everyone.Clone()
		t.all.RunOptimize()
	}
	return &View{
		parts:      t.parts[:len(t.parts):len(t.parts)],
		killed:     t.kills.freeze(),
		people:     t.profiles.picture(t.graph.Snapshot(), t.all),
		names:      t.names.snapshot(),
		properties: t.properties.snapshot(),
		limit:      t.properties.limits(),
		stats:      t.statsSnapshot(),
		events:     t.events,
		joined:     t.joined,
		profiled:   t.profiled,
		upTo:       t.upTo,
	}
}

// Close stops the folding of parts, waits for its end, and gives the keeper what
// it does not have yet. The Table still answers afterwards. Closing twice is harmless.
func (t *Table) Close() {
	t.mu.Lock()
	t.closed = true
	t.mu.Unlock()
	t.folding.Wait()
	t.order.Lock()
	defer t.order.Unlock()
	t.mu.Lock()
	if !t.mayFlush() {
		t.mu.Unlock()
		return
	}
	t.settle()
	t.unseen = true
	from := t.flushFrom(t.firstInMemory())
	frozen, rows := t.freeze(), t.rowsFrom(t.firstInMemory())
	t.mu.Unlock()
	if frozen.upTo > t.flushed {
		t.flush(frozen, from, rows)
	}
}
