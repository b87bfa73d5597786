package analyse_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/analyse"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/query"
)

// peopleScript is a small project: three persons, one of whom was anonymous first.
func peopleScript(t *testing.T) *script {
	t.Helper()
	s := newScript()
	require.NoError(t, s.load(`
		anon-ann 2026-01-01T10:00 view sku=a
		ann      2026-01-01T10:20 login @name=Ann @city=Hangzhou @langs=[zh,en] ^anon-ann
		ann      2026-01-03T10:00 pay amount=10
		ann      2026-01-03T10:00 pay amount=20
		bob      2026-01-02T10:00 view @email=bob@example.com
		bob      2026-01-02T12:00 view
		bob      2026-01-09T12:00 $message_sent
		cat      2026-01-05T10:00 pay amount="12"
		cat      2026-01-05T11:00 $profile @vip=true
	`))
	return s
}

func names(page analyse.PersonsPage) []string {
	out := []string{}
	for _, p := range page.Persons {
		out = append(out, p.Name)
	}
	return out
}

func TestPersonsAreFoundAndSorted(t *testing.T) {
	t.Parallel()
	s := peopleScript(t)
	condition, err := query.ParseCondition([]byte(`{"did":{"event":"pay"}}`))
	require.NoError(t, err)
	for _, c := range []struct {
		name string
		r    analyse.PersonsRequest
		want []string
	}{
		{"last seen first; what is done to a person does not count as seen", analyse.PersonsRequest{}, []string{"cat", "Ann", "bob@example.com"}},
		{"first seen", analyse.PersonsRequest{Sort: "first_seen"}, []string{"Ann", "bob@example.com", "cat"}},
		{"most events", analyse.PersonsRequest{Sort: "-events"}, []string{"Ann", "bob@example.com", "cat"}},
		{"name", analyse.PersonsRequest{Sort: "name"}, []string{"Ann", "bob@example.com", "cat"}},
		{"part of an id, in any case", analyse.PersonsRequest{Query: "ANON-"}, []string{"Ann"}},
		{"part of a property", analyse.PersonsRequest{Query: "hangz"}, []string{"Ann"}},
		{"an element of a list", analyse.PersonsRequest{Query: "zh"}, []string{"Ann"}},
		{"a public id", analyse.PersonsRequest{Query: person.PublicID(1)}, []string{"bob@example.com"}},
		{"nobody", analyse.PersonsRequest{Query: "zebra"}, []string{}},
		{"a filter", analyse.PersonsRequest{Filter: condition}, []string{"cat", "Ann"}},
		{"among some", analyse.PersonsRequest{Among: roaring.BitmapOf(0, 1, 99)}, []string{"Ann", "bob@example.com"}},
		{"the second page", analyse.PersonsRequest{Limit: 2, Offset: 2}, []string{"bob@example.com"}},
		{"a page beyond the end", analyse.PersonsRequest{Offset: 50}, []string{}},
	} {
		page, err := s.analyser().Persons(context.Background(), s.project, c.r)
		require.NoError(t, err, c.name)
		require.Equal(t, c.want, names(page), c.name)
	}
	page, err := s.analyser().Persons(context.Background(), s.project, analyse.PersonsRequest{Limit: 1})
	require.NoError(t, err)
	require.Equal(t, 3, page.Total)

	wrong := &query.Condition{Kind: query.Compare, Comparison: &query.Comparison{Scope: query.UserProperty, Name: "city", Op: query.Gt, Operand: query.Value(event.Num(1))}}
	for _, r := range []analyse.PersonsRequest{{Sort: "height"}, {Limit: -1}, {Limit: 10001}, {Offset: -1}, {Filter: wrong}} {
		_, err := s.analyser().Persons(context.Background(), s.project, r)
		require.Equal(t, fault.Invalid, fault.KindOf(err), "%+v", r)
	}
}

func TestPersonDetail(t *testing.T) {
	t.Parallel()
	s := peopleScript(t)
	for _, id := range []string{"ann", "anon-ann", person.PublicID(0)} {
		d, err := s.analyser().Person(context.Background(), s.project, id)
		require.NoError(t, err)
		require.Equal(t, "Ann", d.Name)
		require.Equal(t, "ann", d.DistinctID)
		require.Equal(t, []string{"anon-ann", "ann"}, d.DistinctIDs)
		require.Equal(t, event.Text("Hangzhou"), d.Properties["city"])
		require.Equal(t, analyse.PersonFacts{Activities: 4, ActiveDays: 2, Sessions: 2, TopEvents: []analyse.EventCount{{"pay", 2}, {"login", 1}, {"view", 1}}}, d.Facts)
		require.Len(t, d.Identities, 2)
		data, err := json.Marshal(d)
		require.NoError(t, err)
		require.Contains(t, string(data), `"first_seen":"2026-01-01T10:00:00.000Z"`)
	}
	_, err := s.analyser().Person(context.Background(), s.project, "nobody")
	require.Equal(t, fault.NotFound, fault.KindOf(err))
	_, err = s.analyser().Person(context.Background(), s.project, "p_zz")
	require.Equal(t, fault.NotFound, fault.KindOf(err))
	require.Len(t, s.analyser().Rows(s.project, []person.Ordinal{2, 0, 77}), 2)
}

// TestTimelinePages turns pages while an older and a newer event arrive: each
// event that was there at first is seen exactly once.
func TestTimelinePages(t *testing.T) {
	t.Parallel()
	s := peopleScript(t)
	ctx := context.Background()
	page, err := s.analyser().Timeline(ctx, s.project, "ann", analyse.TimelineRequest{Limit: 1})
	require.NoError(t, err)
	require.Equal(t, event.Num(20), page.Events[0].Properties["amount"], "of one time, the one that came last is first")
	require.NoError(t, s.load("ann 2026-02-01T10:00 login\nann 2025-01-01T10:00 install"))
	seen := []string{page.Events[0].Name}
	for page.Next != nil {
		page, err = s.analyser().Timeline(ctx, s.project, "anon-ann", analyse.TimelineRequest{Limit: 1, Before: *page.Next})
		require.NoError(t, err)
		seen = append(seen, page.Events[0].Name)
	}
	require.Equal(t, []string{"pay", "pay", "login", "view", "install"}, seen)

	page, err = s.analyser().Timeline(ctx, s.project, "ann", analyse.TimelineRequest{Names: []string{"view", "install"}})
	require.NoError(t, err)
	require.Len(t, page.Events, 2)
	require.Equal(t, "anon-ann", page.Events[0].DistinctID)
	require.Nil(t, page.Next)

	for _, r := range []analyse.TimelineRequest{{Before: "soon"}, {Before: "1:2:3"}, {Before: "1"}, {Limit: -1}, {Limit: 2000}} {
		_, err := s.analyser().Timeline(ctx, s.project, "ann", r)
		require.Equal(t, fault.Invalid, fault.KindOf(err), "%+v", r)
	}
	_, err = s.analyser().Timeline(ctx, s.project, "nobody", analyse.TimelineRequest{})
	require.Equal(t, fault.NotFound, fault.KindOf(err))
}

func TestCatalogue(t *testing.T) {
	t.Parallel()
	s := peopleScript(t)
	ctx := context.Background()
	events, err := s.analyser().Events(ctx, s.project)
	require.NoError(t, err)
	require.Equal(t, "pay", events[0].Name)
	require.EqualValues(t, 3, events[0].Count)
	require.Equal(t, 2, events[0].Persons)

	properties, err := s.analyser().Properties(s.project, query.EventProperty, "pay")
	require.NoError(t, err)
	require.Equal(t, []analyse.PropertyInfo{{Name: "amount", Types: []string{"string", "number"}, Count: 3}}, properties)
	properties, err = s.analyser().Properties(s.project, query.UserProperty, "")
	require.NoError(t, err)
	require.Len(t, properties, 5)
	_, err = s.analyser().Properties(s.project, query.TagValue, "")
	require.Equal(t, fault.Invalid, fault.KindOf(err))

	values, err := s.analyser().Values(ctx, s.project, analyse.ValuesRequest{Scope: query.UserProperty, Property: "city", Query: "hang"})
	require.NoError(t, err)
	require.Equal(t, []analyse.ValueInfo{{Value: event.Text("Hangzhou"), Count: 1}}, values)
	values, err = s.analyser().Values(ctx, s.project, analyse.ValuesRequest{Scope: query.EventProperty, Property: "nothing"})
	require.NoError(t, err)
	require.Empty(t, values)
	require.NotNil(t, values)
	_, err = s.analyser().Values(ctx, s.project, analyse.ValuesRequest{})
	require.Equal(t, fault.Invalid, fault.KindOf(err))
}

func TestPersonSums(t *testing.T) {
	t.Parallel()
	s := peopleScript(t)
	at := func(text string) int64 {
		instant, err := time.Parse(time.RFC3339, text)
		require.NoError(t, err)
		return instant.UnixMilli()
	}
	sums, err := s.analyser().PersonSums(context.Background(), s.project, analyse.PersonSumsRequest{
		Event: query.Events("pay"), Value: "amount", From: at("2026-01-01T00:00:00Z"), To: at("2026-02-01T00:00:00Z"),
	})
	require.NoError(t, err)
	require.Equal(t, []int64{2, 0, 1}, sums.Count)
	require.Equal(t, []float64{30, 0, 0}, sums.Sum, "text is no number")
	require.Equal(t, at("2026-01-03T10:00:00Z"), sums.Last[0])
	require.EqualValues(t, 3, sums.All.GetCardinality())

	sums, err = s.analyser().PersonSums(context.Background(), s.project, analyse.PersonSumsRequest{
		Event: query.AnyEvent(), From: at("2026-01-01T00:00:00Z"), To: at("2026-01-02T00:00:00Z"), Among: roaring.BitmapOf(0),
	})
	require.NoError(t, err)
	require.Equal(t, []int64{2, 0, 0}, sums.Count)

	_, err = s.analyser().PersonSums(context.Background(), s.project, analyse.PersonSumsRequest{Event: query.Events("view"), Value: "sku"})
	require.Equal(t, fault.Invalid, fault.KindOf(err))
}
