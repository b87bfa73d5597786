package analyse_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/analyse"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/query"
)

// applyMany applies n events in batches, made one by one.
func applyMany(s *script, n int, made func(i int) event.Event) {
	const batch = 50_000
	for from := 0; from < n; from += batch {
		var events []*event.Event
		for i := from; i < min(n, from+batch); i++ {
			e := made(i)
			e.Seq, e.Project, e.Known = uint64(i+1), "p", true
			events = append(events, &e)
		}
		s.table.Apply(events)
	}
}

// robotEvents are those of one person, one a second from the beginning of 1970,
// among two others who did little.
const robotEvents = 1_000_000

func robotScript() *script {
	s := newScript()
	applyMany(s, robotEvents+2, func(i int) event.Event {
		if i >= robotEvents {
			return event.Event{DistinctID: fmt.Sprint("human", i-robotEvents), Name: "view", Time: 500}
		}
		return event.Event{
			DistinctID: "robot", Name: []string{"view", "cart"}[i%2], Time: int64(i) * 1000,
			Properties: event.Properties{"n": event.Num(float64(i % 1000)), "text": event.Text(fmt.Sprint(i % 5000))},
		}
	})
	return s
}

func TestAPersonWithAMillionEvents(t *testing.T) {
	t.Parallel()
	s := robotScript()
	const days = 12 // the last has 49,600 seconds
	trend := func(series, more string) *analyse.TrendAnswer {
		a, err := ask(t, s, `{"kind":"trend","range":{"from":"1970-01-01","to":"1970-01-12"},"series":[`+series+`]`+more+`}`)
		require.NoError(t, err)
		return a.Trend
	}
	for _, c := range []struct {
		series, more string
		first, last  float64
		total        float64
	}{
		{`{"event":"*"}`, "", 86402, 49600, robotEvents + 2},
		{`{"event":"view","measure":"persons"}`, "", 3, 1, 3},
		{`{"event":"*","measure":"persons"}`, "", 3, 1, 3},
		{`{"event":"cart","measure":"first_time_persons"}`, "", 1, 0, 1},
		{`{"event":"*","measure":"rolling_persons","days":2}`, "", 3, 1, 3},
		{`{"event":"view","measure":"count_per_person"}`, "", 43202. / 3, 24800, 500_002. / 3},
		{`{"event":"view","measure":{"max":"n"}}`, "", 998, 998, 998},
		{`{"event":"cart","measure":{"median":"n"}}`, "", 497, 503, 500},
		{`{"event":"*","measure":{"distinct":"text"}}`, "", 5000, 5000, 5000},
		{`{"event":"*","where":{"property":"n","op":"lt","value":10}}`, "", 870, 490, 10_000},
		{`{"event":"*","where":{"property":"text","op":"eq","value":"17"}}`, "", 18, 9, 200},
		{`{"event":"view","measure":{"sum":"n"}}`, `,"breakdown":[{"property":"text"}],"breakdown_limit":1`, 998 * 17, 998 * 10, 998 * 200},
	} {
		a := trend(c.series, c.more)
		got := a.Series[0]
		require.Len(t, got.Values, days)
		require.InDelta(t, c.first, float64(got.Values[0]), 1, c.series)
		require.InDelta(t, c.last, float64(got.Values[days-1]), 1, c.series)
		require.InDelta(t, c.total, float64(got.Total), 1e-6, c.series)
	}
	stays, err := ask(t, s, `{"kind":"stickiness","event":"view","range":{"from":"1970-01-01","to":"1970-01-12"}}`)
	require.NoError(t, err)
	require.Equal(t, []int64{2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, stays.Stickiness.Persons)
	grows, err := ask(t, s, `{"kind":"growth","event":"*","range":{"from":"1970-01-01","to":"1970-01-03"}}`)
	require.NoError(t, err)
	require.Equal(t, []int64{3, 0, 0}, grows.Growth.New)
	require.Equal(t, []int64{0, 1, 1}, grows.Growth.Retained)
	require.Equal(t, []int64{0, 2, 0}, grows.Growth.Dormant)
	counts, err := ask(t, s, `{"kind":"distribution","event":"*","interval":"day","measure":{"sum":"n"},"range":{"from":"1970-01-01","to":"1970-01-12"},"bins":[1,1000000]}`)
	require.NoError(t, err)
	require.Equal(t, []int64{2, 0, 1}, counts.Distribution.Persons[0])
	require.EqualValues(t, 43_036_800, counts.Distribution.Stats[0].Max)
}

// impatient is a context that is done when it has been looked at some times.
type impatient struct {
	context.Context //nolint:containedctx // it is one
	looks           atomic.Int64
	after           int64
}

func (c *impatient) Err() error {
	if c.looks.Add(1) > c.after {
		return context.Canceled
	}
	return nil
}

// TestAQuestionStopsInsideOnePerson: the context is looked at again and again within a long timeline.
func TestAQuestionStopsInsideOnePerson(t *testing.T) {
	t.Parallel()
	s := robotScript()
	for _, question := range []string{
		`{"kind":"trend","range":{"from":"1970-01-01","to":"1970-01-12"},"series":[{"event":"*","measure":"persons"}]}`,
		`{"kind":"growth","event":"*","range":{"from":"1970-01-01","to":"1970-01-12"}}`,
		`{"kind":"stickiness","event":"view","range":{"from":"1970-01-01","to":"1970-01-12"}}`,
		`{"kind":"distribution","event":"view","range":{"from":"1970-01-01","to":"1970-01-12"}}`,
	} {
		r, err := query.Parse([]byte(question))
		require.NoError(t, err)
		counting := &impatient{Context: context.Background(), after: 1 << 40}
		_, err = s.analyser().Ask(counting, s.project, r)
		require.NoError(t, err)
		require.Greater(t, counting.looks.Load(), int64(50), "once in every 20,000 rows")
		_, err = s.analyser().Ask(&impatient{Context: context.Background(), after: 30}, s.project, r)
		require.ErrorIs(t, err, context.Canceled)
	}
}

func TestTenThousandEventNames(t *testing.T) {
	t.Parallel()
	s := newScript()
	const names, each = 10_000, 6
	applyMany(s, names*each, func(i int) event.Event {
		return event.Event{DistinctID: fmt.Sprint("u", i%100), Name: fmt.Sprint("name ", i%names), Time: int64(i/names) * 86_400_000}
	})
	for series, total := range map[string]float64{
		`{"event":"name 7"}`:                                       each,
		`{"event":"name 9999"}`:                                    each,
		`{"event":["name 1","name 300","name 7000"]}`:              3 * each,
		`{"event":"*"}`:                                            names * each,
		`{"event":"*","measure":"persons"}`:                        100,
		`{"event":["name 0","name 100"],"measure":"persons"}`:      1,
		`{"event":["name 0","name 1","none"],"measure":"persons"}`: 2,
	} {
		a, err := ask(t, s, `{"kind":"trend","range":{"from":"1970-01-01","to":"1970-01-06"},"series":[`+series+`]}`)
		require.NoError(t, err)
		require.EqualValues(t, total, a.Trend.Series[0].Total, series)
	}
	events, err := s.analyser().Events(context.Background(), s.project)
	require.NoError(t, err)
	require.Len(t, events, names)
}

func TestAThousandProperties(t *testing.T) {
	t.Parallel()
	s := newScript()
	const properties, each = 1000, 8
	applyMany(s, properties*each, func(i int) event.Event {
		return event.Event{DistinctID: fmt.Sprint("u", i%10), Name: "e", Time: int64(i), Properties: event.Properties{
			fmt.Sprint("number ", i%properties): event.Num(float64(i)),
			fmt.Sprint("text ", i%properties):   event.Text(fmt.Sprint(i % 3)),
		}}
	})
	for series, total := range map[string]float64{
		`{"event":"e"}`: properties * each,
		`{"event":"e","measure":{"sum":"number 777"}}`:                                                              8*777 + 1000*28,
		`{"event":"e","measure":{"max":"number 999"}}`:                                                              7999,
		`{"event":"e","measure":{"distinct":"text 5"}}`:                                                             3,
		`{"event":"e","where":{"property":"number 3","op":"gte","value":5003}}`:                                     3,
		`{"event":"e","where":{"property":"text 4","op":"neq","value":"1"}}`:                                        properties*each - 3,
		`{"event":"e","where":{"not":{"property":"text 4","op":"is_set"}}}`:                                         properties*each - 8,
		`{"event":"e","where":{"property":"number 3","op":"in","value":[3,1003,1.5]}}`:                              2,
		`{"event":"e","where":{"any":[{"property":"number 3","op":"is_set"},{"property":"text 8","op":"is_set"}]}}`: 16,
	} {
		a, err := ask(t, s, `{"kind":"trend","range":{"from":"1970-01-01","to":"1970-01-01"},"series":[`+series+`]}`)
		require.NoError(t, err)
		require.EqualValues(t, total, a.Trend.Series[0].Total, series)
	}
	a, err := ask(t, s, `{"kind":"trend","range":{"from":"1970-01-01","to":"1970-01-01"},"series":[{"event":"e"}],"breakdown":[{"property":"number 5"},{"property":"text 5"}]}`)
	require.NoError(t, err)
	require.Len(t, a.Trend.Series, each+1, "eight values of both, and neither")
}
