package columns

import (
	"cmp"
	"slices"

	"github.com/weirhq/weir/person"
)

// settle puts the pending rows, and those of persons merged since the last
// view, into a new layer that holds the whole timelines of those persons.
func (t *Table) settle() {
	for i, p := range t.rows.persons {
		t.rows.persons[i] = t.graph.Canonical(p)
	}
	b := t.plan()
	if b.rows() > 0 {
		index := uint8(len(t.layers))
		t.layers = append(t.layers, b.build(t.properties.all))
		for _, p := range b.persons {
			*t.owner.Edit(uint32(p)) = index
		}
		t.foldSmall()
	}
	t.rows.reset()
	for _, p := range t.properties.all[1:] {
		p.pending.reset()
	}
	t.moved = t.moved[:0]
}

// plan lays out the new layer: which persons, where their old rows come from,
// and where each pending row goes.
func (t *Table) plan() *blueprint {
	b := newBlueprint(t.layers)
	b.pending = &t.rows
	b.rank = make([]uint32, t.rows.len())
	order := t.pendingOrder()
	moved := t.movedRows()
	for len(order) > 0 || len(moved) > 0 {
		p := nextPerson(t.rows.persons, order, moved)
		b.begin(p)
		t.copyOld(b, p)
		for ; len(moved) > 0 && moved[0].into == p; moved = moved[1:] {
			t.copyOld(b, moved[0].from)
			*t.owner.Edit(uint32(moved[0].from)) = noLayer
		}
		for ; len(order) > 0 && t.rows.persons[order[0]] == p; order = order[1:] {
			b.rank[order[0]] = b.next
			b.next++
		}
	}
	b.end()
	return b
}

// nextPerson is the lower of the persons that two lists begin with.
func nextPerson(persons []person.Ordinal, order []uint32, moved []movedPerson) person.Ordinal {
	switch {
	case len(order) == 0:
		return moved[0].into
	case len(moved) == 0:
		return persons[order[0]]
	}
	return min(persons[order[0]], moved[0].into)
}

// copyOld takes the rows that a person has in the present layers.
func (t *Table) copyOld(b *blueprint, p person.Ordinal) {
	index := t.owner.At(uint32(p))
	if index == noLayer {
		return
	}
	l := t.layers[index]
	if i, ok := l.find(p); ok {
		b.copy(int(index), l.Offsets[i], l.Offsets[i+1])
	}
}

// movedPerson is a person with rows that was merged into another.
type movedPerson struct{ into, from person.Ordinal }

// movedRows gives the merged persons that still have rows, by the person they are now.
func (t *Table) movedRows() []movedPerson {
	var out []movedPerson
	for _, from := range t.moved {
		if t.owner.At(uint32(from)) != noLayer {
			out = append(out, movedPerson{into: t.graph.Canonical(from), from: from})
		}
	}
	slices.SortFunc(out, func(a, b movedPerson) int {
		return cmp.Or(cmp.Compare(a.into, b.into), cmp.Compare(a.from, b.from))
	})
	return out
}

// pendingOrder gives the pending rows by person, and by arrival within a
// person. Many rows are sorted by counting, which costs time for every person
// of the table; few by comparing.
func (t *Table) pendingOrder() []uint32 {
	persons := t.rows.persons
	if len(persons) < t.graph.Len()/8 {
		keys := make([]uint64, len(persons))
		for row, p := range persons {
			keys[row] = uint64(p)<<32 | uint64(row)
		}
		slices.Sort(keys)
		order := make([]uint32, len(persons))
		for i, key := range keys {
			order[i] = uint32(key)
		}
		return order
	}
	starts := make([]uint32, t.graph.Len()+1)
	for _, p := range persons {
		starts[p+1]++
	}
	for i := 1; i < len(starts); i++ {
		starts[i] += starts[i-1]
	}
	order := make([]uint32, len(persons))
	for row, p := range persons {
		order[starts[p]] = uint32(row)
		starts[p]++
	}
	return order
}
