package analyse_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/query"
)

// TestMembersAmongFew: with few persons among many each is looked up by itself,
// and meets a condition as it does among all. Segments are kept live that way.
func TestMembersAmongFew(t *testing.T) {
	t.Parallel()
	s := newScript()
	random := rand.New(rand.NewPCG(7, 7))
	var events []*event.Event
	for i := range 6000 {
		events = append(events, &event.Event{
			Seq: uint64(i + 1), Project: "p", DistinctID: fmt.Sprint("u", random.IntN(1500)), Known: true,
			Name: []string{"view", "cart", "pay"}[random.IntN(3)], Time: random.Int64N(1e9),
			Properties: event.Properties{"amount": event.Num(float64(random.IntN(50)))},
		})
	}
	s.table.Apply(events[:5000])
	s.table.View()
	s.table.Apply(events[5000:]) // some persons live in a layer of their own
	s.sets.segments["seg_1"] = []string{"u1", "u2", "u3"}
	all := s.table.View().People().All()
	for _, text := range []string{
		`{"did":{"event":"pay","op":"gte","value":2}}`,
		`{"did_not":{"event":"pay","where":{"property":"amount","op":"gt","value":40}}}`,
		`{"all":[{"did":{"event":"view"}},{"not":{"segment":"seg_1"}}]}`,
		`{"sequence":[{"event":"view"},{"event":"pay","within":{"value":1,"unit":"day"}}]}`,
	} {
		c, err := query.ParseCondition([]byte(text))
		require.NoError(t, err)
		whole, err := s.analyser().Members(context.Background(), s.project, c, nil)
		require.NoError(t, err)
		require.False(t, whole.IsEmpty())
		require.Less(t, whole.GetCardinality(), all.GetCardinality())
		few := roaring.BitmapOf(0, 1, 2, 500, 900, 1200, 999_999)
		got, err := s.analyser().Members(context.Background(), s.project, c, few)
		require.NoError(t, err)
		require.Equal(t, roaring.And(whole, few).ToArray(), got.ToArray(), text)
	}
}

func TestRequestsAreCheckedWithoutBeingAsked(t *testing.T) {
	t.Parallel()
	s := peopleScript(t)
	r, err := query.Parse([]byte(`{"kind":"retention","range":{"last":3,"unit":"day"},"start":{"event":"view"},"return":{"event":"view"},"measure":{"sum":"sku"}}`))
	require.NoError(t, err)
	require.Equal(t, fault.Invalid, fault.KindOf(s.analyser().CheckRequest(s.project, r)), "sku is always text")
	r.Question.(*query.Retention).Measure = query.Measure{Func: query.Persons}
	require.NoError(t, s.analyser().CheckRequest(s.project, r))
	r.Question.(*query.Retention).Cohort = "odd"
	require.Equal(t, fault.Invalid, fault.KindOf(s.analyser().CheckRequest(s.project, r)))
	_, err = s.analyser().Actors(context.Background(), s.project, r)
	require.Equal(t, fault.Invalid, fault.KindOf(err), "no cell is named")
}
