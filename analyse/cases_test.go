package analyse_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/query"
)

// peerCase is one case taken from a peer's own tests: what happened, what was
// asked, what they answer. Fields that are not understood make a case skipped.
type peerCase struct {
	Name    string
	Persons []struct {
		DistinctIDs []string `json:"distinct_ids"`
		Properties  event.Properties
	}
	Groups, Cohorts json.RawMessage
	Events          []struct {
		User       string
		Event      string
		Time       any
		Properties event.Properties
	}
	Query    map[string]any
	Expected map[string]any
}

// unlikeError says that a case asks for something that Weir does not have.
type unlikeError string

func (e unlikeError) Error() string { return string(e) }

// TestPeerCases compares answers with those of other products. Where ours is
// meant to differ, testdata/peer_differences.json says why; an entry that no
// longer differs is an error, too.
func TestPeerCases(t *testing.T) {
	t.Parallel()
	folder := os.Getenv("WEIR_SHARED")
	if folder == "" {
		folder = filepath.Join("..", "..", "shared")
	}
	var differences map[string]string
	data, err := os.ReadFile(filepath.Join("testdata", "peer_differences.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &differences))
	compared := map[string]bool{}
	for file, compare := range map[string]func(*peerCase) error{
		"clickhouse_window_funnel": windowFunnelCase, "funnel_ordered": funnelCase, "funnel_strict": funnelCase,
		"funnel_unordered": funnelCase, "funnel_exclusions": funnelCase, "retention": retentionCase, "trends": trendCase,
	} {
		data, err := os.ReadFile(filepath.Join(folder, "cases", file+".json"))
		if errors.Is(err, os.ErrNotExist) {
			t.Skipf("the cases of other products are not here: set WEIR_SHARED to the folder that has cases/%s.json", file)
		}
		require.NoError(t, err)
		var cases []*peerCase
		require.NoError(t, json.Unmarshal(data, &cases))
		agreed, skipped := 0, 0
		for _, c := range cases {
			err := compare(c)
			reason, known := differences[c.Name]
			compared[c.Name] = known
			if _, ok := errors.AsType[unlikeError](err); ok {
				skipped++
				require.False(t, known, "%s is not compared, yet has a reason to differ", c.Name)
				continue
			}
			if known {
				require.Error(t, err, "%s agrees, yet has a reason to differ: %s", c.Name, reason)
				continue
			}
			require.NoError(t, err, c.Name)
			agreed++
		}
		t.Logf("%s: %d agree, %d differ for a reason, %d ask for something else", file, agreed, len(cases)-agreed-skipped, skipped)
	}
	for name := range differences {
		require.True(t, compared[name], "%s has a reason to differ, but is not a case", name)
	}
}

// only fails unless the object has no other fields.
func only(object map[string]any, fields ...string) error {
	known := map[string]bool{}
	for _, f := range fields {
		known[f] = true
	}
	for field, value := range object {
		if !known[field] && value != nil && value != false {
			return unlikeError(field)
		}
	}
	return nil
}

// load makes a project of the case.
func (c *peerCase) load() (*script, error) {
	if c.Groups != nil || c.Cohorts != nil {
		return nil, unlikeError("groups or cohorts")
	}
	s := newScript()
	zone, _ := c.Query["timezone"].(string)
	location, err := time.LoadLocation(zone)
	if err != nil {
		return nil, err
	}
	s.project.Zone, s.project.WeekStart = location, time.Sunday
	if c.Query["week_start_day"] == float64(1) {
		s.project.WeekStart = time.Monday
	}
	if now, ok := c.Query["now"].(string); ok {
		at, err := time.Parse(time.RFC3339, now)
		if err != nil {
			return nil, err
		}
		s.clock.Set(at)
	}
	var events []*event.Event
	add := func(e *event.Event) {
		e.Seq, e.ID, e.Project = uint64(len(events)+1), strconv.Itoa(len(events)+1), "p"
		events = append(events, e)
	}
	known := map[string]bool{}
	for _, p := range c.Persons {
		main := p.DistinctIDs[0]
		known[main] = true
		add(&event.Event{DistinctID: main, Known: true, Name: event.NameProfile, Time: -1 << 40, Profile: &event.Profile{Set: p.Properties}})
		for _, id := range p.DistinctIDs[1:] {
			add(&event.Event{DistinctID: main, Known: true, Name: event.NameIdentify, Time: -1 << 40, Join: &event.Join{Kind: event.Identify, Other: id}})
		}
	}
	for _, e := range c.Events {
		at := int64(0)
		switch when := e.Time.(type) {
		case float64: // of ClickHouse's cases, whose unit is scaled to ours
			first, _ := c.Events[0].Time.(float64)
			at = int64(when-first) * 60_000
		case string:
			t, err := time.Parse(time.RFC3339, when)
			if err != nil {
				return nil, err
			}
			at = t.UnixMilli()
		}
		add(&event.Event{DistinctID: e.User, Known: known[e.User] || len(c.Persons) == 0, Name: e.Event, Time: at, Properties: e.Properties})
	}
	s.table.Apply(events)
	return s, nil
}

// peerStep reads an entity: an event and conditions on it.
func peerStep(raw any, more ...string) (query.Step, error) {
	entity, ok := raw.(map[string]any)
	if !ok {
		return query.Step{}, unlikeError("an entity that is no object")
	}
	if err := only(entity, append(more, "event", "properties", "default", "custom_name")...); err != nil {
		return query.Step{}, err
	}
	step := query.Step{Event: query.AnyEvent()}
	if name, ok := entity["event"].(string); ok {
		step.Event = query.Events(name)
	}
	where, err := peerFilter(entity["properties"], query.EventProperty)
	step.Where = where
	return step, err
}

var peerOperators = map[string]query.Operator{
	"exact": query.In, "is_not": query.NotIn, "is_set": query.IsSet, "is_not_set": query.IsNotSet,
	"gt": query.Gt, "gte": query.Gte, "lt": query.Lt, "lte": query.Lte, "regex": query.Matches, "icontains": query.Matches,
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
	scopes := map[any]query.Scope{"event": query.EventProperty, "person": query.UserProperty}
	name, _ := tree["key"].(string)
	operator, _ := tree["operator"].(string)
	op, known := peerOperators[operator]
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
		if operator == "icontains" {
			v = event.Text("(?i)" + regexp.QuoteMeta(v.Text()))
		}
		c.Operand.Values = append(c.Operand.Values, v)
		if n, err := strconv.ParseFloat(v.Text(), 64); err == nil && v.Kind == event.String && (op == query.In || op == query.NotIn) {
			c.Operand.Values = append(c.Operand.Values, event.Num(n)) // peers compare texts of numbers with numbers
		}
	}
	return &query.Condition{Kind: query.Compare, Comparison: c}, nil
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
		if text == "dStart" {
			return now, nil
		}
		for _, layout := range []string{time.DateOnly, time.DateTime, "2006-01-02T15:04:05", time.RFC3339} {
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

func dates(from, to time.Time) query.Range {
	return query.Range{From: query.Moment(from.Format(time.DateOnly)), To: query.Moment(to.Format(time.DateOnly))}
}

// users gives the persons of a cell by their first id, sorted.
func (s *script) users(r query.Request, cell query.Cell) ([]string, error) {
	r.Actors = cell
	found, err := s.analyser().Actors(context.Background(), s.project, r)
	if err != nil {
		return nil, err
	}
	out := []string{}
	for _, o := range found.ToArray() {
		out = append(out, s.table.View().People().Identities(person.Ordinal(o))[0].ID)
	}
	sort.Strings(out)
	return out, nil
}
