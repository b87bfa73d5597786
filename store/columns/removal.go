package columns

import (
	"math"

	"github.com/weirhq/weir/event"
)

// removal takes rows that are deleted out of the statistics of event names.
type removal struct {
	table *Table
	dirty map[uint32]bool // names whose earliest or latest event may be gone
}

func newRemoval(t *Table) *removal { return &removal{table: t, dirty: map[uint32]bool{}} }

// rows takes out rows [lo, hi) of a part.
func (g *removal) rows(l *Layer, lo, hi uint32) {
	t := g.table
	for row := lo; row < hi; row++ {
		name := l.Names.At(row)
		s := t.statsOf(name)
		s.events--
		if at := l.Times.At(row); at == s.first || at == s.last {
			g.dirty[name] = true
		}
	}
	t.events -= uint64(hi - lo)
	for property, c := range l.columns {
		_, code := t.properties.find(property)
		for row := lo; row < hi; row++ {
			if v := c.value(row); v.kind != event.Missing {
				t.statsOf(l.Names.At(row)).kinds[code][v.kind]--
			}
		}
	}
}

// done finds the earliest and latest events of names that may have lost theirs.
func (g *removal) done() {
	if len(g.dirty) == 0 {
		return
	}
	t := g.table
	for name := range g.dirty {
		s := t.statsOf(name)
		if s.events == 0 { // the next one begins anew
			delete(g.dirty, name)
			continue
		}
		s.first, s.last = math.MaxInt64, math.MinInt64
	}
	killed := t.kills.freeze()
	for _, l := range t.parts {
		for i, p := range l.Persons {
			if !killed.has(l, p) {
				g.look(l, l.Offsets[i], l.Offsets[i+1])
			}
		}
	}
}

// look widens the times of the dirty names by rows [lo, hi) of a part.
func (g *removal) look(l *Layer, lo, hi uint32) {
	for row := lo; row < hi; row++ {
		if name := l.Names.At(row); g.dirty[name] {
			s, at := g.table.stats[name], l.Times.At(row)
			s.first, s.last = min(s.first, at), max(s.last, at)
		}
	}
}
