package importer_test

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/ingest/importer"
	"github.com/weirhq/weir/ingest/ingesttest"
)

// dataFile finds a file of the real data sets, or skips the test.
func dataFile(t *testing.T, path string) string {
	t.Helper()
	root, _ := filepath.Abs("../..")
	for _, folder := range []string{os.Getenv("WEIR_DATA"), filepath.Join(filepath.Dir(root), "shared", "data")} {
		file := filepath.Join(folder, path)
		if _, err := os.Stat(file); folder != "" && err == nil {
			return file
		}
	}
	t.Skipf("%s is neither in $WEIR_DATA nor in ../shared/data", path)
	return ""
}

func recipe(t *testing.T, name string) importer.Mapping {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../../docs/recipes", name))
	require.NoError(t, err)
	m, err := importer.ParseMapping(string(text))
	require.NoError(t, err)
	return m
}

func importReal(t *testing.T, file, recipeName string) (importer.Report, []*event.Event) {
	t.Helper()
	path, mapping := dataFile(t, file), recipe(t, recipeName)
	b := ingesttest.New(t)
	report, err := importer.Run(t.Context(), importer.Options{
		File: path, Mapping: mapping, Clock: b.Clock, Folder: t.TempDir(), BatchRows: 5000,
		Poster: importer.Direct{Intake: b.Intake, Project: "p"},
	})
	require.NoError(t, err)
	return report, b.Derived.Events()
}

func persons(events []*event.Event) int {
	ids := map[string]bool{}
	for _, e := range events {
		ids[e.DistinctID] = true
	}
	return len(ids)
}

func TestCDNOW(t *testing.T) {
	t.Parallel()
	report, events := importReal(t, "cdnow/CDNOW_master.txt.gz", "cdnow.json")
	require.Equal(t, int64(69_659), report.Rows)
	require.Equal(t, int64(69_659), report.Accepted)
	require.Zero(t, report.Rejected)
	require.Equal(t, 23_570, persons(events))
	var cents, quantity float64
	for _, e := range events {
		cents += math.Round(100 * e.Properties["amount"].Num)
		quantity += e.Properties["quantity"].Num
	}
	require.InDelta(t, 250_031_563, cents, 0.5) // awk over the file
	require.InDelta(t, 167_881, quantity, 0.5)
}

func TestBPI2012(t *testing.T) {
	t.Parallel()
	report, events := importReal(t, "bpi2012_loan/bpi2012.csv.gz", "bpi2012_loan.json")
	require.Equal(t, int64(262_200), report.Accepted)
	require.Zero(t, report.Rejected)
	require.Equal(t, 13_087, persons(events))
	names := map[string]int{}
	for _, e := range events {
		names[e.Name]++
	}
	require.Len(t, names, 24)
	require.Equal(t, 13_087, names["A_SUBMITTED"])
	require.Equal(t, 2_246, names["A_APPROVED"])
	require.Equal(t, 54_850, names["W_Completeren aanvraag"])
}

func TestOnlineRetail(t *testing.T) {
	t.Parallel()
	report, events := importReal(t, "online_retail/online_retail.csv.gz", "online_retail.json")
	require.Equal(t, int64(541_909), report.Rows)
	require.Equal(t, int64(135_080), report.Rejected, "rows without a customer")
	require.Equal(t, int64(406_829), report.Accepted)
	require.Equal(t, 4_372, persons(events))
	var revenue float64
	bought, buyers := 0, map[string]bool{}
	for _, e := range events {
		if e.Name == "item_bought" {
			bought++
			revenue += e.Properties["amount"].Num
			buyers[e.DistinctID] = true
		}
	}
	require.Equal(t, 397_884, bought)
	require.Len(t, buyers, 4_338)
	require.InDelta(t, 8_911_407.90, revenue, 0.01)
}
