package query

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func calendar(t *testing.T, zone, now string) Calendar {
	t.Helper()
	location, err := time.LoadLocation(zone)
	require.NoError(t, err)
	at, err := time.Parse(time.RFC3339, now)
	require.NoError(t, err)
	return Calendar{Zone: location, WeekStart: time.Monday, Now: at}
}

func TestRanges(t *testing.T) {
	t.Parallel()
	cal := calendar(t, "America/New_York", "2026-03-09T16:30:00Z") // half past noon; clocks changed the day before
	for _, c := range []struct {
		name     string
		r        Range
		sliding  bool
		from, to string
	}{
		{"dates include both days", Range{From: "2026-03-07", To: "2026-03-08"}, false, "2026-03-07T05:00:00Z", "2026-03-09T04:00:00Z"},
		{"instants are half-open", Range{From: "2026-03-07T00:00:00Z", To: "2026-03-08T00:00:00+08:00"}, false, "2026-03-07T00:00:00Z", "2026-03-07T16:00:00Z"},
		{"the last two days of a question", Range{Last: Span{2, Day}}, false, "2026-03-08T05:00:00Z", "2026-03-10T04:00:00Z"},
		{"the last week of a question", Range{Last: Span{1, Week}}, false, "2026-03-09T04:00:00Z", "2026-03-16T04:00:00Z"},
		{"the last hour of a question", Range{Last: Span{1, Hour}}, false, "2026-03-09T16:00:00Z", "2026-03-09T17:00:00Z"},
		{"the last two days of a condition slide, by the calendar", Range{Last: Span{2, Day}}, true, "2026-03-07T17:30:00Z", "2026-03-09T16:30:00.001Z"},
		{"the last 48 hours of a condition", Range{Last: Span{48, Hour}}, true, "2026-03-07T16:30:00Z", "2026-03-09T16:30:00.001Z"},
	} {
		from, to := c.r.Whole(cal)
		if c.sliding {
			from, to = c.r.Sliding(cal)
		}
		text := func(ms int64) string { return time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.999Z07:00") }
		require.Equal(t, []string{c.from, c.to}, []string{text(from), text(to)}, c.name)
	}
}

func TestAMonthBackStaysInItsMonth(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 31, 12, 0, 0, 0, time.UTC)
	require.Equal(t, time.Date(2026, 2, 28, 12, 0, 0, 0, time.UTC), Span{1, Month}.Back(at))
	require.Equal(t, time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC), Span{25, Month}.Back(at))
}

func TestHoursOfZonesOffTheHour(t *testing.T) {
	t.Parallel()
	cal := calendar(t, "Asia/Kolkata", "2026-01-01T00:00:00Z")
	require.Equal(t, "2026-01-01T05:00:00+05:30", cal.StartOf(Hour, cal.Now).Format(time.RFC3339))
}

func TestFormula(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]float64{
		"A": 6, "A+B*2": 12, "(A+B)*2": 18, "A-B-1": 2, "A/B/2": 1, "-A + .5": -5.5, "2*-(A)": -12, " ( ( A ) ) ": 6,
	} {
		f, err := ParseFormula(text, 2)
		require.NoError(t, err, text)
		got, ok := f.Value([]float64{6, 3})
		require.True(t, ok)
		require.InDelta(t, want, got, 1e-12, text)
	}
	for _, text := range []string{"", "A+", "(A", "A)", "C", "a", "A B", "1.2.3", "A//B", "A**B"} {
		_, err := ParseFormula(text, 2)
		require.Error(t, err, text)
	}
	f, err := ParseFormula("B/(A-6)+1", 2)
	require.NoError(t, err)
	_, ok := f.Value([]float64{6, 3})
	require.False(t, ok, "dividing by zero gives nothing")
}
