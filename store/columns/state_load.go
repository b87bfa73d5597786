package columns

import (
	"encoding/binary"
	"errors"
	"math"
	"runtime"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/store/columns/container"
)

// loaded is what a state file held, ready to become a Table.
type loaded struct {
	totals     stateTotals
	graph      *person.Graph
	everyone   *roaring.Bitmap
	names      *dictionary
	stats      []*nameStats
	properties *registry
	people     *registry
	counts     []kindCounts
	records    person.Array[record]
	kills      []kill
	beyond     [2]beyondLimit // of properties of events, and of persons
}

// loader reads a state file with all processors.
type loader struct {
	f      *container.File
	work   sync.WaitGroup
	places chan struct{} // one for each that may work

	mu  sync.Mutex
	err error
}

// loadState reads a state file and checks every byte of it. Texts share the
// memory that they were read into; nothing of the file is used afterwards.
func loadState(f *container.File) (*loaded, error) {
	l := &loader{f: f, places: make(chan struct{}, max(2, runtime.GOMAXPROCS(0)))}
	s := &loaded{names: newDictionary(), stats: []*nameStats{nil}, properties: newRegistry(), people: newRegistry()}
	l.run(func() error { return s.readGraph(f) })
	l.run(func() error { return s.readRecords(f) })
	l.run(func() error { return s.readSmall(f) })
	l.registry(eventPrefix, s.properties)
	l.registry(personPrefix, s.people)
	l.work.Wait()
	if l.err != nil {
		return nil, l.err
	}
	return s, s.check(f)
}

// run does a part of the work when a processor is free, and keeps the first error.
func (l *loader) run(work func() error) {
	l.work.Go(func() {
		l.places <- struct{}{}
		defer func() { <-l.places }()
		if err := work(); err != nil {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.err = errors.Join(l.err, err)
		}
	})
}

// read reads a section whose elements have a fixed width.
func read[T any](f *container.File, section string, into *[]T) error {
	values, _, err := container.Read[T](f, section, 0)
	*into = values
	return err
}

func (s *loaded) readGraph(f *container.File) error {
	var g person.State
	err := errors.Join(
		read(f, sectionGraphPersons, &g.Persons), read(f, sectionGraphIDs, &g.IDs), read(f, sectionGraphLinks, &g.Links),
		read(f, sectionGraphHanded, &g.Handed), read(f, sectionGraphEnds, &g.Ends),
	)
	if err != nil {
		return err
	}
	if g.Text, err = container.ReadText(f, sectionGraphText, 0); err != nil {
		return err
	}
	if s.graph, err = person.NewGraphFrom(g); err != nil {
		return &container.DamageError{Path: f.Path(), Why: err.Error()}
	}
	return nil
}

func (s *loaded) readRecords(f *container.File) error {
	var records []recordState
	var cells []cellState
	if err := errors.Join(read(f, sectionRecords, &records), read(f, sectionCells, &cells), read(f, sectionCounts, &s.counts)); err != nil {
		return err
	}
	all := make([]cell, len(cells))
	for i, c := range cells {
		all[i] = cell{bits: c.Bits, property: c.Property, kind: event.Kind(c.Kind)}
		if int(c.Property) >= len(s.counts) || c.Kind > uint32(event.List) {
			return &container.DamageError{Path: f.Path(), Why: "a person has a property of no name"}
		}
	}
	for _, r := range records {
		n := int(r.Cells)
		if n > len(all) {
			return &container.DamageError{Path: f.Path(), Why: "the properties of persons are cut off"}
		}
		next := record{first: r.First, last: r.Last, events: r.Events, activities: r.Activities}
		if n > 0 {
			next.cells = all[:n:n]
		}
		all = all[n:]
		s.records.Append(next)
	}
	return nil
}

// readSmall reads what takes little.
func (s *loaded) readSmall(f *container.File) error {
	var totals []stateTotals
	var everyone []byte
	var kills []killState
	err := errors.Join(read(f, sectionTotals, &totals), read(f, sectionEveryone, &everyone), read(f, sectionKills, &kills))
	if err != nil {
		return err
	}
	if len(totals) != 1 || totals[0].Clock > math.MaxUint32 {
		return &container.DamageError{Path: f.Path(), Why: "it has no totals"}
	}
	s.totals = totals[0]
	s.everyone = roaring.New()
	if _, err := s.everyone.FromBuffer(everyone); err != nil {
		return &container.DamageError{Path: f.Path(), Why: "its set of persons cannot be read"}
	}
	s.everyone = s.everyone.Clone() // which does not share the buffer
	for _, k := range kills {
		s.kills = append(s.kills, kill{person: person.Ordinal(k.Person), at: k.At})
	}
	for i, prefix := range []string{eventPrefix, personPrefix} {
		if s.beyond[i].names, err = readTexts(f, prefix+beyondSuffix, 0, 0); err != nil {
			return err
		}
	}
	s.beyond[0].values, s.beyond[1].values = s.totals.BeyondEvents, s.totals.BeyondPeople
	return s.readStats(f)
}

func (s *loaded) readStats(f *container.File) error {
	names, err := readTexts(f, sectionEventNames, 0, 1)
	if err != nil {
		return err
	}
	var stats []statState
	var kinds []kindState
	if err := errors.Join(read(f, sectionStats, &stats), read(f, sectionStatKinds, &kinds)); err != nil {
		return err
	}
	if len(stats) != len(names)-1 {
		return &container.DamageError{Path: f.Path(), Why: "its event names do not match their statistics"}
	}
	s.names = dictionaryOf(names)
	for i, st := range stats {
		n := newNameStats(names[i+1])
		n.events, n.first, n.last, n.newest = st.Events, st.First, st.Last, st.Newest
		s.stats = append(s.stats, n)
	}
	for _, k := range kinds {
		if k.Name == 0 || int(k.Name) >= len(s.stats) || k.Kind > uint32(event.List) {
			return &container.DamageError{Path: f.Path(), Why: "its statistics name an unknown event"}
		}
		n := s.stats[k.Name]
		for int(k.Property) >= len(n.kinds) {
			n.kinds = append(n.kinds, kindCounts{})
		}
		n.kinds[k.Property][k.Kind] = k.Count
	}
	return nil
}

// registry reads the properties of events or of persons, each dictionary as a
// piece of work of its own.
func (l *loader) registry(prefix string, into *registry) {
	names, err := readTexts(l.f, prefix, 0, 1)
	if err != nil {
		l.run(func() error { return err })
		return
	}
	into.names, into.grown = dictionaryOf(names), true
	into.all = make([]*property, len(names))
	for code := 1; code < len(names); code++ {
		l.run(func() error {
			p := &property{name: names[code]}
			into.all[code] = p
			return p.read(l.f, prefix, uint32(code))
		})
	}
}

// read reads the dictionaries of a property.
func (p *property) read(f *container.File, prefix string, code uint32) error {
	texts, err := readTexts(f, prefix, code, 1)
	if err != nil {
		return err
	}
	p.strings = dictionaryOf(texts)
	if _, ok := f.Section(prefix+listsSuffix, code); !ok {
		return nil
	}
	starts, _, err := container.Read[uint32](f, prefix+listsSuffix, code)
	if err != nil {
		return err
	}
	flat, _, err := container.Read[uint32](f, prefix+itemsSuffix, code)
	if err != nil {
		return err
	}
	if p.lists = listsOf(starts, flat, len(texts)); p.lists == nil {
		return &container.DamageError{Path: f.Path(), Why: "its lists do not fit together"}
	}
	return nil
}

// listsOf makes the dictionary of lists that a Lists had; nil when it cannot have.
func listsOf(starts, flat []uint32, texts int) *listDictionary {
	if len(starts) < 2 || starts[0] != 0 || starts[1] != 0 || int(starts[len(starts)-1]) != len(flat) {
		return nil
	}
	d := &listDictionary{codes: make(map[string]uint32, len(starts)), starts: starts, flat: flat}
	for code := 1; code < len(starts)-1; code++ {
		if starts[code] > starts[code+1] {
			return nil
		}
		d.scratch = d.scratch[:0]
		for _, item := range flat[starts[code]:starts[code+1]] {
			if int(item) >= texts {
				return nil
			}
			d.scratch = binary.LittleEndian.AppendUint32(d.scratch, item)
		}
		d.codes[string(d.scratch)] = uint32(code)
	}
	d.last = &Lists{starts: starts, flat: flat}
	return d
}

// check compares what was read in parallel.
func (s *loaded) check(f *container.File) error {
	if s.records.Len() != s.graph.Len() {
		return &container.DamageError{Path: f.Path(), Why: "its persons do not match their records"}
	}
	if len(s.counts) > 0 && len(s.people.all) < len(s.counts) {
		return &container.DamageError{Path: f.Path(), Why: "its properties of persons do not match their counts"}
	}
	for _, n := range s.stats[1:] {
		if len(n.kinds) > len(s.properties.all) {
			return &container.DamageError{Path: f.Path(), Why: "its statistics name an unknown property"}
		}
	}
	return nil
}
