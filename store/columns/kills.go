package columns

import (
	"github.com/weirhq/weir/person"
)

// kills says which rows no longer count. Killing a person, as when it is deleted,
// was merged into another or has its rows written anew, takes one note whatever
// number of parts have its rows: the parts born before that moment do not count
// for the person. A moment is a value of the clock, which moves with each change.
type kills struct {
	clock uint32
	list  []kill // ascending by at, those that some part may still need
	at    person.Array[uint32]
	words person.Array[uint64] // bit p%64 of word p/64: at has a moment for p
}

// kill says that rows of the person in parts born before at do not count.
type kill struct {
	person person.Ordinal
	at     uint32
}

// tick moves the clock.
func (k *kills) tick() uint32 {
	k.clock++
	return k.clock
}

// add kills a person at the present moment, which parts born now outlive.
func (k *kills) add(p person.Ordinal) {
	for k.at.Len() <= int(p) {
		if k.at.Len()%64 == 0 {
			k.words.Append(0)
		}
		k.at.Append(0)
	}
	*k.at.Edit(uint32(p)) = k.clock
	*k.words.Edit(uint32(p) / 64) |= 1 << (p % 64)
	k.list = append(k.list, kill{person: p, at: k.clock})
}

// forget drops what no part needs any more, all of them being born at oldest or later.
func (k *kills) forget(oldest uint32) {
	n := 0
	for ; n < len(k.list) && k.list[n].at <= oldest; n++ {
		p := uint32(k.list[n].person)
		if k.at.At(p) == k.list[n].at {
			*k.at.Edit(p) = 0
			*k.words.Edit(p / 64) &^= 1 << (p % 64)
		}
	}
	k.list = k.list[n:]
	if len(k.list) == 0 {
		k.list = nil
	}
}

// freeze gives the present state.
func (k *kills) freeze() killed {
	if len(k.list) == 0 {
		return killed{}
	}
	return killed{last: k.clock, at: k.at.Freeze(), words: k.words.Freeze()}
}

// killed is an immutable state of kills.
type killed struct {
	last  uint32 // no kill is later; 0 when there is none
	at    person.Frozen[uint32]
	words person.Frozen[uint64]
}

// touches says whether some rows of the part may not count.
func (k *killed) touches(l *Layer) bool { return l.born < k.last }

// has says whether the rows that the part has of a person do not count.
func (k *killed) has(l *Layer, p person.Ordinal) bool {
	return l.born < k.last && int(p) < k.at.Len() && l.born < k.at.At(uint32(p))
}

// word gives the bits of the persons [64i, 64i+64).
func (k *killed) word(i int) uint64 {
	if i >= k.words.Len() {
		return 0
	}
	return k.words.At(uint32(i))
}
