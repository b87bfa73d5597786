package analyse_test

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/query"
)

// peerStep reads an entity: an event and conditions on it.
func peerStep(raw any, more ...string) (query.Step, error) {
	entity, ok := raw.(map[string]any)
	if !ok {
		return query.Step{}, unlikeError("an entity that is no object")
	}
	if err := only(entity, append(more, "event", "properties", "default", "custom_name", "action", "any_of")...); err != nil {
		return query.Step{}, err
	}
	step := query.Step{Event: query.AnyEvent()}
	if name, ok := entity["event"].(string); ok {
		step.Event = query.Events(name)
	}
	where, err := peerFilter(entity["properties"], query.EventProperty)
	step.Where = where
	if err != nil || entity["any_of"] == nil {
		return step, err
	}
	action, err := peerAction(entity["any_of"])
	return query.Step{Event: action.Event, Where: query.And(action.Where, step.Where)}, err
}

// peerAction joins events, all under one condition: Weir has no conditions on
// the name of an event.
func peerAction(raw any) (query.Step, error) {
	list, _ := raw.([]any)
	var out query.Step
	either := &query.Condition{Kind: query.Any}
	for _, raw := range list {
		entity, _ := raw.(map[string]any)
		delete(entity, "properties_default")
		step, err := peerStep(entity)
		if err != nil {
			return out, err
		}
		out.Event.Any = out.Event.Any || step.Event.Any
		if !slices.Contains(out.Event.Names, step.Event.String()) {
			out.Event.Names = append(out.Event.Names, step.Event.Names...)
		}
		if step.Where != nil {
			either.Parts = append(either.Parts, step.Where)
		}
	}
	switch {
	case len(list) == 0:
		return out, unlikeError("an action of nothing")
	case len(either.Parts) == 0:
		return out, nil
	case len(either.Parts) < len(list) || len(out.Event.Names) > 1 || out.Event.Any:
		return out, unlikeError("an action with conditions on some of its events")
	}
	out.Where = either
	return out, nil
}

var peerOperators = map[string]query.Operator{
	"exact": query.In, "is_not": query.NotIn, "is_set": query.IsSet, "is_not_set": query.IsNotSet,
	"not_icontains": query.Matches, "not_regex": query.Matches, "is_date_before": query.Before, "is_date_after": query.After, "gt": query.Gt, "gte": query.Gte, "lt": query.Lt, "lte": query.Lte, "regex": query.Matches, "icontains": query.Matches,
}

// peerFilter reads a tree of conditions.
func peerFilter(raw any, scope query.Scope) (*query.Condition, error) {
	tree, ok := raw.(map[string]any)
	if !ok || len(tree) == 0 {
		return nil, nil
	}
	for word, kind := range map[string]query.ConditionKind{"and": query.All, "or": query.Any} {
		list, ok := tree[word].([]any)
		if !ok {
			continue
		}
		c := &query.Condition{Kind: kind}
		for _, part := range list {
			p, err := peerFilter(part, scope)
			if err != nil {
				return nil, err
			}
			if p != nil {
				c.Parts = append(c.Parts, p)
			}
		}
		return c, nil
	}
	if tree["type"] == "cohort" {
		return query.InSegment(cohortID(tree["cohort_id"])), only(tree, "type", "cohort_id")
	}
	scopes := map[any]query.Scope{"event": query.EventProperty, "person": query.UserProperty}
	name, _ := tree["key"].(string)
	operator, _ := tree["operator"].(string)
	if operator == "" {
		operator = "exact"
	}
	op, known := peerOperators[operator]
	scopes[nil] = scope
	if !known || scopes[tree["type"]] == "" {
		return nil, unlikeError(fmt.Sprint("filter ", tree["type"], " ", operator))
	}
	c := &query.Comparison{Scope: scopes[tree["type"]], Name: name, Op: op}
	list, isList := tree["value"].([]any)
	if !isList {
		list = []any{tree["value"]}
	}
	for _, x := range list {
		v, err := event.ValueOf(x)
		if err != nil {
			return nil, unlikeError("a filter by an odd value")
		}
		if operator == "icontains" || operator == "not_icontains" {
			v = event.Text("(?i)" + regexp.QuoteMeta(v.Text()))
		}
		c.Operand.Values = append(c.Operand.Values, v)
		if n, err := strconv.ParseFloat(v.Text(), 64); err == nil && v.Kind == event.String && (op == query.In || op == query.NotIn) {
			c.Operand.Values = append(c.Operand.Values, event.Num(n)) // peers compare texts of numbers with numbers
		}
	}
	if c.Op == query.IsSet || c.Op == query.IsNotSet {
		c.Operand = query.Operand{}
	}
	out := &query.Condition{Kind: query.Compare, Comparison: c}
	if strings.HasPrefix(operator, "not_") {
		return &query.Condition{Kind: query.Not, Parts: []*query.Condition{out}}, nil
	}
	return out, nil
}

// peerRange reads the dates, «-7d» and nothing among them, as whole local days.
func (c *peerCase) peerRange(s *script) (from, to time.Time, err error) {
	now := s.clock.Now().In(s.project.Zone)
	read := func(field string, fallback time.Time) (time.Time, error) {
		text, ok := c.Query[field].(string)
		if !ok {
			return fallback, nil
		}
		if days, ok := strings.CutSuffix(strings.TrimPrefix(text, "-"), "d"); ok {
			if n, err := strconv.Atoi(days); err == nil {
				return now.AddDate(0, 0, -n), nil
			}
		}
		if t, ok := peerWord(text, now); ok {
			return t, nil
		}
		if text == "all" {
			return c.firstEvent(now), nil
		}
		for _, layout := range []string{time.DateOnly, "2006-1-2", time.DateTime, "2006-01-02T15:04:05", time.RFC3339} {
			if t, err := time.ParseInLocation(layout, text, s.project.Zone); err == nil {
				return t, nil
			}
		}
		return time.Time{}, unlikeError("a date " + text)
	}
	if to, err = read("date_to", now); err != nil {
		return from, to, err
	}
	from, err = read("date_from", now.AddDate(0, 0, -7))
	return from, to, err
}

// peerWord is an instant named by a word.
func peerWord(text string, now time.Time) (time.Time, bool) {
	y, m, _ := now.Date()
	switch text {
	case "dStart":
		return now, true
	case "mStart":
		return time.Date(y, m, 1, 0, 0, 0, 0, now.Location()), true
	case "-1mStart":
		return time.Date(y, m-1, 1, 0, 0, 0, 0, now.Location()), true
	case "-1mEnd":
		return time.Date(y, m, 0, 0, 0, 0, 0, now.Location()), true
	case "yStart":
		return time.Date(y, 1, 1, 0, 0, 0, 0, now.Location()), true
	}
	return time.Time{}, false
}

// firstEvent is when the case's history begins.
func (c *peerCase) firstEvent(now time.Time) time.Time {
	first := now
	for _, e := range c.Events {
		text, _ := e.Time.(string)
		if t, err := time.Parse(time.RFC3339, text); err == nil && t.Before(first) {
			first = t.In(now.Location())
		}
	}
	return first
}

func dates(from, to time.Time) query.Range {
	return query.Range{From: query.Moment(from.Format(time.DateOnly)), To: query.Moment(to.Format(time.DateOnly))}
}

// Their names of the rows without a value and of the rest.
const (
	peerNull  = "$$_markettor_breakdown_null_$$"
	peerOther = "$$_markettor_breakdown_other_$$"
)

// peerBreakdown reads a breakdown by properties of events or persons, or by cohorts.
func peerBreakdown(b map[string]any, more ...string) (list []query.Breakdown, limit int, err error) {
	if err := only(b, append(more, "type", "property", "properties", "limit")...); err != nil {
		return nil, 0, err
	}
	n, _ := b["limit"].(float64)
	parts, _ := b["properties"].([]any)
	if b["property"] != nil {
		names, isList := b["property"].([]any)
		if !isList {
			names = []any{b["property"]}
		}
		if b["type"] == "cohort" {
			return peerCohorts(names)
		}
		for _, name := range names {
			parts = append(parts, map[string]any{"type": b["type"], "property": name})
		}
	}
	scopes := map[any]query.Scope{"event": query.EventProperty, "person": query.UserProperty}
	for _, raw := range parts {
		part, _ := raw.(map[string]any)
		if err := only(part, "type", "property"); err != nil {
			return nil, 0, err
		}
		name, _ := part["property"].(string)
		if scopes[part["type"]] == "" {
			return nil, 0, unlikeError(fmt.Sprint("a breakdown by ", part["type"]))
		}
		list = append(list, query.Breakdown{Scope: scopes[part["type"]], Name: name})
	}
	return list, int(n), nil
}

// peerCohorts is a breakdown by one cohort: where there are several, theirs shows
// a person in each.
func peerCohorts(ids []any) ([]query.Breakdown, int, error) {
	if text, ok := ids[0].(string); ok && len(ids) == 1 {
		ids = nil
		for _, id := range strings.Split(strings.Trim(text, "[]"), ",") {
			ids = append(ids, strings.Trim(id, `"`))
		}
	}
	if len(ids) != 1 || ids[0] == "all" {
		return nil, 0, unlikeError("a breakdown by sets that overlap")
	}
	return []query.Breakdown{{Segments: []string{cohortID(ids[0])}}}, 0, nil
}

// peerLabel names a row of theirs.
func peerLabel(value any) string {
	list, isList := value.([]any)
	if !isList {
		list = []any{value}
	}
	parts := make([]string, len(list))
	for i, v := range list {
		switch v {
		case "", nil, peerNull:
			parts[i] = "<none>"
		case "Other", peerOther:
			parts[i] = "<other>"
		default:
			parts[i] = fmt.Sprint(v)
		}
		if _, isNumber := v.(float64); isNumber {
			parts[i] = cohortID(v)
		}
	}
	return "[" + strings.Join(parts, "|") + "]"
}

// rowLabel names a row of ours.
func rowLabel(row []query.BreakdownValue) string { return rowText(row) }
