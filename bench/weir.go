package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/analyse"
	"github.com/weirhq/weir/bench/questions"
	"github.com/weirhq/weir/bench/workload"
	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/internal/cells"
	"github.com/weirhq/weir/query"
	"github.com/weirhq/weir/store/columns"
)

// segments gives the made segments as Weir wants them.
type segments map[string]*roaring.Bitmap

func newSegments(w *workload.Stream, people *columns.People) segments {
	s := segments{}
	for _, percent := range questions.Segments {
		members := roaring.New()
		for p := range uint32(w.Persons) {
			if !workload.InSegment(p, uint32(percent)) {
				continue
			}
			if o, ok := people.Find(workload.DistinctID(p)); ok {
				members.Add(uint32(people.Canonical(o)))
			}
		}
		members.RunOptimize()
		s[fmt.Sprintf("seg_%d", percent)] = members
	}
	return s
}

func (s segments) SegmentMembers(_, id string) (*roaring.Bitmap, bool) { m, ok := s[id]; return m, ok }

func (segments) TagMembers(string, string, string) (*roaring.Bitmap, bool) { return nil, false }

func (segments) TagValues(string, string) ([]string, bool) { return nil, false }

// asker asks Weir; every question as if it were the first, without kept answers.
type asker struct {
	table   *columns.Table
	sets    segments
	clock   clock.Clock
	project analyse.Project
}

func newAsker(table *columns.Table, w *workload.Stream) *asker {
	end := w.Start.AddDate(0, 0, w.Days)
	return &asker{
		table: table, sets: newSegments(w, table.View().People()), clock: clock.NewManual(end),
		project: analyse.Project{ID: project, Zone: time.UTC, WeekStart: time.Monday},
	}
}

func (a *asker) analyser() *analyse.Analyser {
	return analyse.New(func(string) *columns.Table { return a.table }, a.sets, a.clock)
}

// answer is what Weir gave for a question.
type answer struct {
	MS      float64     `json:"ms"`
	CPU     float64     `json:"cpu_ms"`          // processor time of a run, all cores together
	Scanned int64       `json:"scanned"`         // events
	Bytes   float64     `json:"bytes,omitempty"` // of the columns that the question names, as far as known
	Cells   cells.Cells `json:"cells"`
	Error   string      `json:"error,omitempty"`
}

func (a *asker) ask(ctx context.Context, q questions.Question, repeats int) answer {
	out := answer{}
	for i := range repeats {
		used := cpuTime()
		got, elapsed, scanned, err := a.once(ctx, q)
		if err != nil {
			out.Error = err.Error()
			return out
		}
		if cpu := milliseconds(cpuTime() - used); i == 0 || cpu < out.CPU {
			out.CPU = cpu
		}
		if ms := milliseconds(elapsed); i == 0 || ms < out.MS {
			out.MS = ms
		}
		if i == 0 {
			out.Cells, out.Scanned = q.Read(got), scanned
			if scanned > 0 {
				view := a.table.View()
				out.Bytes = touched(view, q.Properties()) * float64(scanned) / float64(view.Events())
			}
		}
	}
	return out
}

// once asks and gives the decoded answer; only the asking is timed.
func (a *asker) once(ctx context.Context, q questions.Question) (got any, elapsed time.Duration, scanned int64, err error) {
	if q.Kind == "condition" {
		c, err := query.ParseCondition([]byte(q.Ask))
		if err != nil {
			return nil, 0, 0, err
		}
		started := now()
		members, err := a.analyser().Members(ctx, a.project, c, nil)
		if err != nil {
			return nil, 0, 0, err
		}
		return float64(members.GetCardinality()), now().Sub(started), int64(a.table.View().Events()), nil
	}
	r, err := query.Parse([]byte(q.Ask))
	if err != nil {
		return nil, 0, 0, err
	}
	started := now()
	answer, err := a.analyser().Ask(ctx, a.project, r)
	if err != nil {
		return nil, 0, 0, err
	}
	elapsed = now().Sub(started)
	got, err = cells.Decode(answer)
	return got, elapsed, answer.Meta().EventsScanned, err
}

// weirResult is what the phase of Weir writes.
type weirResult struct {
	Answers      map[string]answer `json:"answers"`
	LoadSeconds  float64           `json:"load_seconds"`
	Bytes        float64           `json:"bytes"`         // of the column files
	StartSeconds float64           `json:"start_seconds"` // from opening the files to the first answer
	ResidentMB   float64           `json:"resident_mb"`   // after all questions, pages of the files included
	PrivateMB    float64           `json:"private_mb"`    // the same without pages of the files
	Bandwidth    float64           `json:"bandwidth_gb_s"`
	Dashboard    dashboard         `json:"dashboard"`
}

// askWeir is Weir's phase: it builds, opens, asks, and writes a file of answers.
func askWeir(ctx context.Context, o options, out printer) error {
	w := o.stream()
	var result weirResult // what was asked in an earlier run with other questions stays
	if err := readJSON(filepath.Join(o.folder(), "weir.json"), &result); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if result.Answers == nil {
		result.Answers = map[string]answer{}
	}
	b, err := buildColumns(ctx, o, w, out)
	if err != nil {
		return err
	}
	defer b.store.Close()
	result.LoadSeconds = b.load
	if result.Bytes, err = b.bytes(); err != nil {
		return err
	}
	a := newAsker(b.table, w)
	quiet := bandwidth() // and again in the end: other work on the machine only makes it look less
	for i, q := range o.questions() {
		started := now()
		got := a.ask(ctx, q, 1)
		if i == 0 {
			result.StartSeconds = b.open + since(started)
		}
		if got.Error == "" {
			again := a.ask(ctx, q, o.Repeats)
			got.MS, got.CPU = min(got.MS, again.MS), min(got.CPU, again.CPU)
		}
		result.Answers[q.Name] = got
		if got.Error != "" {
			out.printf("%-50s %s\n", q.Name, got.Error)
			continue
		}
		out.printf("%-50s %9.1f ms\n", q.Name, got.MS)
	}
	if result.Dashboard, err = a.dashboard(ctx, result.Answers); err != nil {
		return err
	}
	result.ResidentMB = memoryMB("VmRSS")
	result.PrivateMB = memoryMB("RssAnon")
	result.Bandwidth = max(quiet, bandwidth())
	return writeJSON(filepath.Join(o.folder(), "weir.json"), result)
}

// memoryMB is a kind of memory of this process, 0 where the system does not tell.
func memoryMB(kind string) float64 {
	data, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(data)) {
		var kb float64
		if n, _ := fmt.Sscanf(line, kind+": %f kB", &kb); n == 1 {
			return kb / 1024
		}
	}
	return 0
}

func readJSON(path string, into any) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
