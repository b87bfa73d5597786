package analyse_test

import (
	"context"
	"fmt"
	"regexp"
	"sort"
	"strconv"
	"time"

	"github.com/weirhq/weir/query"
)

func cohortCase(c *peerCase) error {
	s, err := c.load()
	if err != nil {
		return err
	}
	condition, err := s.behaviour(c.Query["filters"])
	if err != nil {
		return err
	}
	if err := s.analyser().CheckCondition(s.project, condition); err != nil {
		return unlikeError(err.Error()) // a cohort without a condition
	}
	found, err := s.analyser().Members(context.Background(), s.project, condition, nil)
	if err != nil {
		return err
	}
	want := []string{}
	list, _ := c.Expected["users"].([]any)
	for _, u := range list {
		want = append(want, fmt.Sprint(u))
	}
	sort.Strings(want)
	if got := s.firstIDs(found); fmt.Sprint(got) != fmt.Sprint(want) {
		return fmt.Errorf("members %v, theirs %v", got, want)
	}
	return nil
}

// behaviour reads a tree whose leaves may be what persons did.
func (s *script) behaviour(raw any) (*query.Condition, error) {
	tree, _ := raw.(map[string]any)
	for word, kind := range map[string]query.ConditionKind{"and": query.All, "or": query.Any} {
		list, ok := tree[word].([]any)
		if !ok {
			continue
		}
		c := &query.Condition{Kind: kind, Parts: []*query.Condition{}}
		for _, part := range list {
			p, err := s.behaviour(part)
			if err != nil {
				return nil, err
			}
			c.Parts = append(c.Parts, p)
		}
		return c, nil
	}
	if tree["type"] != "behavioral" {
		return peerFilter(raw, query.UserProperty)
	}
	c, err := s.leaf(tree)
	if err == nil && tree["negation"] == true {
		c = &query.Condition{Kind: query.Not, Parts: []*query.Condition{c}}
	}
	return c, err
}

// ago is the instant that lies so many units of a leaf before now.
func (s *script) ago(tree map[string]any, value, unit string, times int) query.Moment {
	n, _ := tree[value].(float64)
	word, _ := tree[unit].(string)
	at := query.Span{Value: int(n) * times, Unit: query.Unit(word)}.Back(s.clock.Now().UTC())
	return query.Moment(at.Format(time.RFC3339))
}

func (s *script) leaf(tree map[string]any) (*query.Condition, error) {
	name, _ := tree["event"].(string)
	did := func(op query.Operator, n float64, from, to query.Moment) *query.Condition {
		d := &query.Did{Event: query.Events(name), Measure: query.Measure{Func: query.Count}, Op: op, Within: &query.Range{From: from, To: to}}
		if op != "" {
			d.Values = []float64{n}
		}
		return &query.Condition{Kind: query.DidEvent, Did: d}
	}
	not := func(c *query.Condition) *query.Condition {
		return &query.Condition{Kind: query.Not, Parts: []*query.Condition{c}}
	}
	start, later := s.ago(tree, "time_value", "time_interval", 1), s.ago(tree, "seq_time_value", "seq_time_interval", 1)
	number, _ := tree["operator_value"].(float64)
	operator, _ := tree["operator"].(string)
	op := query.Operator(operator)
	switch tree["behavior"] {
	case "performed_event":
		return did("", 0, start, ""), nil
	case "performed_event_multiple":
		return did(op, number, start, ""), nil
	case "performed_event_first_time":
		return query.And(did("", 0, start, ""), not(did("", 0, "", start))), nil
	case "stopped_performing_event":
		return query.And(did("", 0, start, later), not(did("", 0, later, ""))), nil
	case "restarted_performing_event":
		return query.And(did("", 0, later, ""), not(did("", 0, start, later)), did("", 0, "", start)), nil
	case "performed_event_regularly":
		total, _ := tree["total_periods"].(float64)
		least, _ := tree["min_periods"].(float64)
		var periods []*query.Condition
		for i := range int(total) {
			to := query.Moment("")
			if i > 0 {
				to = s.ago(tree, "time_value", "time_interval", i)
			}
			periods = append(periods, did(op, number, s.ago(tree, "time_value", "time_interval", i+1), to))
		}
		return atLeast(int(least), periods), nil
	}
	return nil, unlikeError(fmt.Sprint(tree["behavior"]))
}

// atLeast holds when so many of the conditions do.
func atLeast(n int, conditions []*query.Condition) *query.Condition {
	switch {
	case n == 0:
		return &query.Condition{Kind: query.All, Parts: []*query.Condition{}}
	case n > len(conditions):
		return &query.Condition{Kind: query.Any, Parts: []*query.Condition{}}
	}
	with := &query.Condition{Kind: query.All, Parts: []*query.Condition{conditions[0], atLeast(n-1, conditions[1:])}}
	return &query.Condition{Kind: query.Any, Parts: []*query.Condition{with, atLeast(n, conditions[1:])}}
}

var (
	adjacentPattern = regexp.MustCompile(`^(\(\?\d+\))+$`)
	withinPattern   = regexp.MustCompile(`^\(\?(\d+)\)\(\?t(<=?)(\d+)\)\(\?(\d+)\)$`)
	patternStep     = regexp.MustCompile(`\(\?(\d+)\)`)
)

// sequenceCase answers patterns of neighbours by a strict funnel, where every
// event is one that the pattern can mean, and two events in a time by a sequence.
func sequenceCase(c *peerCase) error {
	c.Query["timezone"] = "UTC"
	var names []string
	conditions, _ := c.Query["conditions"].([]any)
	for _, raw := range conditions {
		condition, _ := raw.(map[string]any)
		names = append(names, fmt.Sprint(condition["event"]))
	}
	step := func(number string) query.EventSet {
		n, _ := strconv.Atoi(number)
		return query.Events(names[n-1])
	}
	s, err := c.load()
	if err != nil {
		return err
	}
	pattern, _ := c.Query["pattern"].(string)
	if adjacentPattern.MatchString(pattern) {
		q := &query.Funnel{Window: query.Span{Value: 1000, Unit: query.Hour}, Order: query.Strict, Count: "attempts"}
		for _, part := range patternStep.FindAllStringSubmatch(pattern, -1) {
			q.Steps = append(q.Steps, query.Step{Event: step(part[1])})
		}
		a, err := s.analyser().Ask(context.Background(), s.project, query.Request{Question: q, Range: query.Range{From: "1960-01-01", To: "2190-01-01"}})
		if err != nil {
			return err
		}
		n := a.Funnel.Steps[len(q.Steps)-1].Count
		if want, ok := c.Expected["count"].(float64); ok && want != float64(n) {
			return fmt.Errorf("%d chains, theirs %v", n, want)
		}
		if want := c.Expected["match"]; (n > 0) != (want == 1.0) {
			return fmt.Errorf("%d chains, theirs match %v", n, want)
		}
		return nil
	}
	parts := withinPattern.FindStringSubmatch(pattern)
	if parts == nil {
		return unlikeError("a pattern with gaps of any length beside neighbours, or with a least time")
	}
	minutes, _ := strconv.Atoi(parts[3])
	if parts[2] == "<" {
		minutes--
	}
	found, err := s.analyser().Members(context.Background(), s.project, &query.Condition{Kind: query.Sequence, Sequence: []query.SequenceStep{
		{Event: step(parts[1])}, {Event: step(parts[4]), Within: &query.Span{Value: minutes, Unit: query.Minute}},
	}}, nil)
	if err != nil {
		return err
	}
	if want := c.Expected["match"]; !found.IsEmpty() != (want == 1.0) {
		return fmt.Errorf("match is %v, theirs %v", !found.IsEmpty(), want)
	}
	return nil
}
