package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/weirhq/weir/internal/cells"
)

// results is bench/results.json.
type results struct {
	Machine        machine    `json:"machine"`
	Date           string     `json:"date"`
	Events         int        `json:"events"`
	Persons        int        `json:"persons"`
	Questions      []measured `json:"questions"`
	MedianRatio    float64    `json:"median_ratio"` // of the kinds of question, each by its lowest ratio
	Curve          []point    `json:"curve,omitempty"`
	Collection     *lively    `json:"collection,omitempty"`
	Dashboard      dashboard  `json:"dashboard"`
	Storage        storage    `json:"storage"`
	ClickHouse     string     `json:"clickhouse_version"`
	ClickHouseDisk float64    `json:"clickhouse_bytes_per_event"` // of the smallest of the three tables
}

// machine is what the figures are of.
type machine struct {
	Cores     int     `json:"cores"`
	Processor string  `json:"processor"`
	MemoryGB  float64 `json:"memory_gb"`
	Bandwidth float64 `json:"read_gb_s"` // of memory, all cores together
	Go        string  `json:"go"`
}

// measured is one question.
type measured struct {
	Question      string  `json:"question"`
	Kind          string  `json:"kind"`
	Ours          float64 `json:"ours_ms"`
	ClickHouse    float64 `json:"clickhouse_ms"`
	Ratio         float64 `json:"ratio"`
	OursCPU       float64 `json:"ours_cpu_ms"` // processor time, all cores together: less touched by other work on the machine
	ClickHouseCPU float64 `json:"clickhouse_cpu_ms"`
	Equal         bool    `json:"equal"`
	PerCore       float64 `json:"events_per_second_and_core"`
	ShareOfRead   float64 `json:"share_of_memory_bandwidth,omitempty"`
	Table         string  `json:"clickhouse_table"`
	Error         string  `json:"error,omitempty"`
	differences   []string
}

// storage is what the events take.
type storage struct {
	BytesPerEvent float64 `json:"bytes_per_event_on_disk,omitempty"`
	ResidentMB    float64 `json:"resident_mb"` // after all questions, pages of the files included
	PrivateMB     float64 `json:"private_mb"`  // the same without them
	LoadPerSecond float64 `json:"events_loaded_per_second"`
	StartSeconds  float64 `json:"start_to_first_answer_seconds,omitempty"`
}

// clickHouseResult is what the phase of ClickHouse wrote.
type clickHouseResult struct {
	Answers map[string]rival   `json:"answers"`
	Bytes   map[string]float64 `json:"bytes"`
	Version string             `json:"version"`
}

// report joins what the phases found. It fails when an answer differs.
func report(_ context.Context, o options, out printer) error {
	var theirs clickHouseResult
	var ours weirResult
	if err := readJSON(filepath.Join(o.folder(), "clickhouse.json"), &theirs); err != nil {
		return err
	}
	if err := readJSON(filepath.Join(o.folder(), "weir.json"), &ours); err != nil {
		return err
	}
	r := results{
		Machine: describeMachine(ours.Bandwidth), Date: now().Format("2006-01-02"), Events: o.Events, Persons: o.stream().Persons,
		Dashboard: ours.Dashboard, ClickHouse: theirs.Version, ClickHouseDisk: smallest(theirs.Bytes) / float64(o.Events),
		Storage: storage{
			ResidentMB: ours.ResidentMB, PrivateMB: ours.PrivateMB, LoadPerSecond: float64(o.Events) / ours.LoadSeconds,
			BytesPerEvent: ours.Bytes / float64(o.Events), StartSeconds: ours.StartSeconds,
		},
	}
	for _, q := range o.questions() {
		r.Questions = append(r.Questions, compare(q.Name, q.Kind, ours.Answers[q.Name], theirs.Answers[q.Name], r.Machine))
	}
	r.MedianRatio = medianOfKinds(r.Questions)
	for name, into := range map[string]any{"curve.json": &r.Curve, "live.json": &r.Collection} {
		if err := readJSON(filepath.Join(o.Dir, name), into); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	r.print(out)
	if o.Results != "" {
		if err := writeJSON(o.Results, r); err != nil {
			return err
		}
	}
	return r.differences()
}

func compare(name, kind string, ours answer, theirs rival, m machine) measured {
	out := measured{Question: name, Kind: kind, Ours: ours.MS, ClickHouse: theirs.MS, OursCPU: ours.CPU, ClickHouseCPU: theirs.CPU, Table: theirs.Table, Error: ours.Error}
	if theirs.Error != "" {
		out.Error = theirs.Error
	}
	if out.Error != "" || ours.Cells == nil || theirs.Cells == nil {
		return out
	}
	out.differences = cells.Differences(ours.Cells, theirs.Cells)
	out.Equal = len(out.differences) == 0
	out.Ratio = theirs.MS / ours.MS
	out.PerCore = float64(ours.Scanned) / (ours.MS / 1000) / float64(m.Cores)
	if ours.Bytes > 0 && m.Bandwidth > 0 {
		out.ShareOfRead = ours.Bytes / (ours.MS / 1000) / (m.Bandwidth * 1e9)
	}
	return out
}

func describeMachine(bandwidth float64) machine {
	m := machine{Cores: runtime.GOMAXPROCS(0), Bandwidth: round(bandwidth, 1), Go: runtime.Version()}
	scan := func(file, key string, take func(value string)) {
		data, err := os.ReadFile(file)
		if err != nil {
			return
		}
		for line := range strings.Lines(string(data)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == key {
				take(strings.TrimSpace(value))
				return
			}
		}
	}
	scan("/proc/cpuinfo", "model name", func(v string) { m.Processor = v })
	scan("/proc/meminfo", "MemTotal", func(v string) {
		var kb float64
		if n, _ := fmt.Sscanf(v, "%f kB", &kb); n == 1 {
			m.MemoryGB = round(kb/(1<<20), 0)
		}
	})
	return m
}

func smallest(bytes map[string]float64) float64 {
	least := 0.0
	for _, name := range orders() {
		if b := bytes[name]; b > 0 && (least == 0 || b < least) {
			least = b
		}
	}
	return least
}

// medianOfKinds is the median over the kinds of question, each counted by its slowest against ClickHouse.
func medianOfKinds(list []measured) float64 {
	worst := map[string]float64{}
	for _, m := range list {
		if m.Error != "" {
			continue
		}
		if w, ok := worst[m.Kind]; !ok || m.Ratio < w {
			worst[m.Kind] = m.Ratio
		}
	}
	ratios := make([]float64, 0, len(worst))
	for _, r := range worst {
		ratios = append(ratios, r)
	}
	if len(ratios) == 0 {
		return 0
	}
	slices.Sort(ratios)
	return (ratios[(len(ratios)-1)/2] + ratios[len(ratios)/2]) / 2
}

func (r *results) print(out printer) {
	out.printf("\n%d events, %d persons; %d cores, %s; memory reads %.1f GB/s\n\n", r.Events, r.Persons, r.Machine.Cores, r.Machine.Processor, r.Machine.Bandwidth)
	out.printf("%-50s %10s %12s %7s %9s  %-6s %14s %9s\n", "question", "ours", "clickhouse", "ratio", "by cpu", "equal", "events/s/core", "of memory")
	for _, m := range r.Questions {
		if m.Error != "" {
			out.printf("%-50s %s\n", m.Question, m.Error)
			continue
		}
		out.printf("%-50s %7.1f ms %9.0f ms %6.1f× %8.1f×  %-6v %12.0f M %8.0f %%\n", m.Question, m.Ours, m.ClickHouse, m.Ratio, m.ClickHouseCPU/max(m.OursCPU, 1e-3), m.Equal, m.PerCore/1e6, 100*m.ShareOfRead)
		for _, d := range m.differences {
			out.printf("    differs at %s\n", d)
		}
	}
	out.printf("\nmedian of the kinds, each by its lowest ratio: %.1f×\n", r.MedianRatio)
	out.printf("on disk: %.1f bytes per event (ClickHouse %.1f per table); resident after all questions: %.0f MB\n", r.Storage.BytesPerEvent, r.ClickHouseDisk, r.Storage.ResidentMB)
	out.printf("start to the first answer: %.1f s; built (applied, folded, written): %.0f events/s\n", r.Storage.StartSeconds, r.Storage.LoadPerSecond)
	out.printf("a dashboard of %d charts: %.2f s, %.0f questions/s; the second time %.3f s\n", r.Dashboard.Charts, r.Dashboard.Seconds, r.Dashboard.PerSecond, r.Dashboard.Again)
	for _, p := range r.Curve {
		out.printf("%4d M events:", p.Events/1_000_000)
		for _, name := range ofCurve {
			out.printf("  %8.1f ms", p.MS[name])
		}
		out.printf("\n")
	}
	if c := r.Collection; c != nil {
		out.printf("collection: %.0f events/s alone, %.0f while %.0f questions/s are answered\n", c.Alone.EventsPerSecond, c.WhileAsked.EventsPerSecond, c.Questions)
	}
}

func (r *results) differences() error {
	var names []string
	for _, m := range r.Questions {
		if m.Error != "" || !m.Equal {
			names = append(names, "«"+m.Question+"»")
		}
	}
	if len(names) > 0 {
		return fmt.Errorf("answers are missing or differ: %s", strings.Join(names, ", "))
	}
	return nil
}

func round(x float64, digits int) float64 {
	var out float64
	_, _ = fmt.Sscanf(fmt.Sprintf("%.*f", digits, x), "%g", &out)
	return out
}
