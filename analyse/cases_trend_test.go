package analyse_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/weirhq/weir/analyse"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/query"
)

var peerMeasures = map[any]query.Func{
	nil: query.Count, "total": query.Count, "dau": query.Persons, "first_time_for_user": query.FirstTimePersons, "weekly_active": query.RollingPersons,
	"monthly_active": query.RollingPersons, "sum": query.Sum, "avg": query.Avg, "min": query.Min, "max": query.Max, "median": query.Median,
	"p90": query.P90, "p95": query.P95, "p99": query.P99, "avg_count_per_actor": query.CountPerPerson,
}

func trendCase(c *peerCase) error {
	err := only(c.Query, "type", "series", "interval", "date_from", "date_to", "timezone", "now", "filters", "week_start_day", "explicit_date",
		"display", "formula", "compare", "breakdown", "filter_test_accounts", "test_account_filters")
	if err != nil {
		return err
	}
	s, err := c.load()
	if err != nil {
		return err
	}
	q, err := c.peerTrend()
	if err != nil {
		return err
	}
	r := query.Request{Question: q}
	if r.Range, err = c.trendRange(s, q.Interval); err != nil {
		return err
	}
	a, err := s.analyser().Ask(context.Background(), s.project, r)
	if fault.KindOf(err) == fault.Invalid && strings.Contains(err.Error(), "there is no segment") {
		return unlikeError("a cohort without a condition")
	}
	if err != nil {
		return err
	}
	asserted, err := c.compareTrend(q, a.Trend)
	if err != nil {
		return err
	}
	more, err := c.trendActors(s, r)
	if err == nil && !asserted && !more {
		err = unlikeError("nothing but names, or the order of equals")
	}
	return err
}

func (c *peerCase) peerTrend() (*query.Trend, error) {
	interval, _ := c.Query["interval"].(string)
	q := &query.Trend{Interval: query.Unit(interval)}
	if q.Interval == query.Minute {
		return nil, unlikeError("an interval of minutes")
	}
	filter, err := peerFilter(c.Query["filters"], query.EventProperty)
	if err != nil {
		return nil, err
	}
	if c.Query["filter_test_accounts"] == true {
		more, err := peerFilter(c.Query["test_account_filters"], query.EventProperty)
		if err != nil {
			return nil, err
		}
		filter = query.And(filter, more)
	}
	series, _ := c.Query["series"].([]any)
	if len(series) == 0 {
		return nil, unlikeError("no series")
	}
	for _, raw := range series {
		one, err := peerSeries(raw, filter)
		if err != nil {
			return nil, err
		}
		q.Series = append(q.Series, one)
	}
	q.Formula, _ = c.Query["formula"].(string)
	if c.Query["compare"] == true {
		q.Compare = "previous"
	}
	if b, ok := c.Query["breakdown"].(map[string]any); ok {
		q.Breakdown, q.BreakdownLimit, err = peerBreakdown(b, "hide_other")
	}
	return q, err
}

func peerSeries(raw any, filter *query.Condition) (query.Series, error) {
	step, err := peerStep(raw, "math", "math_property")
	if err != nil {
		return query.Series{}, err
	}
	entity, _ := raw.(map[string]any)
	measure, known := peerMeasures[entity["math"]]
	if !known {
		return query.Series{}, unlikeError(fmt.Sprint("math ", entity["math"]))
	}
	one := query.Series{Event: step.Event, Where: query.And(step.Where, filter), Measure: query.Measure{Func: measure}}
	one.Measure.Property, _ = entity["math_property"].(string)
	if strings.HasPrefix(one.Measure.Property, "$session") {
		return one, unlikeError("a property of sessions")
	}
	if measure == query.RollingPersons {
		one.Days = map[any]int{"weekly_active": 7, "monthly_active": 30}[entity["math"]]
	}
	return one, nil
}

// trendRange begins with the interval that holds the first instant. Days are
// whole; hours end with the hour of the last instant.
func (c *peerCase) trendRange(s *script, interval query.Unit) (query.Range, error) {
	from, to, err := c.peerRange(s)
	if err != nil {
		return query.Range{}, err
	}
	switch c.Query["display"] {
	case "ActionsTable", "BoldNumber", "ActionsPie", "ActionsBarValue": // one figure, and no intervals to begin with
		return dates(from, to), nil
	}
	cal := query.Calendar{Zone: s.project.Zone, WeekStart: s.project.WeekStart, Now: s.clock.Now()}
	if interval != query.Hour {
		return dates(cal.StartOf(interval, from), to), nil
	}
	if text, _ := c.Query["date_from"].(string); text == "dStart" || strings.HasSuffix(text, "d") {
		from = cal.StartOf(query.Day, from)
	}
	end := cal.Step(query.Hour, cal.StartOf(query.Hour, to), 1)
	return query.Range{
		From: query.Moment(cal.StartOf(query.Hour, from).Format(time.RFC3339)), To: query.Moment(end.Format(time.RFC3339)),
	}, nil
}

// compareTrend compares the rows that the case describes, by their labels where
// there is a breakdown and in order where there is none.
func (c *peerCase) compareTrend(q *query.Trend, a *analyse.TrendAnswer) (asserted bool, err error) {
	rows := a.Series
	if q.Formula != "" {
		rows = slices.DeleteFunc(slices.Clone(rows), func(s analyse.TrendSeries) bool { return !s.Formula })
	}
	before := a.Compare
	if q.Formula != "" {
		before = slices.DeleteFunc(slices.Clone(before), func(s analyse.TrendSeries) bool { return !s.Formula })
	}
	if len(q.Breakdown) == 0 {
		rows = append(slices.Clone(rows), before...)
	}
	breakdown, _ := c.Query["breakdown"].(map[string]any)
	if breakdown["hide_other"] == true {
		rows = slices.DeleteFunc(slices.Clone(rows), func(s analyse.TrendSeries) bool { return query.IsOther(s.Breakdown) })
	}
	ofCohort := len(q.Breakdown) > 0 && q.Breakdown[0].Segments != nil // theirs has no row of the others
	if n, ok := c.Expected["series_count"].(float64); ok && !ofCohort && (len(q.Breakdown) == 0 || q.Compare == "") {
		if asserted = true; len(rows) != int(n) {
			return true, fmt.Errorf("%d series, theirs %v", len(rows), n)
		}
	}
	list, _ := c.Expected["series"].([]any)
	for i, raw := range list {
		want, _ := raw.(map[string]any)
		row, known := analyse.TrendSeries{}, i < len(rows)
		if known {
			row = rows[i]
		}
		if len(q.Breakdown) > 0 {
			from := rows
			if want["compare_label"] == "previous" {
				from = before
			}
			label, named := seriesLabel(want, q)
			if !named && len(rows) == 1 && len(list) == 1 {
				label, named = rowLabel(rows[0].Breakdown), true
			}
			if !named {
				continue // which of their rows it is cannot be told
			}
			n := slices.IndexFunc(from, func(s analyse.TrendSeries) bool { return rowLabel(s.Breakdown) == label })
			if n < 0 {
				return true, fmt.Errorf("no row of %s", label)
			}
			row, known = from[n], true
		}
		if !known {
			return true, fmt.Errorf("%d series, theirs at least %d", len(rows), i+1)
		}
		one, err := c.compareSeries(want, row)
		if err != nil {
			return true, fmt.Errorf("series %d: %w", i, err)
		}
		asserted = asserted || one
	}
	return asserted, nil
}

// seriesLabel is the row that a series of theirs is of, when it says so.
func seriesLabel(want map[string]any, q *query.Trend) (string, bool) {
	if want["breakdown_value"] != nil {
		return peerLabel(want["breakdown_value"]), true
	}
	label, ok := want["label"].(string)
	if !ok || len(q.Series) > 1 {
		return "", false
	}
	label = strings.TrimPrefix(label, q.Series[0].Event.String()+" - ")
	var parts []any
	for _, part := range strings.Split(label, "::") {
		parts = append(parts, part)
	}
	return peerLabel(parts), q.Breakdown[0].Segments == nil
}

// compareSeries compares one row's values, their sum and the total.
func (c *peerCase) compareSeries(want map[string]any, row analyse.TrendSeries) (asserted bool, err error) {
	got := numbers(row.Values)
	if c.Query["display"] == "ActionsLineGraphCumulative" {
		for i := 1; i < len(got); i++ {
			got[i] += got[i-1]
		}
	}
	sum := 0.0
	for _, x := range got {
		sum += x
	}
	if c.Query["display"] == "ActionsLineGraphCumulative" && len(got) > 0 {
		sum = got[len(got)-1]
	}
	differ := func(what string, ours float64, theirs any) {
		x, ok := theirs.(float64)
		if !ok {
			return
		}
		asserted = true
		if math.Abs(x-ours) > 1e-6*max(1, math.Abs(x)) && err == nil {
			err = fmt.Errorf("%s is %v, theirs %v", what, ours, x)
		}
	}
	if data, ok := want["data"].([]any); ok && len(data) > 0 {
		if len(got) != len(data) {
			return true, fmt.Errorf("%d buckets, theirs %d", len(got), len(data))
		}
		for i := range got {
			differ(fmt.Sprint("bucket ", i), got[i], data[i])
		}
	}
	if at, ok := want["data_at"].(map[string]any); ok {
		for index, x := range at {
			i, _ := strconv.Atoi(index)
			if i < 0 {
				i += len(got)
			}
			if i < 0 || i >= len(got) {
				return true, fmt.Errorf("%d buckets, theirs have number %s", len(got), index)
			}
			differ("bucket "+index, got[i], x)
		}
	}
	if len(got) > 0 && want["aggregated_value"] == nil {
		differ("the sum of buckets", sum, want["count"])
		differ("the sum of buckets", sum, want["data_sum"])
	}
	differ("the total", float64(row.Total), want["aggregated_value"])
	return asserted, err
}

// trendActors counts the persons of cells.
func (c *peerCase) trendActors(s *script, r query.Request) (asserted bool, err error) {
	actors, _ := c.Expected["actors"].([]any)
	q := r.Question.(*query.Trend)
	q.BreakdownLimit = 0 // their cells are of any value
	for _, raw := range actors {
		want, _ := raw.(map[string]any)
		at, _ := want["at"].(map[string]any)
		if only(at, "day", "series", "breakdown") != nil || q.Interval == query.Hour {
			return asserted, unlikeError("actors of something else")
		}
		cell := &query.TrendCell{}
		n, _ := at["series"].(float64)
		cell.Series = int(n)
		if day, ok := at["day"].(string); ok {
			t, err := time.ParseInLocation(time.DateOnly, day[:min(len(day), len(time.DateOnly))], s.project.Zone)
			if err != nil {
				return asserted, unlikeError("a day " + day)
			}
			cal := query.Calendar{Zone: s.project.Zone, WeekStart: s.project.WeekStart}
			start := cal.StartOf(q.Interval, t)
			cell.Bucket = start.Format(time.DateOnly)
			r.Range = dates(start, cal.Step(q.Interval, start, 1).AddDate(0, 0, -1)) // their cells need not lie in the range
		}
		r.Actors = nil
		a, err := s.analyser().Ask(context.Background(), s.project, r)
		if err != nil {
			return asserted, err
		}
		if at["breakdown"] != nil {
			label := peerLabel(at["breakdown"])
			i := slices.IndexFunc(a.Trend.Series, func(s analyse.TrendSeries) bool { return rowLabel(s.Breakdown) == label })
			switch {
			case strings.Contains(label, "AnyStub"):
				return asserted, unlikeError("actors of a row without a name")
			case i >= 0:
				cell.Breakdown = a.Trend.Series[i].Breakdown
			case want["count"] == 0.0:
				continue // theirs has no such row either
			default:
				return asserted, fmt.Errorf("no row of %s", label)
			}
		}
		users, err := s.users(r, cell)
		if err != nil {
			return asserted, err
		}
		if count, ok := want["count"].(float64); ok {
			if asserted = true; len(users) != int(count) {
				return true, fmt.Errorf("%v has %v, theirs %v persons", at, users, count)
			}
		}
		rows, _ := want["rows"].(map[string]any)
		for _, raw := range rows {
			row, _ := raw.(map[string]any)
			if user, ok := row["user"].(string); ok {
				if asserted = true; !slices.Contains(users, user) {
					return true, fmt.Errorf("%v has %v, theirs %s too", at, users, user)
				}
			}
		}
	}
	return asserted, nil
}
