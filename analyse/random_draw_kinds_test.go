package analyse_test

import (
	"slices"

	"pgregory.net/rapid"

	"github.com/weirhq/weir/query"
)

func (d draw) interval() query.Unit { return query.Unit(d.text("hour", "day", "day", "week", "month")) }

func (d draw) step() query.Step { return query.Step{Event: d.events(), Where: d.where()} }

func (d draw) growth() *query.Growth {
	return &query.Growth{Event: d.events(), Where: d.where(), Interval: d.interval()}
}

func (d draw) stickiness() *query.Stickiness {
	return &query.Stickiness{Event: d.events(), Where: d.where(), Interval: d.interval()}
}

func (d draw) distribution() *query.Distribution {
	q := &query.Distribution{
		Event: d.events(), Where: d.where(), Interval: query.Unit(d.text("hour", "day", "week", "month", query.WholeRange, query.WholeRange)),
		Measure: rapid.SampledFrom([]query.Measure{
			{Func: query.Count},
			{Func: query.Days},
			{Func: query.Sum, Property: "n"},
			{Func: query.Avg, Property: "n"},
			{Func: query.Min, Property: "n"},
			{Func: query.Max, Property: "n"},
			{Func: query.Distinct, Property: "p"},
		}).Draw(d.T, "measure"),
	}
	if d.chance(50) {
		edge := float64(d.int(-1, 2))
		for range d.int(1, 4) {
			q.Bins = append(q.Bins, edge)
			edge += float64(d.int(1, 4)) / 2
		}
	}
	return q
}

func (d draw) intervals() *query.Interval {
	q := &query.Interval{Start: d.step(), Interval: d.interval()}
	q.End = q.Start
	if d.chance(65) {
		q.End = d.step()
	}
	if d.chance(50) {
		q.Within = &query.Span{Value: d.int(1, 60), Unit: query.Hour}
	}
	return q
}

func (d draw) paths() *query.Paths {
	q := &query.Paths{
		Events: d.events(), By: d.text("", "", "p", "n"), Gap: rapid.SampledFrom([]int{29, 30, 60, 180, 2000}).Draw(d.T, "gap"),
		CollapseRepeats: d.chance(60), Steps: d.int(2, 6), NodeLimit: rapid.SampledFrom([]int{1, 2, 3, 50}).Draw(d.T, "limit"),
	}
	if d.chance(60) {
		q.Events = query.AnyEvent()
	}
	step := d.step()
	switch d.int(1, 4) {
	case 1:
		q.Start = &step
	case 2:
		q.End = &step
	}
	return q
}

func (d draw) attribution() *query.Attribution {
	q := &query.Attribution{
		Conversion: query.Conversion{Event: d.events(), Where: d.where(), Value: d.text("", "n", "n")},
		Touch:      query.Touch{Event: d.events(), Where: d.where(), By: d.text("p", "n", "n")},
		Lookback:   query.Span{Value: d.int(1, 100), Unit: query.Hour},
	}
	models := []string{
		query.ModelFirst, query.ModelLast, query.ModelLinear, query.ModelPosition, query.ModelTimeDecay, query.ModelMarkov,
		query.ModelShapley, query.ModelLastNonDirect,
	}
	for range d.int(1, 4) {
		if m := d.text(models...); !slices.Contains(q.Models, m) {
			q.Models = append(q.Models, m)
		}
	}
	return q
}

func (d draw) ltv() *query.LTV {
	return &query.LTV{
		Cohort: d.step(), Revenue: query.Revenue{Event: d.events(), Where: d.where(), Value: "n"},
		Interval: query.Unit(d.text("day", "day", "week", "month")), Periods: d.int(1, 5), ChurnDays: d.int(1, 4),
		Breakdown: d.breakdowns(2), BreakdownLimit: d.int(0, 3),
	}
}

func (d draw) referral() *query.Referral {
	return &query.Referral{
		Invite: d.step(), Join: query.Join{Event: d.events(), Where: d.where(), Inviter: "by"},
		Interval: query.Unit(d.text("", "hour", "day", "week", "month")),
	}
}
