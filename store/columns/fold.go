package columns

import (
	"slices"

	"github.com/weirhq/weir/person"
)

// Layers are folded so that each has at least twice the rows of all newer ones
// together. There are then at most log2(rows) of them, and a row is copied that
// often over the time it takes the table to double.
const (
	// foldedInView is the number of rows that a View folds itself; more are
	// folded in the background.
	foldedInView = 1 << 15
	// mostLayers bounds the layers that may wait for the background.
	mostLayers = 200
)

// foldFrom is the index of the oldest layer that is due to be folded with all
// newer ones, and the rows they have together; len(layers)-1 when none is.
func (t *Table) foldFrom() (from, rows int) {
	from = len(t.layers) - 1
	rows = t.layers[from].Rows()
	for from > t.folded && t.layers[from-1].Rows() < 2*rows {
		from--
		rows += t.layers[from].Rows()
	}
	return from, rows
}

// foldSmall folds the newest layers when that is quick.
func (t *Table) foldSmall() {
	from, rows := t.foldFrom()
	if len(t.layers) >= mostLayers && from == len(t.layers)-1 {
		from = t.folded
	}
	if from == len(t.layers)-1 || (rows > t.inView && len(t.layers) < mostLayers) {
		return
	}
	layer := fold(t.layers, from, len(t.layers), &t.owner, t.properties.all)
	t.replace(from, len(t.layers), layer)
}

// foldLarge starts folding in the background when it is due and not under way.
func (t *Table) foldLarge() {
	if t.closed || t.folded > 0 || len(t.layers) < 2 {
		return
	}
	from, _ := t.foldFrom()
	to := len(t.layers)
	if from == to-1 {
		return
	}
	t.folded = to
	view := t.view.Load() // nothing was applied since: the caller has just stored it
	properties := slices.Clone(t.properties.all)
	t.folding.Go(func() {
		layer := fold(view.layers, from, to, view.owner, properties)
		t.mu.Lock()
		defer t.mu.Unlock()
		t.replace(from, to, layer)
		t.folded = 0
		t.view.Store(t.refreshed())
	})
}

// refreshed is the present view over the present layers. Its events stay the
// same, also when newer ones have been applied.
func (t *Table) refreshed() *View {
	v := *t.view.Load()
	v.layers = slices.Clone(t.layers)
	v.owner = t.owner.Freeze()
	return &v
}

// replace puts one layer in the place of layers [from, to).
func (t *Table) replace(from, to int, folded *Layer) {
	for _, p := range folded.Persons {
		if at := t.owner.At(uint32(p)); int(at) >= from && int(at) < to {
			*t.owner.Edit(uint32(p)) = uint8(from)
		}
	}
	for index := to; index < len(t.layers); index++ {
		for _, p := range t.layers[index].Persons {
			if int(t.owner.At(uint32(p))) == index {
				*t.owner.Edit(uint32(p)) = uint8(index - (to - from) + 1)
			}
		}
	}
	t.layers = slices.Replace(slices.Clone(t.layers), from, to, folded)
}

// owners tells in which layer a person lives.
type owners interface {
	At(o uint32) uint8
}

// fold makes one layer of layers [from, to), without the persons that have
// moved to another.
func fold(layers []*Layer, from, to int, owner owners, properties []*property) *Layer {
	var timelines []timeline
	for index := from; index < to; index++ {
		timelines = merge(timelines, living(layers[index], index, owner))
	}
	b := newBlueprint(layers)
	b.persons = make([]person.Ordinal, 0, len(timelines))
	b.offsets = make([]uint32, 0, len(timelines)+1)
	for _, tl := range timelines {
		b.begin(tl.person)
		b.copy(tl.layer, tl.lo, tl.hi)
	}
	b.end()
	return b.build(properties)
}

// timeline is where a person's rows are.
type timeline struct {
	person person.Ordinal
	layer  int
	lo, hi uint32
}

// living gives the persons that live in a layer, ascending.
func living(l *Layer, index int, owner owners) []timeline {
	out := make([]timeline, 0, len(l.Persons))
	for i, p := range l.Persons {
		if int(owner.At(uint32(p))) == index {
			out = append(out, timeline{person: p, layer: index, lo: l.Offsets[i], hi: l.Offsets[i+1]})
		}
	}
	return out
}

// merge merges two ascending lists of different persons.
func merge(a, b []timeline) []timeline {
	if len(a) == 0 {
		return b
	}
	out := make([]timeline, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if a[0].person < b[0].person {
			out, a = append(out, a[0]), a[1:]
		} else {
			out, b = append(out, b[0]), b[1:]
		}
	}
	return append(append(out, a...), b...)
}
