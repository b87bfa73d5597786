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
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/internal/cells"
	"github.com/weirhq/weir/query"
	"github.com/weirhq/weir/store/columns"
)

// applied is how many events Weir takes at once.
const applied = 10_000

// fill applies the rows of a stream to a table. Rows are made while the batch
// before is applied.
func fill(table *columns.Table, w *workload.Stream) error {
	type batch struct{ events []*event.Event }
	free, full := make(chan batch, 2), make(chan batch, 2)
	for range cap(free) {
		b := batch{make([]*event.Event, applied)}
		for i := range b.events {
			b.events[i] = &event.Event{}
		}
		free <- b
	}
	done := make(chan error, 1)
	go func() {
		defer close(full)
		writer := workload.NewWriter(w)
		done <- w.Each(applied, func(rows []workload.Row) error {
			b := <-free
			for i := range rows {
				writer.FillEvent(b.events[i], &rows[i])
			}
			full <- batch{b.events[:len(rows)]}
			return nil
		})
	}()
	for b := range full {
		table.Apply(b.events)
		free <- batch{b.events[:applied]}
	}
	table.View()
	return <-done
}

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
		project: analyse.Project{ID: "bench", Zone: time.UTC, WeekStart: time.Monday},
	}
}

func (a *asker) analyser() *analyse.Analyser {
	return analyse.New(func(string) *columns.Table { return a.table }, a.sets, a.clock)
}

// answer is what Weir gave for a question.
type answer struct {
	MS      float64     `json:"ms"`
	Scanned int64       `json:"scanned"`         // events
	Bytes   float64     `json:"bytes,omitempty"` // of the columns that the question names, as far as known
	Cells   cells.Cells `json:"cells"`
	Error   string      `json:"error,omitempty"`
}

func (a *asker) ask(q questions.Question, repeats int) answer {
	out := answer{}
	for i := range repeats {
		got, elapsed, scanned, err := a.once(q)
		if err != nil {
			out.Error = err.Error()
			return out
		}
		if ms := milliseconds(elapsed); i == 0 || ms < out.MS {
			out.MS = ms
		}
		if i == 0 {
			out.Cells, out.Scanned = q.Read(got), scanned
		}
	}
	return out
}

// once asks and gives the decoded answer; only the asking is timed.
func (a *asker) once(q questions.Question) (got any, elapsed time.Duration, scanned int64, err error) {
	ctx := context.Background()
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
	ResidentMB   float64           `json:"resident_mb"` // after all questions
	Bandwidth    float64           `json:"bandwidth_gb_s"`
	Bytes        float64           `json:"bytes,omitempty"`         // of the column files
	StartSeconds float64           `json:"start_seconds,omitempty"` // from opening the files to the first answer
}

// askWeir is Weir's phase: it loads, asks, and writes a file of answers.
func askWeir(o options, out printer) error {
	w := o.stream()
	table := columns.NewTable()
	defer table.Close()
	started := now()
	if err := fill(table, w); err != nil {
		return err
	}
	var result weirResult // what was asked in an earlier run with other questions stays
	if err := readJSON(filepath.Join(o.folder(), "weir.json"), &result); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	result.LoadSeconds = since(started)
	if result.Answers == nil {
		result.Answers = map[string]answer{}
	}
	out.printf("weir: %d events made and applied in %.0f s\n", w.Events, result.LoadSeconds)
	a := newAsker(table, w)
	for _, q := range o.questions() {
		got := a.ask(q, o.Repeats)
		result.Answers[q.Name] = got
		if got.Error != "" {
			out.printf("%-50s %s\n", q.Name, got.Error)
			continue
		}
		out.printf("%-50s %9.1f ms\n", q.Name, got.MS)
	}
	result.ResidentMB = residentMB()
	result.Bandwidth = bandwidth()
	return writeJSON(filepath.Join(o.folder(), "weir.json"), result)
}

// residentMB is the memory of this process that is in use, 0 where the system does not tell.
func residentMB() float64 {
	data, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(data)) {
		var kb float64
		if n, _ := fmt.Sscanf(line, "VmRSS: %f kB", &kb); n == 1 {
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
