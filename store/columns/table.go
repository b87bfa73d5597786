package columns

import (
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

	mu         sync.Mutex // guards everything below
	graph      *person.Graph
	names      *dictionary // event names
	stats      []*nameStats
	properties *registry // of events
	rows       pendingRows
	moved      []person.Ordinal // merged away since the last view

	layers []*Layer
	owner  person.Array[uint8] // ordinal → index in layers, as of the last view

	profiles *profiles
	everyone *roaring.Bitmap // canonical persons
	all      *roaring.Bitmap // the copy of everyone that views share; nil when it has changed
	marks    []uint32        // by ordinal: the batch that touched it last
	batch    uint32

	events   uint64
	upTo     uint64
	joined   uint64 // Seq of the newest event that changed who is who
	profiled uint64 // Seq of the newest event that changed a profile

	keeper keeper // nil: everything stays in memory

	inView  int  // rows up to which a View folds layers itself
	folded  int  // layers below this index are being folded in the background
	closed  bool // no new folding
	folding sync.WaitGroup
}

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
	}
	t.view.Store(t.picture())
	return t
}

// Apply takes committed events in order of arrival. It gives the ordinals of
// the persons that changed, each once: the canonical persons of the events, and
// those that were merged away, who have no events and no profile any more. An
// event without a Seq (outside of a log) gets the next one.
func (t *Table) Apply(events []*event.Event) []person.Ordinal {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(events) == 0 {
		return nil
	}
	t.batch++
	names := t.countNames(events)
	var values sync.WaitGroup
	first := uint32(t.rows.len())
	if len(events) >= parallelEvents {
		values.Go(func() { t.addValues(events, names, first) })
	} else {
		t.addValues(events, names, first)
	}
	touched := t.addRows(events, names)
	values.Wait()
	t.events += uint64(len(events))
	t.stale.Store(true)
	return touched
}

// parallelEvents is the size of a batch from which persons and property values,
// which share nothing, are worked on at the same time.
const parallelEvents = 256

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
		for key, value := range e.Properties {
			if value.Kind == event.Missing {
				continue
			}
			p, code := t.properties.get(key)
			p.add(first+uint32(i), &value)
			stats.count(code, value.Kind)
		}
	}
}

// addRows resolves the persons of events and adds the events' rows. It gives
// the persons that changed.
func (t *Table) addRows(events []*event.Event, names []uint32) []person.Ordinal {
	touched := make([]person.Ordinal, 0, min(len(events), 1024))
	for i, e := range events {
		r := t.graph.Resolve(e)
		t.addPersons()
		if m := r.Merged; m != nil {
			t.moved = append(t.moved, m.From)
			t.everyone.Remove(uint32(m.From))
			t.all = nil
			t.profiles.merge(m.Into, m.From)
			touched = t.touch(m.From, touched)
		}
		touched = t.touch(r.Person, touched)
		seq := e.Seq
		if seq == 0 {
			seq = t.upTo + 1
		}
		t.upTo = max(t.upTo, seq)
		t.rows.add(r.Person, e, names[i], r.ID, seq)
		t.stats[names[i]].newest = seq
		t.profiles.seen(r.Person, e.Time, t.stats[names[i]].activity)
		if r.Merged != nil {
			t.joined = seq
		}
		if e.Profile != nil {
			t.profiled = seq
			t.profiles.change(r.Person, e.Profile)
		}
	}
	return touched
}

// addPersons makes room for the ordinals that the graph has given.
func (t *Table) addPersons() {
	for o := t.owner.Len(); o < t.graph.Len(); o++ {
		t.owner.Append(noLayer)
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
// timelines of the persons touched since the last one.
func (t *Table) View() *View {
	if !t.stale.Load() {
		return t.view.Load()
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.stale.Load() {
		t.settle()
		t.view.Store(t.picture())
		t.stale.Store(false)
		t.foldLarge()
	}
	return t.view.Load()
}

// picture makes a View of the settled state.
func (t *Table) picture() *View {
	if t.all == nil {
		t.all = t.everyone.Clone()
		t.all.RunOptimize()
	}
	return &View{
		layers:     append([]*Layer(nil), t.layers...),
		people:     t.profiles.picture(t.graph.Snapshot(), t.all),
		names:      t.names.snapshot(),
		properties: t.properties.snapshot(),
		owner:      t.owner.Freeze(),
		stats:      t.statsSnapshot(),
		events:     t.events,
		joined:     t.joined,
		profiled:   t.profiled,
		upTo:       t.upTo,
	}
}

// Close stops the folding of layers and waits for its end. The Table still
// answers afterwards. Closing twice is harmless.
func (t *Table) Close() {
	t.mu.Lock()
	t.closed = true
	t.mu.Unlock()
	t.folding.Wait()
}
