package uplift

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/demo"
	"github.com/weirhq/weir/event"
)

// TestDemoCampaignCoversItsPlantedLift measures the planted campaigns of both
// demo worlds. Visitors change from anonymous to known before and after they
// enter; the arms must be the planted ones all the same.
func TestDemoCampaignCoversItsPlantedLift(t *testing.T) {
	t.Parallel()
	o := demo.Options{Seed: 1, Until: time.Date(2026, 6, 30, 13, 37, 0, 0, time.UTC), Persons: 2500}
	for _, w := range []*demo.World{demo.Shop(o), demo.Lender(o)} {
		b := setup()
		b.clk.Set(o.Until)
		var batch []*event.Event
		require.NoError(t, w.Events(func(e *event.Event) error {
			batch = append(batch, e)
			return nil
		}))
		b.table.Apply(batch)
		planted := w.Truth().Campaign
		got := b.measure(t, Request{Campaign: planted.ID, Event: planted.Goal, Value: "amount", Days: planted.GoalDays, HoldoutShare: planted.HoldoutShare})
		require.Equal(t, planted.Treatment, got.Arms.Treatment.Persons, w.Key)
		require.Equal(t, planted.Holdout, got.Arms.Holdout.Persons, w.Key)
		require.False(t, got.SampleRatio.Mismatch)
		c := got.Lift.Conversion
		require.LessOrEqual(t, c.Low, planted.TrueLift, w.Key)
		require.GreaterOrEqual(t, c.High, planted.TrueLift, w.Key)
		t.Logf("%s: planted %.4f, measured %.4f [%.4f, %.4f] %s", w.Key, planted.TrueLift, c.Difference.Difference, c.Low, c.High, got.Verdict)
	}
}
