package segment

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/weirhq/weir/analyse"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
)

// onKernel makes a bundle whose service asks the product's own analyser.
func onKernel(t *testing.T) *bundle {
	t.Helper()
	b := setup(t)
	c := b.Config
	c.Memberships = NewMemberships()
	c.Analyser = analyse.New(c.Tables, c.Memberships, c.Clock)
	b.Service = New(c)
	b.store.OnTouched(b.Touched)
	return b
}

// TestLiveEqualsFullOnTheKernel is TestLiveEqualsFull with the product's
// analyser and conditions of every form, time passing between the events.
func TestLiveEqualsFullOnTheKernel(t *testing.T) {
	t.Parallel()
	b := onKernel(t)
	// The properties have types before conditions compare them.
	b.apply(profile("u0", "city", event.Text("X")), with(did("u0", "pay"), "platform", "ios"), did("u0", "view"))
	ids := []string{}
	for i, condition := range []string{
		paid,
		`{"did_not":{"event":"view","within":{"last":2,"unit":"day"}}}`,
		`{"did":{"event":"pay","where":{"property":"platform","op":"eq","value":"ios"},"measure":"count","op":"gte","value":2}}`,
		`{"did":{"event":"*","measure":"days","op":"gte","value":2,"within":{"last":3,"unit":"day"}}}`,
		`{"sequence":[{"event":"view"},{"event":"pay","within":{"value":5,"unit":"hour"}}]}`,
		`{"sequence":[{"event":"view"},{"event":"pay","within":{"value":5,"unit":"hour"},"absent":true}]}`,
		`{"all":[{"user":"city","op":"neq","value":"X"},{"not":{"segment":"$0"}}]}`,
		`{"any":[{"segment":"$6"},{"user":"city","op":"is_not_set"}]}`,
	} {
		for n, id := range ids {
			condition = strings.ReplaceAll(condition, fmt.Sprint("$", n), id)
		}
		ids = append(ids, b.create(t, fmt.Sprint("s", i), condition).ID)
	}
	rapid.Check(t, func(rt *rapid.T) {
		for range rapid.IntRange(1, 6).Draw(rt, "steps") {
			b.clk.Advance(time.Duration(rapid.IntRange(0, 30).Draw(rt, "hours")) * time.Hour)
			b.recompute(t.Context()) // time has passed: that is the minute's work
			var batch []*event.Event
			for range rapid.IntRange(1, 5).Draw(rt, "batch") {
				batch = append(batch, anything(rt))
			}
			b.apply(batch...)
			b.follow(t.Context())
		}
		live := make([][]string, len(ids))
		for i, id := range ids {
			live[i] = b.members(t, id)
		}
		b.recompute(t.Context())
		for i, id := range ids {
			require.Equal(rt, b.members(t, id), live[i], "segment %d", i)
		}
	})
}

func anything(rt *rapid.T) *event.Event {
	who := fmt.Sprint("u", rapid.IntRange(0, 60).Draw(rt, "who"))
	switch rapid.IntRange(0, 9).Draw(rt, "kind") {
	case 0:
		return alias(who, fmt.Sprint("u", rapid.IntRange(0, 60).Draw(rt, "other")))
	case 1, 2:
		return profile(who, "city", event.Text(rapid.SampledFrom([]string{"X", "Y"}).Draw(rt, "city")))
	case 3, 4:
		return with(did(who, "pay"), "platform", rapid.SampledFrom([]string{"ios", "web"}).Draw(rt, "platform"))
	}
	return did(who, "view")
}

func TestCellOfAFunnelBecomesASegment(t *testing.T) {
	t.Parallel()
	b := onKernel(t)
	b.apply(did("a", "view"), did("a", "pay"), did("b", "view"), did("c", "pay"))
	dropped := b.createQuestion(t, "dropped", `{"kind":"funnel","range":{"last":7,"unit":"day"},"steps":[{"event":"view"},{"event":"pay"}],
		"window":{"value":7,"unit":"day"},"actors":{"step":2,"dropped":true}}`)
	require.Equal(t, []string{"b"}, b.members(t, dropped.ID))
	b.apply(did("b", "pay"), did("d", "view"))
	b.clk.Advance(time.Second)
	require.Equal(t, []string{"d"}, b.members(t, dropped.ID))
}

func TestConditionThatCannotBeComparedIsRefused(t *testing.T) {
	t.Parallel()
	b := onKernel(t)
	b.apply(profile("a", "city", event.Text("X")))
	d, err := ParseDraft([]byte(`{"name":"x","condition":{"user":"city","op":"gt","value":3}}`))
	require.NoError(t, err)
	_, err = b.Create(t.Context(), b.p, d)
	require.Equal(t, fault.Invalid, fault.KindOf(err))
	_, err = b.Estimate(t.Context(), b.p, d)
	require.Equal(t, fault.Invalid, fault.KindOf(err))
}
