package e2e

import (
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// unzip opens a gzipped file of a data set.
func unzip(t *testing.T, path string) io.Reader {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	t.Cleanup(func() { f.Close() })
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	return z
}

// importFile runs `weir import` on a copy of the file, twice: the second run
// must store nothing new.
func importFile(t *testing.T, s *server, path, recipe string) {
	t.Helper()
	local := filepath.Join(t.TempDir(), filepath.Base(path))
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(local, raw, 0o600))
	arguments := []string{
		"import", local, "--recipe", filepath.Join("..", "docs", "recipes", recipe), "--yes",
		"--project", project, "--server", s.url, "--key", apiToken,
	}
	t.Log(tail(run(t, arguments...), 600))
	before := s.counts()
	require.NoError(t, os.Remove(local+".import.json")) // forget that it was imported: the ids alone must tell
	t.Log(tail(run(t, arguments...), 600))
	require.Equal(t, before, s.counts(), "a file imported twice is stored once")
}

type intakeCounts struct {
	Events  float64 `json:"events_total"`
	Persons float64 `json:"persons_total"`
}

func (s *server) counts() intakeCounts {
	var c intakeCounts
	s.api(http.MethodGet, "/intake", nil, &c)
	return c
}

// trendTotals asks for the totals of several measures of one event.
func (s *server) trendTotals(name, from, to string, measures ...any) []float64 {
	s.t.Helper()
	var series []object
	for _, m := range measures {
		series = append(series, object{"event": name, "measure": m})
	}
	var answer struct {
		Series []struct {
			Total float64 `json:"total"`
		} `json:"series"`
	}
	s.api(http.MethodPost, "/query", object{"kind": "trend", "interval": "month", "range": object{"from": from, "to": to}, "series": series}, &answer)
	require.Len(s.t, answer.Series, len(measures))
	var totals []float64
	for _, a := range answer.Series {
		totals = append(totals, a.Total)
	}
	return totals
}

// TestCDNOW imports the purchases of a music shop and compares the totals with
// a plain reading of the file.
func TestCDNOW(t *testing.T) {
	dir := dataSet(t, "cdnow")
	file := filepath.Join(dir, "CDNOW_master.txt.gz")
	rows, customers, units, revenue := 0, map[string]bool{}, 0, 0.0
	lines := bufio.NewScanner(unzip(t, file))
	for lines.Scan() {
		f := strings.Fields(lines.Text())
		if len(f) != 4 || f[0] == "customer_id" {
			continue
		}
		n, err := strconv.Atoi(f[2])
		require.NoError(t, err)
		money, err := strconv.ParseFloat(f[3], 64)
		require.NoError(t, err)
		rows, units, revenue = rows+1, units+n, revenue+money
		customers[f[0]] = true
	}
	require.NoError(t, lines.Err())
	require.Equal(t, 69659, rows)
	require.Len(t, customers, 23570)

	s := startServer(t)
	importFile(t, s, file, "cdnow.json")
	totals := s.trendTotals("order_paid", "1997-01-01", "1998-06-30", "count", "persons", object{"sum": "quantity"}, object{"sum": "amount"})
	require.InDelta(t, float64(rows), totals[0], 0)
	require.InDelta(t, float64(len(customers)), totals[1], 0)
	require.InDelta(t, float64(units), totals[2], 0)
	require.InDelta(t, revenue, totals[3], 0.01)
	require.Equal(t, intakeCounts{Events: float64(rows), Persons: float64(len(customers))}, s.counts())
}

// loanSteps is the funnel of the lender's applications.
var loanSteps = []string{"A_SUBMITTED", "A_PREACCEPTED", "A_ACCEPTED", "A_FINALIZED", "A_APPROVED"}

// TestBPI2012 imports a lender's application log and compares the funnel with
// one computed straight from the file, by the plainest loop there is.
func TestBPI2012(t *testing.T) {
	dir := dataSet(t, "bpi2012_loan")
	file := filepath.Join(dir, "bpi2012.csv.gz")
	table, err := csv.NewReader(unzip(t, file)).ReadAll()
	require.NoError(t, err)
	require.Len(t, table, 262200+1)
	times := map[string]map[string][]time.Time{} // application → activity → when
	for _, row := range table[1:] {
		at, err := time.Parse(time.RFC3339, row[6])
		require.NoError(t, err)
		if times[row[0]] == nil {
			times[row[0]] = map[string][]time.Time{}
		}
		times[row[0]][row[4]] = append(times[row[0]][row[4]], at)
	}
	want := make([]int, len(loanSteps))
	for _, activities := range times {
		for i := range depth(activities) {
			want[i]++
		}
	}
	require.Equal(t, 13087, want[0])

	s := startServer(t)
	importFile(t, s, file, "bpi2012_loan.json")
	var steps []object
	for _, name := range loanSteps {
		steps = append(steps, object{"event": name})
	}
	var answer struct {
		Steps []struct {
			Count int `json:"count"`
		} `json:"steps"`
	}
	s.api(http.MethodPost, "/query", object{
		"kind": "funnel", "steps": steps, "window": object{"value": 365, "unit": "day"}, "order": "ordered",
		"range": object{"from": "2011-10-01", "to": "2012-03-14"},
	}, &answer)
	var got []int
	for _, step := range answer.Steps {
		got = append(got, step.Count)
	}
	require.Equal(t, want, got)
	require.Equal(t, []int{13087, 7367, 5113, 5015, 2246}, got, "the published counts")
	require.InDelta(t, 262200, s.counts().Events, 0)
}

// depth is how many steps an application takes in order, from any submission.
func depth(activities map[string][]time.Time) int {
	best := 0
	for _, start := range activities[loanSteps[0]] {
		reached, at := 1, start
		for _, name := range loanSteps[1:] {
			var next time.Time
			for _, when := range activities[name] {
				if !when.Before(at) && when.Sub(start) <= 365*24*time.Hour && (next.IsZero() || when.Before(next)) {
					next = when
				}
			}
			if next.IsZero() {
				break
			}
			reached, at = reached+1, next
		}
		best = max(best, reached)
	}
	return best
}
