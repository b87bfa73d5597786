package workload_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/bench/workload"
)

func all(t *testing.T, s workload.Settings, batch int) []workload.Row {
	t.Helper()
	var rows []workload.Row
	require.NoError(t, workload.New(s).Each(batch, func(b []workload.Row) error {
		require.LessOrEqual(t, len(b), batch)
		rows = append(rows, b...)
		return nil
	}))
	return rows
}

func TestStreamIsWhatItSays(t *testing.T) {
	t.Parallel()
	s := workload.Settings{Events: 200_000, Seed: 7}
	rows := all(t, s, 1000)
	require.Len(t, rows, s.Events)
	require.Equal(t, rows, all(t, s, 777), "the same settings give the same rows")

	type moment struct {
		person uint32
		time   int64
	}
	seen := map[moment]bool{}
	perPerson := map[uint32]int{}
	perName := make([]int, len(workload.Names))
	registered := map[uint32]int{}
	late := 0
	newest := int64(0)
	w := workload.New(s)
	for _, r := range rows {
		require.False(t, seen[moment{r.Person, r.Time}], "two events of a person at once")
		seen[moment{r.Person, r.Time}] = true
		perPerson[r.Person]++
		perName[r.Name]++
		if r.Name == workload.Register {
			registered[r.Person]++
		}
		if r.Time < newest {
			late++
		}
		newest = max(newest, r.Time)
		require.GreaterOrEqual(t, r.Time, w.Start.UnixMilli())
		require.Less(t, r.Time, w.Start.AddDate(0, 0, w.Days).UnixMilli())
	}
	require.Len(t, perPerson, w.Persons, "everybody does something")
	busiest := 0
	for _, n := range perPerson {
		busiest = max(busiest, n)
	}
	require.Greater(t, busiest, 400, "activity is skewed")
	require.InDelta(t, s.Events/200, late, float64(s.Events)/1000, "late events")
	require.InDelta(t, 0.55*float64(w.Persons), len(registered), 0.05*float64(w.Persons))
	for name, n := range perName {
		require.Positive(t, n, workload.Names[name])
	}
	t.Log("events by name", perName, "busiest", busiest)
}
