package columns

import (
	"math"

	"github.com/weirhq/weir/event"
)

// takeOut takes rows [lo, hi) of a part, which are deleted, out of the statistics
// of event names.
func (t *Table) takeOut(l *Layer, lo, hi uint32) {
	for row := lo; row < hi; row++ {
		name := l.Names.At(row)
		s := t.statsOf(name)
		s.events--
		if at := l.Times.At(row); at == s.first || at == s.last {
			t.loseTimes(name)
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

// loseTimes notes that the earliest or the latest event of a name may be gone.
func (t *Table) loseTimes(name uint32) {
	for int(name) >= len(t.timeless) {
		t.timeless = append(t.timeless, false)
	}
	t.timeless[name] = true
}

// findTimes finds the earliest and latest events of the names that may have lost
// theirs, which takes a look at every row, once for all deletions since the last
// View. Nothing may be pending.
func (t *Table) findTimes() {
	if len(t.timeless) == 0 {
		return
	}
	first, last := make([]int64, len(t.timeless)), make([]int64, len(t.timeless))
	for name := range first {
		first[name], last[name] = math.MaxInt64, math.MinInt64
	}
	killed := t.kills.freeze()
	for _, l := range t.parts {
		for i, p := range l.Persons {
			if killed.has(l, p) {
				continue
			}
			for row := l.Offsets[i]; row < l.Offsets[i+1]; row++ {
				if name := l.Names.At(row); int(name) < len(t.timeless) && t.timeless[name] {
					at := l.Times.At(row)
					first[name], last[name] = min(first[name], at), max(last[name], at)
				}
			}
		}
	}
	for name, lost := range t.timeless {
		if lost && t.stats[name].events > 0 { // otherwise the next one begins anew
			s := t.statsOf(uint32(name))
			s.first, s.last = first[name], last[name]
		}
	}
	t.timeless = nil
}
