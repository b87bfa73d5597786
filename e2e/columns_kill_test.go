package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestAnswersAreTheSameAfterKillsAndStops kills and stops the process, damages
// files while it is down, and demands the same answers each time.
func TestAnswersAreTheSameAfterKillsAndStops(t *testing.T) {
	s := startServer(t)
	sent := 0
	send := func() {
		var events []object
		for range 500 {
			sent++
			user := "user-" + strconv.Itoa(sent%37)
			e := object{
				"id": "c" + strconv.Itoa(sent), "name": []string{"view", "cart", "pay"}[sent%3], "distinct_id": user,
				"time":       time.Now().UTC().Add(-time.Duration(sent%4000) * time.Second).Format(time.RFC3339Nano),
				"properties": object{"price": float64(sent%900) / 100, "city": "city " + strconv.Itoa(sent%11), "vip": sent%2 == 0},
			}
			events = append(events, e)
		}
		_, err := s.call(t.Context(), http.MethodPost, "/api/v1/projects/"+project+"/events", writeKey, object{"events": events}, nil)
		require.NoError(t, err)
	}
	answers := func() []any {
		var out []any
		for _, question := range []object{
			{"kind": "trend", "interval": "hour", "range": object{"last": 3, "unit": "day"}, "series": []object{{"event": "pay", "measure": object{"sum": "price"}}}, "breakdown": []object{{"property": "city"}}},
			{"kind": "funnel", "range": object{"last": 3, "unit": "day"}, "window": object{"value": 1, "unit": "day"}, "steps": []object{{"event": "view"}, {"event": "cart"}, {"event": "pay"}}},
			{"kind": "retention", "interval": "day", "periods": 3, "range": object{"last": 3, "unit": "day"}, "start": object{"event": "view"}, "return": object{"event": "pay"}},
		} {
			var answer object
			s.api(http.MethodPost, "/query", question, &answer)
			delete(answer, "meta")
			out = append(out, answer)
		}
		return out
	}
	send()
	want := answers()
	for _, round := range []struct {
		what string
		down func()
	}{
		{"kill", s.kill},
		{"stop", s.stop},
		{"stop", s.stop},
		{"kill", s.kill},
		{"stop and a torn part", func() { s.stop(); tear(t, s.dir, "part-") }},
		{"stop and a torn state", func() { s.stop(); tear(t, s.dir, "state-") }},
		{"stop and no columns", func() { s.stop(); require.NoError(t, os.RemoveAll(filepath.Join(s.dir, "columns"))) }},
	} {
		round.down()
		s.start()
		require.Equal(t, want, answers(), round.what)
		if strings.Contains(round.what, "torn") {
			require.Contains(t, s.output.String(), "column files cannot be used")
		}
		send()
		want = answers()
	}
	s.stop()
	require.Contains(t, run(t, "doctor", "--verify", "--data-dir", s.dir), strconv.Itoa(sent)+" events of 37 persons")
	require.Contains(t, run(t, "doctor", "--rebuild", "--data-dir", s.dir), "made anew from "+strconv.Itoa(sent)+" events")
	require.Contains(t, run(t, "doctor", "--dump", filepath.Join(s.dir, "columns", "PROJECTS")), "magic WEIRCOLS")
	s.start()
	require.Equal(t, want, answers())
	require.NotContains(t, s.output.String(), "cannot be used")
}

// tear cuts a column file of the project short.
func tear(t *testing.T, dir, prefix string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "columns", "p-"+project, prefix+"*"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	info, err := os.Stat(files[0])
	require.NoError(t, err)
	require.NoError(t, os.Truncate(files[0], info.Size()/2))
}
