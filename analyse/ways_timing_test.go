package analyse_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/analyse"
	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/query"
	"github.com/weirhq/weir/store/columns"
)

// BenchmarkWays times retention, paths, attribution, value and referral over the
// shop of -shop-events. Each question is asked of a new Analyser, which has kept
// no answer.
func BenchmarkWays(b *testing.B) {
	const rng = `"range":{"from":"2026-01-15","to":"2026-04-16"}`
	const touch = `"conversion":{"event":"pay","value":"amount"},"touch":{"event":"page_view","by":{"property":"channel"}},"lookback":{"value":7,"unit":"day"}`
	const ltv = `{"kind":"ltv","cohort":{"event":"register"},"revenue":{"event":"pay","value":"amount"},"periods":60,`
	for _, c := range []struct{ name, question string }{
		{"retention_day", `{"kind":"retention",` + rng + `,"start":{"event":"*"},"return":{"event":"*"},"periods":14}`},
		{"retention_first_ever", `{"kind":"retention",` + rng + `,"start":{"event":"*"},"return":{"event":"*"},"periods":14,"cohort":"first_ever"}`},
		{"retention_week", `{"kind":"retention",` + rng + `,"start":{"event":"register"},"return":{"event":"pay"},"interval":"week","periods":8,"cohort":"first_in_range"}`},
		{"retention_where", `{"kind":"retention",` + rng + `,"start":{"event":"app_open"},"return":{"event":"*","where":{"property":"platform","op":"eq","value":"ios"}},"periods":14}`},
		{"retention_rolling", `{"kind":"retention",` + rng + `,"start":{"event":"login"},"return":{"event":"*"},"periods":14,"mode":"rolling"}`},
		{"retention_revenue", `{"kind":"retention",` + rng + `,"start":{"event":"login"},"return":{"event":"pay"},"periods":14,"measure":{"sum":"amount"}}`},
		{"paths", `{"kind":"paths",` + rng + `,"events":"*"}`},
		{"paths_property", `{"kind":"paths",` + rng + `,"events":["page_view","product_view","search"],"by":{"property":"channel"},"steps":10}`},
		{"paths_to_pay", `{"kind":"paths",` + rng + `,"events":"*","anchor":{"end":{"event":"pay"}}}`},
		{"attribution_last", `{"kind":"attribution",` + rng + `,` + touch + `,"model":"last"}`},
		{"attribution_all", `{"kind":"attribution",` + rng + `,` + touch + `,"model":["first","last","linear","position","time_decay","markov","shapley","last_non_direct"]}`},
		{"ltv_week", ltv + rng + `,"interval":"week"}`},
		{"ltv_breakdown", ltv + rng + `,"interval":"week","breakdown":[{"property":"channel"}]}`},
		{"referral", `{"kind":"referral",` + rng + `,"invite":{"event":"share"},"join":{"event":"register","inviter":"channel"}}`},
	} {
		b.Run(c.name, func(b *testing.B) {
			table := shopTable()
			r, err := query.Parse([]byte(c.question))
			require.NoError(b, err)
			before := processorTime(b)
			for b.Loop() {
				a := analyse.New(func(string) *columns.Table { return table }, &fixedSets{}, clock.NewManual(time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)))
				_, err := a.Ask(context.Background(), analyse.Project{ID: "p", WeekStart: time.Monday}, r)
				require.NoError(b, err)
			}
			events := float64(b.N) * float64(*shopEvents)
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/events, "ns/event")
			b.ReportMetric(float64(processorTime(b)-before)/events, "cpu-ns/event")
		})
	}
}
