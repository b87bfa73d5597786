package uplift

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/measure/assign"
	"github.com/weirhq/weir/measure/stats"
	"github.com/weirhq/weir/store/columns"
)

const project = "p"

var start = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

// bundle is a table with a campaign's history and a clock long after it.
type bundle struct {
	table *columns.Table
	clk   *clock.Manual
	*Measurer
}

func setup() *bundle {
	b := &bundle{table: columns.NewTable(), clk: clock.NewManual(start.AddDate(1, 0, 0))}
	b.Measurer = New(func(string) *columns.Table { return b.table }, b.clk)
	return b
}

func (b *bundle) add(who, name string, at time.Duration, properties event.Properties) *event.Event {
	e := &event.Event{Project: project, Name: name, Time: start.Add(at).UnixMilli(), DistinctID: who, Known: true, Properties: properties}
	b.table.Apply([]*event.Event{e})
	return e
}

func (b *bundle) enter(who string, arm assign.Arm, at time.Duration) *event.Event {
	return b.add(who, event.NameCampaignEntered, at, event.Properties{"campaign_id": event.Text("c1"), "arm": event.Text(string(arm))})
}

func (b *bundle) pay(who string, at time.Duration, amount float64) *event.Event {
	return b.add(who, "pay", at, event.Properties{"amount": event.Num(amount)})
}

func (b *bundle) measure(t *testing.T, r Request) Report {
	t.Helper()
	got, err := b.Measure(t.Context(), project, r)
	require.NoError(t, err)
	return got
}

func request() Request {
	return Request{Campaign: "c1", Event: "pay", Value: "amount", Days: 7, HoldoutShare: -1}
}

func TestWindowIsClosedAtBothEnds(t *testing.T) {
	t.Parallel()
	week := 7 * 24 * time.Hour
	b := setup()
	for who, at := range map[string]time.Duration{"before": -time.Millisecond, "at entry": 0, "last moment": week, "too late": week + time.Millisecond} {
		b.enter(who, assign.Treatment, 0)
		b.pay(who, at, 10)
	}
	// The goal arrived before the entry of the same millisecond.
	b.pay("tie", time.Hour, 5)
	b.enter("tie", assign.Treatment, time.Hour)
	b.enter("other campaign only", assign.Holdout, 0)
	b.pay("nobody's", 0, 1000)
	got := b.measure(t, request())
	require.Equal(t, Arm{Persons: 5, Converted: 3, Rate: 0.6, Revenue: 25, RevenuePerPerson: 5}, got.Arms.Treatment)
	require.False(t, got.Incomplete)
	require.Equal(t, stats.TooSmall, got.Verdict)
	require.Nil(t, got.SampleRatio)
}

func TestEarliestEntryCountsAndAllMoneyInTheWindow(t *testing.T) {
	t.Parallel()
	b := setup()
	b.enter("a", assign.Holdout, 48*time.Hour)
	b.enter("a", assign.Holdout, 0) // late, but earlier
	b.pay("a", time.Hour, 1)
	b.pay("a", 100*time.Hour, 2)
	b.pay("a", 8*24*time.Hour, 4) // within a week of the second entry only
	got := b.measure(t, request())
	require.Equal(t, Arm{Persons: 1, Converted: 1, Rate: 1, Revenue: 3, RevenuePerPerson: 3}, got.Arms.Holdout)
}

func TestPersonOfBothArmsIsLeftOut(t *testing.T) {
	t.Parallel()
	b := setup()
	b.enter("a", assign.Treatment, 0)
	b.enter("b", assign.Holdout, 0)
	b.table.Apply([]*event.Event{{Project: project, Name: event.NameAlias, Time: start.UnixMilli(), DistinctID: "a", Known: true, Join: &event.Join{Kind: event.Alias, Other: "b"}}})
	got := b.measure(t, request())
	require.Equal(t, 1, got.Crossed)
	require.Zero(t, got.Arms.Treatment.Persons+got.Arms.Holdout.Persons)
}

func TestOpenWindowsMakeItIncomplete(t *testing.T) {
	t.Parallel()
	b := setup()
	b.enter("a", assign.Treatment, 0)
	b.enter("b", assign.Holdout, time.Hour)
	b.clk.Set(start.Add(7 * 24 * time.Hour))
	got := b.measure(t, request())
	require.True(t, got.Incomplete)
	require.Equal(t, 1, got.Open)
	b.clk.Advance(time.Hour)
	require.False(t, b.measure(t, request()).Incomplete)
}

func TestGoalWithoutValue(t *testing.T) {
	t.Parallel()
	b := setup()
	b.enter("a", assign.Treatment, 0)
	b.pay("a", 0, 3)
	r := request()
	r.Value = ""
	got := b.measure(t, r)
	require.Nil(t, got.Lift.Revenue)
	text, err := json.Marshal(got)
	require.NoError(t, err)
	require.Contains(t, string(text), `"revenue":null`)
	require.Contains(t, string(text), `"relative":null`)
}

func TestAnyActivityAsGoalLeavesMessagesOut(t *testing.T) {
	t.Parallel()
	b := setup()
	b.enter("a", assign.Treatment, 0)
	b.add("a", event.NameMessageSent, time.Minute, nil)
	b.add("a", event.NameMessageOpened, time.Hour, nil)
	b.enter("b", assign.Holdout, 0)
	b.add("b", "view", time.Hour, nil)
	r := request()
	r.Event = "*"
	got := b.measure(t, r)
	require.Zero(t, got.Arms.Treatment.Converted)
	require.Equal(t, 1, got.Arms.Holdout.Converted)
}

func TestNobodyEntered(t *testing.T) {
	t.Parallel()
	b := setup()
	require.Equal(t, stats.TooSmall, b.measure(t, request()).Verdict)
	b.pay("a", 0, 3)
	b.add("a", event.NameCampaignEntered, 0, event.Properties{"campaign_id": event.Text("c2"), "arm": event.Text("treatment")})
	b.add("b", event.NameCampaignEntered, 0, event.Properties{"campaign_id": event.Text("c1"), "arm": event.Text("unheard of")})
	got := b.measure(t, request())
	require.Zero(t, got.Arms.Treatment.Persons)
}

func TestWrongRequestsAreRefused(t *testing.T) {
	t.Parallel()
	_, err := setup().Measure(t.Context(), project, Request{HoldoutShare: 2})
	var f *fault.Error
	require.ErrorAs(t, err, &f)
	require.Len(t, f.Details, 4)
}

func TestCancelledScanStops(t *testing.T) {
	t.Parallel()
	b := setup()
	b.enter("a", assign.Treatment, 0)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := b.Measure(ctx, project, request())
	require.ErrorIs(t, err, context.Canceled)
}

// TestPlantedEffectIsFound deals 20,000 persons, plants a conversion of 12 %
// against 10 % and 30 against 20 of money per payer, and asks for it back.
func TestPlantedEffectIsFound(t *testing.T) {
	t.Parallel()
	b := setup()
	rng := rand.New(rand.NewPCG(1, 2))
	const persons = 20_000
	var events []*event.Event
	for i := range persons {
		who := "u" + strconv.Itoa(i)
		arm, rate, amount := assign.ArmOf("c1", who, 0.3), 0.12, 30.0
		if arm == assign.Holdout {
			rate, amount = 0.10, 20
		}
		events = append(events, &event.Event{
			Name: event.NameCampaignEntered, Time: start.UnixMilli(), DistinctID: who, Known: true,
			Properties: event.Properties{"campaign_id": event.Text("c1"), "arm": event.Text(string(arm))},
		})
		if rng.Float64() < rate {
			events = append(events, &event.Event{
				Name: "pay", Time: start.Add(time.Hour).UnixMilli(), DistinctID: who, Known: true,
				Properties: event.Properties{"amount": event.Num(amount * (0.5 + rng.Float64()))},
			})
		}
	}
	b.table.Apply(events)
	r := request()
	r.HoldoutShare = 0.3
	got := b.measure(t, r)
	c := got.Lift.Conversion
	require.Equal(t, stats.Gain, got.Verdict)
	require.False(t, got.SampleRatio.Mismatch)
	require.Less(t, c.Low, 0.02)
	require.Greater(t, c.High, 0.02)
	treated := float64(got.Arms.Treatment.Persons)
	require.InDelta(t, c.Difference.Difference*treated, c.ExtraPersons, 1e-9)
	require.InDelta(t, c.Low*treated, c.ExtraPersonsLow, 1e-9)
	money := got.Lift.Revenue
	require.Equal(t, stats.Gain, money.Verdict)
	require.Less(t, money.Low, 0.12*30-0.10*20)
	require.Greater(t, money.High, 0.12*30-0.10*20)
	require.InDelta(t, money.High*treated, money.ExtraMoneyHigh, 1e-6)

	r.HoldoutShare = 0.25
	got = b.measure(t, r)
	require.True(t, got.SampleRatio.Mismatch)
	require.Equal(t, Unbalanced, got.Verdict)
}

// TestAgainstSlowReference compares with a plain loop over the events.
func TestAgainstSlowReference(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		b := setup()
		var events []*event.Event
		for range rapid.IntRange(0, 60).Draw(rt, "events") {
			who := fmt.Sprint("u", rapid.IntRange(0, 8).Draw(rt, "who"))
			at := time.Duration(rapid.IntRange(-3, 240).Draw(rt, "hour")) * time.Hour
			switch rapid.IntRange(0, 3).Draw(rt, "kind") {
			case 0:
				events = append(events, b.enter(who, rapid.SampledFrom([]assign.Arm{assign.Treatment, assign.Holdout}).Draw(rt, "arm"), at))
			case 1:
				events = append(events, b.add(who, "view", at, nil))
			default:
				events = append(events, b.pay(who, at, float64(rapid.IntRange(1, 9).Draw(rt, "amount"))))
			}
		}
		got, err := b.Measure(t.Context(), project, request())
		require.NoError(rt, err)
		require.Equal(rt, slow(events), got.Arms)
	})
}

func slow(events []*event.Event) Arms {
	out := map[string]*Arm{"treatment": {}, "holdout": {}}
	for i := range 9 {
		who := fmt.Sprint("u", i)
		entry, arms := int64(math.MaxInt64), map[string]bool{}
		for _, e := range events {
			if e.DistinctID == who && e.Name == event.NameCampaignEntered {
				entry = min(entry, e.Time)
				arms[e.Properties["arm"].Str] = true
			}
		}
		if len(arms) != 1 {
			continue
		}
		for name := range arms {
			a, converted := out[name], false
			a.Persons++
			for _, e := range events {
				if e.DistinctID == who && e.Name == "pay" && e.Time >= entry && e.Time <= entry+7*24*3600*1000 {
					converted = true
					a.Revenue += e.Properties["amount"].Num
				}
			}
			if converted {
				a.Converted++
			}
		}
	}
	for _, a := range out {
		if a.Persons > 0 {
			a.Rate = float64(a.Converted) / float64(a.Persons)
			a.RevenuePerPerson = a.Revenue / float64(a.Persons)
		}
	}
	return Arms{Treatment: *out["treatment"], Holdout: *out["holdout"]}
}
