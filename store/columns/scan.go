package columns

import (
	"github.com/weirhq/weir/person"
)

// Need says what is read of the rows of a scan, besides their times and names.
type Need struct {
	Properties []string
	Arrival    bool // Seqs and IDs
	Everything bool // all of this
}

// Batch is some persons with their whole timelines: rows Offsets[e]:Offsets[e+1]
// of the layer, for each e of Entries, are those of Persons[e] in order of time
// and arrival. The layer may have other persons too, whose rows mean nothing. It
// has at least what the scan needs.
type Batch struct {
	*Layer
	Entries    []uint32 // ascending
	Contiguous bool     // the entries, and so the rows, are consecutive
}

// scratchRows is the number of rows from which a Batch of persons with several
// fragments is handed out: few enough to be in a cache when they are read.
const scratchRows = 1 << 15

// Scanner reads the timelines of a View, for one goroutine at a time. What it
// hands out is valid until the visit returns. Two batches that follow each other
// have the same *Layer only if its contents are the same; later a *Layer may come
// again with other contents.
//
// A person whose rows are all in one part is read there; one with fragments in
// several parts is copied together, with the columns needed and no others.
type Scanner struct {
	need   Need
	end    int // ordinals given
	gather *gatherer
	within []uint64 // see Among; nil for everybody
	apart  bool     // see Apart

	scratch *scratch // nil until the first person with several fragments
	persons []person.Ordinal
	offsets []uint32
	runs    []run
	entries []uint32
	batch   Batch
}

// NewScanner makes a Scanner. It costs time for each part and property needed.
func (v *View) NewScanner(need Need) *Scanner {
	return &Scanner{need: need, end: v.people.Len(), gather: newGatherer(v.parts, v.killed)}
}

// Among makes the Scanner visit only the persons of a set: bit p%64 of word p/64.
// nil means everybody.
func (s *Scanner) Among(words []uint64) { s.within = words }

// Apart makes the Scanner hand out fragments as they are: a person's rows may
// come in several batches, in no order among each other, and nothing is copied.
// It is for those who look at each row by itself.
func (s *Scanner) Apart() { s.apart = true }

// Batches visits each person that has events, and an ordinal in [from, to), in
// one Batch. It reports false when visit did, which ends it.
func (s *Scanner) Batches(from, to int, visit func(b *Batch) bool) bool {
	for to = min(to, s.end); from < to; {
		end := min(from+blockPersons, to)
		s.gather.block(from, end)
		if s.within != nil {
			s.gather.among(s.within)
		}
		if !s.visitBlock(visit) {
			return false
		}
		from = end
	}
	return true
}

// Listed visits the persons of an ascending list that have events, as Batches does.
func (s *Scanner) Listed(persons []uint32, visit func(b *Batch) bool) bool {
	g := s.gather
	for len(persons) > 0 {
		from := int(persons[0])
		n := 1
		for n < len(persons) && int(persons[n]) < from+blockPersons {
			n++
		}
		g.block(from, int(persons[n-1])+1)
		var listed blockSet
		for _, p := range persons[:n] {
			at := int(p) - from
			listed[at/64] |= 1 << (at % 64)
		}
		for i := range listed {
			g.seen[i] &= listed[i]
			g.mixed[i] &= listed[i]
		}
		if !s.visitBlock(visit) {
			return false
		}
		persons = persons[n:]
	}
	return true
}

// visitBlock visits the persons of the gatherer's block.
func (s *Scanner) visitBlock(visit func(b *Batch) bool) bool {
	if s.apart {
		clear(s.gather.mixed[:])
	}
	for part, l := range s.gather.parts {
		if p := &s.gather.places[part]; p.lo == p.hi {
			continue
		}
		entries, contiguous := s.gather.singles(part, s.entries[:0])
		s.entries = entries
		if len(entries) == 0 {
			continue
		}
		s.batch = Batch{Layer: l, Entries: entries, Contiguous: contiguous}
		if !visit(&s.batch) {
			return false
		}
	}
	for _, w := range s.gather.mixed {
		if w != 0 {
			return s.visitMixed(visit)
		}
	}
	return true
}

// visitMixed visits the block's persons who have several fragments.
func (s *Scanner) visitMixed(visit func(b *Batch) bool) bool {
	s.clear()
	more := true
	s.gather.each(&s.gather.mixed, func(p person.Ordinal, fragments []fragment) {
		if !more {
			return
		}
		s.add(p, fragments)
		if s.offsets[len(s.offsets)-1] >= scratchRows {
			more = visit(s.merged())
			s.clear()
		}
	})
	if more && len(s.persons) > 0 {
		more = visit(s.merged())
	}
	return more
}

func (s *Scanner) clear() {
	s.persons, s.offsets, s.runs = s.persons[:0], append(s.offsets[:0], 0), s.runs[:0]
}

// add puts the rows of a person behind those of the persons before.
func (s *Scanner) add(p person.Ordinal, fragments []fragment) {
	rows := s.offsets[len(s.offsets)-1]
	for _, f := range fragments {
		rows += f.hi - f.lo
	}
	s.persons = append(s.persons, p)
	s.offsets = append(s.offsets, rows)
	s.runs = arrange(s.gather.parts, fragments, s.runs)
}

// merged makes the batch of the persons added.
func (s *Scanner) merged() *Batch {
	if s.scratch == nil {
		s.scratch = newScratch(s.gather.parts, s.need)
	}
	s.entries = s.entries[:0]
	for i := range s.persons {
		s.entries = append(s.entries, uint32(i))
	}
	s.batch = Batch{Layer: s.scratch.layer(s.persons, s.offsets, s.runs), Entries: s.entries, Contiguous: true}
	return &s.batch
}

// ScanBatches visits each person that has events, and an ordinal in [from, to),
// in one Batch, until visit returns false. Who scans many ranges makes a Scanner
// of their own instead.
func (v *View) ScanBatches(need Need, from, to int, visit func(b *Batch) bool) {
	v.NewScanner(need).Batches(from, to, visit)
}

// Scan visits each person that has events, and an ordinal in [from, to), once, in
// no particular order. The person's rows are [lo, hi) of the layer, which has at
// least what is needed and is not to be kept beyond the visit. It stops when visit
// returns false. Disjoint ranges may be scanned concurrently.
func (v *View) Scan(need Need, from, to int, visit func(l *Layer, p person.Ordinal, lo, hi uint32) bool) {
	v.ScanBatches(need, from, to, func(b *Batch) bool {
		for _, e := range b.Entries {
			if !visit(b.Layer, b.Persons[e], b.Offsets[e], b.Offsets[e+1]) {
				return false
			}
		}
		return true
	})
}

// Locate gives the rows [lo, hi) of a canonical person, in a layer that has at
// least what is needed and stays valid. It is not ok for a person without events,
// and for one that was merged into another.
func (v *View) Locate(need Need, p person.Ordinal) (l *Layer, lo, hi uint32, ok bool) {
	var few [8]fragment
	fragments := fragmentsOf(v.parts, &v.killed, p, few[:0])
	switch len(fragments) {
	case 0:
		return nil, 0, 0, false
	case 1:
		f := fragments[0]
		return v.parts[f.part], f.lo, f.hi, true
	}
	rows := uint32(0)
	for _, f := range fragments {
		rows += f.hi - f.lo
	}
	runs := arrange(v.parts, fragments, nil)
	return newScratch(v.parts, need).layer([]person.Ordinal{p}, []uint32{0, rows}, runs), 0, rows, true
}

// fragmentsOf appends the fragments of a person, oldest part first.
func fragmentsOf(parts []*Layer, killed *killed, p person.Ordinal, to []fragment) []fragment {
	for i, l := range parts {
		if at, ok := l.find(p); ok && !killed.has(l, p) {
			to = append(to, fragment{part: int32(i), lo: l.Offsets[at], hi: l.Offsets[at+1]})
		}
	}
	return to
}
