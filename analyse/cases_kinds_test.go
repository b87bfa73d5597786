package analyse_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/weirhq/weir/query"
)

func windowFunnelCase(c *peerCase) error {
	order := query.Ordered
	if modes, _ := c.Query["modes"].([]any); len(modes) == 1 && modes[0] == "strict_order" {
		order = query.Strict
	} else if len(modes) > 0 {
		return unlikeError(fmt.Sprint("modes ", modes))
	}
	c.Query["timezone"] = "UTC"
	s, err := c.load()
	if err != nil {
		return err
	}
	window, _ := c.Query["window"].(float64)
	q := &query.Funnel{Window: query.Span{Value: int(window), Unit: query.Minute}, Order: order, Count: "persons"}
	steps, _ := c.Query["steps"].([]any)
	for _, raw := range steps {
		entity, _ := raw.(map[string]any)
		if entity["event_op"] != nil {
			q.Steps = append(q.Steps, query.Step{Event: c.numbered(entity)})
			continue
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

// numbered gives the events of the case whose names, as numbers, compare so.
func (c *peerCase) numbered(entity map[string]any) query.EventSet {
	bound, _ := entity["value"].(float64)
	var names []string
	for _, e := range c.Events {
		n, err := strconv.ParseFloat(e.Event, 64)
		fits := entity["event_op"] == "<=" && n <= bound || entity["event_op"] == ">=" && n >= bound
		if err == nil && fits && !slices.Contains(names, e.Event) {
			names = append(names, e.Event)
		}
	}
	return query.Events(names...)
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

// retentionConditionsCase is «seen on the first day» and «seen on both».
func retentionConditionsCase(c *peerCase) error {
	s, err := c.load()
	if err != nil {
		return err
	}
	conditions, _ := c.Query["conditions"].([]any)
	var days []time.Time
	for _, raw := range conditions {
		condition, _ := raw.(map[string]any)
		day, err := time.Parse(time.DateOnly, fmt.Sprint(condition["date"]))
		if err != nil {
			return unlikeError("a condition that is no day")
		}
		days = append(days, day)
	}
	visit := query.Step{Event: query.Events("visit")}
	q := &query.Retention{
		Start: visit, Return: visit, Interval: query.Day, Periods: int(days[len(days)-1].Sub(days[0]).Hours() / 24), Cohort: query.Recurring,
		Mode: query.ModeCalendar, Criterion: query.CriterionOn, Measure: query.Measure{Func: query.Persons},
	}
	a, err := s.analyser().Ask(context.Background(), s.project, query.Request{Question: q, Range: dates(days[0], days[0])})
	if err != nil {
		return err
	}
	want, _ := c.Expected["users_by_condition"].([]any)
	for i, day := range days {
		n := int(day.Sub(days[0]).Hours() / 24)
		if n < 0 {
			return unlikeError("a day before the first")
		}
		if got := a.Retention.Rows[0].Values[n]; want[i] != float64(got) {
			return fmt.Errorf("day %d has %v, theirs %v", n, got, want[i])
		}
	}
	return nil
}
