package analyse_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"github.com/weirhq/weir/analyse"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/query"
)

func funnelCase(c *peerCase) error {
	err := only(c.Query, "type", "viz", "order", "steps", "conversion_window", "date_from", "date_to", "timezone", "now", "exclusions", "filters",
		"week_start_day", "breakdown", "interval", "from_step", "to_step")
	if err != nil {
		return err
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
	asserted, err := c.compareFunnel(s, r, q, a.Funnel)
	if err == nil && !asserted {
		err = unlikeError("nothing but names, or more than one figure can say")
	}
	return err
}

// compareFunnel compares whatever the case says about the answer.
func (c *peerCase) compareFunnel(s *script, r query.Request, q *query.Funnel, a *analyse.FunnelAnswer) (asserted bool, err error) {
	compare := func(field string, with func(list []any) error) {
		if list, ok := c.Expected[field].([]any); ok && err == nil && len(list) > 0 {
			asserted, err = true, with(list)
		}
	}
	compare("steps", func(list []any) error { return compareSteps(list, a.Steps) })
	compare("breakdown_groups", func(list []any) error { return compareGroups(list, a.Breakdown) })
	compare("breakdown_values", func(list []any) error { return compareValues(list, a.Breakdown) })
	compare("actors", func([]any) error { return c.funnelActors(s, r, a) })
	switch c.Query["viz"] {
	case "trends":
		if n, ok := c.Expected["result_count"].(float64); ok && c.Query["breakdown"] == nil && err == nil {
			if asserted = true; len(a.Trend) != int(n) {
				return true, fmt.Errorf("%d buckets, theirs %v", len(a.Trend), n)
			}
		}
		compare("series", func(list []any) error { return compareFunnelTrend(list, a.Trend) })
		compare("results", func(list []any) error { return compareFunnelTrend(list, a.Trend) })
	case "time_to_convert":
		if x, ok := c.Expected["average_conversion_time"].(float64); ok && err == nil {
			asserted = true
			if got := float64(a.Steps[len(q.Steps)-1].Average); math.Abs(got-x) > 1e-6*x {
				err = fmt.Errorf("the average is %v s, theirs %v", got, x)
			}
		}
	}
	return asserted, err
}

func compareSteps(list []any, steps []analyse.FunnelStep) error {
	for i, raw := range list {
		want, _ := raw.(map[string]any)
		got := steps[i]
		for field, value := range map[string]float64{
			"count": float64(got.Count), "average_conversion_time": float64(got.Average), "median_conversion_time": float64(got.Median),
		} {
			if x, asserted := want[field].(float64); asserted && math.Abs(x-value) > 1e-6*max(1, math.Abs(x)) {
				return fmt.Errorf("step %d: %s is %v, theirs is %v", i+1, field, value, x)
			}
		}
	}
	return nil
}

// compareGroups compares the rows of a breakdown.
func compareGroups(list []any, rows []analyse.FunnelRow) error {
	for _, raw := range list {
		want, _ := raw.(map[string]any)
		label := peerLabel(want["breakdown"])
		i := slices.IndexFunc(rows, func(r analyse.FunnelRow) bool { return rowLabel(r.Value) == label })
		if i < 0 {
			return fmt.Errorf("no row of %s", label)
		}
		steps, _ := want["steps"].([]any)
		if err := compareSteps(steps, rows[i].Steps); err != nil {
			return fmt.Errorf("%s: %w", label, err)
		}
	}
	return nil
}

func compareValues(list []any, rows []analyse.FunnelRow) error {
	got, want := []string{}, []string{}
	for _, r := range rows {
		got = append(got, rowLabel(r.Value))
	}
	for _, v := range list {
		want = append(want, peerLabel(v))
	}
	sort.Strings(got)
	sort.Strings(want)
	if !slices.Equal(got, want) {
		return fmt.Errorf("rows %q, theirs %q", got, want)
	}
	return nil
}

func compareFunnelTrend(list []any, buckets []analyse.FunnelBucket) error {
	for i, raw := range list {
		want, _ := raw.(map[string]any)
		if want == nil {
			continue
		}
		if want["breakdown_value"] != nil {
			return unlikeError("a trend per row of a breakdown")
		}
		if i >= len(buckets) {
			return fmt.Errorf("%d buckets, theirs at least %d", len(buckets), i+1)
		}
		got := buckets[i]
		for field, value := range map[string]int64{"reached_from_step_count": got.Entered, "reached_to_step_count": got.Converted} {
			if x, asserted := want[field].(float64); asserted && x != float64(value) {
				return fmt.Errorf("%s: %s is %d, theirs is %v", got.Bucket, field, value, x)
			}
		}
	}
	return nil
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
	switch c.Query["viz"] {
	case "steps":
	case "trends":
		interval, _ := c.Query["interval"].(string)
		q.Trend = query.Unit(interval)
		if c.Query["from_step"] != nil && c.Query["from_step"] != float64(0) || c.Query["to_step"] != nil {
			return nil, unlikeError("a conversion between steps in the middle")
		}
	case "time_to_convert":
		to, _ := c.Query["to_step"].(float64)
		if c.Query["from_step"] != float64(0) || to < 1 {
			return nil, unlikeError("a conversion between steps in the middle")
		}
		q.Steps = q.Steps[:int(to)+1] // the time to a step is that of the funnel that ends with it
	default:
		return nil, unlikeError(fmt.Sprint("viz ", c.Query["viz"]))
	}
	return q, c.funnelBreakdown(q)
}

// funnelBreakdown reads a breakdown. Theirs by «first touch» is of the first step
// whose event has the property, which is ours of the first step where that has it.
func (c *peerCase) funnelBreakdown(q *query.Funnel) error {
	if c.Query["breakdown"] == nil {
		return nil
	}
	b, _ := c.Query["breakdown"].(map[string]any)
	list, limit, err := peerBreakdown(b, "attribution", "attribution_step")
	if err != nil {
		return err
	}
	if q.Trend != "" {
		return unlikeError("a trend per row of a breakdown")
	}
	q.Breakdown, q.BreakdownLimit = list, limit
	step := 0
	switch b["attribution"] {
	case "first_touch", nil:
		for _, e := range c.Events {
			for _, b := range q.Breakdown {
				if q.Steps[0].Event.Has(e.Event) && b.Scope == query.EventProperty && e.Properties[b.Name].Kind == event.Missing {
					return unlikeError("a breakdown by the first step that has the property")
				}
			}
		}
	case "step":
		n, _ := b["attribution_step"].(float64)
		step = int(n) + 1
	default:
		return unlikeError(fmt.Sprint("breakdown by ", b["attribution"]))
	}
	for i := range q.Breakdown {
		if q.Breakdown[i].Scope == query.EventProperty {
			q.Breakdown[i].OfStep = step
		}
	}
	return nil
}

// funnelActors compares the persons of steps; −n are those who dropped out before step n.
func (c *peerCase) funnelActors(s *script, r query.Request, a *analyse.FunnelAnswer) error {
	actors, _ := c.Expected["actors"].([]any)
	for _, raw := range actors {
		want, _ := raw.(map[string]any)
		at, _ := want["at"].(map[string]any)
		step, ok := at["step"].(float64)
		if !ok || only(at, "step", "breakdown_value") != nil {
			return unlikeError("actors of something else")
		}
		cell := &query.FunnelCell{Step: int(math.Abs(step)), Dropped: step < 0}
		if at["breakdown_value"] != nil {
			label := peerLabel(at["breakdown_value"])
			i := slices.IndexFunc(a.Breakdown, func(r analyse.FunnelRow) bool { return rowLabel(r.Value) == label })
			if i < 0 {
				return fmt.Errorf("no row of %s", label)
			}
			cell.Breakdown = a.Breakdown[i].Value
		}
		got, err := s.users(r, cell)
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
