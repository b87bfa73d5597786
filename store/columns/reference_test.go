package columns

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/person"
)

// reference answers from a plain list of all events, resolved one by one.
type reference struct {
	events  []*event.Event
	persons []person.Ordinal // of each event, at arrival
	graph   *person.Graph
}

func newReference() *reference { return &reference{graph: person.NewGraph()} }

func (r *reference) apply(events []*event.Event) {
	for _, e := range events {
		p, _ := r.graph.Apply(e)
		r.events = append(r.events, e)
		r.persons = append(r.persons, p)
	}
}

// timelines gives every person's events in order.
func (r *reference) timelines() map[person.Ordinal][]*event.Event {
	out := make(map[person.Ordinal][]*event.Event)
	for i, e := range r.events {
		p := r.graph.Canonical(r.persons[i])
		out[p] = append(out[p], e)
	}
	for _, events := range out {
		slices.SortFunc(events, func(a, b *event.Event) int {
			return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.Seq, b.Seq))
		})
	}
	return out
}

// dump writes what a person's timeline looks like, one line for an event.
func dump(p person.Ordinal, time int64, seq uint64, name, id string, properties event.Properties) string {
	out := fmt.Sprintf("%d %d %d %s %s", p, time, seq, name, id)
	for _, key := range properties.Names() {
		v := properties[key]
		if v.Kind == event.Missing { // the same as no such property
			continue
		}
		out += fmt.Sprintf(" %s=%s:%s", key, v.Kind, v.Text())
	}
	return out
}

func (r *reference) dump() []string {
	var out []string
	for p, events := range r.timelines() {
		for _, e := range events {
			out = append(out, dump(p, e.Time, e.Seq, e.Name, e.DistinctID, e.Properties))
		}
	}
	return groupByPerson(out)
}

// groupByPerson orders lines by person and leaves the order within a person.
func groupByPerson(lines []string) []string {
	slices.SortStableFunc(lines, func(a, b string) int {
		var p, q int
		fmt.Sscan(a, &p)
		fmt.Sscan(b, &q)
		return cmp.Compare(p, q)
	})
	return lines
}

func dumpView(v *View) []string {
	var out []string
	v.Scan(0, v.People().Len(), func(l *Layer, p person.Ordinal, lo, hi uint32) bool {
		for row := lo; row < hi; row++ {
			out = append(out, dump(p, l.Times[row], l.Seqs[row], v.Names().Text(l.Names[row]),
				v.People().DistinctID(l.IDs[row]), v.Row(l, row)))
		}
		return true
	})
	return groupByPerson(out)
}

var ids = []string{"a1", "a2", "a3", "a4", "u1", "u2", "u3", "guest", ""}

func drawValue(t *rapid.T) event.Value {
	switch rapid.IntRange(0, 5).Draw(t, "kind") {
	case 0:
		return event.Text(rapid.SampledFrom([]string{"", "x", "y", "z"}).Draw(t, "text"))
	case 1:
		return event.Num(float64(rapid.IntRange(-2, 2).Draw(t, "number")))
	case 2:
		return event.Flag(rapid.Bool().Draw(t, "flag"))
	case 3:
		return event.Strings(rapid.SliceOfN(rapid.SampledFrom([]string{"x", "p", ""}), 0, 3).Draw(t, "list")...)
	case 4:
		return event.Value{}
	}
	return event.Text("common")
}

func drawProperties(t *rapid.T, names ...string) event.Properties {
	out := event.Properties{}
	for _, name := range names {
		if rapid.Bool().Draw(t, "has "+name) {
			out[name] = drawValue(t)
		}
	}
	return out
}

func drawProfile(t *rapid.T) *event.Profile {
	p := &event.Profile{}
	for range rapid.IntRange(1, 2).Draw(t, "changes") {
		switch rapid.IntRange(0, 5).Draw(t, "change") {
		case 0:
			p.Set = drawProperties(t, "city", "tags", "n")
		case 1:
			p.SetOnce = drawProperties(t, "city", "tags", "n")
		case 2:
			p.Add = map[string]float64{"n": 2}
		case 3:
			p.Append = drawProperties(t, "tags", "city")
		case 4:
			p.Remove = drawProperties(t, "tags", "city")
		case 5:
			p.Unset = []string{rapid.SampledFrom([]string{"city", "tags", "n"}).Draw(t, "unset")}
		}
	}
	return p
}

func drawEvent(t *rapid.T, seq uint64) *event.Event {
	e := &event.Event{
		Seq:        seq,
		ID:         fmt.Sprintf("e%d", seq),
		Name:       rapid.SampledFrom([]string{"view", "pay", event.NameProfile}).Draw(t, "name"),
		Time:       int64(rapid.IntRange(0, 20).Draw(t, "time")),
		DistinctID: rapid.SampledFrom(ids).Draw(t, "id"),
		Properties: drawProperties(t, "p", "q", "r"),
	}
	e.Known = len(e.DistinctID) > 0 && e.DistinctID[0] == 'u'
	switch rapid.IntRange(0, 7).Draw(t, "join") {
	case 0, 1:
		e.Join = &event.Join{Kind: event.Identify, Other: rapid.SampledFrom(ids).Draw(t, "other")}
	case 2:
		e.Join = &event.Join{Kind: event.Alias, Other: rapid.SampledFrom(ids).Draw(t, "other")}
	}
	if rapid.IntRange(0, 3).Draw(t, "profile") == 0 {
		e.Profile = drawProfile(t)
	}
	return e
}

// Random events in random batches, with views in between, always look like a
// slow rebuild, and every view keeps looking as it did.
func TestViewsEqualASlowRebuild(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		table, ref := NewTable(), newReference()
		defer table.Close()
		type kept struct {
			view *View
			want []string
		}
		var views []kept
		seq := uint64(0)
		for range rapid.IntRange(1, 12).Draw(t, "batches") {
			var batch []*event.Event
			for range rapid.IntRange(0, 12).Draw(t, "events") {
				seq++
				batch = append(batch, drawEvent(t, seq))
			}
			ref.apply(batch)
			table.Apply(batch)
			if rapid.Bool().Draw(t, "view") {
				views = append(views, kept{table.View(), ref.dump()})
			}
		}
		views = append(views, kept{table.View(), ref.dump()})
		for _, k := range views {
			require.Equal(t, k.want, dumpView(k.view))
		}
	})
}
