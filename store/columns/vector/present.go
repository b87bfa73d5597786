package vector

import "math/bits"

// rankWords is the number of bitmap words that share one rank: 512 rows.
const rankWords = 8

// Present says which rows of a sparse vector have a value.
type Present struct {
	Words []uint64 // bit row%64 of word row/64
	Ranks []uint32 // number of bits set before each group of rankWords words
}

// NewPresent marks rows, which ascend, among n.
func NewPresent(rows []uint32, n int) *Present {
	words := make([]uint64, (n+63)/64)
	for _, row := range rows {
		words[row/64] |= 1 << (row % 64)
	}
	return PresentOf(words)
}

// PresentOf counts the ranks of a bitmap.
func PresentOf(words []uint64) *Present {
	p := &Present{Words: words, Ranks: make([]uint32, (len(words)+rankWords-1)/rankWords)}
	total := uint32(0)
	for i, w := range words {
		if i%rankWords == 0 {
			p.Ranks[i/rankWords] = total
		}
		total += uint32(bits.OnesCount64(w))
	}
	return p
}

// Has says whether a row has a value.
func (p *Present) Has(row uint32) bool { return p.Words[row/64]&(1<<(row%64)) != 0 }

// Rank is the number of rows before a row that have a value: where the row's own
// value is, if it has one.
func (p *Present) Rank(row uint32) uint32 {
	at := row / 64
	rank := p.Ranks[at/rankWords]
	for i := at &^ (rankWords - 1); i < at; i++ {
		rank += uint32(bits.OnesCount64(p.Words[i]))
	}
	return rank + uint32(bits.OnesCount64(p.Words[at]&(1<<(row%64)-1)))
}

// index gives the place of a row's value.
func (p *Present) index(row uint32) (uint32, bool) {
	if !p.Has(row) {
		return 0, false
	}
	return p.Rank(row), true
}

// Each visits the rows of [lo, hi) that have a value, ascending, and the place of each value.
func (p *Present) Each(lo, hi uint32, visit func(row, at uint32)) {
	if lo >= hi {
		return
	}
	at := p.Rank(lo)
	for word := lo / 64; word <= (hi-1)/64; word++ {
		w := p.Words[word]
		if word == lo/64 {
			w &^= 1<<(lo%64) - 1
		}
		for ; w != 0; w &= w - 1 {
			row := word*64 + uint32(bits.TrailingZeros64(w))
			if row >= hi {
				return
			}
			visit(row, at)
			at++
		}
	}
}
