package analyse_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/weirhq/weir/analyse"
	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/query"
	"github.com/weirhq/weir/store/columns"
)

// moving makes a world whose clock can be set, in a zone whose clocks change.
func (d draw) moving() (*randomWorld, *analyse.Analyser, *clock.Manual) {
	w := d.world()
	zone, err := time.LoadLocation(d.text("America/New_York", "Europe/London", "Australia/Lord_Howe", "Asia/Shanghai", "America/Santiago"))
	require.NoError(d, err)
	w.project.Zone = zone
	clk := clock.NewManual(time.Date(2026, 3, 4, 0, 0, 0, 0, zone).Add(time.Duration(d.int(0, 48*10)) * 30 * time.Minute))
	if d.chance(50) {
		clk.Advance(time.Duration(d.int(0, 48*300)) * 30 * time.Minute)
	}
	clk.Advance(time.Duration(d.int(0, 1)) * time.Millisecond)
	sets := &fixedSets{people: func() *columns.People { return w.table.View().People() }, segments: map[string][]string{
		"seg_1": w.segments["seg_1"], "seg_2": w.segments["seg_2"],
	}}
	return w, analyse.New(func(string) *columns.Table { return w.table }, sets, clk), clk
}

// sliding makes a random condition look back in all units.
func (d draw) sliding() *query.Condition {
	c := d.condition(false, 3)
	if d.chance(70) { // most others are about nothing that moves
		kind := rapid.SampledFrom([]query.ConditionKind{query.DidEvent, query.DidNot}).Draw(d.T, "kind")
		c = query.And(c, &query.Condition{Kind: kind, Did: d.did()})
		c.Kind = rapid.SampledFrom([]query.ConditionKind{query.All, query.Any}).Draw(d.T, "join")
	}
	span := func() query.Span {
		unit := rapid.SampledFrom([]query.Unit{query.Hour, query.Day, query.Week, query.Month}).Draw(d.T, "unit")
		most := map[query.Unit]int{query.Hour: 200, query.Day: 100, query.Week: 20, query.Month: 9}[unit]
		return query.Span{Value: d.int(1, most), Unit: unit}
	}
	c.Walk(func(part *query.Condition) {
		if part.Did != nil && d.chance(80) {
			part.Did.Within = &query.Range{Last: span()}
		}
		if part.Kind == query.Compare && part.Comparison.Op == query.WithinLast {
			part.Comparison.Operand.Span = span()
		}
	})
	data, err := json.Marshal(c)
	require.NoError(d, err)
	c, err = query.ParseCondition(data)
	require.NoError(d, err, "%s", data)
	return c
}

// TestOnePersonIsAskedAsAllAre holds Holds and Members together, now and at later
// instants: before the change that Holds foretells nothing changes, and then it does.
func TestOnePersonIsAskedAsAllAre(t *testing.T) {
	t.Parallel()
	changes, answers := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		d := draw{rt}
		w, a, clk := d.moving()
		now := clk.Now()
		for range 10 {
			c := d.sliding()
			data, err := json.Marshal(c)
			require.NoError(rt, err)
			prepared, err := a.Prepare(w.project, c)
			require.NoError(rt, err)
			require.Equal(rt, analyse.Moves(c), prepared.Moves())
			members := func(at time.Time, o person.Ordinal) bool {
				clk.Set(at)
				defer clk.Set(now)
				found, err := a.Members(context.Background(), w.project, c, nil)
				require.NoError(rt, err)
				return found.Contains(uint32(o))
			}
			soon := now.Add(time.Duration(d.int(0, 48*60)) * 30 * time.Minute)
			moving, err := a.Moving(context.Background(), w.project, c, now, soon)
			require.NoError(rt, err)
			for _, p := range append(w.table.View().People().All().ToArray(), 1000) {
				o := person.Ordinal(p)
				holds, change, err := a.Holds(context.Background(), w.project, c, o)
				require.NoError(rt, err)
				require.Equal(rt, members(now, o), holds, "now, %v: %s", now, data)
				until := now.Add(400 * 24 * time.Hour)
				if answers++; !change.IsZero() {
					changes++
					require.True(rt, prepared.Moves(), "%s", data)
					require.True(rt, change.After(now))
					require.True(rt, change.After(soon) || moving.Contains(p), "from %v to %v at %v: %s", now, soon, change, data)
					looked, early, err := prepared.Now().HoldsUntil(o, soon)
					require.NoError(rt, err)
					require.Equal(rt, holds, looked)
					require.True(rt, early.Equal(change) || !early.Before(soon), "%v: %s", early, data)
					require.Equal(rt, holds, members(change.Add(-time.Millisecond), o), "from %v just before %v: %s", now, change, data)
					require.Equal(rt, !holds, members(change, o), "from %v at %v: %s", now, change, data)
					until = change
				}
				for range 4 {
					at := now.Add(time.Duration(rapid.Int64Range(0, until.Sub(now).Milliseconds()-1).Draw(rt, "later")) * time.Millisecond)
					require.Equal(rt, holds, members(at, o), "from %v at %v, before %v: %s", now, at, change, data)
				}
			}
		}
	})
	t.Logf("%d of %d answers change by the passing of time", changes, answers)
	require.Greater(t, changes, answers/20)
}
