package kernel

import (
	bits64 "math/bits"
)

// distinct keeps which values, by their small numbers, occur in which cells.
// While cells and values are few it is a table of bits, else a set of pairs.
type distinct struct {
	budget *budget
	width  int // values of the table
	table  []uint64
	pairs  pairSet
}

// bitTable is the size in bytes up to which a table of bits is kept.
const bitTable = 32 << 20

// newDistinct expects values below width in some cells.
func newDistinct(b *budget, cells, width int) (*distinct, error) {
	d := &distinct{budget: b}
	if words := cells * ((width + 63) / 64); width > 0 && words <= bitTable/8 {
		d.width = width
		d.table = make([]uint64, words)
		return d, b.take(int64(words) * 8)
	}
	return d, nil
}

func (d *distinct) stride() int { return (d.width + 63) / 64 }

// add notes values in cells; 0 is no value.
func (d *distinct) add(cells, values []uint32) error {
	stride := d.stride()
	for i, c := range cells {
		v := values[i]
		if at := int(c)*stride + int(v)/64; int(v) < d.width && at < len(d.table) {
			d.table[at] |= uint64(bit(v != 0)) << (v % 64)
			continue
		}
		if v == 0 {
			continue
		}
		if err := d.put(c, v); err != nil {
			return err
		}
	}
	return nil
}

func (d *distinct) put(cell, value uint32) error {
	grown := d.pairs.add(uint64(cell)<<32 | uint64(value))
	if grown == 0 {
		return nil
	}
	return d.budget.take(grown)
}

// each visits every cell and value.
func (d *distinct) each(visit func(cell, value uint32) error) error {
	stride := d.stride()
	for at, word := range d.table {
		for ; word != 0; word &= word - 1 {
			value := at%stride*64 + bits64.TrailingZeros64(word)
			if err := visit(uint32(at/stride), uint32(value)); err != nil {
				return err
			}
		}
	}
	for _, pair := range d.pairs.slots {
		if pair != 0 {
			if err := visit(uint32(pair>>32), uint32(pair)); err != nil {
				return err
			}
		}
	}
	return nil
}

// counts gives the number of different values of each cell.
func (d *distinct) counts(cells int) []int64 {
	out := make([]int64, cells)
	if stride := d.stride(); stride > 0 {
		for at, word := range d.table {
			out[at/stride] += int64(bits64.OnesCount64(word))
		}
	}
	for _, pair := range d.pairs.slots {
		if pair != 0 {
			out[pair>>32]++
		}
	}
	return out
}

// pairSet is a set of 64-bit keys other than 0: open addressing, at most half full.
type pairSet struct {
	slots []uint64
	count int
}

// add puts a key in, and gives by how many bytes the set grew.
func (s *pairSet) add(key uint64) (grown int64) {
	if 2*s.count >= len(s.slots) {
		old := s.slots
		s.slots = make([]uint64, max(1024, 2*len(old)))
		for _, k := range old {
			if k != 0 {
				s.slots[s.find(k)] = k
			}
		}
		grown = int64(len(s.slots)-len(old)) * 8
	}
	if at := s.find(key); s.slots[at] == 0 {
		s.slots[at] = key
		s.count++
	}
	return grown
}

// find gives the place of a key, or the one where it belongs.
func (s *pairSet) find(key uint64) int {
	mask := uint64(len(s.slots) - 1)
	at := (key * 0x9e3779b97f4a7c15) >> 20 & mask // Fibonacci hashing
	for s.slots[at] != 0 && s.slots[at] != key {
		at = (at + 1) & mask
	}
	return int(at)
}
