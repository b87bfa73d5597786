package columns

import (
	"context"
	"fmt"
	"hash/maphash"
	"math"
	"slices"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/person"
)

// differencesShown bounds what Compare tells of persons.
const differencesShown = 10

// compareStep is how many ordinals Compare looks at between two reports.
const compareStep = 1 << 14

// Compare tells how two views of the same events differ, in words: totals,
// statistics, and for each person the rows with all properties, in order, the
// profile and the ids. Nothing means that every question has the same answer.
// Persons are named by their public ids. tell, which may be nil, is told now and
// then how many ordinals of how many were compared.
func Compare(ctx context.Context, a, b *View, tell func(done, total int)) ([]string, error) {
	c := &comparison{seed: maphash.MakeSeed()}
	c.totals(a, b)
	x, y := c.reader(a), c.reader(b)
	total := max(a.People().Len(), b.People().Len())
	for from := 0; from < total; from += compareStep {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		to := min(from+compareStep, total)
		c.persons(from, x.block(from, to), y.block(from, to))
		if tell != nil {
			tell(to, total)
		}
	}
	if c.more > 0 {
		c.say("%d further persons differ", c.more)
	}
	return c.says, nil
}

type comparison struct {
	seed maphash.Seed
	says []string
	more int
}

func (c *comparison) say(format string, args ...any) {
	c.says = append(c.says, fmt.Sprintf(format, args...))
}

// totals compares what is counted.
func (c *comparison) totals(a, b *View) {
	if a.events != b.events {
		c.say("events: %d and %d", a.events, b.events)
	}
	if !a.People().All().Equals(b.People().All()) {
		c.say("persons: %d and %d, or not the same ones", a.People().All().GetCardinality(), b.People().All().GetCardinality())
	}
	if x, y := a.EventNames(), b.EventNames(); !slices.Equal(x, y) {
		c.say("the statistics of event names differ")
	} else {
		for _, n := range x {
			if !equalInfos(a.Properties(n.Name), b.Properties(n.Name)) {
				c.say("the properties of an event name differ (name %d by frequency)", slices.Index(x, n)+1)
			}
		}
	}
	if !equalInfos(a.People().Properties(), b.People().Properties()) {
		c.say("the properties of persons differ")
	}
}

func equalInfos(a, b []PropertyInfo) bool {
	return slices.EqualFunc(a, b, func(x, y PropertyInfo) bool {
		return x.Name == y.Name && x.Count == y.Count && slices.Equal(x.Kinds, y.Kinds)
	})
}

// persons compares the digests of consecutive ordinals.
func (c *comparison) persons(from int, a, b []personDigest) {
	for i := range a {
		if a[i] == b[i] {
			continue
		}
		if len(c.says) >= differencesShown {
			c.more++
			continue
		}
		id := person.PublicID(person.Ordinal(from + i))
		switch x, y := a[i], b[i]; {
		case x.canonical != y.canonical:
			c.say("person %s is not the same person", id)
		case x.rows != y.rows:
			c.say("person %s has %d and %d events", id, x.rows, y.rows)
		case x.timeline != y.timeline:
			c.say("person %s has other events, or in another order", id)
		default:
			c.say("person %s has another profile or other ids", id)
		}
	}
}

// personDigest is what is known of a person, hashed.
type personDigest struct {
	canonical person.Ordinal
	rows      uint32
	timeline  uint64
	rest      uint64
}

// digester hashes the persons of a view. Texts are hashed once.
type digester struct {
	c       *comparison
	v       *View
	scanner *Scanner
	names   []uint64            // by code
	strings map[string][]uint64 // by property: by code
	lists   map[string][]uint64
	salts   map[string]uint64 // of property names
}

func (c *comparison) reader(v *View) *digester {
	d := &digester{
		c: c, v: v, scanner: v.NewScanner(Need{Everything: true}), names: c.texts(v.Names()),
		strings: map[string][]uint64{}, lists: map[string][]uint64{}, salts: map[string]uint64{},
	}
	for name, p := range v.properties {
		d.salts[name] = c.hash(name)
		d.strings[name] = c.texts(p.strings)
		if p.lists == nil {
			continue
		}
		lists := make([]uint64, p.lists.Len())
		for code := 1; code < len(lists); code++ {
			for _, item := range p.lists.Codes(uint32(code)) {
				lists[code] = mix(lists[code], d.strings[name][item])
			}
		}
		d.lists[name] = lists
	}
	return d
}

func (c *comparison) hash(text string) uint64 { return maphash.String(c.seed, text) }

func (c *comparison) texts(d *Dict) []uint64 {
	out := make([]uint64, d.Len())
	for code := 1; code < len(out); code++ {
		out[code] = c.hash(d.Text(uint32(code)))
	}
	return out
}

// mix puts one number more into a hash: a multiplication folded in half.
func mix(h, v uint64) uint64 {
	h = (h ^ v) * 0x9e3779b97f4a7c15
	return h ^ h>>32
}

// block hashes the persons [from, to).
func (d *digester) block(from, to int) []personDigest {
	out := make([]personDigest, to-from)
	people := d.v.People()
	for i := range out {
		o := person.Ordinal(from + i)
		if from+i >= people.Len() {
			out[i].canonical = ^person.Ordinal(0)
			continue
		}
		out[i].canonical = people.Canonical(o)
		if out[i].canonical == o {
			out[i].rest = d.rest(people, o)
		}
	}
	d.scanner.Batches(from, min(to, people.Len()), func(b *Batch) bool {
		for _, e := range b.Entries {
			p := &out[int(b.Persons[e])-from]
			lo, hi := b.Offsets[e], b.Offsets[e+1]
			p.rows = hi - lo
			d.rows(b.Layer, lo, hi, &p.timeline)
		}
		return true
	})
	return out
}

// rest hashes what is known of a person besides the events.
func (d *digester) rest(people *People, o person.Ordinal) uint64 {
	h := mix(uint64(people.FirstSeen(o)), uint64(people.LastSeen(o)))
	h = mix(h, uint64(people.Events(o))<<32|uint64(people.Activities(o)))
	profile := people.Profile(o)
	for _, name := range profile.Names() {
		v := profile[name]
		h = mix(mix(h, d.c.hash(name)), uint64(v.Kind))
		h = mix(mix(h, d.c.hash(v.Text())), math.Float64bits(v.Num))
	}
	for _, id := range people.Identities(o) {
		h = mix(mix(h, d.c.hash(id.ID)), uint64(id.Joined))
		h = mix(h, d.c.hash(id.By))
		if id.Known {
			h = mix(h, 1)
		}
	}
	return h
}

// rows hashes rows [lo, hi) of a layer in their order. The properties of a row
// have none.
func (d *digester) rows(l *Layer, lo, hi uint32, into *uint64) {
	n := hi - lo
	values := make([]uint64, n)
	for name, c := range l.columns {
		if c == nil {
			continue
		}
		salt, texts, lists := d.salts[name], d.strings[name], d.lists[name]
		for i := range n {
			switch v := c.value(lo + i); v.kind {
			case event.String:
				values[i] += mix(salt, texts[v.bits])
			case event.List:
				values[i] += mix(salt+1, lists[v.bits])
			case event.Number:
				values[i] += mix(salt+2, v.bits)
			case event.Bool:
				values[i] += mix(salt+3, v.bits)
			case event.Missing:
			}
		}
	}
	h := uint64(n)
	for i := range n {
		row := lo + i
		h = mix(mix(h, uint64(l.Times.At(row))), uint64(l.Seqs.At(row)))
		h = mix(mix(h, d.names[l.Names.At(row)]), d.c.hash(d.v.People().DistinctID(l.IDs.At(row))))
		h = mix(h, values[i])
	}
	*into = h
}
