package analyse

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/weirhq/weir/query"
)

// TestWindowsSlideEvenlyUntilTheySay walks from a random instant, in zones whose
// clocks change in different ways, to where the window says that it no longer
// slides evenly, and holds every step against the calendar itself.
func TestWindowsSlideEvenlyUntilTheySay(t *testing.T) {
	t.Parallel()
	zones := []string{
		"UTC", "Asia/Shanghai", "America/New_York", "Europe/London", "Australia/Lord_Howe", "Australia/Sydney", "Pacific/Apia",
		"America/Sao_Paulo", "Africa/Casablanca", "Asia/Gaza", "America/St_Johns", "Asia/Kathmandu", "Antarctica/Troll",
	}
	rapid.Check(t, func(t *rapid.T) {
		zone, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
		require.NoError(t, err)
		now := time.Date(rapid.IntRange(2009, 2028).Draw(t, "year"), 1, rapid.IntRange(1, 366).Draw(t, "day"), 0, 0, 0, 0, zone).
			Add(time.Duration(rapid.IntRange(0, 24*60).Draw(t, "minute")) * time.Minute).UnixMilli()
		span := query.Span{
			Value: rapid.IntRange(1, 14).Draw(t, "value"),
			Unit:  rapid.SampledFrom([]query.Unit{query.Minute, query.Hour, query.Day, query.Week, query.Month}).Draw(t, "unit"),
		}
		left := func(at int64) int64 { return span.Back(time.UnixMilli(at).In(zone)).UnixMilli() }
		w := newWindow(span, now, zone)
		require.Equal(t, left(now), w.left)
		require.Greater(t, w.steady, now)
		const step = 5 * 60 * 1000
		lowest := w.left
		for at, n := now, 0; at < w.steady && n < 5000; at, n = at+step, n+1 {
			require.Equal(t, at-now, left(at)-w.left, "%s %v from %v at %v", zone, span, time.UnixMilli(now).In(zone), time.UnixMilli(at).In(zone))
		}
		if w.steady != never {
			require.Equal(t, w.steady-1-now, left(w.steady-1)-w.left)
		}
		for at, n := now, 0; n < 400; at, n = at+6*3600*1000+step, n+1 {
			lowest = min(lowest, left(at))
		}
		require.GreaterOrEqual(t, lowest, w.left-farthestBack)
	})
}
