// Package channeltest is the suite that every channel.Sender must pass: when
// handover is called, how often, and what follows from its answer.
package channeltest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/reach/channel"
)

// Behaviour is how a Bench's provider answers a message.
type Behaviour int

// The behaviours. Every provider must be able to show them.
const (
	Accepts        Behaviour = iota
	RefusesForNow            // before the point of no return
	RefusesForGood           // the addressee, before the point of no return
	RefusesContent           // for good, in answer to the irrevocable write
	FallsSilent              // takes the message and never answers
	IsUnreachable            // cannot be connected to
	RefusesToLogIn           // or whatever settings it needs
)

// Bench is one sender with its provider.
type Bench struct {
	Sender    channel.Sender
	Delivered func() []string // ids or addresses of what the provider holds, one per message
}

// Run tests a kind of Sender; bench makes a fresh one whose provider behaves like that for all messages.
func Run(t *testing.T, bench func(t *testing.T, b Behaviour) Bench) {
	t.Helper()
	t.Run("accepted", func(t *testing.T) { t.Parallel(); accepted(t, bench(t, Accepts)) })
	t.Run("handover refuses", func(t *testing.T) { t.Parallel(); handoverRefuses(t, bench(t, Accepts)) })
	t.Run("cancelled before", func(t *testing.T) { t.Parallel(); cancelledBefore(t, bench(t, Accepts)) })
	t.Run("concurrent", func(t *testing.T) { t.Parallel(); concurrent(t, bench(t, Accepts)) })
	for _, c := range []struct {
		name      string
		behaviour Behaviour
		class     channel.Class
		handovers int
		delivered int
	}{
		{"refuses for now", RefusesForNow, channel.Temporary, 0, 0},
		{"refuses for good", RefusesForGood, channel.Permanent, 0, 0},
		{"refuses content", RefusesContent, channel.Permanent, 1, 0},
		{"falls silent", FallsSilent, channel.Uncertain, 1, 1},
		{"unreachable", IsUnreachable, channel.Unreachable, 0, 0},
		{"refuses to log in", RefusesToLogIn, channel.Settings, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := bench(t, c.behaviour)
			handovers := 0
			_, err := b.Sender.Send(t.Context(), message(1), func() error { handovers++; return nil })
			require.Error(t, err)
			failure, ok := errors.AsType[*channel.Error](err)
			require.True(t, ok, "every failure has a class: %v", err)
			require.Equal(t, c.class, failure.Class, "%v", err)
			require.NotEmpty(t, failure.Answer, "people need a sentence")
			require.Equal(t, c.handovers, handovers)
			require.Len(t, b.Delivered(), c.delivered)
		})
	}
}

func message(n int) *channel.Message {
	return &channel.Message{
		ID: fmt.Sprintf("msg_%026d", n), To: fmt.Sprintf("person%d@example.com", n), ToName: "李雷", Subject: "你好", HTML: "<p>Hello</p>", Text: "Hello",
		UnsubscribeURL: "https://weir.example.com/u/x", Date: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
	}
}

func accepted(t *testing.T, b Bench) {
	t.Helper()
	for i := range 5 {
		handovers := 0
		_, err := b.Sender.Send(t.Context(), message(i), func() error {
			handovers++
			require.Len(t, b.Delivered(), i, "handover comes before the point of no return")
			return nil
		})
		require.NoError(t, err)
		require.Equal(t, 1, handovers)
		require.Len(t, b.Delivered(), i+1)
	}
}

func handoverRefuses(t *testing.T, b Bench) {
	t.Helper()
	refusal := errors.New("withdrawn")
	for i := range 3 {
		_, err := b.Sender.Send(t.Context(), message(i), func() error { return refusal })
		require.ErrorIs(t, err, refusal)
	}
	_, err := b.Sender.Send(t.Context(), message(9), func() error { return nil })
	require.NoError(t, err, "a refusal harms no later message")
	require.Len(t, b.Delivered(), 1, "what was refused left no trace")
}

func cancelledBefore(t *testing.T, b Bench) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := b.Sender.Send(ctx, message(1), func() error {
		t.Error("handover after the end")
		return nil
	})
	require.Error(t, err)
	require.Empty(t, b.Delivered())
}

func concurrent(t *testing.T, b Bench) {
	t.Helper()
	const n = 40
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() {
			if _, err := b.Sender.Send(t.Context(), message(i), func() error { return nil }); err != nil {
				t.Errorf("message %d: %v", i, err)
			}
		})
	}
	group.Wait()
	require.Len(t, b.Delivered(), n)
}
