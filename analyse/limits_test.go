package analyse_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/analyse"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/query"
)

func ask(t *testing.T, s *script, question string) (*analyse.Answer, error) {
	t.Helper()
	r, err := query.Parse([]byte(question))
	require.NoError(t, err)
	return s.analyser().Ask(context.Background(), s.project, r)
}

func TestAnEmptyProjectAnswers(t *testing.T) {
	t.Parallel()
	s := newScript()
	for _, question := range []string{
		`{"kind":"trend","range":{"last":2,"unit":"day"},"series":[{"event":"*"}],"breakdown":[{"user":"city"}]}`,
		`{"kind":"funnel","range":{"last":2,"unit":"day"},"steps":[{"event":"a"},{"event":"b"}],"hide_incomplete":true}`,
		`{"kind":"retention","range":{"last":2,"unit":"day"},"start":{"event":"a"},"return":{"event":"b"}}`,
	} {
		a, err := ask(t, s, question)
		require.NoError(t, err)
		data, err := json.Marshal(a)
		require.NoError(t, err)
		require.Contains(t, string(data), `"engine":"kernel"`)
		require.NotContains(t, string(data), `"series":null`)
		require.NotContains(t, string(data), `"rows":null`)
	}
	events, err := s.analyser().Events(context.Background(), s.project)
	require.NoError(t, err)
	require.Empty(t, events)
}

func TestMetaCountsWhatWasScanned(t *testing.T) {
	t.Parallel()
	s := peopleScript(t)
	a, err := ask(t, s, `{"kind":"trend","range":{"from":"2026-01-01","to":"2026-01-09"},"series":[{"event":"*"}],"filter":{"did":{"event":"pay"}}}`)
	require.NoError(t, err)
	require.EqualValues(t, 2, a.Trend.Meta.PersonsScanned)
	require.EqualValues(t, 6, a.Trend.Meta.EventsScanned)
	require.False(t, a.Trend.Meta.Incomplete)
}

func TestACancelledQuestionStops(t *testing.T) {
	t.Parallel()
	s := peopleScript(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, question := range []string{
		`{"kind":"trend","range":{"last":2,"unit":"day"},"series":[{"event":"*"}]}`,
		`{"kind":"funnel","range":{"last":2,"unit":"day"},"steps":[{"event":"a"}]}`,
		`{"kind":"retention","range":{"last":2,"unit":"day"},"start":{"event":"a"},"return":{"event":"b"}}`,
	} {
		r, err := query.Parse([]byte(question))
		require.NoError(t, err)
		_, err = s.analyser().Ask(ctx, s.project, r)
		require.ErrorIs(t, err, context.Canceled)
	}
}

// TestTooMuchIsRefused: a table with more cells than the budget says so instead of being built.
func TestTooMuchIsRefused(t *testing.T) {
	t.Parallel()
	s := newScript()
	var events []*event.Event
	for i := range 1000 {
		events = append(events, &event.Event{
			Seq: uint64(i + 1), Project: "p", DistinctID: "u", Known: true, Name: "e", Time: int64(i),
			Properties: event.Properties{"key": event.Text(fmt.Sprint("value", i))},
		})
	}
	s.table.Apply(events)
	_, err := ask(t, s, `{"kind":"trend","interval":"hour","range":{"from":"1970-01-01","to":"1971-12-31"},"series":[{"event":"e"}],"breakdown":[{"property":"key"}],"limit":1000}`)
	require.Equal(t, fault.TooLarge, fault.KindOf(err))
	require.Contains(t, err.Error(), "use larger intervals")
}

// TestAPersonWithVeryManyEvents: a person with very many events costs no more than a walk.
func TestAPersonWithVeryManyEvents(t *testing.T) {
	t.Parallel()
	s := newScript()
	var events []*event.Event
	for i := range 200_000 {
		events = append(events, &event.Event{Seq: uint64(i + 1), Project: "p", DistinctID: "robot", Known: true, Name: []string{"view", "cart"}[i%2], Time: int64(i) * 1000})
	}
	s.table.Apply(events)
	for _, order := range []string{"ordered", "strict", "unordered"} {
		a, err := ask(t, s, `{"kind":"funnel","range":{"from":"1970-01-01","to":"1970-01-31"},"steps":[{"event":"view"},{"event":"cart"},{"event":"pay"}],"window":{"value":30,"unit":"day"},"order":"`+order+`"}`)
		require.NoError(t, err)
		require.EqualValues(t, 1, a.Funnel.Steps[1].Count)
	}
}

func TestMembersOfAWrongCondition(t *testing.T) {
	t.Parallel()
	s := peopleScript(t)
	for _, c := range []*query.Condition{
		{Kind: "odd"},
		{Kind: query.Compare, Comparison: &query.Comparison{Scope: query.EventProperty, Name: "sku", Op: query.IsSet}},
	} {
		_, err := s.analyser().Members(context.Background(), s.project, c, nil)
		require.Equal(t, fault.Invalid, fault.KindOf(err))
	}
	for _, text := range []string{`{"segment":"gone"}`, `{"tag":"gone","op":"is_set"}`, `{"did":{"event":"pay","where":{"segment":"gone"}}}`} {
		c, err := query.ParseCondition([]byte(text))
		require.NoError(t, err)
		_, err = s.analyser().Members(context.Background(), s.project, c, nil)
		require.Equal(t, fault.NotFound, fault.KindOf(err), text)
		require.Equal(t, fault.Invalid, fault.KindOf(s.analyser().CheckCondition(s.project, c)), text)
	}
}

// TestQuestionsWhileEventsArrive lets the race detector look at an Analyser at work.
func TestQuestionsWhileEventsArrive(t *testing.T) {
	t.Parallel()
	s := peopleScript(t)
	a := s.analyser()
	var group sync.WaitGroup
	for range 3 {
		group.Go(func() {
			for range 50 {
				r, err := query.Parse([]byte(`{"kind":"funnel","range":{"from":"2026-01-01","to":"2026-01-09"},"steps":[{"event":"view"},{"event":"pay"}],"breakdown":[{"property":"sku"},{"user":"city"}]}`))
				if err == nil {
					_, err = a.Ask(context.Background(), s.project, r)
				}
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for i := range 50 {
		s.table.Apply([]*event.Event{{
			Seq: uint64(100 + i), Project: "p", DistinctID: fmt.Sprint("new", i%7), Known: true, Name: "view", Time: int64(1767225600000 + i),
			Properties: event.Properties{"sku": event.Text(strings.Repeat("x", i))},
		}})
	}
	group.Wait()
}

// TestMemoryOfAQuestionIsBounded: what grows with the data is counted, and too much is refused.
func TestMemoryOfAQuestionIsBounded(t *testing.T) {
	t.Parallel()
	s := newScript()
	applyMany(s, 60_000, func(i int) event.Event {
		return event.Event{DistinctID: fmt.Sprint("u", i%50), Name: "e", Time: int64(i), Properties: event.Properties{
			"n": event.Num(float64(i) + 0.123456), "text": event.Text(fmt.Sprint("value ", i)),
		}}
	})
	for _, question := range []string{
		`{"kind":"trend","range":{"from":"1970-01-01","to":"1970-01-01"},"series":[{"event":"e","measure":{"median":"n"}}]}`,
		`{"kind":"trend","range":{"from":"1970-01-01","to":"1970-01-01"},"series":[{"event":"e","measure":{"distinct":"n"}}]}`,
		`{"kind":"trend","range":{"from":"1970-01-01","to":"1970-01-01"},"series":[{"event":"e"}],"breakdown":[{"property":"text"}]}`,
		`{"kind":"distribution","range":{"from":"1970-01-01","to":"1970-01-01"},"event":"e","measure":{"sum":"n"}}`,
	} {
		r, err := query.Parse([]byte(question))
		require.NoError(t, err)
		a := s.analyser()
		_, err = a.Ask(context.Background(), s.project, r)
		require.NoError(t, err, question)
		a = s.analyser()
		a.LimitMemory(100 << 10)
		_, err = a.Ask(context.Background(), s.project, r)
		require.Equal(t, fault.TooLarge, fault.KindOf(err), question)
		require.Contains(t, err.Error(), "narrow the range")
	}
}
