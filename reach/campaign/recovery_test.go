package campaign_test

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/reach/campaign"
	"github.com/weirhq/weir/reach/channel"
)

// crashed leaves a sending campaign as a process of node_1 would that was killed
// with three messages handed over: two of them marked. A fourth is queued.
func crashed(t *testing.T, boot string) (*bench, *campaign.Campaign) {
	t.Helper()
	b := setup(t, crowd{n: 4})
	c := b.create(t, func(in *campaign.Input) { in.HoldoutPercent = 0 })
	c, err := b.Send(t.Context(), "p1", c.ID)
	require.NoError(t, err)
	exec := func(name string, args ...any) {
		result, err := b.db.Exec(t.Context(), name, args...)
		require.NoError(t, err)
		n, err := result.RowsAffected()
		require.NoError(t, err)
		require.EqualValues(t, 1, n, name)
	}
	now := b.clock.Now().UnixMilli()
	exec("reach.lease_take", c.ID, "node_1", now+30_000, now)
	exec("reach.plan_advance", c.ID, 0, 4, true, "node_1")
	for p, id := range []string{"msg_a", "msg_b", "msg_c", "msg_d"} {
		contact := crowd{n: 4}.contact(person.Ordinal(p))
		exec("reach.message_insert", id, c.ID, "p1", p, contact.DistinctID, true, contact.Email, contact.Email, "treatment", "queued", now, 1)
		if id != "msg_d" {
			exec("reach.hand_over", id, 1, now, "node_1")
		}
	}
	require.NoError(t, campaign.WriteJournal(b.config.JournalPath, "node_1", boot, "msg_a", "msg_b"))
	return b, c
}

func (b *bench) states(t *testing.T, c *campaign.Campaign) map[string]campaign.State {
	t.Helper()
	messages, _, err := b.Messages(t.Context(), c, campaign.MessageFilter{})
	require.NoError(t, err)
	states := map[string]campaign.State{}
	for _, m := range messages {
		states[m.ID] = m.State
	}
	return states
}

func TestRestartSettlesWhatIsInDoubt(t *testing.T) {
	t.Parallel()
	boot := campaign.BootID()
	if boot == "" {
		t.Skip("this system does not name its boots")
	}
	b, c := crashed(t, boot)
	require.NoError(t, b.Start(t.Context()))
	b.until(t, c.ID, campaign.Done)
	require.Equal(t, map[string]campaign.State{"msg_a": campaign.Unconfirmed, "msg_b": campaign.Unconfirmed, "msg_c": campaign.Sent, "msg_d": campaign.Sent}, b.states(t, c))
	require.ElementsMatch(t, []string{"person2@example.com", "person3@example.com"}, b.provider.addresses())
	eventually(t, func() bool { return b.sink.count(event.NameMessageSent) == 4 })
}

func TestAfterARebootAllInDoubtCountAsSent(t *testing.T) {
	t.Parallel()
	for _, boot := range []string{"another boot", ""} {
		b, c := crashed(t, boot)
		require.NoError(t, b.Start(t.Context()))
		b.until(t, c.ID, campaign.Done)
		require.Equal(t, map[string]campaign.State{"msg_a": campaign.Unconfirmed, "msg_b": campaign.Unconfirmed, "msg_c": campaign.Unconfirmed, "msg_d": campaign.Sent}, b.states(t, c))
		require.Equal(t, []string{"person3@example.com"}, b.provider.addresses())
	}
}

// TestAnotherNodeWaitsForTheLease: the journal is gone, so this is a node that
// knows nothing of the marks. It waits until the lease has run out, and sends
// nothing that was handed over.
func TestAnotherNodeWaitsForTheLease(t *testing.T) {
	t.Parallel()
	b, c := crashed(t, "any")
	require.NoError(t, os.Remove(b.config.JournalPath))
	require.NoError(t, b.Start(t.Context()))
	other := b.create(t, func(in *campaign.Input) { in.HoldoutPercent = 0 })
	other, err := b.Send(t.Context(), "p1", other.ID)
	require.NoError(t, err)
	b.until(t, other.ID, campaign.Done) // the worker has looked at all campaigns by now
	require.Equal(t, campaign.Handed, b.states(t, c)["msg_a"])
	require.Equal(t, campaign.Queued, b.states(t, c)["msg_d"])
	b.clock.Advance(time.Minute)
	b.until(t, c.ID, campaign.Done)
	require.Equal(t, map[string]campaign.State{"msg_a": campaign.Unconfirmed, "msg_b": campaign.Unconfirmed, "msg_c": campaign.Unconfirmed, "msg_d": campaign.Sent}, b.states(t, c))
}

func TestCancelledWhileTheProcessWasDown(t *testing.T) {
	t.Parallel()
	b, c := crashed(t, campaign.BootID())
	_, err := b.Cancel(t.Context(), "p1", c.ID)
	require.NoError(t, err)
	require.NoError(t, b.Start(t.Context()))
	eventually(t, func() bool { return b.sink.count(event.NameMessageSent) >= 2 })
	states := b.states(t, c)
	require.Equal(t, campaign.Unconfirmed, states["msg_a"])
	require.Equal(t, campaign.Dropped, states["msg_c"], "it never left, and must not now")
	require.Equal(t, campaign.Dropped, states["msg_d"])
	require.Empty(t, b.provider.addresses())
}

// TestLostLeaseStopsAtTheGate: another node took the campaign while a message was
// being written; it does not leave from here.
func TestLostLeaseStopsAtTheGate(t *testing.T) {
	t.Parallel()
	b := setup(t, crowd{n: 40})
	b.provider.before = func(m *channel.Message) error {
		if m.To == "person20@example.com" {
			now := b.clock.Now().UnixMilli()
			b.clock.Advance(time.Hour) // this node was silent for long
			result, err := b.db.Exec(t.Context(), "reach.lease_take", b.only(t), "node_other", now+7_200_000, now+3_600_000)
			if n, _ := result.RowsAffected(); err != nil || n != 1 {
				t.Errorf("lease was not taken: %v", err)
			}
		}
		return nil
	}
	c := b.begin(t, func(in *campaign.Input) { in.HoldoutPercent = 0 })
	eventually(t, func() bool { return b.clock.Now().Hour() == 4 })
	b.Stop()
	require.NotContains(t, b.provider.addresses(), "person20@example.com")
	require.Less(t, len(b.provider.addresses()), 40)
	require.Equal(t, len(b.provider.addresses()), b.counts(t, c).Sent)
	require.Equal(t, campaign.Queued, b.stateOf(t, c, 20))
}

func (b *bench) only(t *testing.T) string {
	t.Helper()
	all, err := b.List(t.Context(), "p1")
	require.NoError(t, err)
	return all[0].ID
}

func (b *bench) stateOf(t *testing.T, c *campaign.Campaign, p person.Ordinal) campaign.State {
	t.Helper()
	messages, _, err := b.Messages(t.Context(), c, campaign.MessageFilter{Limit: 1000})
	require.NoError(t, err)
	for _, m := range messages {
		if m.Person == p {
			return m.State
		}
	}
	return ""
}

// TestPlanningGoesOnWhereItStopped: the audience is frozen at Send, whatever the
// segment is when planning goes on.
func TestPlanningGoesOnWhereItStopped(t *testing.T) {
	t.Parallel()
	b := setup(t, crowd{n: 100})
	c := b.create(t, nil)
	c, err := b.Send(t.Context(), "p1", c.ID)
	require.NoError(t, err)
	b.config.Audience = crowd{n: 3}
	b.restart(t)
	require.NoError(t, b.Start(t.Context()))
	b.Stop() // somewhere in the middle
	b.restart(t)
	require.NoError(t, b.Start(t.Context()))
	b.until(t, c.ID, campaign.Done)
	counts := b.counts(t, c)
	require.Equal(t, 100, counts.Sent+counts.Holdout)
	require.Equal(t, counts.Sent, once(t, b.provider.addresses()))
}
