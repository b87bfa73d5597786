package stats

import (
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// tolerance is relative: the references were written with full precision.
const tolerance = 1e-6

type referenceCase struct {
	Name     string
	Query    referenceQuery
	Expected json.RawMessage
}

type referenceQuery struct {
	Type              string           `json:"type"`
	Control           referenceArm     `json:"control"`
	Treatment         referenceArm     `json:"treatment"`
	Method            string           `json:"method"`
	A                 []float64        `json:"a"`
	B                 []float64        `json:"b"`
	Observed          []int            `json:"observed"`
	Weights           []float64        `json:"weights"`
	StatisticsAB      [][]gbStatistic  `json:"statistics_a_b"`
	Operation         string           `json:"operation"`
	Level1            any              `json:"level_1"`
	Level2            any              `json:"level_2"`
	GroupBy           json.RawMessage  `json:"groupby"`
	Absolute          *bool            `json:"absolute"`
	NonInferiority    json.RawMessage  `json:"non_inferiority_margins"`
	Config            map[string]any   `json:"config"`
	Data              []map[string]any `json:"data"`
	FinalExpectedSize string           `json:"final_expected_sample_size_column"`
}

type referenceArm struct {
	Successes int `json:"successes"`
	N         int `json:"n"`
}

func (a referenceArm) proportion() Proportion {
	return Proportion{Persons: a.N, Converted: a.Successes}
}

type gbStatistic struct {
	Type       string  `json:"_type"`
	N          int     `json:"n"`
	Sum        float64 `json:"sum"`
	SumSquares float64 `json:"sum_squares"`
}

// shared finds a file of the reference pack beside the repository, or skips the test.
func shared(t *testing.T, folder, name string) string {
	t.Helper()
	root := os.Getenv("WEIR_DATA")
	if root == "" || folder != "data" {
		root = filepath.Join("..", "..", "..", "shared", folder)
	}
	path := filepath.Join(root, name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("%s is not here: set WEIR_DATA or put the reference pack beside the repository", name)
	}
	return path
}

func cases(t *testing.T, name string) []referenceCase {
	t.Helper()
	raw, err := os.ReadFile(shared(t, "cases", name))
	require.NoError(t, err)
	var file []struct {
		Name            string
		Query, Expected json.RawMessage
	}
	require.NoError(t, json.Unmarshal(raw, &file))
	var all []referenceCase
	for _, c := range file {
		read := referenceCase{Name: c.Name, Expected: c.Expected}
		// Kinds that we do not have use the same field names with other types.
		if json.Unmarshal(c.Query, &read.Query) == nil {
			all = append(all, read)
		}
	}
	return all
}

func near(t *testing.T, want, got float64, what string) {
	t.Helper()
	require.LessOrEqual(t, math.Abs(want-got), tolerance*math.Max(1e-3, math.Abs(want)), "%s: want %v, got %v", what, want, got)
}

func TestAgainstScipy(t *testing.T) {
	t.Parallel()
	seen := 0
	for _, c := range cases(t, "stats_scipy_reference.json") {
		var want struct {
			P       float64    `json:"p"`
			WelchP  float64    `json:"welch_p"`
			Chi2    float64    `json:"chi2"`
			CI      [2]float64 `json:"ci"`
			CIWelch [2]float64 `json:"diff_ci95_welch"`
		}
		q := c.Query
		switch q.Type {
		case "two_proportion_z":
			require.NoError(t, json.Unmarshal(c.Expected, &want))
			near(t, want.P, CompareProportions(q.Treatment.proportion(), q.Control.proportion()).P, c.Name)
		case "proportion_difference_ci":
			require.NoError(t, json.Unmarshal(c.Expected, &want))
			var got Interval
			switch q.Method {
			case "wald":
				tooSmall := proportionsTooSmall(q.Treatment.proportion(), q.Control.proportion())
				if tooSmall {
					continue // ours is Newcombe's there
				}
				got = CompareProportions(q.Treatment.proportion(), q.Control.proportion()).Difference
			case "newcomb":
				got = newcombe(q.Treatment.proportion(), q.Control.proportion(), 1.959963984540054)
			default:
				continue
			}
			near(t, want.CI[0], got.Low, c.Name)
			near(t, want.CI[1], got.High, c.Name)
		case "t_test":
			require.NoError(t, json.Unmarshal(c.Expected, &want))
			got := CompareMeans(mean(q.A...), mean(q.B...))
			near(t, want.WelchP, got.P, c.Name)
			near(t, want.CIWelch[0], got.Difference.Low, c.Name)
			near(t, want.CIWelch[1], got.Difference.High, c.Name)
		case "srm":
			require.NoError(t, json.Unmarshal(c.Expected, &want))
			got := CheckRatio(q.Observed, q.Weights)
			near(t, want.Chi2, got.ChiSquare, c.Name)
			near(t, want.P, got.P, c.Name)
		default:
			continue
		}
		seen++
	}
	require.GreaterOrEqual(t, seen, 11)
}

func TestAgainstGBStats(t *testing.T) {
	t.Parallel()
	seen := 0
	for _, c := range cases(t, "stats_gbstats.json") {
		var want struct {
			PValue        float64    `json:"p_value"`
			Expected      float64    `json:"expected"`
			CI            [2]float64 `json:"ci"`
			PointEstimate float64    `json:"point_estimate"`
			StandardError float64    `json:"standard_error"`
			T             float64    `json:"pValue"`
			ErrorMessage  *string    `json:"errorMessage"`
			ErrorMessage2 *string    `json:"error_message"`
		}
		q := c.Query
		if q.Type == "srm_chi_square" {
			require.NoError(t, json.Unmarshal(c.Expected, &want))
			near(t, want.PValue, CheckRatio(q.Observed, q.Weights).P, c.Name)
			seen++
			continue
		}
		// Their lists of several pairs are strata, which we do not have.
		if (q.Type != "t_test_two_sided" && q.Type != "effect_moments") || len(q.StatisticsAB) != 1 || q.StatisticsAB[0][0].Type != "SampleMeanStatistic" {
			continue
		}
		require.NoError(t, json.Unmarshal(c.Expected, &want))
		if want.ErrorMessage != nil || want.ErrorMessage2 != nil {
			continue
		}
		a, b := q.StatisticsAB[0][0], q.StatisticsAB[0][1]
		control, treatment := Mean{a.N, a.Sum, a.SumSquares}, Mean{b.N, b.Sum, b.SumSquares}
		got := CompareMeans(treatment, control)
		i := got.Difference
		relative := q.Config["difference_type"] == "relative"
		if relative {
			i = *got.Relative
		}
		if q.Type == "effect_moments" {
			near(t, want.PointEstimate, i.Value, c.Name)
			if !relative {
				near(t, want.StandardError, math.Sqrt(treatment.variance()+control.variance()), c.Name)
			}
		} else {
			near(t, want.Expected, i.Value, c.Name)
			near(t, want.CI[0], i.Low, c.Name)
			near(t, want.CI[1], i.High, c.Name)
			if !relative { // their p of a relative effect is of the ratio; ours is always of the difference
				near(t, want.T, got.P, c.Name)
			}
		}
		seen++
	}
	require.GreaterOrEqual(t, seen, 20)
}

func TestAgainstSpotifyConfidence(t *testing.T) {
	t.Parallel()
	seen := 0
	for _, c := range cases(t, "stats_spotify_confidence.json") {
		q := c.Query
		if q.Operation != "difference" || len(q.GroupBy) > 0 || len(q.NonInferiority) > 0 || q.Config["interval_size"] != nil || len(q.FinalExpectedSize) > 0 {
			continue
		}
		columns := append(texts(q.Config["categorical_group_columns"]), texts(q.Config["ordinal_group_column"])...)
		control, treatment := row(q.Data, columns, q.Level1), row(q.Data, columns, q.Level2)
		if control == nil || treatment == nil {
			continue
		}
		var want struct {
			Rows []struct {
				Difference float64 `json:"difference"`
				Low        float64 `json:"ci_lower"`
				High       float64 `json:"ci_upper"`
				P          float64 `json:"p-value"`
			} `json:"rows"`
		}
		require.NoError(t, json.Unmarshal(c.Expected, &want))
		number := func(r map[string]any, column string) float64 {
			name, _ := q.Config[column].(string)
			x, _ := r[name].(float64)
			return x
		}
		proportion := func(r map[string]any) Proportion {
			return Proportion{int(number(r, "denominator_column")), int(number(r, "numerator_column"))}
		}
		mean := func(r map[string]any) Mean {
			return Mean{int(number(r, "denominator_column")), number(r, "numerator_column"), number(r, "numerator_sum_squares_column")}
		}
		var got Comparison
		switch {
		case q.Type == "t_test":
			got = CompareMeans(mean(treatment), mean(control))
			near(t, want.Rows[0].P, got.P, c.Name)
		case (q.Type == "z_test" && q.Config["numerator_sum_squares_column"] == nil) || q.Type == "chi_square_test":
			got = CompareProportions(proportion(treatment), proportion(control))
			if q.Type == "chi_square_test" { // the pooled z test, squared; their z test does not pool
				near(t, want.Rows[0].P, got.P, c.Name)
			}
		default:
			continue
		}
		i := got.Difference
		if q.Absolute != nil && !*q.Absolute {
			if q.Type != "t_test" {
				// They divide the interval by the control as if it were known; we do not.
				near(t, want.Rows[0].Difference, got.Relative.Value, c.Name)
			}
			continue
		}
		near(t, want.Rows[0].Difference, i.Value, c.Name)
		if q.Type == "t_test" || got.Verdict != TooSmall { // ours is Newcombe's for small groups
			near(t, want.Rows[0].Low, i.Low, c.Name)
			near(t, want.Rows[0].High, i.High, c.Name)
		}
		seen++
	}
	require.GreaterOrEqual(t, seen, 5)
}

// texts reads a text or a list of texts.
func texts(x any) []string {
	var out []string
	switch x := x.(type) {
	case string:
		out = append(out, x)
	case []any:
		for _, e := range x {
			out = append(out, fmt.Sprint(e))
		}
	}
	return out
}

// row finds the one row whose columns have the values of the level, nil when there is no such row.
func row(data []map[string]any, columns []string, level any) map[string]any {
	values, ok := level.([]any)
	if !ok {
		values = []any{level}
	}
	if len(values) != len(columns) {
		return nil
	}
	for _, r := range data {
		same := true
		for i, c := range columns {
			same = same && fmt.Sprint(r[c]) == fmt.Sprint(values[i])
		}
		if same {
			return r
		}
	}
	return nil
}

// table reads a gzipped CSV with a header.
func table(t *testing.T, name string) []map[string]string {
	t.Helper()
	f, err := os.Open(shared(t, "data", name))
	require.NoError(t, err)
	defer func() { require.NoError(t, f.Close()) }()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	r := csv.NewReader(z)
	header, err := r.Read()
	require.NoError(t, err)
	var out []map[string]string
	for {
		record, err := r.Read()
		if err == io.EOF {
			return out
		}
		require.NoError(t, err)
		m := make(map[string]string, len(header))
		for i, h := range header {
			m[h] = record[i]
		}
		out = append(out, m)
	}
}

func TestHillstromAsPublished(t *testing.T) {
	t.Parallel()
	visits, buys, spend := map[string]*Proportion{}, map[string]*Proportion{}, map[string]*Mean{}
	for _, r := range table(t, filepath.Join("hillstrom", "hillstrom.csv.gz")) {
		arm := r["segment"]
		if visits[arm] == nil {
			visits[arm], buys[arm], spend[arm] = &Proportion{}, &Proportion{}, &Mean{}
		}
		money, err := strconv.ParseFloat(r["spend"], 64)
		require.NoError(t, err)
		visits[arm].Persons++
		buys[arm].Persons++
		spend[arm].Persons++
		if r["visit"] == "1" {
			visits[arm].Converted++
		}
		if r["conversion"] == "1" {
			buys[arm].Converted++
		}
		spend[arm].Sum += money
		spend[arm].SumSquares += money * money
	}
	require.Equal(t, Proportion{21306, 122}, *buys["No E-Mail"])
	for arm, want := range map[string]struct{ conversionP, spendDifference, spendP float64 }{
		"Mens E-Mail":   {1.5232235005955427e-13, 0.7698271558945367, 1.1638149682254859e-07},
		"Womens E-Mail": {0.00015710512910668448, 0.4244122159365966, 0.0011293971023632519},
	} {
		conversion := CompareProportions(*buys[arm], *buys["No E-Mail"])
		require.InEpsilon(t, want.conversionP, conversion.P, 1e-6, arm)
		require.Equal(t, Gain, conversion.Verdict)
		money := CompareMeans(*spend[arm], *spend["No E-Mail"])
		require.InDelta(t, want.spendDifference, money.Difference.Value, 1e-9, arm)
		require.InEpsilon(t, want.spendP, money.P, 1e-6, arm)
		require.Equal(t, Gain, money.Verdict)
	}
	require.InEpsilon(t, 5.685165482802317e-112, CompareProportions(*visits["Mens E-Mail"], *visits["No E-Mail"]).P, 1e-6)
	require.False(t, CheckRatio([]int{21307, 21387, 21306}, []float64{1, 1, 1}).Mismatch)
}

func TestCookieCatsAsPublished(t *testing.T) {
	t.Parallel()
	day1, day7 := map[string]*Proportion{}, map[string]*Proportion{}
	rounds := map[string]*Mean{}
	for _, r := range table(t, filepath.Join("cookie_cats", "cookie_cats.csv.gz")) {
		arm := r["version"]
		if day1[arm] == nil {
			day1[arm], day7[arm], rounds[arm] = &Proportion{}, &Proportion{}, &Mean{}
		}
		n, err := strconv.ParseFloat(r["sum_game_rounds"], 64)
		require.NoError(t, err)
		day1[arm].Persons++
		day7[arm].Persons++
		rounds[arm].Persons++
		rounds[arm].Sum += n
		rounds[arm].SumSquares += n * n
		if r["retention_1"] == "True" {
			day1[arm].Converted++
		}
		if r["retention_7"] == "True" {
			day7[arm].Converted++
		}
	}
	first := CompareProportions(*day1["gate_30"], *day1["gate_40"])
	require.InDelta(t, 0.07440965529691913, first.P, 1e-9)
	require.InDelta(t, -0.0005820998747623034, first.Difference.Low, 1e-9)
	require.Equal(t, NoClearDifference, first.Verdict)
	week := CompareProportions(*day7["gate_30"], *day7["gate_40"])
	require.InDelta(t, 0.001554249975614329, week.P, 1e-9)
	require.InDelta(t, 0.013281552418885546, week.Difference.High, 1e-9)
	require.Equal(t, Gain, week.Verdict)
	require.InDelta(t, 0.37592438409326223, CompareMeans(*rounds["gate_30"], *rounds["gate_40"]).P, 1e-9)
	ratio := CheckRatio([]int{day1["gate_30"].Persons, day1["gate_40"].Persons}, []float64{0.5, 0.5})
	require.InDelta(t, 0.008607987810836262, ratio.P, 1e-9)
	require.False(t, ratio.Mismatch)
}
