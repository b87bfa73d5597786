package rfm

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/person"
)

var (
	shanghai = mustZone("Asia/Shanghai")
	fixed    = Settings{
		Event: "pay", Value: "amount", Days: 30,
		Recency: Dimension{Fixed, 7}, Frequency: Dimension{Fixed, 3}, Monetary: Dimension{Fixed, 100},
	}
)

func mustZone(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return zone
}

func day(t *testing.T, text string) Day {
	t.Helper()
	d, err := ParseDay(text)
	require.NoError(t, err)
	return d
}

// payer paid for the last time so many days before 2026-03-31, at noon in Shanghai.
func payer(p person.Ordinal, daysAgo, payments int, money float64) Payer {
	last := time.Date(2026, 3, 31-daysAgo, 12, 0, 0, 0, shanghai).UnixMilli()
	return Payer{Person: p, Payments: payments, Money: money, Last: last}
}

func assess(t *testing.T, s Settings, payers ...Payer) *Assessment {
	t.Helper()
	t.Helper()
	require.NoError(t, s.Check())
	return Assess(day(t, "2026-03-31"), shanghai, s, payers, len(payers)+5)
}

func code(r Rating) string { return Groups()[r.Group].Code }

func TestFixedThresholdsAreHighWhenReached(t *testing.T) {
	t.Parallel()
	a := assess(t, fixed,
		payer(0, 7, 3, 100),   // every border exactly
		payer(1, 8, 3, 100),   // one day too long ago
		payer(2, 7, 2, 100),   // one payment too few
		payer(3, 7, 3, 99.99), // a cent too little
		payer(4, 8, 2, 99.99),
	)
	var codes []string
	for _, r := range a.Ratings {
		codes = append(codes, code(r))
	}
	require.Equal(t, []string{"HHH", "LHH", "HLH", "HHL", "LLL"}, codes)
	require.Equal(t, Thresholds{7, 3, 100}, a.Thresholds)
}

func TestAllEightGroups(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"HHH": "champions", "HLH": "potential", "LHH": "keep", "LLH": "win_back",
		"HHL": "general_value", "HLL": "general_developing", "LHL": "general_keeping", "LLL": "general_win_back",
	}
	for letters, key := range want {
		days, payments, money := 30, 1, 1.0
		if letters[0] == 'H' {
			days = 0
		}
		if letters[1] == 'H' {
			payments = 9
		}
		if letters[2] == 'H' {
			money = 999
		}
		r := assess(t, fixed, payer(0, days, payments, money)).Ratings[0]
		require.Equal(t, letters, code(r))
		require.Equal(t, key, Groups()[r.Group].Key)
	}
}

func TestMeanAndMedianMustBeExceeded(t *testing.T) {
	t.Parallel()
	s := fixed
	s.Recency, s.Frequency, s.Monetary = Dimension{Method: Median}, Dimension{Method: Median}, Dimension{Method: Mean}
	a := assess(t, s, payer(0, 1, 1, 10), payer(1, 3, 1, 20), payer(2, 5, 1, 30), payer(3, 9, 4, 20), payer(4, 2, 2, 20))
	require.Equal(t, Thresholds{3, 1, 20}, a.Thresholds)
	require.Equal(t, "HLL", code(a.Ratings[0]))
	require.Equal(t, "LLL", code(a.Ratings[1]), "just the median of each, and just the mean")
	require.Equal(t, "LLH", code(a.Ratings[2]))
	require.Equal(t, "LHL", code(a.Ratings[3]))
	require.Equal(t, "HHL", code(a.Ratings[4]))
}

func TestQuintilesShareTheLowerBin(t *testing.T) {
	t.Parallel()
	// 11 values: the edges are the values at positions 2, 4, 6 and 8.
	var payers []Payer
	for i := range 11 {
		payers = append(payers, payer(person.Ordinal(i), i, i+1, float64(10*i)))
	}
	s := fixed
	s.Recency, s.Frequency, s.Monetary = Dimension{Method: Quintile}, Dimension{Quintile, 5}, Dimension{Quintile, 2}
	a := assess(t, s, payers...)
	var r, f, m []int
	for _, x := range a.Ratings {
		r, f, m = append(r, x.R), append(f, x.F), append(m, x.M)
	}
	require.Equal(t, []int{5, 5, 5, 4, 4, 3, 3, 2, 2, 1, 1}, r, "an edge of 2 days belongs to the bin of fewer days")
	require.Equal(t, []int{1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5}, f)
	require.Equal(t, f, m)
	require.Equal(t, Thresholds{4, 9, 20}, a.Thresholds)
	require.Equal(t, "HLL", code(a.Ratings[0]))
	require.Equal(t, "HLH", code(a.Ratings[4]), "4 days is score 4, the lowest that is high")
	require.Equal(t, "LLH", code(a.Ratings[5]))
	require.Equal(t, "LLH", code(a.Ratings[8]), "only a score of 5 was asked for")
	require.Equal(t, "LHH", code(a.Ratings[9]))
}

func TestTiesShareAScore(t *testing.T) {
	t.Parallel()
	s := fixed
	s.Frequency = Dimension{Method: Quintile}
	a := assess(t, s, payer(0, 1, 1, 1), payer(1, 1, 1, 1), payer(2, 1, 1, 1), payer(3, 1, 1, 1), payer(4, 1, 9, 1))
	for _, r := range a.Ratings[:4] {
		require.Equal(t, 1, r.F)
		require.Equal(t, 5, r.R, "everybody paid on the same day")
		require.Equal(t, 1, r.M)
	}
	require.Equal(t, 5, a.Ratings[4].F)
}

func TestNobodyPaid(t *testing.T) {
	t.Parallel()
	for _, method := range []Method{Fixed, Mean, Median, Quintile} {
		s := fixed
		s.Recency.Method, s.Frequency, s.Monetary = method, Dimension{Method: method}, Dimension{Method: method}
		if method == Quintile {
			s.Recency.Threshold = 0
		}
		b := assess(t, s).Board()
		require.Zero(t, b.Persons)
		require.Equal(t, 5, b.NotRated)
		require.Len(t, b.Groups, 8)
		require.Len(t, b.Grid, 25)
		_, err := json.Marshal(b)
		require.NoError(t, err, "no NaN")
	}
}

func TestBoardSumsUp(t *testing.T) {
	t.Parallel()
	a := assess(t, fixed, payer(3, 0, 4, 300), payer(5, 6, 3, 100), payer(9, 20, 1, 5.5))
	b := a.Board()
	require.Equal(t, 3, b.Persons)
	require.InDelta(t, 405.5, b.Revenue, 1e-9)
	require.Equal(t, BoardGroup{
		Key: "champions", Code: "HHH", Persons: 2, Revenue: 400,
		AverageRecency: 3, AverageFrequency: 3.5, AverageMonetary: 200,
	}, b.Groups[0])
	require.Equal(t, 1, b.Groups[7].Persons)
	persons, revenue := 0, 0.0
	for i, c := range b.Grid {
		require.Equal(t, i, (c.R-1)*5+c.FM-1)
		persons += c.Persons
		revenue += c.Revenue
		cell := a.Persons(func(r Rating) bool { return r.R == c.R && r.FM() == c.FM })
		require.EqualValues(t, c.Persons, cell.GetCardinality())
	}
	require.Equal(t, 3, persons)
	require.InDelta(t, 405.5, revenue, 1e-9)
	require.Equal(t, []uint32{3, 5}, a.Persons(func(r Rating) bool { return r.Group == 0 }).ToArray())
}

func TestFMRoundsHalvesUp(t *testing.T) {
	t.Parallel()
	require.Equal(t, 3, Rating{F: 2, M: 3}.FM())
	require.Equal(t, 2, Rating{F: 1, M: 3}.FM())
	require.Equal(t, 5, Rating{F: 5, M: 4}.FM())
	require.Equal(t, 1, Rating{F: 1, M: 1}.FM())
}

func TestDaysAreLocalAndSurviveClockChanges(t *testing.T) {
	t.Parallel()
	berlin, sao := mustZone("Europe/Berlin"), mustZone("America/Sao_Paulo")
	// 29 March 2026 has 23 hours in Berlin.
	d := day(t, "2026-03-30")
	from, to := d.window(2, berlin)
	require.EqualValues(t, 47*time.Hour/time.Millisecond, to-from)
	late := time.Date(2026, 3, 28, 23, 59, 0, 0, berlin).UnixMilli()
	early := time.Date(2026, 3, 29, 0, 0, 0, 0, berlin).UnixMilli()
	require.Less(t, late, from)
	require.Equal(t, early, from)
	a := Assess(d, berlin, fixed, []Payer{{Last: late}, {Last: early}}, 2)
	require.Equal(t, 2, a.Ratings[0].Days)
	require.Equal(t, 1, a.Ratings[1].Days)

	// In São Paulo 4 November 2018 began at one o'clock.
	from, to = day(t, "2018-11-04").window(1, sao)
	require.Equal(t, "2018-11-04T01:00:00-02:00", time.UnixMilli(from).In(sao).Format(time.RFC3339))
	require.EqualValues(t, 23*time.Hour/time.Millisecond, to-from)
	require.Equal(t, "2018-11-04", DayOf(time.UnixMilli(from), sao).String())
	require.Equal(t, "2018-11-03", DayOf(time.UnixMilli(from-1), sao).String())
}

func TestScoresFollowTheOrderOfValues(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		payers := make([]Payer, rapid.IntRange(1, 60).Draw(t, "payers"))
		for i := range payers {
			payers[i] = payer(person.Ordinal(i), rapid.IntRange(0, 29).Draw(t, "days"), rapid.IntRange(1, 6).Draw(t, "payments"), float64(rapid.IntRange(0, 50).Draw(t, "money")))
		}
		method := rapid.SampledFrom([]Method{Fixed, Mean, Median, Quintile}).Draw(t, "method")
		s := fixed
		s.Recency, s.Frequency, s.Monetary = Dimension{Method: method}, Dimension{Method: method}, Dimension{Method: method}
		a := Assess(DayOf(time.Date(2026, 3, 31, 1, 0, 0, 0, shanghai), shanghai), shanghai, s, payers, len(payers))
		total := 0
		for _, g := range a.Board().Groups {
			total += g.Persons
		}
		require.Equal(t, len(payers), total, "everybody is in exactly one group")
		for _, x := range a.Ratings {
			for _, y := range a.Ratings {
				require.True(t, x.Days > y.Days || x.R >= y.R)
				require.True(t, x.Payments < y.Payments || x.F >= y.F)
				require.True(t, x.Money < y.Money || x.M >= y.M)
				if x.Money == y.Money {
					require.Equal(t, x.M, y.M)
					require.Equal(t, code(x)[2], code(y)[2])
				}
			}
			if method == Quintile {
				require.Equal(t, x.R >= 4, code(x)[0] == 'H')
				require.Equal(t, x.F >= 4, code(x)[1] == 'H')
			}
		}
	})
}

func TestSettingsAreChecked(t *testing.T) {
	t.Parallel()
	_, err := ParseSettings([]byte(`{"event":"","value":"","days":0,"recency":{"method":"best"},"frequency":{"method":"quintile","threshold":6},"monetary":{"method":"fixed","threshold":-1}}`))
	var f *fault.Error
	require.ErrorAs(t, err, &f)
	require.Equal(t, fault.Invalid, f.Kind)
	var where []string
	for _, d := range f.Details {
		where = append(where, d.Where)
	}
	require.Equal(t, []string{"event", "value", "days", "recency.method", "frequency.threshold", "monetary.threshold"}, where)
	_, err = ParseSettings([]byte(`{"event":"pay","look_back":3}`))
	require.ErrorContains(t, err, "look_back")
	_, err = ParseDay("31.01.2026")
	require.Equal(t, fault.Invalid, fault.KindOf(err))

	text, err := json.Marshal(fixed)
	require.NoError(t, err)
	again, err := ParseSettings(text)
	require.NoError(t, err)
	require.Equal(t, fixed, again)
}

func TestGuess(t *testing.T) {
	t.Parallel()
	s := Guess([]string{"login", "pay", "purchase"}, func(e string) []string {
		require.Equal(t, "pay", e)
		return []string{"items", "total"}
	})
	require.Equal(t, "pay", s.Event)
	require.Equal(t, "total", s.Value)
	require.NoError(t, s.Check())
	none := Guess(nil, func(string) []string { return nil })
	require.Equal(t, "order_paid", none.Event)
	require.Equal(t, "amount", none.Value)
	require.NoError(t, none.Check())
}

// TestAgainstPublishedScores takes the edges that another library published for
// its own data and scores its customers with them. That library adds 1 to each
// quantile to keep ties below; we compare with the quantile itself.
func TestAgainstPublishedScores(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "cases", "rfm.json"))
	if err != nil {
		t.Skip("rfm.json is not here: put the reference pack beside the repository")
	}
	var file []struct {
		Name     string
		Expected struct {
			Recency   [4]float64 `json:"recency_edges"`
			Frequency [4]float64 `json:"frequency_edges"`
			Monetary  [4]float64 `json:"monetary_edges"`
			Customers json.RawMessage
		}
	}
	require.NoError(t, json.Unmarshal(raw, &file))
	var r, f, m scale
	checked := 0
	for _, c := range file {
		e := c.Expected
		if e.Frequency[0] > 0 {
			r.turned = true
			for i := range 4 {
				r.edges[i], f.edges[i], m.edges[i] = 1-e.Recency[3-i], e.Frequency[i]-1, e.Monetary[i]-1
			}
		}
		var customers map[string]struct {
			Days    float64 `json:"recency_days"`
			Orders  float64 `json:"transactions"`
			Amount  float64 `json:"amount"`
			R, F, M int
		}
		if c.Name != "rfm/orders_customer_scores" {
			continue
		}
		require.NoError(t, json.Unmarshal(e.Customers, &customers))
		for name, want := range customers {
			require.Equal(t, [3]int{want.R, want.F, want.M}, [3]int{r.score(-want.Days), f.score(want.Orders), m.score(want.Amount)}, name)
			checked++
		}
	}
	require.Equal(t, 7, checked)
}
