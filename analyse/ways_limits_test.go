package analyse_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/analyse"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/query"
)

// hugeScript holds one person with a million events, among them every step of
// every question below, and one who joins through it.
var hugeScript = sync.OnceValue(func() *script {
	const events = 1_000_000
	s := newScript()
	random := rand.New(rand.NewPCG(3, 1))
	names := []string{"view", "view", "view", "search", "pay", "invite"}
	batch := make([]*event.Event, 0, 10_000)
	for i := range events {
		e := &event.Event{
			Seq: uint64(i + 1), Project: "p", DistinctID: "robot", Known: true, Name: names[random.IntN(len(names))], Time: int64(i) * 2000,
			Properties: event.Properties{"from": event.Text(fmt.Sprint("c", random.IntN(40))), "amount": event.Num(float64(random.IntN(50)))},
		}
		if batch = append(batch, e); len(batch) == cap(batch) {
			s.table.Apply(batch)
			batch = batch[:0]
		}
	}
	s.table.Apply(append(batch, &event.Event{
		Seq: events + 1, Project: "p", DistinctID: "friend", Known: true, Name: "register", Time: 1_000_000, Properties: event.Properties{"by": event.Text("robot")},
	}))
	return s
})

// hugeQuestions are about all of the million events.
var hugeQuestions = []string{
	`{"kind":"paths","range":{"from":"1970-01-01","to":"1970-02-28"},"events":"*"}`,
	`{"kind":"paths","range":{"from":"1970-01-01","to":"1970-02-28"},"events":"*","by":{"property":"from"},"anchor":{"end":{"event":"register"}}}`,
	`{"kind":"attribution","range":{"from":"1970-01-01","to":"1970-02-28"},"conversion":{"event":"pay","value":"amount"},"touch":{"event":"view","by":{"property":"from"}},"model":["first","last","linear","position","time_decay","markov","shapley","last_non_direct"]}`,
	`{"kind":"ltv","range":{"from":"1970-01-01","to":"1970-02-28"},"cohort":{"event":"view"},"revenue":{"event":"pay","value":"amount"}}`,
	`{"kind":"referral","range":{"from":"1970-01-01","to":"1970-02-28"},"invite":{"event":"invite"},"join":{"event":"register","inviter":"by"}}`,
	`{"kind":"retention","range":{"from":"1970-01-01","to":"1970-02-28"},"start":{"event":"view"},"return":{"event":"*"},"mode":"rolling"}`,
	`{"kind":"retention","range":{"from":"1970-01-01","to":"1970-02-28"},"start":{"event":"view"},"return":{"event":"pay"},"interval":"hour","periods":48}`,
}

// TestAHugePersonCostsAWalk: each question about a million events of one person is answered.
func TestAHugePersonCostsAWalk(t *testing.T) {
	t.Parallel()
	s := hugeScript()
	for _, question := range hugeQuestions {
		a, err := ask(t, s, question)
		require.NoError(t, err, question)
		require.GreaterOrEqual(t, a.Meta().EventsScanned, int64(1_000_001))
		if a.Attribution != nil {
			checkCredits(t, a.Attribution)
			require.Greater(t, a.Attribution.Conversions, int64(160_000))
		}
		if a.Referral != nil {
			require.EqualValues(t, 1, a.Referral.Degrees[0].Persons)
			require.EqualValues(t, 1, a.Referral.Top[0].Reached)
		}
	}
}

// tired is a context that is cancelled after it was looked at so many times.
type tired struct {
	context.Context
	mu   sync.Mutex
	left int
}

func (c *tired) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.left--; c.left < 0 {
		return context.Canceled
	}
	return nil
}

// TestCancelledInsideAHugePerson: the context is looked at again while one person is walked through.
func TestCancelledInsideAHugePerson(t *testing.T) {
	t.Parallel()
	s := hugeScript()
	for _, i := range []int{0, 2, 4, 6} {
		r, err := query.Parse([]byte(hugeQuestions[i]))
		require.NoError(t, err)
		looks := &tired{Context: context.Background(), left: math.MaxInt}
		_, err = s.analyser().Ask(looks, s.project, r)
		require.NoError(t, err)
		require.Greater(t, math.MaxInt-looks.left, 8, "looks at the context in %s", hugeQuestions[i])
		_, err = s.analyser().Ask(&tired{Context: context.Background(), left: 6}, s.project, r)
		require.ErrorIs(t, err, context.Canceled, hugeQuestions[i])
	}
}

// checkCredits: credits sum to the conversions, and values to the value, to one in 10⁹.
func checkCredits(t *testing.T, a *analyse.AttributionAnswer) {
	t.Helper()
	for model, name := range a.Models {
		credit, value := 0.0, 0.0
		for _, row := range a.Rows {
			credit += row.Credits[model]
			value += row.Values[model]
		}
		require.InEpsilon(t, float64(a.Conversions), credit, 1e-9, name)
		require.InEpsilon(t, a.Value, value, 1e-9, name)
	}
}

// shopScript is a small random shop with sessions of many pages.
func shopScript(seed uint64, events int) *script {
	s := newScript()
	random := rand.New(rand.NewPCG(seed, 2))
	var list []*event.Event
	for i := range events {
		e := &event.Event{
			Seq: uint64(i + 1), Project: "p", DistinctID: fmt.Sprint("u", random.IntN(1+events/40)), Known: true,
			Name: []string{"view", "view", "search", "cart", "pay"}[random.IntN(5)], Time: random.Int64N(3 * 24 * 3600 * 1000), Properties: event.Properties{},
		}
		if random.IntN(4) > 0 {
			e.Properties["page"] = event.Text(fmt.Sprint("/", int(random.ExpFloat64()*8)))
			e.Properties["from"] = event.Text(fmt.Sprint("c", int(random.ExpFloat64()*5)))
			e.Properties["amount"] = event.Num(math.Round(random.ExpFloat64()*1e4) / 100)
		}
		list = append(list, e)
	}
	s.table.Apply(list)
	return s
}

// TestPathsConserveSessions: what comes into a node goes out of it or ends there.
func TestPathsConserveSessions(t *testing.T) {
	t.Parallel()
	for seed := range uint64(8) {
		s := shopScript(seed, 4000)
		for _, options := range []string{
			``, `,"by":{"property":"page"},"limit":3`, `,"collapse_repeats":false,"steps":12`, `,"anchor":{"start":{"event":"cart"}},"limit":2`,
			`,"by":{"property":"page"},"anchor":{"end":{"event":"pay"}},"gap_minutes":600,"steps":9,"limit":5`,
		} {
			a, err := ask(t, s, `{"kind":"paths","range":{"from":"1970-01-01","to":"1970-01-03"},"events":"*"`+options+`}`)
			require.NoError(t, err)
			checkFlow(t, a.Paths)
		}
	}
}

func checkFlow(t *testing.T, a *analyse.PathsAnswer) {
	t.Helper()
	type at struct {
		step int
		node query.PathNode
	}
	in, out := map[at]int64{}, map[at]int64{}
	steps := 0
	for _, e := range a.Edges {
		out[at{e.Step, e.Source}] += e.Sessions
		if !e.Target.Exit {
			in[at{e.Step + 1, e.Target}] += e.Sessions
		}
		require.LessOrEqual(t, e.Persons, e.Sessions)
		steps = max(steps, e.Step)
	}
	first := int64(0)
	for _, n := range a.Nodes {
		if n.Step <= steps {
			require.Equal(t, n.Sessions, out[at{n.Step, n.Name}], "out of %v", n)
		}
		if n.Step > 1 {
			require.Equal(t, n.Sessions, in[at{n.Step, n.Name}], "into %v", n)
		} else {
			first += n.Sessions
		}
	}
	require.Equal(t, a.Sessions, first)
	require.NotZero(t, first)
}

func TestCreditsSumUp(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		s := shopScript(seed, 20_000)
		for _, lookback := range []string{`{"value":1,"unit":"hour"}`, `{"value":30,"unit":"day"}`} {
			a, err := ask(t, s, `{"kind":"attribution","range":{"from":"1970-01-01","to":"1970-01-03"},"conversion":{"event":"pay","value":"amount"},"touch":{"event":["view","search"],"by":{"property":"from"}},"lookback":`+lookback+`,
				"model":["markov","first","last","linear","position","time_decay","shapley","last_non_direct"]}`)
			require.NoError(t, err)
			checkCredits(t, a.Attribution)
		}
	}
}

// TestTouchesManyHalfLivesApart: weights of touches many half-lives apart stay exact, and a
// touch that is very old has no weight beside a new one.
func TestTouchesManyHalfLivesApart(t *testing.T) {
	t.Parallel()
	s := newScript()
	var list []*event.Event
	add := func(day int, name, from string) {
		list = append(list, &event.Event{
			Seq: uint64(len(list) + 1), Project: "p", DistinctID: "u", Known: true, Name: name, Time: int64(day) * 24 * 3600 * 1000,
			Properties: event.Properties{"from": event.Text(from)},
		})
	}
	for day := 0; day < 30*365; day += 7 {
		add(day, "view", fmt.Sprint("c", day/7%2))
	}
	add(30*365, "pay", "")
	s.table.Apply(list)
	a, err := ask(t, s, `{"kind":"attribution","range":{"from":"1999-01-01","to":"2000-12-31"},"conversion":{"event":"pay"},"touch":{"event":"view","by":{"property":"from"}},"lookback":{"value":12000,"unit":"day"},"model":"time_decay"}`)
	require.NoError(t, err)
	require.InDelta(t, 2.0/3, a.Attribution.Rows[0].Credits[0], 1e-12, "1 + ¼ + … of 1 + ½ + ¼ + …")
}

func TestMarkovOfTooManyValues(t *testing.T) {
	t.Parallel()
	s := newScript()
	var list []*event.Event
	for i := range 2100 {
		e := &event.Event{
			Seq: uint64(i + 1), Project: "p", DistinctID: "u", Known: true, Name: "view", Time: int64(i),
			Properties: event.Properties{"from": event.Text(strconv.Itoa(i))},
		}
		if i == 2099 {
			e.Name = "pay"
		}
		list = append(list, e)
	}
	s.table.Apply(list)
	const question = `{"kind":"attribution","range":{"from":"1970-01-01","to":"1970-01-02"},"conversion":{"event":"pay"},"touch":{"event":"view","by":{"property":"from"}},"model":`
	_, err := ask(t, s, question+`"markov"}`)
	require.Equal(t, fault.TooLarge, fault.KindOf(err))
	require.Contains(t, err.Error(), "a property with fewer values")
	a, err := ask(t, s, question+`"shapley"}`)
	require.NoError(t, err)
	require.InDelta(t, 1.0/2099, a.Attribution.Rows[0].Credits[0], 1e-12, "shapley takes any number")
}

// TestCDNOW: the cohort table of the music shop agrees with a sum over its file.
func TestCDNOW(t *testing.T) {
	t.Parallel()
	path := filepath.Join(sharedFolder(), "data", "cdnow", "CDNOW_sample.txt")
	file, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		t.Skipf("the purchases of the music shop are not here: set WEIR_SHARED to the folder that has data/cdnow")
	}
	require.NoError(t, err)
	defer func() { _ = file.Close() }()
	s := newScript()
	var list []*event.Event
	first := map[string]time.Time{}
	want := [2]map[string]float64{{}, {}} // by cohort: revenue of the first 90 days, persons
	for lines := bufio.NewScanner(file); lines.Scan(); {
		f := strings.Fields(lines.Text()) // master id, sample id, date, number of CDs, dollars
		at, err := time.Parse("20060102", f[2])
		require.NoError(t, err)
		dollars, err := strconv.ParseFloat(f[4], 64)
		require.NoError(t, err)
		list = append(list, &event.Event{
			Seq: uint64(len(list) + 1), Project: "p", DistinctID: f[1], Known: true, Name: "buy", Time: at.UnixMilli(), Properties: event.Properties{"dollars": event.Num(dollars)},
		})
		if _, known := first[f[1]]; !known {
			first[f[1]] = at
			want[1][at.Format("2006-01")+"-01"]++
		}
		if at.Sub(first[f[1]]) < 90*24*time.Hour {
			want[0][first[f[1]].Format("2006-01")+"-01"] += dollars
		}
	}
	s.table.Apply(list)
	a, err := ask(t, s, `{"kind":"ltv","range":{"from":"1997-01-01","to":"1997-03-31"},"cohort":{"event":"buy"},"revenue":{"event":"buy","value":"dollars"},"interval":"month","periods":90}`)
	require.NoError(t, err)
	require.EqualValues(t, 2357, a.LTV.Total.Size, "everybody in the sample first bought in the first quarter of 1997")
	require.Len(t, a.LTV.Rows, 3)
	for _, row := range a.LTV.Rows {
		require.InDelta(t, want[1][row.Cohort], float64(row.Size), 0)
		require.InDelta(t, want[0][row.Cohort], row.Revenue[89], 1e-6)
		require.InDelta(t, row.Revenue[89]/float64(row.Size), float64(row.LTV[89]), 1e-9)
	}
}

// TestRetentionOfManyCells: a table too large for words of persons is counted
// person by person, and its rows are those of two small tables.
func TestRetentionOfManyCells(t *testing.T) {
	t.Parallel()
	s := newScript()
	random := rand.New(rand.NewPCG(5, 5))
	var list []*event.Event
	for i := range 60_000 {
		list = append(list, &event.Event{
			Seq: uint64(i + 1), Project: "p", DistinctID: fmt.Sprint("u", random.IntN(700)), Known: true,
			Name: []string{"view", "cart", "pay"}[random.IntN(3)], Time: random.Int64N(65*24) * 3600 * 1000 / 4 * 4,
		})
	}
	s.table.Apply(list)
	for _, steps := range []string{`"start":{"event":"view"},"return":{"event":"view"}`, `"start":{"event":"view"},"return":{"event":["cart","pay"]}`} {
		var rows []analyse.RetentionRow
		for _, dates := range []string{`"from":"1970-01-02","to":"1970-01-31"`, `"from":"1970-02-01","to":"1970-03-02"`} {
			a, err := ask(t, s, `{"kind":"retention","range":{`+dates+`},`+steps+`,"interval":"hour","periods":13}`)
			require.NoError(t, err)
			rows = append(rows, a.Retention.Rows...)
		}
		a, err := ask(t, s, `{"kind":"retention","range":{"from":"1970-01-02","to":"1970-03-02"},`+steps+`,"interval":"hour","periods":13}`)
		require.NoError(t, err)
		require.Greater(t, len(a.Retention.Rows)*14, 1<<14)
		require.Equal(t, rows, a.Retention.Rows)
	}
}
