package segment

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/weirhq/weir/event"
)

func TestTimeChangesMembersAtItsInstant(t *testing.T) {
	t.Parallel()
	b := onKernel(t)
	b.apply(did("a", "pay"), did("b", "view"))
	lately := b.create(t, "paid lately", `{"did":{"event":"pay","within":{"last":7,"unit":"day"}}}`)
	quiet := b.create(t, "viewed, did not pay", `{"sequence":[{"event":"view"},{"event":"pay","within":{"value":1,"unit":"hour"},"absent":true}]}`)
	others := b.create(t, "others", `{"not":{"segment":"`+lately.ID+`"}}`)
	b.elapse(t.Context())
	at := func(after time.Duration) {
		b.clk.Set(start.Add(after))
		b.elapse(t.Context())
		b.follow(t.Context())
	}
	at(time.Hour)
	require.Empty(t, b.members(t, quiet.ID))
	at(time.Hour + time.Millisecond)
	require.Equal(t, []string{"b"}, b.members(t, quiet.ID))
	at(7 * 24 * time.Hour)
	require.Equal(t, []string{"a"}, b.members(t, lately.ID))
	require.Equal(t, []string{"b"}, b.members(t, others.ID))
	at(7*24*time.Hour + time.Millisecond)
	require.Empty(t, b.members(t, lately.ID))
	require.Equal(t, []string{"a", "b"}, b.members(t, others.ID), "who refers to it follows")

	b.apply(did("b", "pay"))
	b.follow(t.Context())
	require.Equal(t, []string{"b"}, b.members(t, lately.ID))
	at(14*24*time.Hour + 2*time.Millisecond)
	require.Empty(t, b.members(t, lately.ID), "also who was touched after the last look ahead")
}

// TestElapsedEqualsFull lets time pass in random steps, with events between them,
// and compares who is in segments that follow the clock with a full evaluation.
func TestElapsedEqualsFull(t *testing.T) {
	t.Parallel()
	b := onKernel(t)
	b.apply(profile("u0", "seen", event.Text("2026-03-01T10:00:00Z")), with(did("u0", "pay"), "until", "2026-03-02"), did("u0", "view"))
	ids := []string{}
	for i, condition := range []string{
		`{"did":{"event":"pay","within":{"last":2,"unit":"day"}}}`,
		`{"did":{"event":"pay","op":"gte","value":2,"within":{"last":1,"unit":"month"}}}`,
		`{"did_not":{"event":"view","within":{"last":30,"unit":"minute"}}}`,
		`{"did":{"event":"*","measure":"days","op":"between","value":[2,3],"within":{"last":1,"unit":"week"}}}`,
		`{"sequence":[{"event":"view"},{"event":"pay","within":{"value":5,"unit":"hour"},"absent":true}]}`,
		`{"user":"seen","op":"within_last","value":{"value":3,"unit":"day"}}`,
		`{"did":{"event":"pay","where":{"property":"until","op":"within_last","value":{"value":2,"unit":"day"}}}}`,
		`{"all":[{"not":{"segment":"$0"}},{"any":[{"segment":"$2"},{"did":{"event":"view","within":{"last":3,"unit":"hour"}}}]}]}`,
	} {
		for n, id := range ids {
			condition = strings.ReplaceAll(condition, fmt.Sprint("$", n), id)
		}
		ids = append(ids, b.create(t, fmt.Sprint("s", i), condition).ID)
	}
	rapid.Check(t, func(rt *rapid.T) {
		for range rapid.IntRange(1, 6).Draw(rt, "steps") {
			unit := rapid.SampledFrom([]time.Duration{time.Millisecond, time.Second, time.Minute, time.Hour, 12 * time.Hour}).Draw(rt, "unit")
			b.clk.Advance(time.Duration(rapid.IntRange(0, 60).Draw(rt, "time")) * unit)
			for range 3 { // a change of one may be due to a change of another
				b.elapse(t.Context())
				b.follow(t.Context())
			}
			for i, id := range ids {
				s, err := b.Get(t.Context(), b.p, id)
				require.NoError(rt, err)
				want, err := b.Service.Analyser.Members(t.Context(), b.p, s.Condition, nil)
				require.NoError(rt, err)
				require.Equal(rt, b.names(want), b.members(t, id), "segment %d at %v", i, b.clk.Now())
			}
			var batch []*event.Event
			for range rapid.IntRange(0, 4).Draw(rt, "batch") {
				e := anything(rt)
				if at := rapid.SampledFrom([]string{"", "late", "early"}).Draw(rt, "at"); at != "" {
					e.Time = b.clk.Now().Add(map[string]time.Duration{"late": -20 * time.Hour, "early": 90 * time.Minute}[at]).UnixMilli()
				}
				if e.Name == "pay" {
					e = with(e, "until", b.clk.Now().Add(time.Hour).Format(time.RFC3339))
				}
				batch = append(batch, e)
			}
			if rapid.Bool().Draw(rt, "seen") {
				batch = append(batch, profile(fmt.Sprint("u", rapid.IntRange(0, 60).Draw(rt, "who")), "seen", event.Text(b.clk.Now().Format(time.RFC3339))))
			}
			b.apply(batch...)
			b.follow(t.Context())
		}
	})
}

func TestTimersAreBounded(t *testing.T) {
	t.Parallel()
	now := start
	x := timers{horizon: now.Add(farthestAhead), next: map[uint32]int64{}}
	for p := range uint32(maxTimers + 10) {
		x.set(p, now.Add(time.Duration(p)*time.Millisecond))
	}
	require.Len(t, x.next, maxTimers)
	require.Equal(t, now.Add(maxTimers*time.Millisecond), x.horizon, "what is left out is looked for when it is near")
	x.set(5, now.Add(7*time.Millisecond))
	require.EqualValues(t, 6, x.take(now.Add(6*time.Millisecond)).GetCardinality(), "0 to 6 without 5")
	require.True(t, x.take(now.Add(7*time.Millisecond)).Contains(5))
	x.set(9, time.Time{})
	require.False(t, x.take(now.Add(farthestAhead)).Contains(9))
}

func TestLoopLooksAtTheClock(t *testing.T) {
	t.Parallel()
	b := onKernel(t)
	b.apply(did("a", "pay"))
	s := b.create(t, "paid lately", `{"did":{"event":"pay","within":{"last":7,"unit":"day"}}}`)
	require.NoError(t, b.Start(t.Context()))
	defer b.Stop()
	b.look <- b.clk.Now()
	b.clk.Advance(8 * 24 * time.Hour)
	b.look <- b.clk.Now()
	b.look <- b.clk.Now() // taken when the look before it has ended
	b.Stop()
	require.Empty(t, b.members(t, s.ID))
}
