package columns

import (
	"cmp"
	"slices"

	"github.com/weirhq/weir/person"
)

// settle puts the pending rows into a new part, and the rows of persons that
// were merged away since the last time under the persons they are now.
func (t *Table) settle() {
	if t.rows.len() > 0 {
		for i, p := range t.rows.persons {
			t.rows.persons[i] = t.graph.Canonical(p)
		}
		t.parts = append(t.parts, t.rows.pack(t.properties.all, t.graph.Len(), t.kills.clock))
		t.rows.reset()
		for _, p := range t.properties.all[1:] {
			p.pending.reset()
		}
	}
	t.settleMoved()
	t.foldSmall()
}

// settleMoved writes the rows of merged persons anew.
func (t *Table) settleMoved() {
	if len(t.moved) == 0 {
		return
	}
	killed := t.kills.freeze()
	var moves []move
	for _, from := range t.moved {
		if fragments := fragmentsOf(t.parts, &killed, from, nil); len(fragments) > 0 {
			moves = append(moves, move{into: t.graph.Canonical(from), from: from, fragments: fragments})
		}
	}
	t.moved = t.moved[:0]
	slices.SortFunc(moves, func(a, b move) int {
		return cmp.Or(cmp.Compare(a.into, b.into), cmp.Compare(a.from, b.from))
	})
	t.rewrite(moves)
}

// move says that a person's rows are written anew under another, or the same.
type move struct {
	into, from person.Ordinal
	fragments  []fragment
}

// rewrite makes a part of the rows of moves, which ascend by where they go, and
// kills the persons that they come from.
func (t *Table) rewrite(moves []move) {
	if len(moves) == 0 {
		return
	}
	t.kills.tick()
	plan := &foldPlan{parts: t.parts, born: t.kills.clock}
	for i := 0; i < len(moves); {
		into := moves[i].into
		var fragments []fragment
		for ; i < len(moves) && moves[i].into == into; i++ {
			fragments = append(fragments, moves[i].fragments...)
			t.kills.add(moves[i].from)
		}
		plan.add(into, arrange(t.parts, fragments, nil))
	}
	t.append(plan)
}

// append makes the part of a plan, if it has rows, the newest one.
func (t *Table) append(plan *foldPlan) {
	if plan.rows() > 0 {
		t.parts = append(t.parts[:len(t.parts):len(t.parts)], plan.build(1))
	}
}
