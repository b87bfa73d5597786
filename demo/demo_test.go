package demo_test

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/demo"
	"github.com/weirhq/weir/event"
)

var until = time.Date(2026, 6, 30, 13, 37, 0, 0, time.UTC)

func all(t *testing.T, w *demo.World) []*event.Event {
	t.Helper()
	var events []*event.Event
	require.NoError(t, w.Events(func(e *event.Event) error {
		events = append(events, e)
		return nil
	}))
	return events
}

func worlds(seed uint64, persons int) []*demo.World {
	o := demo.Options{Seed: seed, Until: until, Persons: persons}
	return []*demo.World{demo.Shop(o), demo.Lender(o)}
}

func TestSameSeedSameWorld(t *testing.T) {
	t.Parallel()
	first, again, other := worlds(7, 300), worlds(7, 300), worlds(8, 300)
	for i := range first {
		a, err := json.Marshal(all(t, first[i]))
		require.NoError(t, err)
		b, err := json.Marshal(all(t, again[i]))
		require.NoError(t, err)
		require.Equal(t, string(a), string(b))
		require.Equal(t, first[i].Truth(), again[i].Truth())
		c, err := json.Marshal(all(t, other[i]))
		require.NoError(t, err)
		require.NotEqual(t, string(a), string(c))
	}
}

func TestEventsAreWellFormed(t *testing.T) {
	t.Parallel()
	for _, w := range worlds(1, 600) {
		ids := map[string]bool{}
		joins := 0
		for _, e := range all(t, w) {
			require.False(t, ids[e.ID], "id %s twice", e.ID)
			ids[e.ID] = true
			require.NotEmpty(t, e.Name)
			require.NotEmpty(t, e.DistinctID)
			require.LessOrEqual(t, e.Time, until.UnixMilli())
			require.GreaterOrEqual(t, e.Time, until.AddDate(0, 0, -181).UnixMilli())
			for name, v := range e.Properties {
				require.NotEqual(t, event.Missing, v.Kind, "%s.%s", e.Name, name)
				require.False(t, math.IsNaN(v.Num))
			}
			if e.Join != nil {
				joins++
			}
		}
		require.Greater(t, joins, 200)
		require.Equal(t, len(ids), w.Truth().Totals.Events)
	}
}

// The planted effect must be in the events: the arms differ by about the true
// lift, and the broken version keeps its city away.
func TestPlantedTruthsAreInTheEvents(t *testing.T) {
	t.Parallel()
	w := demo.Shop(demo.Options{Seed: 3, Until: until, Persons: 6000})
	events := all(t, w)
	truth := w.Truth()
	require.Greater(t, truth.Campaign.Treatment, 1000)

	entered := map[string]string{}
	for _, e := range events {
		if e.Name == event.NameCampaignEntered {
			entered[e.DistinctID] = e.Properties["arm"].Str
		}
	}
	from, to := truth.Campaign.SentAt.UnixMilli(), truth.Campaign.SentAt.AddDate(0, 0, truth.Campaign.GoalDays).UnixMilli()
	converted := map[string]map[string]bool{"treatment": {}, "holdout": {}}
	for _, e := range events {
		if arm := entered[e.DistinctID]; arm != "" && e.Name == truth.Campaign.Goal && e.Time >= from && e.Time <= to {
			converted[arm][e.DistinctID] = true
		}
	}
	rate := func(arm string, n int) float64 { return float64(len(converted[arm])) / float64(n) }
	seen := rate("treatment", truth.Campaign.Treatment) - rate("holdout", truth.Campaign.Holdout)
	require.InDelta(t, truth.Campaign.TrueLift, seen, 0.04)
	require.Positive(t, truth.Campaign.TrueLift)

	require.NotEmpty(t, truth.Leavers)
	require.Greater(t, truth.Poor.Cost, 0.0)
	last := map[string]int64{}
	for _, e := range events {
		if e.Known && event.IsActivity(e.Name) {
			last[e.DistinctID] = max(last[e.DistinctID], e.Time)
		}
	}
	for _, l := range truth.Leavers {
		if entered[l.ID] == "treatment" {
			continue // a mail may have brought them back
		}
		day, err := time.ParseInLocation(time.DateOnly, l.LastDay, time.FixedZone("", 8*3600))
		require.NoError(t, err)
		require.LessOrEqual(t, last[l.ID], day.AddDate(0, 0, 2).UnixMilli(), "%s left on %s", l.ID, l.LastDay)
	}
}

func TestBrokenVersionLosesItsCity(t *testing.T) {
	t.Parallel()
	w := demo.Shop(demo.Options{Seed: 3, Until: until, Persons: 8000})
	visits := map[string][2]int{}
	events := all(t, w)
	truth := w.Truth()
	since, err := time.ParseInLocation(time.DateOnly, truth.Drop.Since, time.FixedZone("", 8*3600))
	require.NoError(t, err)
	for _, e := range events {
		if e.Name != "visit" {
			continue
		}
		city := e.Properties["city"].Str
		n := visits[city]
		switch at := time.UnixMilli(e.Time); {
		case at.After(since.AddDate(0, 0, 7)):
			n[1]++
		case at.After(since.AddDate(0, 0, -17)) && at.Before(since):
			n[0]++
		}
		visits[city] = n
	}
	ratio := func(city string) float64 { return float64(visits[city][1]) / float64(visits[city][0]) }
	require.Less(t, ratio(truth.Drop.City), 0.75*ratio("Shanghai"))
}

func TestVisitsGoOn(t *testing.T) {
	t.Parallel()
	for _, w := range worlds(2, 400) {
		for n := range uint64(200) {
			ends := until.Add(time.Hour)
			events := w.Visit(n, ends)
			require.NotEmpty(t, events)
			require.Equal(t, ends.UnixMilli(), events[len(events)-1].Time, "a visit ends now, not in the future")
			require.True(t, events[0].Known)
		}
	}
}

func BenchmarkShop(b *testing.B) {
	for range b.N {
		w := demo.Shop(demo.Options{Seed: 1, Until: until, Persons: 2000})
		n := 0
		_ = w.Events(func(*event.Event) error { n++; return nil })
		b.ReportMetric(float64(n), "events")
	}
}
