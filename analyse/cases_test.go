package analyse_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"testing"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
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
	Cohorts []peerCohort
	Paths   []peerPath
	Events  []struct {
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
	folder := sharedFolder()
	var differences map[string]string
	data, err := os.ReadFile(filepath.Join("testdata", "peer_differences.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &differences))
	compared := map[string]bool{}
	for file, compare := range peerFiles() {
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
			if unlike, ok := errors.AsType[unlikeError](err); ok {
				skipped++
				if testing.Verbose() {
					t.Logf("%s is not compared: %s", c.Name, unlike)
				}
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

// sharedFolder holds the cases of other products.
func sharedFolder() string {
	if folder := os.Getenv("WEIR_SHARED"); folder != "" {
		return folder
	}
	return filepath.Join("..", "..", "shared")
}

// peerFiles are the files of cases, and what compares them.
func peerFiles() map[string]func(*peerCase) error {
	return map[string]func(*peerCase) error{
		"clickhouse_window_funnel": windowFunnelCase, "clickhouse_retention": retentionConditionsCase, "clickhouse_sequence_match": sequenceCase,
		"funnel_ordered": funnelCase, "funnel_strict": funnelCase, "funnel_unordered": funnelCase, "funnel_exclusions": funnelCase,
		"funnel_breakdown_ordered": funnelCase, "funnel_breakdown_strict": funnelCase, "funnel_breakdown_unordered": funnelCase,
		"funnel_trends": funnelCase, "funnel_time_to_convert": funnelCase,
		"retention": retentionCase, "trends": trendCase, "trends_breakdown": trendCase, "cohort_behavioral": cohortCase,
		"lifecycle": lifecycleCase, "stickiness": stickinessCase, "paths": pathsCase, "attribution": attributionCase,
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
	return s, c.loadCohorts(s)
}

// peerCohort is a set of persons by a condition: any of groups, all of whose properties hold.
type peerCohort struct {
	ID      int
	Static  bool `json:"is_static"`
	Filters []any
	Groups  []struct{ Properties []any }
}

// loadCohorts makes segments of the cohorts.
func (c *peerCase) loadCohorts(s *script) error {
	for _, cohort := range c.Cohorts {
		if cohort.Static || len(cohort.Filters)+len(cohort.Groups) == 0 {
			continue // who uses it is told that there is no such segment
		}
		either := &query.Condition{Kind: query.Any}
		for _, group := range cohort.Groups {
			part, err := peerFilter(map[string]any{"and": group.Properties}, query.UserProperty)
			if err != nil {
				return err
			}
			either.Parts = append(either.Parts, part)
		}
		for _, tree := range cohort.Filters {
			part, err := peerFilter(tree, query.UserProperty)
			if err != nil {
				return err
			}
			either.Parts = append(either.Parts, part)
		}
		found, err := s.analyser().Members(context.Background(), s.project, either, nil)
		if err != nil {
			return err
		}
		s.sets.segments[cohortID(cohort.ID)] = s.firstIDs(found)
	}
	return nil
}

func cohortID(id any) string { return fmt.Sprint("cohort_", id) }

// users gives the persons of a cell by their first id, sorted.
func (s *script) users(r query.Request, cell query.Cell) ([]string, error) {
	r.Actors = cell
	found, err := s.analyser().Actors(context.Background(), s.project, r)
	if err != nil {
		return nil, err
	}
	return s.firstIDs(found), nil
}

// firstIDs names persons by their first id, sorted.
func (s *script) firstIDs(found *roaring.Bitmap) []string {
	out := []string{}
	people := s.table.View().People()
	for _, o := range found.ToArray() {
		out = append(out, people.Identities(person.Ordinal(o))[0].ID)
	}
	sort.Strings(out)
	return out
}
