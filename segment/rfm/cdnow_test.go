package rfm

import (
	"bufio"
	"compress/gzip"
	"math"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/event"
)

// purchase is one line of the CDNOW file.
type purchase struct {
	customer string
	day      time.Time
	amount   float64
}

func readCDNOW(t *testing.T) []purchase {
	t.Helper()
	root := os.Getenv("WEIR_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	f, err := os.Open(filepath.Join(root, "cdnow", "CDNOW_master.txt.gz"))
	if err != nil {
		t.Skip("cdnow is not here: set WEIR_DATA or put the reference data beside the repository")
	}
	defer func() { require.NoError(t, f.Close()) }()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	var all []purchase
	lines := bufio.NewScanner(z)
	lines.Scan() // the header
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) != 4 {
			continue
		}
		day, err := time.Parse("20060102", fields[1])
		require.NoError(t, err)
		amount, err := strconv.ParseFloat(fields[3], 64)
		require.NoError(t, err)
		all = append(all, purchase{fields[0], day, amount})
	}
	require.NoError(t, lines.Err())
	require.Len(t, all, 69_659)
	return all
}

// plain is the model of one customer, computed straight from the file.
type plain struct {
	days, payments int
	money          float64
}

func straight(all []purchase, asOf time.Time, lookBack int) map[string]*plain {
	out := map[string]*plain{}
	for _, x := range all {
		ago := int(asOf.Sub(x.day).Hours() / 24)
		if ago < 0 || ago >= lookBack {
			continue
		}
		c := out[x.customer]
		if c == nil {
			c = &plain{days: ago}
			out[x.customer] = c
		}
		c.days = min(c.days, ago)
		c.payments++
		c.money += x.amount
	}
	return out
}

// edges are the quintile edges by the textbook formula of type 7.
func edges(values []float64) (out [4]float64) {
	sort.Float64s(values)
	for i := range out {
		h := float64(len(values)-1) * float64(i+1) / 5
		below := math.Floor(h + 1e-9)
		out[i] = values[int(below)]
		if rest := h - below; rest > 1e-9 {
			out[i] += rest * (values[int(below)+1] - values[int(below)])
		}
	}
	return out
}

func bin(v float64, edges [4]float64) int {
	b := 1
	for _, e := range edges {
		if v > e+1e-9 {
			b++
		}
	}
	return b
}

// TestCDNOW loads the whole file as events and compares scores, groups and sums
// of every customer with a computation straight from the file.
func TestCDNOW(t *testing.T) {
	t.Parallel()
	all := readCDNOW(t)
	b := setup(t)
	b.p.Zone = time.UTC
	var events []*event.Event
	for _, x := range all {
		events = append(events, &event.Event{
			Project: "p", Name: "purchase", Time: x.day.Add(12 * time.Hour).UnixMilli(), DistinctID: x.customer, Known: true,
			Properties: event.Properties{"amount": event.Num(x.amount)},
		})
	}
	b.store.Apply(events)
	for _, c := range []struct {
		asOf string
		days int
	}{{"1998-06-30", 600}, {"1998-06-30", 90}, {"1997-06-30", 180}} {
		asOf, err := time.Parse(time.DateOnly, c.asOf)
		require.NoError(t, err)
		want := straight(all, asOf, c.days)
		for _, method := range []Method{Fixed, Mean, Median, Quintile} {
			s := Settings{
				Event: "purchase", Value: "amount", Days: c.days,
				Recency: Dimension{Method: method}, Frequency: Dimension{Method: method}, Monetary: Dimension{Method: method},
			}
			if method == Fixed {
				s.Recency.Threshold, s.Frequency.Threshold, s.Monetary.Threshold = 60, 2, 50
			}
			a, err := b.Assess(t.Context(), b.p, Request{AsOf: c.asOf, Settings: &s})
			require.NoError(t, err)
			compare(t, b, a, want)
		}
		if c.days == 600 {
			require.Len(t, want, 23_570)
			board, err := b.Board(t.Context(), b.p, Request{AsOf: c.asOf, Settings: &Settings{
				Event: "purchase", Value: "amount", Days: 600, Recency: Dimension{Method: Quintile}, Frequency: Dimension{Method: Quintile}, Monetary: Dimension{Method: Quintile},
			}})
			require.NoError(t, err)
			require.Equal(t, 23_570, board.Persons)
			require.InDelta(t, 2_500_315.63, board.Revenue, 0.005)
		}
	}
}

func compare(t *testing.T, b *bundle, a *Assessment, want map[string]*plain) {
	t.Helper()
	require.Len(t, a.Ratings, len(want))
	var days, payments, money []float64
	var sumDays, sumPayments, sumMoney float64
	for _, x := range want {
		days, payments, money = append(days, float64(x.days)), append(payments, float64(x.payments)), append(money, x.money)
		sumDays, sumPayments, sumMoney = sumDays+float64(x.days), sumPayments+float64(x.payments), sumMoney+x.money
	}
	n := float64(len(want))
	rEdges, fEdges, mEdges := edges(days), edges(payments), edges(money)
	middle := func(sorted []float64) float64 { return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2 }
	people := b.store.Table("p").View().People()
	for _, x := range a.Ratings {
		name := people.Identities(x.Person)[0].ID
		w := want[name]
		require.NotNil(t, w, name)
		require.Equal(t, w.days, x.Days, name)
		require.Equal(t, w.payments, x.Payments, name)
		require.InDelta(t, w.money, x.Money, 1e-6, name)
		require.Equal(t, [3]int{6 - bin(float64(w.days), rEdges), bin(float64(w.payments), fEdges), bin(w.money, mEdges)}, [3]int{x.R, x.F, x.M}, name)
		var high [3]bool
		switch a.Settings.Recency.Method {
		case Fixed:
			high = [3]bool{w.days <= 60, w.payments >= 2, w.money >= 50}
		case Mean:
			high = [3]bool{float64(w.days) < sumDays/n, float64(w.payments) > sumPayments/n, w.money > sumMoney/n}
		case Median:
			high = [3]bool{float64(w.days) < middle(days), float64(w.payments) > middle(payments), w.money > middle(money)+1e-9}
		case Quintile:
			high = [3]bool{x.R >= 4, x.F >= 4, x.M >= 4}
		}
		letters := ""
		for _, h := range high {
			letters += map[bool]string{true: "H", false: "L"}[h]
		}
		require.Equal(t, letters, code(x), "%s by %s", name, a.Settings.Recency.Method)
	}
}
