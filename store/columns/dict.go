package columns

import (
	"encoding/binary"
	"hash/maphash"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// dictionary gives texts dense codes from 1. Only the Table writes to it, under
// its own lock; texts is only ever appended to, so that a Dict can share it. A
// text costs its bytes, 16 for where they are, and 11 to 21 to find it again.
type dictionary struct {
	mu     sync.RWMutex // guards slots between code, which adds, and Dict.Code
	ready  atomic.Bool  // slots has all texts; those of a file are added when the first one is looked for
	seed   maphash.Seed
	slots  []textSlot // an open hash table with linear probing; its length is a power of two
	texts  []string
	memory *strings.Builder // where the next texts go, in blocks
	last   *Dict            // the newest snapshot
}

// textSlot is a text of a dictionary, or empty when code is 0.
type textSlot struct{ hash, code uint32 }

// Texts share blocks of memory, the first of which are small: most properties
// have few texts.
const (
	firstTextBlock = 1 << 6
	textBlock      = 1 << 20
)

func newDictionary() *dictionary { return dictionaryOf([]string{""}) }

// dictionaryOf makes the dictionary that has these texts, the first being that
// of code 0.
func dictionaryOf(texts []string) *dictionary {
	d := &dictionary{seed: maphash.MakeSeed(), texts: texts, memory: new(strings.Builder)}
	d.last = &Dict{texts: d.texts, source: d}
	return d
}

// build adds all texts to the slots.
func (d *dictionary) build() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ready.Load() {
		return
	}
	size := 8
	for 3*size < 4*len(d.texts) {
		size *= 2
	}
	d.slots = make([]textSlot, size)
	for code := 1; code < len(d.texts); code++ {
		d.place(textSlot{hash: d.hash(d.texts[code]), code: uint32(code)})
	}
	d.ready.Store(true)
}

func (d *dictionary) hash(text string) uint32 { return uint32(maphash.String(d.seed, text)) }

// place puts a slot into the table, which has room.
func (d *dictionary) place(s textSlot) {
	mask := uint32(len(d.slots) - 1)
	at := s.hash & mask
	for d.slots[at].code != 0 {
		at = (at + 1) & mask
	}
	d.slots[at] = s
}

// lookUp gives the code of a text, 0 when it has none.
func (d *dictionary) lookUp(text string, hash uint32, texts []string) uint32 {
	mask := uint32(len(d.slots) - 1)
	for at := hash & mask; ; at = (at + 1) & mask {
		s := d.slots[at]
		if s.code == 0 {
			return 0
		}
		if s.hash == hash && int(s.code) < len(texts) && texts[s.code] == text {
			return s.code
		}
	}
}

// code gives the text's code, a new one if need be. The text is copied, because
// it may be part of a whole request's memory.
func (d *dictionary) code(text string) uint32 {
	if !d.ready.Load() {
		d.build()
	}
	hash := d.hash(text)
	if c := d.lookUp(text, hash, d.texts); c != 0 {
		return c
	}
	c := uint32(len(d.texts))
	d.texts = append(d.texts, d.keep(text))
	d.mu.Lock()
	defer d.mu.Unlock()
	if 4*len(d.texts) > 3*len(d.slots) {
		d.grow()
	}
	d.place(textSlot{hash: hash, code: c})
	return c
}

// keep copies a text into the memory of the dictionary.
func (d *dictionary) keep(text string) string {
	if d.memory.Cap()-d.memory.Len() < len(text) {
		size := min(max(2*d.memory.Cap(), firstTextBlock), textBlock)
		d.memory = new(strings.Builder) // the texts keep the last one alive
		d.memory.Grow(max(size, len(text)))
	}
	from := d.memory.Len()
	d.memory.WriteString(text)
	return d.memory.String()[from:]
}

// grow doubles the slots.
func (d *dictionary) grow() {
	old := d.slots
	d.slots = make([]textSlot, 2*len(old))
	for _, s := range old {
		if s.code != 0 {
			d.place(s)
		}
	}
}

// find gives the code of a text that has one.
func (d *dictionary) find(text string) (uint32, bool) {
	if !d.ready.Load() {
		d.build()
	}
	c := d.lookUp(text, d.hash(text), d.texts)
	return c, c != 0
}

// text gives the text of a code.
func (d *dictionary) text(code uint32) string { return d.texts[code] }

// snapshot gives the present state.
func (d *dictionary) snapshot() *Dict {
	if len(d.last.texts) != len(d.texts) {
		d.last = &Dict{texts: d.texts, source: d}
	}
	return d.last
}

// Dict is an immutable state of a dictionary of texts. Code 0 means missing.
type Dict struct {
	texts  []string
	source *dictionary
}

// Len is one more than the highest code, so that a slice of that length can be
// indexed by code.
func (d *Dict) Len() int { return len(d.texts) }

// Text gives the text of a code; that of 0 is empty.
func (d *Dict) Text(code uint32) string { return d.texts[code] }

// Code gives the code of a text, and whether it has one.
func (d *Dict) Code(text string) (uint32, bool) {
	if !d.source.ready.Load() {
		d.source.build()
	}
	d.source.mu.RLock()
	defer d.source.mu.RUnlock()
	c := d.source.lookUp(text, d.source.hash(text), d.texts)
	return c, c != 0
}

// listDictionary gives lists of text codes dense codes from 1.
type listDictionary struct {
	codes   map[string]uint32 // by the packed codes of the elements
	starts  []uint32          // list i is flat[starts[i]:starts[i+1]]
	flat    []uint32
	scratch []byte
	last    *Lists
}

func newListDictionary() *listDictionary {
	d := &listDictionary{codes: make(map[string]uint32), starts: []uint32{0, 0}}
	d.last = &Lists{starts: d.starts}
	return d
}

// code gives the code of the list of those elements, each added to texts.
func (d *listDictionary) code(texts *dictionary, elements []string) uint32 {
	d.scratch = d.scratch[:0]
	for _, e := range elements {
		d.scratch = binary.LittleEndian.AppendUint32(d.scratch, texts.code(e))
	}
	if c, ok := d.codes[string(d.scratch)]; ok {
		return c
	}
	c := uint32(len(d.starts) - 1)
	d.codes[string(d.scratch)] = c
	for i := 0; i < len(d.scratch); i += 4 {
		d.flat = append(d.flat, binary.LittleEndian.Uint32(d.scratch[i:]))
	}
	d.starts = append(d.starts, uint32(len(d.flat)))
	return c
}

// snapshot gives the present state.
func (d *listDictionary) snapshot() *Lists {
	if len(d.last.starts) != len(d.starts) {
		d.last = &Lists{starts: d.starts, flat: d.flat}
	}
	return d.last
}

// Lists is an immutable state of the lists that a property has had. Code 0
// means missing; a list without elements has a code of its own.
type Lists struct {
	starts []uint32
	flat   []uint32
}

// Len is one more than the highest code.
func (l *Lists) Len() int { return len(l.starts) - 1 }

// Codes gives the elements of a list as codes of the property's Dict, in order.
// The slice must not be changed.
func (l *Lists) Codes(code uint32) []uint32 {
	return slices.Clip(l.flat[l.starts[code]:l.starts[code+1]])
}

// texts gives the elements of a list.
func (l *Lists) texts(code uint32, dict *Dict) []string {
	codes := l.Codes(code)
	out := make([]string, len(codes))
	for i, c := range codes {
		out[i] = dict.Text(c)
	}
	return out
}
