package columns

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/person"
)

// reference answers from a plain list of all events, resolved one by one.
type reference struct {
	rows     []referenceRow
	log      []*event.Event // everything that was ever applied
	graph    *person.Graph
	profiles map[person.Ordinal]event.Properties
	limit    int // of property names
	names    map[string]bool
	ofPerson map[string]bool
}

// referenceRow is an event with its person at arrival and the index of its id.
type referenceRow struct {
	*event.Event
	person person.Ordinal
	id     uint32
}

func newReference(limit int) *reference {
	return &reference{
		graph: person.NewGraph(), profiles: map[person.Ordinal]event.Properties{}, limit: limit,
		names: map[string]bool{}, ofPerson: map[string]bool{},
	}
}

// apply gives the ordinals that changed.
func (r *reference) apply(events []*event.Event) map[person.Ordinal]bool {
	touched := map[person.Ordinal]bool{}
	for _, e := range events {
		r.log = append(r.log, e)
		resolved := r.graph.Resolve(e)
		switch {
		case e.Name == event.NameDeleteEvents:
			r.deleteEvents(event.DeletedSeqs(e), touched)
		case resolved.Split != nil:
			r.split(resolved.Split, touched)
		case resolved.Forgotten:
			r.take(func(row referenceRow) bool { return r.graph.Canonical(row.person) == resolved.Person })
			delete(r.profiles, resolved.Person)
			touched[resolved.Person] = true
		case event.IsControl(e.Name):
		default:
			r.add(e, resolved, touched)
		}
	}
	return touched
}

func (r *reference) add(e *event.Event, resolved person.Resolved, touched map[person.Ordinal]bool) {
	p := resolved.Person
	touched[p] = true
	if resolved.Merged != nil {
		touched[resolved.Merged.From] = true
		r.profiles[p] = union(r.profiles[p], r.profiles[resolved.Merged.From])
		delete(r.profiles, resolved.Merged.From)
	}
	if !resolved.Row {
		return
	}
	kept := *e // its DistinctID is looked up when a picture is made: it may be forgotten by then
	kept.Properties = within(r.names, r.limit, e.Properties)
	r.rows = append(r.rows, referenceRow{Event: &kept, person: p, id: resolved.ID})
	if e.Profile != nil {
		r.profiles[p] = r.changed(r.profiles[p], e.Profile)
	}
}

// within leaves out properties whose names are beyond the limit.
func within(known map[string]bool, limit int, properties event.Properties) event.Properties {
	out := event.Properties{}
	for _, name := range properties.Names() {
		v := properties[name]
		if v.Kind == event.Missing || !known[name] && len(known) == limit {
			continue
		}
		known[name] = true
		out[name] = v
	}
	return out
}

func (r *reference) changed(profile event.Properties, change *event.Profile) event.Properties {
	out := union(profile, nil)
	for _, one := range single(change) {
		changeProfile(out, one)
		for name := range out { // at most one is new
			if !r.ofPerson[name] && len(r.ofPerson) == r.limit {
				delete(out, name)
			} else {
				r.ofPerson[name] = true
			}
		}
	}
	return out
}

// single cuts a change into changes of one property, in order.
func single(change *event.Profile) (out []*event.Profile) {
	each := func(properties event.Properties, of func(one event.Properties) *event.Profile) {
		for _, name := range properties.Names() {
			out = append(out, of(event.Properties{name: properties[name]}))
		}
	}
	each(change.Set, func(one event.Properties) *event.Profile { return &event.Profile{Set: one} })
	each(change.SetOnce, func(one event.Properties) *event.Profile { return &event.Profile{SetOnce: one} })
	for _, name := range slices.Sorted(maps.Keys(change.Add)) {
		out = append(out, &event.Profile{Add: map[string]float64{name: change.Add[name]}})
	}
	each(change.Append, func(one event.Properties) *event.Profile { return &event.Profile{Append: one} })
	return append(out, &event.Profile{Remove: change.Remove}, &event.Profile{Unset: change.Unset})
}

func union(winner, loser event.Properties) event.Properties {
	out := event.Properties{}
	maps.Copy(out, loser)
	maps.Copy(out, winner)
	return out
}

// take removes the rows that a test finds, and gives them.
func (r *reference) take(test func(referenceRow) bool) []referenceRow {
	var taken, left []referenceRow
	for _, row := range r.rows {
		if test(row) {
			taken = append(taken, row)
		} else {
			left = append(left, row)
		}
	}
	r.rows = left
	return taken
}

func (r *reference) deleteEvents(seqs []uint64, touched map[person.Ordinal]bool) {
	for _, row := range r.take(func(row referenceRow) bool { return slices.Contains(seqs, row.Seq) }) {
		touched[r.graph.Canonical(row.person)] = true
		if row.Profile != nil {
			r.remake(r.graph.Canonical(row.person))
		}
	}
}

func (r *reference) split(s *person.Split, touched map[person.Ordinal]bool) {
	for i, row := range r.rows {
		if r.graph.Canonical(row.person) == s.From && row.id == s.ID {
			r.rows[i].person = s.To
		}
	}
	r.remake(s.From)
	r.remake(s.To)
	touched[s.From], touched[s.To] = true, true
}

// remake makes a profile from the events that a person has, as if nobody else had ever been.
func (r *reference) remake(p person.Ordinal) {
	alone := newReference(r.limit)
	alone.ofPerson = r.ofPerson
	for _, row := range r.rows {
		if r.graph.Canonical(row.person) == p {
			alone.add(row.Event, alone.graph.Resolve(row.Event), map[person.Ordinal]bool{})
		}
	}
	r.profiles[p] = event.Properties{}
	for i := range alone.graph.Len() {
		r.profiles[p] = union(r.profiles[p], alone.profiles[person.Ordinal(i)])
	}
}

// lookUp is the log.
func (r *reference) lookUp(_ context.Context, seqs []uint64) ([]*event.Event, error) {
	var out []*event.Event
	for _, e := range r.log {
		if slices.Contains(seqs, e.Seq) {
			out = append(out, e)
		}
	}
	return out, nil
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
	ids := r.graph.Snapshot()
	for _, row := range r.rows {
		p := r.graph.Canonical(row.person)
		e := *row.Event
		e.DistinctID = ids.Text(row.id)
		out[p] = append(out[p], &e)
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
	out := picture{Properties: map[string][]PropertyInfo{}, Events: uint64(len(r.rows))}
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
		if canonical == p && !r.graph.Forgotten(p) {
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
	for _, e := range r.rows {
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
	id := rapid.SampledFrom(ids)
	var e *event.Event
	switch rapid.IntRange(0, 19).Draw(t, "correction") {
	case 0:
		e = event.NewDetach(id.Draw(t, "of"), id.Draw(t, "detached"))
	case 1:
		e = event.NewDeletePerson(id.Draw(t, "deleted"))
	case 2:
		e = event.NewDeleteEvents(rapid.SliceOfN(rapid.Uint64Range(1, seq), 1, 3).Draw(t, "seqs"))
	case 3:
		e = &event.Event{Name: event.NameErased, DistinctID: id.Draw(t, "id")}
		drawJoin(t, e)
	default:
		return drawTold(t, seq)
	}
	e.Seq, e.ID = seq, fmt.Sprintf("e%d", seq)
	return e
}

// drawTold makes an event of somebody.
func drawTold(t *rapid.T, seq uint64) *event.Event {
	e := &event.Event{
		Seq:        seq,
		ID:         fmt.Sprintf("e%d", seq),
		Name:       rapid.SampledFrom([]string{"view", "pay", event.NameProfile}).Draw(t, "name"),
		Time:       int64(rapid.IntRange(0, 20).Draw(t, "time")),
		DistinctID: rapid.SampledFrom(ids).Draw(t, "id"),
		Properties: drawProperties(t, "p", "q", "r"),
	}
	e.Known = len(e.DistinctID) > 0 && e.DistinctID[0] == 'u'
	drawJoin(t, e)
	if rapid.IntRange(0, 3).Draw(t, "profile") == 0 {
		e.Profile = drawProfile(t)
	}
	return e
}

func drawJoin(t *rapid.T, e *event.Event) {
	switch rapid.IntRange(0, 7).Draw(t, "join") {
	case 0, 1:
		e.Join = &event.Join{Kind: event.Identify, Other: rapid.SampledFrom(ids).Draw(t, "other")}
	case 2:
		e.Join = &event.Join{Kind: event.Alias, Other: rapid.SampledFrom(ids).Draw(t, "other")}
	}
}

// shelf is a keeper that keeps parts in memory and fails now and then.
type shelf struct {
	t     *testing.T
	calls int
}

func (s *shelf) flush(frozen *frozenTable, from int, plan *foldPlan) (*Layer, error) {
	s.calls++
	if s.calls%3 == 0 {
		return nil, errors.New("no room on the shelf")
	}
	for _, l := range frozen.parts[:from] {
		require.NotNil(s.t, l.backing)
	}
	if plan.rows() == 0 {
		return nil, nil
	}
	l := plan.build(1)
	l.backing = s
	return l, nil
}

// Random events in random batches, with views in between, always look like a
// slow rebuild, and every view keeps looking as it did, also while parts are
// folded in the background or given to a keeper.
func TestViewsEqualASlowRebuild(t *testing.T) {
	t.Parallel()
	test := t
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.SampledFrom([]int{2, 3, 100}).Draw(t, "limit of names")
		table, ref := NewTable(), newReference(limit)
		defer table.Close()
		table.LookUp(ref.lookUp)
		table.properties.limit, table.profiles.properties.limit = limit, limit
		table.inView = rapid.SampledFrom([]int{0, 8, foldedInView}).Draw(t, "rows folded in a view")
		table.pending = rapid.SampledFrom([]int{1, 10, pendingRowsKept}).Draw(t, "rows pending")
		if rapid.Bool().Draw(t, "keeper") {
			table.keeper, table.flushAt = &shelf{t: test}, rapid.IntRange(1, 20).Draw(t, "rows to flush")
		}
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

// requireLocated checks that Scan in parts, Listed, Among and Locate agree.
func requireLocated(t *rapid.T, v *View) {
	length := v.People().Len()
	cut := rapid.IntRange(0, length).Draw(t, "cut")
	seen := map[person.Ordinal][]string{}
	lines := func(l *Layer, p person.Ordinal, lo, hi uint32) (out []string) {
		for row := lo; row < hi; row++ {
			out = append(out, dump(p, l.Times.At(row), uint64(l.Seqs.At(row)), v.Names().Text(l.Names.At(row)),
				v.People().DistinctID(l.IDs.At(row)), v.Row(l, row)))
		}
		return out
	}
	visit := func(l *Layer, p person.Ordinal, lo, hi uint32) bool {
		require.Empty(t, seen[p], "a person is visited once")
		seen[p] = lines(l, p, lo, hi)
		require.Equal(t, v.People().Canonical(p), p)
		return true
	}
	v.Scan(Need{Everything: true}, 0, cut, visit)
	for p := range seen {
		require.Less(t, int(p), cut)
	}
	v.Scan(Need{Everything: true}, cut, length, visit)
	var list []uint32
	var words [1]uint64
	for i := range length + 1 {
		p := person.Ordinal(i)
		l, lo, hi, ok := v.Locate(Need{Everything: true}, p)
		require.Equal(t, len(seen[p]) > 0, ok)
		if ok {
			require.Equal(t, seen[p], lines(l, p, lo, hi))
		}
		if i < 64 && rapid.Bool().Draw(t, "listed") {
			list = append(list, uint32(i))
			words[0] |= 1 << i
		}
	}
	s := v.NewScanner(Need{Everything: true})
	want := 0
	for _, p := range list {
		if len(seen[person.Ordinal(p)]) > 0 {
			want++
		}
	}
	for range 2 {
		n := 0
		check := func(b *Batch) bool {
			for i, e := range b.Entries {
				require.Equal(t, seen[b.Persons[e]], lines(b.Layer, b.Persons[e], b.Offsets[e], b.Offsets[e+1]))
				require.True(t, !b.Contiguous || e == b.Entries[0]+uint32(i))
				n++
			}
			return true
		}
		require.True(t, s.Listed(list, check))
		require.Equal(t, want, n)
		s.Among(words[:])
		require.True(t, s.Batches(0, min(length, 64), check))
		require.Equal(t, 2*want, n)
		s.Among(nil)
	}
}
