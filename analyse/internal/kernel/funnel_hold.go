package kernel

import (
	"slices"

	"github.com/weirhq/weir/store/columns"
)

// keyedHits are a person's hits divided by the values of the held properties.
type keyedHits struct {
	keys   []Key
	index  map[Key]int
	of     []int32 // per hit: its key
	ends   []int   // per key: where its hits end in parts
	parts  hits
	cursor []int
}

// fewKeys is the number of keys up to which looking through them is faster than a map.
const fewKeys = 16

// divide sorts hits by key; those of one key stay in order.
func (d *keyedHits) divide(h hits, held []*columns.Column) {
	d.keys, d.of, d.ends = d.keys[:0], d.of[:0], d.ends[:0]
	clear(d.index)
	for _, row := range h.rows {
		var key Key
		for i, c := range held {
			if c != nil {
				key[i] = codeOf(c, row)
			}
		}
		n := d.number(key)
		d.of = append(d.of, int32(n))
		d.ends[n]++
	}
	d.cursor = d.cursor[:0]
	total := 0
	for n, count := range d.ends {
		d.cursor = append(d.cursor, total)
		total += count
		d.ends[n] = total
	}
	d.parts.times = slices.Grow(d.parts.times[:0], total)[:total]
	d.parts.rows = slices.Grow(d.parts.rows[:0], total)[:total]
	d.parts.masks = slices.Grow(d.parts.masks[:0], total)[:total]
	for i, n := range d.of {
		at := d.cursor[n]
		d.cursor[n]++
		d.parts.times[at], d.parts.rows[at], d.parts.masks[at] = h.times[i], h.rows[i], h.masks[i]
	}
}

func (d *keyedHits) number(key Key) int {
	if len(d.keys) <= fewKeys {
		if n := slices.Index(d.keys, key); n >= 0 {
			return n
		}
	} else if n, ok := d.index[key]; ok {
		return n
	}
	n := len(d.keys)
	d.keys, d.ends = append(d.keys, key), append(d.ends, 0)
	switch {
	case n == fewKeys:
		if d.index == nil {
			d.index = make(map[Key]int)
		}
		for i, k := range d.keys {
			d.index[k] = i
		}
	case n > fewKeys:
		d.index[key] = n
	}
	return n
}

// part gives the hits of a key.
func (d *keyedHits) part(n int) hits {
	lo := 0
	if n > 0 {
		lo = d.ends[n-1]
	}
	return d.parts.slice(lo, d.ends[n])
}

// whole says whether all held properties have a value: a missing one is equal to
// nothing, not to another missing one.
func (k Key) whole(held int) bool { return !slices.Contains(k[:held], code{}) }
