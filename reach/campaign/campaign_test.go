package campaign_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/measure/assign"
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/reach/campaign"
	"github.com/weirhq/weir/reach/channel"
	"github.com/weirhq/weir/reach/tracking"
	"github.com/weirhq/weir/task/tasktest"
)

func TestCampaignReachesEverybodyButTheHoldout(t *testing.T) {
	t.Parallel()
	b := setup(t, crowd{n: 200})
	c := b.create(t, nil)
	estimate, err := b.Estimate(t.Context(), "p1", c.ID)
	require.NoError(t, err)
	require.NoError(t, b.Start(t.Context()))
	_, err = b.Send(t.Context(), "p1", c.ID)
	require.NoError(t, err)
	c = b.until(t, c.ID, campaign.Done)

	heldOut := 0
	for p := range 200 {
		if assign.Fraction(c.ID, fmt.Sprintf("p_%d", p)) < .2 {
			heldOut++
		}
	}
	require.Positive(t, heldOut)
	require.Equal(t, &campaign.Estimate{SegmentPersons: 200, Reachable: 200, Holdout: heldOut, ToSend: 200 - heldOut}, estimate)
	require.Equal(t, campaign.Counts{Audience: 200, Holdout: heldOut, Sent: 200 - heldOut, Delivered: 200 - heldOut}, b.counts(t, c))
	require.Equal(t, 200-heldOut, once(t, b.provider.addresses()))

	eventually(t, func() bool { return b.sink.count(event.NameMessageSent) == 200-heldOut })
	require.Equal(t, heldOut, b.sink.arm("holdout"))
	require.Equal(t, 200-heldOut, b.sink.arm("treatment"))
	arms, err := b.Arms(t.Context(), c)
	require.NoError(t, err)
	require.EqualValues(t, heldOut, arms.Holdout.GetCardinality())
	require.EqualValues(t, 200-heldOut, arms.Treatment.GetCardinality())
	require.Len(t, arms.EnteredAt, 200)

	m := b.provider.delivered[0]
	require.Contains(t, m.HTML, "Person &lt;")
	require.Contains(t, m.HTML, "https://weir.example.com/t/c/")
	require.Contains(t, m.HTML, "https://weir.example.com/t/o/")
	require.NotContains(t, m.HTML, "shop.example.com")
	require.Contains(t, m.HTML, m.UnsubscribeURL, "a way out is added when the author left none")
	require.Contains(t, m.Text, m.UnsubscribeURL)
	require.True(t, strings.HasPrefix(m.Subject, "Hi Person <"))

	hours, err := b.Hours(t.Context(), c)
	require.NoError(t, err)
	require.Equal(t, []campaign.Hour{{Start: time.Date(2026, 1, 2, 3, 0, 0, 0, time.UTC).UnixMilli(), Sent: 200 - heldOut}}, hours)
	links, err := b.Links(t.Context(), c)
	require.NoError(t, err)
	require.Equal(t, []campaign.Link{{URL: "https://shop.example.com/"}}, links)
	messages, total, err := b.Messages(t.Context(), c, campaign.MessageFilter{Status: "sent", Query: "person1", Limit: 5})
	require.NoError(t, err)
	require.Len(t, messages, 5)
	require.Greater(t, total, 50)
	require.Equal(t, "p…@example.com", messages[0].Address)
	_, _, err = b.Messages(t.Context(), c, campaign.MessageFilter{Status: "nonsense"})
	require.Equal(t, fault.Invalid, fault.KindOf(err))
}

func TestWhoIsLeftOut(t *testing.T) {
	t.Parallel()
	b := setup(t, crowd{n: 10, address: func(p person.Ordinal) string {
		return []string{"a@example.com", "", "A@Example.com", "broken", "gone@example.com", "b@example.com", "b@example.com\r\nBcc: x@y.zz", "c@example.com", "C@example.com", "a@example.com"}[p]
	}})
	require.NoError(t, b.Suppress(t.Context(), "p1", " Gone@example.com "))
	c := b.create(t, func(in *campaign.Input) { in.HoldoutPercent = 0 })
	estimate, err := b.Estimate(t.Context(), "p1", c.ID)
	require.NoError(t, err)
	require.Equal(t, &campaign.Estimate{SegmentPersons: 10, Reachable: 3, Suppressed: 1, NoAddress: 3, Duplicate: 3, ToSend: 3}, estimate)
	require.NoError(t, b.Start(t.Context()))
	_, err = b.Send(t.Context(), "p1", c.ID)
	require.NoError(t, err)
	c = b.until(t, c.ID, campaign.Done)
	require.Equal(t, campaign.Counts{Audience: 10, Sent: 3, Delivered: 3, Suppressed: 1, NoAddress: 3, Duplicate: 3}, b.counts(t, c))
	require.ElementsMatch(t, []string{"a@example.com", "b@example.com", "c@example.com"}, b.provider.addresses())
	eventually(t, func() bool { return b.sink.count(event.NameMessageSent) == 3 })
	require.Equal(t, 3, b.sink.count(event.NameCampaignEntered), "who cannot be reached is in no arm")
}

// TestSuppressionRace: an address that is suppressed while its message is being
// sent gets nothing.
func TestSuppressionRace(t *testing.T) {
	t.Parallel()
	b := setup(t, crowd{n: 50})
	b.provider.before = func(m *channel.Message) error {
		if strings.HasSuffix(m.To, "7@example.com") {
			return b.Suppress(t.Context(), "p1", m.To)
		}
		return nil
	}
	c := b.begin(t, func(in *campaign.Input) { in.HoldoutPercent = 0 })
	c = b.until(t, c.ID, campaign.Done)
	require.Equal(t, campaign.Counts{Audience: 50, Sent: 45, Delivered: 45, Suppressed: 5}, b.counts(t, c))
	for _, to := range b.provider.addresses() {
		require.NotContains(t, to, "7@")
	}
}

func TestTemporaryFailuresAreTriedAgain(t *testing.T) {
	t.Parallel()
	b := setup(t, crowd{n: 30})
	var mu sync.Mutex
	tries := map[string]int{}
	b.provider.before = func(m *channel.Message) error {
		mu.Lock()
		defer mu.Unlock()
		tries[m.To]++
		switch {
		case m.To == "person3@example.com":
			return &channel.Error{Class: channel.Temporary, Answer: "450 never now"}
		case tries[m.To] < 3 && strings.HasSuffix(m.To, "5@example.com"):
			return &channel.Error{Class: channel.Temporary, Answer: "450 later"}
		}
		return nil
	}
	c := b.begin(t, func(in *campaign.Input) { in.HoldoutPercent = 0 })
	eventually(t, func() bool { return b.counts(t, c).Sent == 26 })
	require.Equal(t, 4, b.counts(t, c).Queued, "retries wait for their time")
	eventually(t, func() bool {
		b.clock.Advance(time.Minute)
		got, err := b.Get(t.Context(), "p1", c.ID)
		require.NoError(t, err)
		return got.Status == campaign.Done
	})
	require.Equal(t, campaign.Counts{Audience: 30, Sent: 29, Delivered: 29, Failed: 1}, b.counts(t, c))
	require.Equal(t, 3, tries["person5@example.com"])
	require.Equal(t, 8, tries["person3@example.com"])
	failed, _, err := b.Messages(t.Context(), c, campaign.MessageFilter{Status: "failed"})
	require.NoError(t, err)
	require.Equal(t, "given up after 8 attempts: 450 never now", failed[0].Error)
	eventually(t, func() bool { return b.sink.count(event.NameMessageFailed) == 1 })
	once(t, b.provider.addresses())
}

func TestAnAnswerAfterTheHandover(t *testing.T) {
	t.Parallel()
	b := setup(t, crowd{n: 6})
	var refusals atomic.Int32
	b.provider.after = func(m *channel.Message) error {
		switch m.To {
		case "person1@example.com":
			return &channel.Error{Class: channel.Uncertain, Answer: "line lost"}
		case "person2@example.com":
			return &channel.Error{Class: channel.Permanent, Answer: "554 spam"}
		case "person3@example.com":
			if refusals.Add(1) == 1 {
				return &channel.Error{Class: channel.Temporary, Answer: "451 later"}
			}
		}
		return nil
	}
	b.provider.before = func(m *channel.Message) error {
		if m.To == "person4@example.com" {
			return &channel.Error{Class: channel.Permanent, Bounced: true, Answer: "550 no such user"}
		}
		return nil
	}
	c := b.begin(t, func(in *campaign.Input) { in.HoldoutPercent = 0 })
	eventually(t, func() bool {
		b.clock.Advance(time.Minute)
		got, err := b.Get(t.Context(), "p1", c.ID)
		require.NoError(t, err)
		return got.Status == campaign.Done
	})
	require.Equal(t, campaign.Counts{Audience: 6, Sent: 4, Delivered: 3, Unconfirmed: 1, Failed: 2}, b.counts(t, c))
	list, total, err := b.Suppressions(t.Context(), "p1", "", 0, 0)
	require.NoError(t, err)
	require.Equal(t, 1, total)
	require.Equal(t, "person4@example.com", list[0].Address)
	require.Equal(t, campaign.ReasonBounced, list[0].Reason)
	eventually(t, func() bool { return b.sink.count(event.NameMessageSent) == 4 }, "unconfirmed counts as sent")
	require.NoError(t, b.Unsuppress(t.Context(), "p1", "Person4@example.com"))
	require.Equal(t, fault.NotFound, fault.KindOf(b.Unsuppress(t.Context(), "p1", "person4@example.com")))
}

// TestDeadProvider: nothing is lost and nothing counts against the messages while
// the provider is away.
func TestDeadProvider(t *testing.T) {
	t.Parallel()
	b := setup(t, crowd{n: 20})
	var away atomic.Bool
	away.Store(true)
	b.provider.before = func(*channel.Message) error {
		if away.Load() {
			return &channel.Error{Class: channel.Unreachable, Answer: "the mail server cannot be reached"}
		}
		return nil
	}
	c := b.begin(t, func(in *campaign.Input) { in.HoldoutPercent = 0 })
	c = b.until(t, c.ID, campaign.Paused)
	require.Equal(t, "the mail server cannot be reached", c.Problem)
	require.Equal(t, 20, b.counts(t, c).Queued)
	messages, _, err := b.Messages(t.Context(), c, campaign.MessageFilter{})
	require.NoError(t, err)
	require.Zero(t, messages[0].Attempt)
	away.Store(false)
	c, err = b.Resume(t.Context(), "p1", c.ID)
	require.NoError(t, err)
	require.Empty(t, c.Problem)
	c = b.until(t, c.ID, campaign.Done)
	require.Equal(t, 20, b.counts(t, c).Delivered)
	once(t, b.provider.addresses())
}

func TestWrongSettingsPauseAtOnce(t *testing.T) {
	t.Parallel()
	b := setup(t, crowd{n: 100})
	var tries atomic.Int32
	b.provider.before = func(*channel.Message) error {
		tries.Add(1)
		return &channel.Error{Class: channel.Settings, Answer: "535 wrong password"}
	}
	c := b.begin(t, nil)
	c = b.until(t, c.ID, campaign.Paused)
	require.Equal(t, "535 wrong password", c.Problem)
	require.LessOrEqual(t, tries.Load(), int32(8))
	require.Zero(t, b.counts(t, c).Failed)
}

func TestRefusalsInARowPause(t *testing.T) {
	t.Parallel()
	b := setup(t, crowd{n: 100})
	b.config.Options.RefusedInARow = 10
	b.restart(t)
	b.provider.before = func(*channel.Message) error {
		return &channel.Error{Class: channel.Permanent, Answer: "554 go away"}
	}
	c := b.begin(t, nil)
	c = b.until(t, c.ID, campaign.Paused)
	require.Contains(t, c.Problem, "554 go away")
	require.LessOrEqual(t, b.counts(t, c).Failed, 14)
}

func TestPauseResumeCancel(t *testing.T) {
	t.Parallel()
	b := setup(t, crowd{n: 60})
	var count atomic.Int32
	reached, goOn := make(chan struct{}), make(chan struct{})
	b.provider.before = func(*channel.Message) error {
		if count.Add(1) == 20 {
			close(reached)
		}
		if count.Load() >= 20 {
			<-goOn
		}
		return nil
	}
	c := b.begin(t, func(in *campaign.Input) { in.HoldoutPercent = 0 })
	<-reached
	c, err := b.Pause(t.Context(), "p1", c.ID)
	require.NoError(t, err)
	require.Equal(t, campaign.Paused, c.Status)
	before := len(b.provider.addresses())
	close(goOn)
	b.Stop() // waits for what is on its way
	require.Len(t, b.provider.addresses(), before, "after Pause no message is handed over")
	require.Equal(t, 60-before, b.counts(t, c).Queued)

	_, err = b.Pause(t.Context(), "p1", c.ID)
	require.Equal(t, fault.Conflict, fault.KindOf(err))
	require.NoError(t, b.Start(t.Context()))
	_, err = b.Resume(t.Context(), "p1", c.ID)
	require.NoError(t, err)
	c = b.until(t, c.ID, campaign.Done)
	require.Equal(t, 60, once(t, b.provider.addresses()))
	_, err = b.Cancel(t.Context(), "p1", c.ID)
	require.Equal(t, fault.Conflict, fault.KindOf(err))
	_, err = b.Send(t.Context(), "p1", c.ID)
	require.Equal(t, fault.Conflict, fault.KindOf(err))
}

func TestCancelGivesUpWhatWaits(t *testing.T) {
	t.Parallel()
	b := setup(t, crowd{n: 40})
	reached, goOn := make(chan struct{}), make(chan struct{})
	var once sync.Once
	b.provider.before = func(*channel.Message) error {
		once.Do(func() { close(reached) })
		<-goOn
		return nil
	}
	c := b.begin(t, func(in *campaign.Input) { in.HoldoutPercent = 0 })
	<-reached
	_, err := b.Cancel(t.Context(), "p1", c.ID)
	require.NoError(t, err)
	close(goOn)
	b.Stop()
	require.Empty(t, b.provider.addresses())
	require.Equal(t, campaign.Counts{Audience: 40, Cancelled: 40}, b.counts(t, c))
}

func TestRateLimit(t *testing.T) {
	t.Parallel()
	b := setup(t, crowd{n: 30})
	c := b.begin(t, func(in *campaign.Input) { in.HoldoutPercent = 0; in.RatePerMinute = 300 })
	eventually(t, func() bool { return len(b.provider.addresses()) == 10 })
	// The clock stands still: two seconds' worth may leave, and one that waits for the real time to pass.
	require.NotEqual(t, campaign.Done, b.until(t, c.ID, campaign.Sending, campaign.Done).Status)
	c, err := b.Cancel(t.Context(), "p1", c.ID)
	require.NoError(t, err)
	b.Stop()
	require.LessOrEqual(t, b.counts(t, c).Sent, 15)
}

// TestUnsubscribingWhileSending: one click in the first message keeps later
// campaigns away, and its event comes once however often it is clicked.
func TestUnsubscribingWhileSending(t *testing.T) {
	t.Parallel()
	b := setup(t, crowd{n: 10})
	c := b.begin(t, func(in *campaign.Input) { in.HoldoutPercent = 0 })
	c = b.until(t, c.ID, campaign.Done)
	links := tracking.New(b.db, b.config.Signer, b.sink, b.clock, b.config.Logger)
	m := b.provider.delivered[0]
	for range 2 {
		require.NoError(t, links.Unsubscribe(t.Context(), m.UnsubscribeURL[strings.LastIndexByte(m.UnsubscribeURL, '/')+1:]))
	}
	eventually(t, func() bool { return b.sink.count(event.NameUnsubscribed) == 1 })
	require.Equal(t, m.ID+":unsubscribed", b.sink.events[m.ID+":unsubscribed"].ID)
	require.Equal(t, 1, b.counts(t, c).Unsubscribed)
	list, _, err := b.Suppressions(t.Context(), "p1", "PERSON", 0, 0)
	require.NoError(t, err)
	require.Equal(t, []campaign.Suppression{{Address: m.To, Reason: campaign.ReasonUnsubscribed, CampaignID: c.ID, CreatedAt: b.clock.Now().UnixMilli()}}, list)

	next := b.begin(t, func(in *campaign.Input) { in.HoldoutPercent = 0 })
	next = b.until(t, next.ID, campaign.Done)
	require.Equal(t, campaign.Counts{Audience: 10, Sent: 9, Delivered: 9, Suppressed: 1}, b.counts(t, next))
}

// TestMendedSettingsAreUsedAtOnce: a run that waits for a dead server goes on
// with the new one as soon as the settings name it.
func TestMendedSettingsAreUsedAtOnce(t *testing.T) {
	t.Parallel()
	b := setup(t, crowd{n: 20})
	tried := make(chan struct{}, 1000)
	b.provider.before = func(*channel.Message) error {
		tried <- struct{}{}
		return &channel.Error{Class: channel.Unreachable, Answer: "no route to host"}
	}
	b.config.Options.Holds = 1 << 30
	b.restart(t)
	c := b.begin(t, func(in *campaign.Input) { in.HoldoutPercent = 0 })
	<-tried
	eventually(t, func() bool {
		got, err := b.Get(t.Context(), "p1", c.ID)
		require.NoError(t, err)
		return got.Problem == "no route to host" && got.Status == campaign.Sending
	})
	mended := &provider{}
	b.outlets.set(channel.Outlet{Sender: mended, Name: "email", PublicURL: "https://weir.example.com", Connections: 2})
	c = b.until(t, c.ID, campaign.Done)
	require.Empty(t, c.Problem)
	require.Equal(t, 20, once(t, mended.addresses()))
}

func TestEventsSurviveAFailingSink(t *testing.T) {
	t.Parallel()
	b := setup(t, crowd{n: 25})
	var calls atomic.Int32
	b.sink.fail = func() error {
		if calls.Add(1) < 5 {
			return errors.New("disk full")
		}
		return nil
	}
	c := b.begin(t, nil)
	c = b.until(t, c.ID, campaign.Done)
	counts := b.counts(t, c)
	eventually(t, func() bool {
		return b.sink.count(event.NameMessageSent) == counts.Sent && b.sink.count(event.NameCampaignEntered) == 25
	})
	require.Zero(t, b.sink.repeats)
}

func TestNewSettingsAreNeededFirst(t *testing.T) {
	t.Parallel()
	b := setup(t, crowd{n: 5})
	c := b.create(t, nil)
	b.outlets.err = fault.New(fault.Conflict, "set up e-mail first")
	_, err := b.Send(t.Context(), "p1", c.ID)
	require.Equal(t, fault.Conflict, fault.KindOf(err))
	b.outlets.err, b.outlets.PublicURL = nil, ""
	_, err = b.Send(t.Context(), "p1", c.ID)
	require.ErrorContains(t, err, "public address")
}

func TestEditing(t *testing.T) {
	t.Parallel()
	b := setup(t, crowd{n: 5})
	_, err := b.Create(t.Context(), "p1", campaign.Input{HoldoutPercent: 95, RatePerMinute: -1, Goal: &campaign.Goal{}})
	for _, where := range []string{"name", "holdout_percent", "rate_per_minute", "goal.event", "goal.days"} {
		require.ErrorContains(t, err, where+": ")
	}
	draft, err := b.Create(t.Context(), "p1", campaign.Input{Name: " Draft "})
	require.NoError(t, err)
	require.Equal(t, "Draft", draft.Name)
	_, err = b.Send(t.Context(), "p1", draft.ID)
	require.ErrorContains(t, err, "segment: ")
	require.ErrorContains(t, err, "subject: ")
	in := input()
	in.Segment = "seg_other"
	updated, err := b.Update(t.Context(), "p1", draft.ID, in)
	require.NoError(t, err)
	require.Equal(t, in, updated.Input)
	_, err = b.Send(t.Context(), "p1", draft.ID)
	require.Equal(t, fault.NotFound, fault.KindOf(err), "the segment is gone")
	names, err := b.UsingSegment(t.Context(), "p1", "seg_other")
	require.NoError(t, err)
	require.Equal(t, []string{"Spring"}, names)
	_, err = b.Get(t.Context(), "p2", draft.ID)
	require.Equal(t, fault.NotFound, fault.KindOf(err), "other projects do not see it")
	require.NoError(t, b.Delete(t.Context(), "p1", draft.ID))
	require.Equal(t, fault.NotFound, fault.KindOf(b.Delete(t.Context(), "p1", draft.ID)))

	c := b.begin(t, nil)
	b.until(t, c.ID, campaign.Done)
	require.Equal(t, fault.Conflict, fault.KindOf(b.Delete(t.Context(), "p1", c.ID)))
	in = input()
	in.Name, in.Goal = "Renamed", nil
	renamed, err := b.Update(t.Context(), "p1", c.ID, in)
	require.NoError(t, err)
	require.Nil(t, renamed.Goal)
	in.Content.Subject = "other"
	_, err = b.Update(t.Context(), "p1", c.ID, in)
	require.Equal(t, fault.Conflict, fault.KindOf(err))
	all, err := b.List(t.Context(), "p1")
	require.NoError(t, err)
	require.Len(t, all, 1)
}

func TestPreviewAndTestSend(t *testing.T) {
	t.Parallel()
	b := setup(t, crowd{n: 5})
	in := input()
	preview, err := b.Preview(t.Context(), "p1", in.Content, "u3")
	require.NoError(t, err)
	require.Empty(t, preview.Problems)
	require.Equal(t, "Hi Person <3>", preview.Content.Subject)
	require.Contains(t, preview.Content.HTML, "Person &lt;3&gt;")
	require.Equal(t, "p_3", preview.Person.ID)
	in.Content.HTML = "{{ persn.x }}"
	preview, err = b.Preview(t.Context(), "p1", in.Content, "")
	require.NoError(t, err)
	require.Len(t, preview.Problems, 1)
	_, err = b.Preview(t.Context(), "p1", in.Content, "nobody")
	require.Equal(t, fault.NotFound, fault.KindOf(err))

	c := b.create(t, nil)
	require.NoError(t, b.Test(t.Context(), "p1", c.ID, "me@example.com", "p_2"))
	require.Equal(t, "me@example.com", b.provider.delivered[0].To)
	require.Equal(t, "Hi Person <2>", b.provider.delivered[0].Subject)
	require.Equal(t, fault.Invalid, fault.KindOf(b.Test(t.Context(), "p1", c.ID, "me", "")))
	b.provider.before = func(*channel.Message) error { return &channel.Error{Class: channel.Settings, Answer: "535 no"} }
	require.ErrorContains(t, b.Test(t.Context(), "p1", c.ID, "me@example.com", ""), "535 no")
	require.Empty(t, b.sink.events)
}

func TestServiceKeepsTheContract(t *testing.T) {
	t.Parallel()
	b := setup(t, crowd{n: 300})
	c := b.create(t, nil)
	_, err := b.Send(t.Context(), "p1", c.ID)
	require.NoError(t, err)
	tasktest.Stress(t, b.Service)
	require.NoError(t, b.Start(t.Context()))
	b.until(t, c.ID, campaign.Done)
	require.Equal(t, b.counts(t, c).Sent, once(t, b.provider.addresses()))
}
