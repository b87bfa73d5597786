package columns

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/person"
)

// NameInfo describes the events of one name.
type NameInfo struct {
	Name      string
	Count     uint64
	FirstSeen int64 // time of the earliest, UTC milliseconds
	LastSeen  int64 // time of the latest
}

// ValueInfo is a value of a property and how often it occurs: in how many rows
// of events, or for how many persons. Elements of lists count one by one.
type ValueInfo struct {
	Value event.Value
	Count uint64
}

// ValueQuery asks for the most frequent values of a property.
type ValueQuery struct {
	Property string
	Event    string // only events of that name; empty means all; not used for persons
	Contains string // only values whose text contains it, in any case
	Limit    int    // at most so many; 0 means 100
}

// numbersKept bounds how many different numbers are counted; a property with
// more is a measure, and a choice among its values is of no use.
const numbersKept = 10_000

// EventNames describes every event name, the most frequent first.
func (v *View) EventNames() []NameInfo {
	out := make([]NameInfo, 0, len(v.stats))
	for _, s := range v.stats {
		if s != nil && s.events > 0 {
			out = append(out, NameInfo{Name: s.name, Count: s.events, FirstSeen: s.first, LastSeen: s.last})
		}
	}
	slices.SortFunc(out, func(a, b NameInfo) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name))
	})
	return out
}

// NamePersons counts the persons of each event name, by code of View.Names. It
// scans every row.
func (v *View) NamePersons(ctx context.Context) ([]int, error) {
	counts := make([]int, v.names.Len())
	last := make([]uint64, v.names.Len()) // by name: the person that counted last, plus 1
	err := v.scanAll(ctx, Need{}, func(l *Layer, p person.Ordinal, lo, hi uint32) {
		for row := lo; row < hi; row++ {
			name := l.Names.At(row)
			if last[name] != uint64(p)+1 {
				last[name] = uint64(p) + 1
				counts[name]++
			}
		}
	})
	return counts, err
}

// Properties describes the properties of the events of one name, or of all
// events when it is empty, the most frequent first.
func (v *View) Properties(eventName string) []PropertyInfo {
	all := make([]kindCounts, len(v.properties)+1)
	for _, s := range v.stats {
		if s == nil || (eventName != "" && s.name != eventName) {
			continue
		}
		for code := range s.kinds {
			all[code].add(&s.kinds[code])
		}
	}
	out := make([]PropertyInfo, 0, len(all))
	for name, p := range v.properties {
		if info := all[p.code].info(name); info.Count > 0 {
			out = append(out, info)
		}
	}
	sortProperties(out)
	return out
}

func sortProperties(infos []PropertyInfo) {
	slices.SortFunc(infos, func(a, b PropertyInfo) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name))
	})
}

// Values gives the most frequent values of an event property. It scans every row.
func (v *View) Values(ctx context.Context, q ValueQuery) ([]ValueInfo, error) {
	dicts, ok := v.properties[q.Property]
	if !ok {
		return nil, nil
	}
	only := uint32(0)
	if q.Event != "" {
		if only, ok = v.names.Code(q.Event); !ok {
			return nil, nil
		}
	}
	tally := newTally(dicts)
	var in *Layer
	var c *Column
	err := v.scanAll(ctx, Need{Properties: []string{q.Property}}, func(l *Layer, _ person.Ordinal, lo, hi uint32) {
		if l != in {
			in, c = l, l.Column(q.Property)
		}
		if c == nil {
			return
		}
		for row := lo; row < hi; row++ {
			if only == 0 || l.Names.At(row) == only {
				tally.row(c, row)
			}
		}
	})
	if err != nil {
		return nil, err
	}
	return tally.top(q), nil
}

// scanAll visits every person that has events until the context ends.
func (v *View) scanAll(ctx context.Context, need Need, visit func(l *Layer, p person.Ordinal, lo, hi uint32)) error {
	rows := uint32(0)
	v.Scan(need, 0, v.people.Len(), func(l *Layer, p person.Ordinal, lo, hi uint32) bool {
		visit(l, p, lo, hi)
		if rows += hi - lo; rows >= 1<<16 {
			rows = 0
			return ctx.Err() == nil
		}
		return true
	})
	return ctx.Err()
}

// tally counts the values of one property.
type tally struct {
	dicts   propertyView
	strings []uint64 // by code
	numbers map[float64]uint64
	bools   [3]uint64
}

func newTally(dicts propertyView) *tally {
	return &tally{dicts: dicts, strings: make([]uint64, dicts.strings.Len()), numbers: make(map[float64]uint64)}
}

func (t *tally) row(c *Column, row uint32) {
	if c.Strings != nil {
		t.strings[c.Strings.At(row)]++
	}
	if c.Numbers != nil {
		t.number(c.Numbers.At(row))
	}
	if c.Bools != nil {
		t.bools[c.Bools.At(row)]++
	}
	if c.Lists != nil {
		t.list(c.Lists.At(row))
	}
}

func (t *tally) list(code uint32) {
	for _, element := range t.dicts.lists.Codes(code) {
		t.strings[element]++
	}
}

func (t *tally) number(f float64) {
	if math.IsNaN(f) {
		return
	}
	if _, counted := t.numbers[f]; counted || len(t.numbers) < numbersKept {
		t.numbers[f]++
	}
}

// top gives the most frequent values that the query asks for.
func (t *tally) top(q ValueQuery) []ValueInfo {
	var out []ValueInfo
	wanted := strings.ToLower(q.Contains)
	add := func(value event.Value, count uint64) {
		if count > 0 && strings.Contains(strings.ToLower(value.Text()), wanted) {
			out = append(out, ValueInfo{Value: value, Count: count})
		}
	}
	for code := 1; code < len(t.strings); code++ {
		add(event.Text(t.dicts.strings.Text(uint32(code))), t.strings[code])
	}
	for number, count := range t.numbers {
		add(event.Num(number), count)
	}
	add(event.Flag(false), t.bools[1])
	add(event.Flag(true), t.bools[2])
	slices.SortFunc(out, func(a, b ValueInfo) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value.Text(), b.Value.Text()), cmp.Compare(a.Value.Kind, b.Value.Kind))
	})
	limit := q.Limit
	if limit <= 0 {
		limit = 100
	}
	return out[:min(limit, len(out))]
}
