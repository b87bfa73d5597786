package analyse_test

import (
	"context"
	"encoding/json"
	"maps"
	"testing"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/weirhq/weir/analyse"
	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/query"
	"github.com/weirhq/weir/store/columns"
)

// keptSets are sets that change by putting a new bitmap in the place of the old.
type keptSets map[string]*roaring.Bitmap

func (k keptSets) SegmentMembers(_, id string) (*roaring.Bitmap, bool) {
	set, ok := k[id]
	return set, ok
}

func (keptSets) TagMembers(string, string, string) (*roaring.Bitmap, bool) { return nil, false }

func (keptSets) TagValues(string, string) ([]string, bool) { return nil, false }

// plainAnswer is what an answer says, without how it came about.
func plainAnswer(t require.TestingT, a *analyse.Answer) map[string]any {
	text, err := json.Marshal(a)
	require.NoError(t, err)
	out := map[string]any{}
	require.NoError(t, json.Unmarshal(text, &out))
	meta, _ := out["meta"].(map[string]any)
	out["meta"] = map[string]any{"incomplete": meta["incomplete"]}
	return out
}

// TestKeptAnswersAreNeverOld asks a few questions again and again while time
// passes, events come and segments change, and compares every answer with that
// of an Analyser that has kept nothing.
func TestKeptAnswersAreNeverOld(t *testing.T) {
	t.Parallel()
	again, kept := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		d := draw{rt}
		w := d.world()
		everybody := w.table.View().People().All()
		sets := keptSets{"seg_1": everybody.Clone(), "seg_2": roaring.New()}
		clk := clock.NewManual(w.now)
		tables := func(string) *columns.Table { return w.table }
		analyser := analyse.New(tables, sets, clk)
		var asked []query.Request
		for range 4 {
			asked = append(asked, d.request(d.question(w.ties)))
		}
		seq := w.table.View().UpTo()
		for range 25 {
			switch d.int(0, 5) {
			case 0:
				seq++
				w.table.Apply([]*event.Event{d.event(w, seq)})
			case 1:
				clk.Advance(time.Duration(d.int(1, 40)) * time.Hour / 2)
			case 2:
				sets[d.text("seg_1", "seg_2")] = roaring.BitmapOf(uint32(d.int(0, 5)))
			default:
				r := asked[d.int(0, len(asked)-1)]
				got, err := analyser.Ask(context.Background(), w.project, r)
				want, wantErr := analyse.New(tables, maps.Clone(sets), clk).Ask(context.Background(), w.project, r)
				require.Equal(rt, wantErr == nil, err == nil)
				if err != nil {
					continue
				}
				require.Equal(rt, plainAnswer(rt, want), plainAnswer(rt, got), "kept: %v", got.Meta().Cached)
				again++
				if got.Meta().Cached {
					kept++
				}
			}
		}
	})
	require.Greater(t, kept, again/20, "some of the answers should be kept ones")
}

// question draws one of any kind that has a reference.
func (d draw) question(ties bool) query.Question {
	switch d.int(0, 2) {
	case 0:
		return d.trend()
	case 1:
		return d.funnel(ties)
	}
	return d.retention()
}

// TestOnlyWhatMattersEndsAnAnswer says which events an answer outlives.
func TestOnlyWhatMattersEndsAnAnswer(t *testing.T) {
	t.Parallel()
	table := columns.NewTable()
	now := time.Date(2026, 3, 8, 12, 0, 0, 0, time.UTC)
	clk := clock.NewManual(now)
	sets := keptSets{"seg_1": roaring.BitmapOf(0)}
	analyser := analyse.New(func(string) *columns.Table { return table }, sets, clk)
	seq := uint64(0)
	did := func(who, name string, more ...func(*event.Event)) {
		seq++
		e := &event.Event{Seq: seq, Project: "p", DistinctID: who, Known: true, Name: name, Time: now.Add(-time.Hour).UnixMilli()}
		for _, change := range more {
			change(e)
		}
		table.Apply([]*event.Event{e})
	}
	ask := func(text string) bool {
		r, err := query.Parse([]byte(text))
		require.NoError(t, err)
		a, err := analyser.Ask(context.Background(), analyse.Project{ID: "p"}, r)
		require.NoError(t, err)
		return a.Meta().Cached
	}
	const pays = `{"kind":"trend","interval":"day","range":{"last":7,"unit":"day"},"series":[{"event":"pay"}]}`
	const rich = `{"kind":"trend","interval":"day","range":{"last":7,"unit":"day"},"series":[{"event":"pay"}],"filter":{"user":"city","op":"eq","value":"x"}}`
	const some = `{"kind":"trend","interval":"day","range":{"last":7,"unit":"day"},"series":[{"event":"pay"}],"filter":{"segment":"seg_1"}}`
	const slid = `{"kind":"trend","interval":"day","range":{"last":7,"unit":"day"},"series":[{"event":"pay"}],"filter":{"did":{"event":"pay","within":{"last":1,"unit":"day"}}}}`
	city := func(e *event.Event) { e.Profile = &event.Profile{Set: event.Properties{"city": event.Text("x")}} }
	did("a", "pay", city)
	all := []string{pays, rich, some}
	for _, text := range append(all, slid) {
		require.False(t, ask(text))
	}
	for _, text := range all {
		require.True(t, ask(text))
	}
	require.False(t, ask(slid), "it looks back from now")

	did("a", "view")
	require.True(t, ask(pays), "views are not payments")
	did("b", "view", city)
	require.True(t, ask(pays))
	require.False(t, ask(rich), "a profile changed")
	sets["seg_1"] = roaring.BitmapOf(0, 1)
	require.False(t, ask(some), "the segment changed")
	require.True(t, ask(pays))
	did("b", "view", func(e *event.Event) { e.Join = &event.Join{Kind: event.Alias, Other: "a"} })
	require.False(t, ask(pays), "two persons became one")
	did("c", "pay")
	require.False(t, ask(pays))
	require.True(t, ask(pays))
	clk.Set(now.Add(11 * time.Hour))
	require.True(t, ask(pays))
	clk.Set(now.Add(12 * time.Hour))
	require.False(t, ask(pays), "today has ended")
}
