package analyse_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/query"
)

// peerEvents reads the one series of a case and its filters.
func (c *peerCase) peerEvents() (query.Step, error) {
	series, _ := c.Query["series"].([]any)
	if len(series) != 1 {
		return query.Step{}, unlikeError("several series")
	}
	step, err := peerStep(series[0])
	if err != nil {
		return step, err
	}
	for _, field := range []string{"filters", "test_account_filters"} {
		filter, err := peerFilter(c.Query[field], query.EventProperty)
		if err != nil {
			return step, err
		}
		step.Where = query.And(step.Where, filter)
	}
	return step, nil
}

func lifecycleCase(c *peerCase) error {
	err := only(c.Query, "type", "series", "interval", "date_from", "date_to", "timezone", "now", "filters", "filter_test_accounts", "test_account_filters", "week_start_day")
	if err != nil {
		return err
	}
	s, err := c.load()
	if err != nil {
		return err
	}
	step, err := c.peerEvents()
	if err != nil {
		return err
	}
	interval, _ := c.Query["interval"].(string)
	r := query.Request{Question: &query.Growth{Event: step.Event, Where: step.Where, Interval: query.Unit(interval)}}
	if r.Range, err = c.trendRange(s, query.Unit(interval)); err != nil {
		return err
	}
	a, err := s.analyser().Ask(context.Background(), s.project, r)
	if err != nil {
		return err
	}
	want, _ := c.Expected["series"].(map[string]any)
	if len(want) == 0 {
		return unlikeError("nothing but labels")
	}
	for status, got := range map[string][]int64{
		"new": a.Growth.New, "returning": a.Growth.Retained, "resurrecting": a.Growth.Resurrected, "dormant": a.Growth.Dormant,
	} {
		theirs, _ := want[status].([]any)
		if len(theirs) != len(got) {
			return fmt.Errorf("%s has %d buckets, theirs %d", status, len(got), len(theirs))
		}
		for i, n := range got {
			if math.Abs(theirs[i].(float64)) != float64(n) {
				return fmt.Errorf("%s is %v, theirs %v", status, got, theirs)
			}
		}
	}
	return nil
}

func stickinessCase(c *peerCase) error {
	err := only(c.Query, "type", "series", "interval", "date_from", "date_to", "timezone", "now", "filters")
	if err != nil {
		return err
	}
	s, err := c.load()
	if err != nil {
		return err
	}
	list, _ := c.Query["series"].([]any)
	theirs, _ := c.Expected["series"].([]any)
	asserted := false
	for i, one := range list {
		c.Query["series"] = []any{one}
		step, err := c.peerEvents()
		if err != nil {
			return err
		}
		interval, _ := c.Query["interval"].(string)
		r := query.Request{Question: &query.Stickiness{Event: step.Event, Where: step.Where, Interval: query.Unit(interval)}}
		if r.Range, err = c.trendRange(s, query.Unit(interval)); err != nil {
			return err
		}
		a, err := s.analyser().Ask(context.Background(), s.project, r)
		if err != nil {
			return err
		}
		want, _ := theirs[i].(map[string]any)
		data, _ := want["data"].([]any)
		for n, x := range data {
			asserted = true
			if n >= len(a.Stickiness.Persons) || x != float64(a.Stickiness.Persons[n]) {
				return fmt.Errorf("series %d is %v, theirs %v", i, a.Stickiness.Persons, data)
			}
		}
	}
	if !asserted {
		return unlikeError("nothing but labels")
	}
	return nil
}

// peerNode is the name of a node in their paths: pages and screens by their
// address, other events by their name. Trailing slashes are left out.
func peerNode(name string, props event.Properties) string {
	node := name
	switch name {
	case "$pageview":
		node = props["$current_url"].Text()
	case "$screen":
		node = props["$screen_name"].Text()
	}
	if trimmed := strings.TrimSuffix(node, "/"); trimmed != "" {
		return trimmed
	}
	return node
}

func pathsCase(c *peerCase) error {
	err := only(c.Query, "type", "include_event_types", "step_limit", "edge_limit", "session_gap_minutes", "date_from", "date_to", "timezone", "now",
		"date_from_default", "start_point", "exclude_events", "path_start_key", "path_end_key", "path_dropoff_key")
	if err != nil {
		return err
	}
	if c.Query["edge_limit"] != 50.0 {
		return unlikeError("a limit of edges")
	}
	q := c.peerPaths()
	s, err := c.load()
	if err != nil {
		return err
	}
	r := query.Request{Question: q}
	if r.Range, err = c.trendRange(s, query.Day); err != nil {
		return err
	}
	a, err := s.analyser().Ask(context.Background(), s.project, r)
	if err != nil && strings.Contains(err.Error(), "ends before it begins") {
		return unlikeError("a range that ends before it begins")
	}
	if err != nil {
		return err
	}
	got := map[string]float64{}
	for _, e := range a.Paths.Edges {
		if !e.Target.Exit {
			got[fmt.Sprintf("%d_%s %d_%s", e.Step, e.Source.Name, e.Step+1, e.Target.Name)] = float64(e.Sessions)
		}
	}
	asserted := false
	for _, field := range []string{"edge", "edges"} {
		list, ok := c.Expected[field].([]any)
		if !ok {
			continue
		}
		asserted = true
		for _, raw := range list {
			want, _ := raw.(map[string]any)
			edge := fmt.Sprint(want["source"], " ", want["target"])
			if got[edge] != want["value"] {
				return fmt.Errorf("%s is %v, theirs %v; ours are %v", edge, got[edge], want["value"], got)
			}
		}
		if field == "edges" && len(list) != len(got) {
			return fmt.Errorf("%d edges, theirs %d; ours are %v", len(got), len(list), got)
		}
	}
	if n, ok := c.Expected["edge_count"].(float64); ok {
		asserted = true
		if int(n) != len(got) {
			return fmt.Errorf("%d edges, theirs %v", len(got), n)
		}
	}
	more, err := c.pathActors(s, r)
	if err == nil && !asserted && !more {
		return unlikeError("actors without a cell")
	}
	return err
}

// peerPaths reads the question, and names the nodes in the events: Weir names them
// by one property.
func (c *peerCase) peerPaths() *query.Paths {
	steps, _ := c.Query["step_limit"].(float64)
	gap, _ := c.Query["session_gap_minutes"].(float64)
	q := &query.Paths{By: "node", Gap: int(gap), CollapseRepeats: true, Steps: int(steps), NodeLimit: 1000}
	types, _ := c.Query["include_event_types"].([]any)
	excluded, _ := c.Query["exclude_events"].([]any)
	kept := c.Events[:0]
	for _, e := range c.Events {
		kind := "custom_event"
		if strings.HasPrefix(e.Event, "$") {
			kind = e.Event
		}
		if e.Properties == nil {
			e.Properties = event.Properties{}
		}
		node := peerNode(e.Event, e.Properties)
		if slices.Contains(excluded, any(node)) {
			continue
		}
		e.Properties["node"] = event.Text(node)
		kept = append(kept, e)
		if (len(types) == 0 || slices.Contains(types, any(kind))) && !slices.Contains(q.Events.Names, e.Event) {
			q.Events.Names = append(q.Events.Names, e.Event)
		}
	}
	c.Events = kept
	if len(q.Events.Names) == 0 {
		q.Events = query.AnyEvent()
	}
	if point, ok := c.Query["start_point"].(string); ok {
		q.Start = &query.Step{Event: q.Events, Where: &query.Condition{Kind: query.Compare, Comparison: &query.Comparison{
			Scope: query.EventProperty, Name: "node", Op: query.Eq, Operand: query.Value(event.Text(point)),
		}}}
	}
	return q
}

// pathActors opens the edge or node that the keys of the question name.
func (c *peerCase) pathActors(s *script, r query.Request) (asserted bool, err error) {
	step := 0
	read := func(field string) *query.PathNode {
		key, ok := c.Query[field].(string)
		number, name, _ := strings.Cut(key, "_")
		if !ok {
			return nil
		}
		step, _ = strconv.Atoi(number)
		return &query.PathNode{Name: name}
	}
	target := read("path_end_key")
	source, left := read("path_start_key"), read("path_dropoff_key")
	cell := &query.PathsCell{Step: step}
	switch {
	case source != nil && target != nil && left == nil:
		cell.Source, cell.Target = source, target
	case left != nil && source == nil && target == nil && step < r.Question.(*query.Paths).Steps:
		cell.Source, cell.Target = left, &query.PathNode{Exit: true}
	case target != nil && source == nil && left == nil:
		cell.Node = target
	default:
		return false, nil
	}
	actors, _ := c.Expected["actors"].([]any)
	for _, raw := range actors {
		want, _ := raw.(map[string]any)
		got, err := s.users(r, cell)
		if err != nil {
			return true, err
		}
		if count, ok := want["count"].(float64); ok {
			if asserted = true; int(count) != len(got) {
				return true, fmt.Errorf("%d persons, theirs %v", len(got), count)
			}
		}
		for _, field := range []string{"users", "users_ordered"} {
			if list, ok := want[field].([]any); ok {
				if asserted = true; fmt.Sprint(list) != fmt.Sprint(got) {
					return true, fmt.Errorf("persons %v, theirs %v", got, list)
				}
			}
		}
	}
	return asserted, nil
}

// peerPath is how often a way through channels converted, and how often not.
type peerPath struct {
	Path        []string
	Conversions int
	Null        int
}

var peerModels = map[any]string{
	"first_touch": query.ModelFirst, "last_touch": query.ModelLast, "linear": query.ModelLinear, "position_based": query.ModelPosition,
	"markov_order1": query.ModelMarkov, "shapley": query.ModelShapley,
}

func attributionCase(c *peerCase) error {
	if err := only(c.Query, "type", "model", "first", "last", "dataset"); err != nil {
		return err
	}
	model, known := peerModels[c.Query["model"]]
	if !known {
		return unlikeError(fmt.Sprint("model ", c.Query["model"]))
	}
	if c.Query["first"] != nil && (c.Query["first"] != .4 || c.Query["last"] != .4) {
		return unlikeError("other shares of first and last")
	}
	want := c.Expected
	if model == query.ModelMarkov {
		if want, known = c.Expected["conversions"].(map[string]any); !known {
			return unlikeError("nothing but the transitions")
		}
	}
	if c.Query["dataset"] != nil {
		paths, err := readPaths()
		if err != nil {
			return err
		}
		c.Paths = paths
	}
	s := c.loadPaths()
	a, err := s.analyser().Ask(context.Background(), s.project, query.Request{
		Range: query.Range{From: "2026-01-01", To: "2026-12-31"},
		Question: &query.Attribution{
			Conversion: query.Conversion{Event: query.Events("convert")}, Touch: query.Touch{Event: query.Events("touch"), By: "channel"},
			Lookback: query.Span{Value: 300, Unit: query.Day}, Models: []string{model},
		},
	})
	if err != nil {
		return err
	}
	got := map[string]float64{}
	for _, row := range a.Attribution.Rows {
		got[row.Value[0].Text()] = row.Credits[0]
	}
	for channel, theirs := range want {
		if x, ok := theirs.(float64); ok && math.Abs(x-got[channel]) > 1e-9*max(1, x) {
			return fmt.Errorf("%s has %v, theirs %v", channel, got[channel], x)
		}
	}
	return nil
}

// loadPaths makes a person of each journey, with a touch a minute.
func (c *peerCase) loadPaths() *script {
	s := newScript()
	var events []*event.Event
	persons := 0
	add := func(name string, minute int, props event.Properties) {
		seq := uint64(len(events) + 1)
		events = append(events, &event.Event{
			Seq: seq, ID: strconv.FormatUint(seq, 10), Project: "p", DistinctID: strconv.Itoa(persons), Known: true, Name: name, Properties: props,
			Time: time.Date(2026, 6, 1, 0, minute, 0, 0, time.UTC).UnixMilli(),
		})
	}
	for _, p := range c.Paths {
		for n := range p.Conversions + p.Null {
			persons++
			for i, channel := range p.Path {
				add("touch", i, event.Properties{"channel": event.Text(channel)})
			}
			if n < p.Conversions {
				add("convert", len(p.Path), nil)
			}
		}
	}
	s.table.Apply(events)
	return s
}

// readPaths reads the journeys that come with a package of R.
func readPaths() ([]peerPath, error) {
	file, err := os.Open(filepath.Join(sharedFolder(), "data", "channel_attribution", "path_data.csv"))
	if err != nil {
		return nil, unlikeError(err.Error())
	}
	defer func() { _ = file.Close() }()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return nil, err
	}
	var out []peerPath
	for _, row := range rows[1:] {
		conversions, errC := strconv.Atoi(row[1])
		lost, errL := strconv.Atoi(row[3])
		if errC != nil || errL != nil {
			return nil, fmt.Errorf("row %v", row)
		}
		out = append(out, peerPath{strings.Split(row[0], " > "), conversions, lost})
	}
	return out, nil
}
