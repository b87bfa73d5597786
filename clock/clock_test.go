package clock_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/clock"
)

func TestManualMovesOnlyWhenTold(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 1, 31, 8, 0, 0, 0, time.FixedZone("", 8*3600))
	m := clock.NewManual(start)
	require.Equal(t, start.UTC(), m.Now())
	m.Advance(36 * time.Hour)
	require.Equal(t, start.Add(36*time.Hour).UTC(), m.Now())
	m.Set(start)
	require.Equal(t, start.UTC(), m.Now(), "a clock may jump back")
	require.Equal(t, time.UTC, clock.System{}.Now().Location())
}
