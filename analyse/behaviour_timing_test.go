package analyse_test

import (
	"context"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/analyse"
	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/query"
	"github.com/weirhq/weir/store/columns"
)

// BenchmarkBehaviour times what persons did one thing after the other: funnels in
// every order, intervals, and conditions over all persons. Each question is asked
// of a new Analyser, which has kept no answer.
func BenchmarkBehaviour(b *testing.B) {
	const rng = `"range":{"from":"2026-01-01","to":"2026-03-31"}`
	const steps = `"steps":[{"event":"view"},{"event":"cart"},{"event":"pay"}]`
	for _, c := range []struct{ name, question string }{
		{"funnel", `{"kind":"funnel",` + rng + `,` + steps + `,"window":{"value":7,"unit":"day"}}`},
		{"funnel_where", `{"kind":"funnel",` + rng + `,"steps":[{"event":"view","where":{"property":"platform","op":"eq","value":"ios"}},{"event":"cart"},{"event":"pay"}]}`},
		{"funnel_breakdown", `{"kind":"funnel",` + rng + `,` + steps + `,"breakdown":[{"property":"sku"}]}`},
		{"funnel_strict", `{"kind":"funnel",` + rng + `,` + steps + `,"order":"strict"}`},
		{"funnel_unordered", `{"kind":"funnel",` + rng + `,` + steps + `,"order":"unordered","window":{"value":7,"unit":"day"}}`},
		{"funnel_exclusion", `{"kind":"funnel",` + rng + `,` + steps + `,"exclusions":[{"event":"search","from":1,"to":3}]}`},
		{"funnel_hold", `{"kind":"funnel",` + rng + `,` + steps + `,"hold":["sku"]}`},
		{"funnel_sessions", `{"kind":"funnel",` + rng + `,` + steps + `,"count":"sessions"}`},
		{"funnel_attempts", `{"kind":"funnel",` + rng + `,` + steps + `,"count":"attempts"}`},
		{"interval", `{"kind":"interval",` + rng + `,"start":{"event":"view"},"end":{"event":"pay"}}`},
	} {
		b.Run(c.name, func(b *testing.B) {
			table := timingTable()
			r, err := query.Parse([]byte(c.question))
			require.NoError(b, err)
			before := processorTime(b)
			for b.Loop() {
				a := analyse.New(func(string) *columns.Table { return table }, &fixedSets{}, clock.NewManual(time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)))
				_, err := a.Ask(context.Background(), analyse.Project{ID: "p", WeekStart: time.Monday}, r)
				require.NoError(b, err)
			}
			events := float64(b.N) * timingEvents
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/events, "ns/event")
			b.ReportMetric(float64(processorTime(b)-before)/events, "cpu-ns/event")
		})
	}
}

// BenchmarkPrepared asks one person after another, as live segments and journeys do.
func BenchmarkPrepared(b *testing.B) {
	for _, c := range []struct{ name, condition string }{
		{"ever", `{"did":{"event":"pay"}}`},
		{"window", `{"did":{"event":"pay","op":"gte","value":2,"within":{"last":30,"unit":"day"}}}`},
		{"where", `{"did":{"event":"pay","where":{"property":"sku","op":"eq","value":"sku7"},"within":{"last":3,"unit":"month"}}}`},
		{"sequence", `{"sequence":[{"event":"view"},{"event":"pay","within":{"value":1,"unit":"day"}}]}`},
		{"absent", `{"sequence":[{"event":"cart"},{"event":"pay","within":{"value":60,"unit":"day"},"absent":true}]}`},
	} {
		b.Run(c.name, func(b *testing.B) {
			table := timingTable()
			a := analyse.New(func(string) *columns.Table { return table }, &fixedSets{}, clock.NewManual(time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)))
			condition, err := query.ParseCondition([]byte(c.condition))
			require.NoError(b, err)
			prepared, err := a.Prepare(analyse.Project{ID: "p"}, condition)
			require.NoError(b, err)
			moment := prepared.Now()
			for i := 0; b.Loop(); i++ {
				_, _, err := moment.Holds(person.Ordinal(i % timingPersons))
				require.NoError(b, err)
			}
		})
	}
}

// processorTime is what all threads have used so far, in nanoseconds: on a busy
// machine it says more than the time on the wall.
func processorTime(b *testing.B) int64 {
	var used syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &used))
	return used.Utime.Nano() + used.Stime.Nano()
}
