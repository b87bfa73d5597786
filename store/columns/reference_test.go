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
	events   []*event.Event
	persons  []person.Ordinal // of each event, at arrival
	graph    *person.Graph
	profiles map[person.Ordinal]event.Properties
}

func newReference() *reference {
	return &reference{graph: person.NewGraph(), profiles: map[person.Ordinal]event.Properties{}}
}

// apply gives the ordinals that changed.
func (r *reference) apply(events []*event.Event) map[person.Ordinal]bool {
	touched := map[person.Ordinal]bool{}
	for _, e := range events {
		p, merged := r.graph.Apply(e)
		r.events = append(r.events, e)
		r.persons = append(r.persons, p)
		touched[p] = true
		if r.profiles[p] == nil {
			r.profiles[p] = event.Properties{}
		}
		if merged != nil {
			touched[merged.From] = true
			for name, v := range r.profiles[merged.From] {
				if _, has := r.profiles[p][name]; !has {
					r.profiles[p][name] = v
				}
			}
			delete(r.profiles, merged.From)
		}
		if e.Profile != nil {
			changeProfile(r.profiles[p], e.Profile)
		}
	}
	return touched
}

func changeProfile(p event.Properties, change *event.Profile) {
	for name, v := range change.Set {
		if v.Kind != event.Missing {
			p[name] = v
		}
	}
	for name, v := range change.SetOnce {
		if _, has := p[name]; !has && v.Kind != event.Missing {
			p[name] = v
		}
	}
	for name, n := range change.Add {
		if v, has := p[name]; !has || v.Kind == event.Number {
			p[name] = event.Num(v.Num + n)
		}
	}
	for name, v := range change.Append {
		list := asList(p[name])
		for _, element := range asList(v) {
			if !slices.Contains(list, element) {
				list = append(slices.Clone(list), element)
			}
		}
		if v.Kind != event.Missing && len(asList(v)) > 0 {
			p[name] = event.Strings(list...)
		}
	}
	for name, v := range change.Remove {
		before := asList(p[name])
		var list []string
		for _, element := range before {
			if !slices.Contains(asList(v), element) {
				list = append(list, element)
			}
		}
		if len(list) == 0 && len(before) > 0 {
			delete(p, name)
		} else if len(list) < len(before) {
			p[name] = event.Strings(list...)
		}
	}
	for _, name := range change.Unset {
		delete(p, name)
	}
}

func asList(v event.Value) []string {
	if v.Kind == event.List {
		return v.List
	}
	if v.Kind == event.Missing {
		return nil
	}
	return []string{v.Text()}
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

// picture is all that a view says, in a form that can be compared.
type picture struct {
	Rows       []string
	People     []string
	All        []uint32
	Names      []NameInfo
	Properties map[string][]PropertyInfo
	OfPersons  []PropertyInfo
	Events     uint64
}

func (r *reference) picture() picture {
	out := picture{Properties: map[string][]PropertyInfo{}, Events: uint64(len(r.events))}
	timelines := r.timelines()
	for p, events := range timelines {
		for _, e := range events {
			out.Rows = append(out.Rows, dump(p, e.Time, e.Seq, e.Name, e.DistinctID, e.Properties))
		}
	}
	out.Rows = groupByPerson(out.Rows)
	ofPersons := map[string]*kindCounts{}
	for i := range r.graph.Len() {
		p := person.Ordinal(i)
		canonical := r.graph.Canonical(p)
		if canonical == p {
			out.All = append(out.All, uint32(p))
			count(ofPersons, r.profiles[p])
		}
		first, last, activities := activity(timelines[canonical])
		out.People = append(out.People, dumpPerson(p, canonical, first, last, len(timelines[canonical]), activities,
			r.profiles[canonical], r.graph.Identities(p)))
	}
	out.OfPersons = infos(ofPersons)
	r.statistics(&out)
	return out
}

func activity(events []*event.Event) (first, last int64, n int) {
	for _, e := range events {
		if event.IsActivity(e.Name) {
			if n == 0 {
				first = e.Time
			}
			last = e.Time
			n++
		}
	}
	return first, last, n
}

func (r *reference) statistics(out *picture) {
	names := map[string]*NameInfo{}
	counts := map[string]map[string]*kindCounts{"": {}}
	for _, e := range r.events {
		if names[e.Name] == nil {
			names[e.Name] = &NameInfo{Name: e.Name, FirstSeen: e.Time, LastSeen: e.Time}
			counts[e.Name] = map[string]*kindCounts{}
		}
		n := names[e.Name]
		n.Count++
		n.FirstSeen, n.LastSeen = min(n.FirstSeen, e.Time), max(n.LastSeen, e.Time)
		count(counts[e.Name], e.Properties)
		count(counts[""], e.Properties)
	}
	for _, n := range names {
		out.Names = append(out.Names, *n)
	}
	slices.SortFunc(out.Names, func(a, b NameInfo) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name))
	})
	for name, of := range counts {
		out.Properties[name] = infos(of)
	}
}

func count(counts map[string]*kindCounts, properties event.Properties) {
	for name, v := range properties {
		if v.Kind == event.Missing {
			continue
		}
		if counts[name] == nil {
			counts[name] = &kindCounts{}
		}
		counts[name][v.Kind]++
	}
}

func infos(counts map[string]*kindCounts) []PropertyInfo {
	out := []PropertyInfo{}
	for name, c := range counts {
		out = append(out, c.info(name))
	}
	sortProperties(out)
	return out
}

func dumpPerson(p, canonical person.Ordinal, first, last int64, events, activities int, profile event.Properties, identities []person.Identity) string {
	return dump(p, first, uint64(last), fmt.Sprint(canonical, events, activities), fmt.Sprint(identities), profile)
}

func pictureOf(v *View) picture {
	out := picture{
		Rows: dumpView(v), All: v.People().All().ToArray(), Names: v.EventNames(), Events: v.Events(),
		Properties: map[string][]PropertyInfo{"": v.Properties("")}, OfPersons: v.People().Properties(),
	}
	if len(out.All) == 0 {
		out.All = nil
	}
	if len(out.Names) == 0 {
		out.Names = nil
	}
	for _, n := range out.Names {
		out.Properties[n.Name] = v.Properties(n.Name)
	}
	people := v.People()
	for i := range people.Len() {
		p := person.Ordinal(i)
		out.People = append(out.People, dumpPerson(p, people.Canonical(p), people.FirstSeen(p), people.LastSeen(p),
			people.Events(p), people.Activities(p), people.Profile(p), people.Identities(p)))
	}
	return out
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
	v.Scan(Need{Everything: true}, 0, v.People().Len(), func(l *Layer, p person.Ordinal, lo, hi uint32) bool {
		for row := lo; row < hi; row++ {
			out = append(out, dump(p, l.Times.At(row), uint64(l.Seqs.At(row)), v.Names().Text(l.Names.At(row)),
				v.People().DistinctID(l.IDs.At(row)), v.Row(l, row)))
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
// slow rebuild, and every view keeps looking as it did, also while layers are
// folded in the background.
func TestViewsEqualASlowRebuild(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		table, ref := NewTable(), newReference()
		defer table.Close()
		table.inView = rapid.SampledFrom([]int{0, 8, foldedInView}).Draw(t, "rows folded in a view")
		type kept struct {
			view *View
			want picture
		}
		var views []kept
		seq := uint64(0)
		for range rapid.IntRange(1, 12).Draw(t, "batches") {
			var batch []*event.Event
			for range rapid.IntRange(0, 12).Draw(t, "events") {
				seq++
				batch = append(batch, drawEvent(t, seq))
			}
			requireTouched(t, ref.apply(batch), table.Apply(batch))
			if rapid.Bool().Draw(t, "view") {
				views = append(views, kept{table.View(), ref.picture()})
			}
		}
		views = append(views, kept{table.View(), ref.picture()})
		table.Close()
		views = append(views, kept{table.View(), ref.picture()})
		for _, k := range views {
			require.Equal(t, k.want, pictureOf(k.view))
			requireLocated(t, k.view)
		}
	})
}

func requireTouched(t *rapid.T, want map[person.Ordinal]bool, got []person.Ordinal) {
	require.Len(t, got, len(want))
	for _, p := range got {
		require.True(t, want[p])
	}
}

// requireLocated checks that Scan in parts and Locate agree.
func requireLocated(t *rapid.T, v *View) {
	length := v.People().Len()
	cut := rapid.IntRange(0, length).Draw(t, "cut")
	seen := map[person.Ordinal]bool{}
	visit := func(l *Layer, p person.Ordinal, lo, hi uint32) bool {
		require.False(t, seen[p], "a person is visited once")
		seen[p] = true
		at, atLo, atHi, ok := v.Locate(Need{Everything: true}, p)
		require.True(t, ok)
		require.Same(t, l, at)
		require.Equal(t, [2]uint32{lo, hi}, [2]uint32{atLo, atHi})
		require.Equal(t, v.People().Canonical(p), p)
		return true
	}
	for _, l := range v.Layers() {
		requireCounts(t, l)
	}
	v.Scan(Need{Everything: true}, 0, cut, visit)
	for p := range seen {
		require.Less(t, int(p), cut)
	}
	v.Scan(Need{Everything: true}, cut, length, visit)
	for i := range length + 1 {
		_, _, _, ok := v.Locate(Need{Everything: true}, person.Ordinal(i))
		require.Equal(t, seen[person.Ordinal(i)], ok)
	}
}

// requireCounts checks that a column has as many slots as values, or more.
func requireCounts(t *rapid.T, l *Layer) {
	for _, c := range l.columns {
		count := 0
		c.each(0, uint32(l.Rows()), func(rowValue) { count++ })
		require.LessOrEqual(t, count, c.count())
	}
}
