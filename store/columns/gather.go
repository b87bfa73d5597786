package columns

import (
	"math/bits"

	"github.com/weirhq/weir/person"
)

// A block is a range of ordinals that is worked on at once. Its sets of persons
// are bitmaps of blockWords words, bit 0 being the block's first ordinal.
const (
	blockPersons = 4096
	blockWords   = blockPersons / 64
)

// blockSet is a set of persons of a block.
type blockSet [blockWords]uint64

// fragment is the rows [lo, hi) that a part has of a person.
type fragment struct {
	part   int32
	lo, hi uint32
}

// gatherer finds out, block by block, which parts have rows of which persons.
type gatherer struct {
	parts  []*Layer
	killed killed

	from   person.Ordinal // the block's first ordinal
	places []place        // by part
	seen   blockSet       // persons that some part has
	mixed  blockSet       // persons that several parts have

	counts    [blockPersons]uint32
	fragments []fragment
}

// place is what a part has of the block.
type place struct {
	lo, hi   int            // entries of Persons
	at       int            // place of the ordinal next, to search on from there
	next     person.Ordinal // the end of the block before
	straight bool           // the persons follow each other without a gap, and all their rows count
}

func newGatherer(parts []*Layer, killed killed) *gatherer {
	return &gatherer{parts: parts, killed: killed, places: make([]place, len(parts))}
}

// block looks at the ordinals [from, to), at most blockPersons.
func (g *gatherer) block(from, to int) {
	g.from = person.Ordinal(from)
	clear(g.seen[:])
	clear(g.mixed[:])
	for i, l := range g.parts {
		p := &g.places[i]
		if g.from < p.next {
			p.at, p.next = 0, 0
		}
		p.lo = l.search(p.at, p.next, g.from)
		p.hi = l.search(p.lo, g.from, person.Ordinal(to))
		p.at, p.next = p.hi, person.Ordinal(to)
		if p.lo == p.hi {
			continue
		}
		span := l.Persons[p.hi-1] - l.Persons[p.lo]
		p.straight = int(span) == p.hi-p.lo-1 && !g.dies(l, from, to)
		if p.straight {
			first := int(l.Persons[p.lo] - g.from)
			g.markRange(first, first+int(span)+1)
		} else {
			g.mark(l, p)
		}
	}
}

// dies says whether rows of the part may not count for somebody in the block.
func (g *gatherer) dies(l *Layer, from, to int) bool {
	if !g.killed.touches(l) {
		return false
	}
	for word := from / 64; word <= (to-1)/64; word++ {
		if g.killed.word(word) != 0 {
			return true
		}
	}
	return false
}

func (g *gatherer) mark(l *Layer, p *place) {
	touched := g.killed.touches(l)
	for _, o := range l.Persons[p.lo:p.hi] {
		if touched && g.killed.has(l, o) {
			continue
		}
		at := o - g.from
		word, bit := at/64, uint64(1)<<(at%64)
		g.mixed[word] |= g.seen[word] & bit
		g.seen[word] |= bit
	}
}

func (g *gatherer) markRange(from, to int) {
	eachWord(from, to, func(word int, mask uint64) {
		g.mixed[word] |= g.seen[word] & mask
		g.seen[word] |= mask
	})
}

// eachWord visits the words of the bits [from, to), and which of their bits these are.
func eachWord(from, to int, visit func(word int, mask uint64)) {
	for word := from / 64; word <= (to-1)/64; word++ {
		mask := ^uint64(0)
		if word == from/64 {
			mask <<= from % 64
		}
		if rest := to - word*64; rest < 64 {
			mask &= 1<<rest - 1
		}
		visit(word, mask)
	}
}

// among leaves only the persons of a set: bit p%64 of word p/64.
func (g *gatherer) among(words []uint64) {
	shift := uint(g.from % 64)
	at := func(i int) uint64 {
		if i >= len(words) {
			return 0
		}
		return words[i]
	}
	for i := range g.seen {
		word := int(g.from/64) + i
		mask := at(word) >> shift
		if shift > 0 {
			mask |= at(word+1) << (64 - shift)
		}
		g.seen[i] &= mask
		g.mixed[i] &= mask
	}
}

// singles lists the entries of a part whose persons no other part has. all says
// that they are consecutive.
func (g *gatherer) singles(part int, entries []uint32) (_ []uint32, all bool) {
	p, l := &g.places[part], g.parts[part]
	if p.straight {
		return g.straightSingles(part, entries)
	}
	touched := g.killed.touches(l)
	for i, o := range l.Persons[p.lo:p.hi] {
		at := o - g.from
		if (g.seen[at/64]&^g.mixed[at/64])>>(at%64)&1 == 0 || touched && g.killed.has(l, o) {
			continue
		}
		entries = append(entries, uint32(p.lo+i))
	}
	return entries, consecutive(entries)
}

func consecutive(entries []uint32) bool {
	return len(entries) > 0 && int(entries[len(entries)-1]-entries[0]) == len(entries)-1
}

// straightSingles is singles for a part whose persons follow each other.
func (g *gatherer) straightSingles(part int, entries []uint32) (_ []uint32, all bool) {
	p, l := &g.places[part], g.parts[part]
	first := int(l.Persons[p.lo] - g.from)
	shift := uint32(p.lo) - uint32(first) // bit → entry, modulo 2³²
	eachWord(first, first+p.hi-p.lo, func(word int, mask uint64) {
		single := g.seen[word] &^ g.mixed[word] & mask
		from := uint32(word*64) + shift
		if single == ^uint64(0) {
			for i := range uint32(64) {
				entries = append(entries, from+i)
			}
			return
		}
		for ; single != 0; single &= single - 1 {
			entries = append(entries, from+uint32(bits.TrailingZeros64(single)))
		}
	})
	return entries, consecutive(entries)
}

// each visits the persons of a set, ascending, with their fragments, oldest part
// first. The fragments are the visitor's to reorder, until it returns.
func (g *gatherer) each(of *blockSet, visit func(p person.Ordinal, fragments []fragment)) {
	g.count(of)
	total := uint32(0)
	for word, w := range of {
		for ; w != 0; w &= w - 1 {
			at := word*64 + bits.TrailingZeros64(w)
			total, g.counts[at] = total+g.counts[at], total
		}
	}
	if cap(g.fragments) < int(total) {
		g.fragments = make([]fragment, total+total/2)
	}
	g.fragments = g.fragments[:total]
	g.entries(of, func(part, at int, entry int) {
		l := g.parts[part]
		g.fragments[g.counts[at]] = fragment{part: int32(part), lo: l.Offsets[entry], hi: l.Offsets[entry+1]}
		g.counts[at]++
	})
	from := uint32(0)
	for word, w := range of {
		for ; w != 0; w &= w - 1 {
			at := word*64 + bits.TrailingZeros64(w)
			to := g.counts[at]
			g.counts[at] = 0
			visit(g.from+person.Ordinal(at), g.fragments[from:to])
			from = to
		}
	}
}

// count counts the fragments of the persons of a set.
func (g *gatherer) count(of *blockSet) {
	g.entries(of, func(_, at, _ int) { g.counts[at]++ })
}

// entries visits the entries of all parts, oldest first, whose persons are in a set.
func (g *gatherer) entries(of *blockSet, visit func(part, at, entry int)) {
	for part, l := range g.parts {
		p := &g.places[part]
		touched := !p.straight && g.killed.touches(l)
		for entry := p.lo; entry < p.hi; entry++ {
			o := l.Persons[entry]
			at := int(o - g.from)
			if of[at/64]>>(at%64)&1 == 0 || touched && g.killed.has(l, o) {
				continue
			}
			visit(part, at, entry)
		}
	}
}
