package columns

import (
	"encoding/binary"
	"slices"
	"strings"
	"sync"
)

// dictionary gives texts dense codes from 1. Only the Table writes to it, under
// its own lock; texts is only ever appended to, so that a Dict can share it.
type dictionary struct {
	mu    sync.RWMutex // guards codes between code, which adds, and Dict.Code
	codes map[string]uint32
	texts []string
	last  *Dict // the newest snapshot
}

func newDictionary() *dictionary {
	d := &dictionary{codes: make(map[string]uint32), texts: []string{""}}
	d.last = &Dict{texts: d.texts, source: d}
	return d
}

// code gives the text's code, a new one if need be. The text is copied, because
// it may be part of a whole request's memory.
func (d *dictionary) code(text string) uint32 {
	if c, ok := d.codes[text]; ok {
		return c
	}
	text = strings.Clone(text)
	c := uint32(len(d.texts))
	d.texts = append(d.texts, text)
	d.mu.Lock()
	d.codes[text] = c
	d.mu.Unlock()
	return c
}

// find gives the code of a text that has one.
func (d *dictionary) find(text string) (uint32, bool) {
	c, ok := d.codes[text]
	return c, ok
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
	d.source.mu.RLock()
	c, ok := d.source.codes[text]
	d.source.mu.RUnlock()
	return c, ok && int(c) < len(d.texts)
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
