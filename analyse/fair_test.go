package analyse_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/analyse"
	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/query"
	"github.com/weirhq/weir/store/columns"
)

// TestQuestionsSideBySide asks many questions at once, some given up half-way,
// and expects of each what it answers alone. No question may keep a turn.
func TestQuestionsSideBySide(t *testing.T) {
	t.Parallel()
	table := columns.NewTable()
	now := time.Date(2026, 3, 8, 12, 0, 0, 0, time.UTC)
	events := make([]*event.Event, 60_000)
	for i := range events {
		events[i] = &event.Event{
			Seq: uint64(i + 1), Project: "p", DistinctID: fmt.Sprint("u", i%20_000), Known: true,
			Name: []string{"view", "cart", "pay"}[i%3], Time: now.Add(-time.Duration(i%2000) * time.Minute).UnixMilli(),
		}
	}
	table.Apply(events)
	analyser := analyse.New(func(string) *columns.Table { return table }, keptSets{}, clock.NewManual(now))
	ask := func(ctx context.Context, days int) (*analyse.Answer, error) {
		r, err := query.Parse(fmt.Appendf(nil, `{"kind":"trend","interval":"hour","range":{"last":%d,"unit":"day"},"series":[{"event":"*","measure":"persons"}]}`, days))
		require.NoError(t, err)
		return analyser.Ask(ctx, analyse.Project{ID: "p"}, r)
	}
	type outcome struct {
		days int
		got  *analyse.Answer
		err  error
	}
	done := make(chan outcome)
	const questions = 40
	for i := range questions {
		go func() {
			ctx, leave := context.WithCancel(t.Context())
			defer leave()
			if i%4 == 3 {
				leave()
			}
			got, err := ask(ctx, i+1)
			done <- outcome{i + 1, got, err}
		}()
	}
	for range questions {
		o := <-done
		if (o.days-1)%4 == 3 {
			require.ErrorIs(t, o.err, context.Canceled)
			continue
		}
		require.NoError(t, o.err)
		alone, err := ask(t.Context(), o.days)
		require.NoError(t, err)
		require.Equal(t, plainAnswer(t, alone), plainAnswer(t, o.got))
	}
}
