package limit_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/reach/limit"
)

var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func TestFlowIsSmooth(t *testing.T) {
	t.Parallel()
	clk := clock.NewManual(start)
	b := limit.New(clk, 60, time.Time{})
	require.Zero(t, b.Reserve())
	require.Zero(t, b.Reserve(), "two seconds' worth at once")
	require.Equal(t, time.Second, b.Reserve())
	require.Equal(t, 2*time.Second, b.Reserve())
	clk.Advance(time.Hour)
	require.Zero(t, b.Reserve())
	require.Zero(t, b.Reserve())
	require.Equal(t, time.Second, b.Reserve(), "a long pause saves up no more than the burst")
}

func TestRestartGrantsNoFreshBurst(t *testing.T) {
	t.Parallel()
	clk := clock.NewManual(start)
	b := limit.New(clk, 6, start.Add(-4*time.Second))
	require.Equal(t, 6*time.Second, b.Reserve())
}

func TestRateCanChange(t *testing.T) {
	t.Parallel()
	clk := clock.NewManual(start)
	b := limit.New(clk, 1, start)
	require.Equal(t, time.Minute, b.Reserve())
	b.SetRate(600)
	clk.Advance(2 * time.Minute)
	require.Zero(t, b.Reserve())
}

func TestNoLimit(t *testing.T) {
	t.Parallel()
	b := limit.New(clock.System{}, 0, time.Time{})
	require.Nil(t, b)
	for range 1000 {
		require.Zero(t, b.Reserve())
	}
	require.NoError(t, b.Wait(t.Context()))
}

// TestNoMinuteCarriesTooMuch: whatever the pattern of asking and restarting, any
// minute carries at most the rate and one burst.
func TestNoMinuteCarriesTooMuch(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rate := rapid.IntRange(1, 3000).Draw(t, "rate")
		clk := clock.NewManual(start)
		b := limit.New(clk, rate, time.Time{})
		var left []time.Time
		for range rapid.IntRange(1, 300).Draw(t, "messages") {
			clk.Advance(time.Duration(rapid.IntRange(0, 3000).Draw(t, "pause")) * time.Millisecond)
			if len(left) > 0 && rapid.IntRange(0, 9).Draw(t, "restart") == 0 {
				b = limit.New(clk, rate, left[len(left)-1])
			}
			clk.Advance(b.Reserve())
			left = append(left, clk.Now())
		}
		allowed := rate + max(1, rate/30) + 1
		for i := range left {
			n := 0
			for _, at := range left[i:] {
				if at.Sub(left[i]) < time.Minute {
					n++
				}
			}
			if n > allowed {
				t.Fatalf("%d messages in a minute at a rate of %d", n, rate)
			}
		}
	})
}

func TestWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := limit.New(clock.System{}, 60, time.Time{})
		begin := time.Now()
		for range 5 {
			require.NoError(t, b.Wait(t.Context()))
		}
		require.Equal(t, 3*time.Second, time.Since(begin))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		require.ErrorIs(t, b.Wait(ctx), context.Canceled)
	})
}
