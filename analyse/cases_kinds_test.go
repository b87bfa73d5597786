package analyse_test

import (
	"context"
	"fmt"
	"math"
	"sort"
	"strings"
	"time"

	"github.com/weirhq/weir/query"
)

func windowFunnelCase(c *peerCase) error {
	if modes, _ := c.Query["modes"].([]any); len(modes) > 0 {
		return unlikeError("modes")
	}
	c.Query["timezone"] = "UTC"
	s, err := c.load()
	if err != nil {
		return err
	}
	window, _ := c.Query["window"].(float64)
	q := &query.Funnel{Window: query.Span{Value: int(window), Unit: query.Minute}, Order: query.Ordered, Count: "persons"}
	steps, _ := c.Query["steps"].([]any)
	for _, raw := range steps {
		entity, _ := raw.(map[string]any)
		if _, plain := entity["event"].(string); !plain {
			return unlikeError("a step that is no event")
		}
		step, err := peerStep(raw)
		if err != nil {
			return err
		}
		q.Steps = append(q.Steps, step)
	}
	r := query.Request{Question: q, Range: query.Range{From: "1960-01-01", To: "2190-01-01"}}
	levels, _ := c.Expected["level_by_user"].(map[string]any)
	for user, want := range levels {
		level := 0
		for k := 1; k <= len(q.Steps); k++ {
			users, err := s.users(r, &query.FunnelCell{Step: k})
			if err != nil {
				return unlikeError(err.Error()) // times beyond the years that Weir knows
			}
			if strings.Contains(" "+strings.Join(users, " ")+" ", " "+user+" ") {
				level = k
			}
		}
		if float64(level) != want {
			return fmt.Errorf("level of %s is %d, theirs is %v", user, level, want)
		}
	}
	return nil
}

func funnelCase(c *peerCase) error {
	err := only(c.Query, "type", "viz", "order", "steps", "conversion_window", "date_from", "date_to", "timezone", "now", "exclusions", "filters", "week_start_day")
	if err != nil {
		return err
	}
	if c.Query["viz"] != "steps" {
		return unlikeError("viz")
	}
	s, err := c.load()
	if err != nil {
		return err
	}
	q, err := peerFunnel(c)
	if err != nil {
		return err
	}
	filter, err := peerFilter(c.Query["filters"], query.UserProperty)
	if err != nil {
		return err
	}
	for i := range q.Steps {
		q.Steps[i].Where = query.And(q.Steps[i].Where, filter)
	}
	from, to, err := c.peerRange(s)
	if err != nil {
		return err
	}
	r := query.Request{Question: q, Range: dates(from, to)}
	a, err := s.analyser().Ask(context.Background(), s.project, r)
	if err != nil {
		return err
	}
	steps, _ := c.Expected["steps"].([]any)
	for i, raw := range steps {
		want, _ := raw.(map[string]any)
		got := a.Funnel.Steps[i]
		for field, value := range map[string]float64{
			"count": float64(got.Count), "average_conversion_time": float64(got.Average), "median_conversion_time": float64(got.Median),
		} {
			if x, asserted := want[field].(float64); asserted && math.Abs(x-value) > 1e-6*max(1, math.Abs(x)) {
				return fmt.Errorf("step %d: %s is %v, theirs is %v", i+1, field, value, x)
			}
		}
	}
	return c.funnelActors(s, r)
}

func peerFunnel(c *peerCase) (*query.Funnel, error) {
	order, _ := c.Query["order"].(string)
	q := &query.Funnel{Order: query.Order(order), Count: "persons"}
	window, _ := c.Query["conversion_window"].(map[string]any)
	value, _ := window["value"].(float64)
	unit, _ := window["unit"].(string)
	q.Window = query.Span{Value: int(value), Unit: query.Unit(unit)}
	if unit == "second" {
		return nil, unlikeError("a window of seconds")
	}
	steps, _ := c.Query["steps"].([]any)
	for _, raw := range steps {
		if entity, ok := raw.(map[string]any); ok && entity["math"] == "total" {
			delete(entity, "math")
		}
		step, err := peerStep(raw)
		if err != nil {
			return nil, err
		}
		q.Steps = append(q.Steps, step)
	}
	exclusions, _ := c.Query["exclusions"].([]any)
	for _, raw := range exclusions {
		step, err := peerStep(raw, "from_step", "to_step")
		if err != nil {
			return nil, err
		}
		entity, _ := raw.(map[string]any)
		from, _ := entity["from_step"].(float64)
		to, _ := entity["to_step"].(float64)
		q.Exclusions = append(q.Exclusions, query.Exclusion{Event: step.Event, Where: step.Where, From: int(from) + 1, To: int(to) + 1})
	}
	return q, nil
}

// funnelActors compares the persons of steps; −n are those who dropped out before step n.
func (c *peerCase) funnelActors(s *script, r query.Request) error {
	actors, _ := c.Expected["actors"].([]any)
	for _, raw := range actors {
		want, _ := raw.(map[string]any)
		at, _ := want["at"].(map[string]any)
		step, ok := at["step"].(float64)
		if !ok || len(at) > 1 {
			return unlikeError("actors of something else")
		}
		got, err := s.users(r, &query.FunnelCell{Step: int(math.Abs(step)), Dropped: step < 0})
		if err != nil {
			return err
		}
		if count, ok := want["count"].(float64); ok && int(count) != len(got) {
			return fmt.Errorf("step %v has %d persons, theirs %v", step, len(got), count)
		}
		list, ok := want["users"].([]any)
		if !ok {
			continue
		}
		users := []string{}
		for _, u := range list {
			users = append(users, fmt.Sprint(u))
		}
		sort.Strings(users)
		if strings.Join(users, " ") != strings.Join(got, " ") {
			return fmt.Errorf("step %v has %v, theirs %v", step, got, users)
		}
	}
	return nil
}

func retentionCase(c *peerCase) error {
	err := only(c.Query, "type", "target", "returning", "cohort_type", "period", "total_intervals", "total_intervals_default", "date_from",
		"date_to", "timezone", "now", "date_from_default", "filters", "week_start_day")
	if err != nil {
		return err
	}
	s, err := c.load()
	if err != nil {
		return err
	}
	interval, _ := c.Query["period"].(string)
	total, _ := c.Query["total_intervals"].(float64)
	q := &query.Retention{
		Interval: query.Unit(interval), Periods: int(total) - 1, Cohort: query.Recurring, Mode: query.ModeCalendar, Criterion: query.CriterionOn,
		Measure: query.Measure{Func: query.Persons},
	}
	if c.Query["cohort_type"] == "first_time" {
		q.Cohort = query.FirstEver
	}
	if q.Start, err = peerStep(c.Query["target"]); err != nil {
		return err
	}
	if q.Return, err = peerStep(c.Query["returning"]); err != nil {
		return err
	}
	filter, err := peerFilter(c.Query["filters"], query.EventProperty)
	if err != nil {
		return err
	}
	q.Start.Where, q.Return.Where = query.And(q.Start.Where, filter), query.And(q.Return.Where, filter)
	_, to, err := c.peerRange(s)
	if err != nil {
		return err
	}
	cal := query.Calendar{Zone: s.project.Zone, WeekStart: s.project.WeekStart, Now: s.clock.Now()}
	first := cal.Step(q.Interval, cal.StartOf(q.Interval, to), 1-int(total))
	last := cal.Step(q.Interval, cal.StartOf(q.Interval, to), 1).AddDate(0, 0, -1) // their last row is whole
	r := query.Request{Question: q, Range: dates(first, last)}
	if q.Interval == query.Hour {
		r.Range = query.Range{From: query.Moment(first.Format(time.RFC3339)), To: query.Moment(cal.Step(query.Hour, cal.StartOf(query.Hour, to), 1).Format(time.RFC3339))}
	}
	a, err := s.analyser().Ask(context.Background(), s.project, r)
	if err != nil {
		return err
	}
	matrix, _ := c.Expected["matrix"].([]any)
	for i, raw := range matrix {
		row, _ := raw.([]any)
		for k, want := range row {
			got := float64(a.Retention.Rows[i].Values[k])
			if k == 0 { // theirs is the size of the cohort
				got = float64(a.Retention.Rows[i].Size)
			}
			if got != want {
				return fmt.Errorf("row %d column %d is %v, theirs %v", i, k, got, want)
			}
		}
	}
	if len(matrix) == 0 {
		return unlikeError("nothing but labels")
	}
	return nil
}

var peerMeasures = map[any]query.Func{
	nil: query.Count, "total": query.Count, "dau": query.Persons, "first_time_for_user": query.FirstTimePersons, "weekly_active": query.RollingPersons,
	"monthly_active": query.RollingPersons, "sum": query.Sum, "avg": query.Avg, "min": query.Min, "max": query.Max, "median": query.Median,
	"p90": query.P90, "p95": query.P95, "p99": query.P99, "avg_count_per_actor": query.CountPerPerson,
}

func trendCase(c *peerCase) error {
	err := only(c.Query, "type", "series", "interval", "date_from", "date_to", "timezone", "now", "filters", "week_start_day", "explicit_date")
	if err != nil {
		return err
	}
	s, err := c.load()
	if err != nil {
		return err
	}
	interval, _ := c.Query["interval"].(string)
	q := &query.Trend{Interval: query.Unit(interval)}
	if q.Interval != query.Day && q.Interval != query.Week && q.Interval != query.Month {
		return unlikeError("an interval of " + interval)
	}
	filter, err := peerFilter(c.Query["filters"], query.EventProperty)
	if err != nil {
		return err
	}
	series, _ := c.Query["series"].([]any)
	if len(series) == 0 {
		return unlikeError("no series")
	}
	for _, raw := range series {
		step, err := peerStep(raw, "math", "math_property")
		if err != nil {
			return err
		}
		entity, _ := raw.(map[string]any)
		measure, known := peerMeasures[entity["math"]]
		if !known {
			return unlikeError(fmt.Sprint("math ", entity["math"]))
		}
		one := query.Series{Event: step.Event, Where: query.And(step.Where, filter), Measure: query.Measure{Func: measure}}
		one.Measure.Property, _ = entity["math_property"].(string)
		if measure == query.RollingPersons {
			one.Days = map[any]int{"weekly_active": 7, "monthly_active": 30}[entity["math"]]
		}
		q.Series = append(q.Series, one)
	}
	from, to, err := c.peerRange(s)
	if err != nil {
		return err
	}
	cal := query.Calendar{Zone: s.project.Zone, WeekStart: s.project.WeekStart, Now: s.clock.Now()}
	a, err := s.analyser().Ask(context.Background(), s.project, query.Request{Question: q, Range: dates(cal.StartOf(q.Interval, from), to)})
	if err != nil {
		return err
	}
	asserted := false
	list, _ := c.Expected["series"].([]any)
	for i, raw := range list {
		want, _ := raw.(map[string]any)
		data, ok := want["data"].([]any)
		if !ok || i >= len(a.Trend.Series) {
			continue
		}
		asserted = true
		got := numbers(a.Trend.Series[i].Values)
		if len(got) != len(data) {
			return fmt.Errorf("series %d has %d buckets, theirs %d", i, len(got), len(data))
		}
		for n := range got {
			if x, ok := data[n].(float64); ok && math.Abs(x-got[n]) > 1e-6 {
				return fmt.Errorf("series %d is %v, theirs %v", i, got, data)
			}
		}
	}
	if !asserted {
		return unlikeError("nothing but names")
	}
	return nil
}
