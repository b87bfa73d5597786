package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
)

// Marks around the part of a README that is made from the results.
const (
	beginMark = "<!-- made by «make bench» from bench/results.json -->"
	endMark   = "<!-- end of what make bench made -->"
)

// words are the texts of a README in its language.
type words struct {
	file, head, machine, tail string
	unit                      float64           // in which events and persons are counted
	names                     map[string]string // of questions; nil where they stand as they are
}

var readmes = []words{
	{
		file: "README.md", head: "| question | Weir | ClickHouse | ratio |",
		unit:    1e6,
		machine: "%.0f million events of %.1f million persons, %d cores (%s), %s. Warm, best of three; ClickHouse %s with the best of three sort keys per question. Every answer is equal.",
		tail:    "%.0f bytes per event on disk, %.1f s from start to the first answer, a dashboard of %d charts in %.1f s. `make bench` measures it on your machine.",
	},
	{
		file: "README.zh.md", head: "| 问题 | Weir | ClickHouse | 倍数 |",
		unit:    1e4,
		machine: "%.0f 万条事件、%.0f 万用户，%d 核（%s），%s。热数据，三次取最快；ClickHouse %s，每个问题取三种排序键中最快的一种。答案全部一致。",
		tail:    "每条事件占磁盘 %.0f 字节，启动到首个答案 %.1f 秒，%d 张图的看板 %.1f 秒。`make bench` 可在你的机器上重测。",
		names:   chinese,
	},
}

// writeReadme puts the results into the READMEs that have the marks. Without
// results they stay as they are.
func writeReadme(_ context.Context, _ options, _ printer) error {
	var r results
	if err := readJSON(published, &r); errors.Is(err, os.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	if err := r.differences(); err != nil { // the text above the table says that there is none
		return fmt.Errorf("%s: %w", published, err)
	}
	for _, w := range readmes {
		old, err := os.ReadFile(w.file)
		if err != nil {
			return err
		}
		text, err := between(string(old), w.table(r))
		if err != nil {
			return fmt.Errorf("%s: %w", w.file, err)
		}
		if text != string(old) {
			if err := os.WriteFile(w.file, []byte(text), 0o644); err != nil {
				return err
			}
		}
	}
	return nil
}

// between puts a text between the marks.
func between(old, text string) (string, error) {
	head, rest, ok := strings.Cut(old, beginMark+"\n")
	_, tail, ended := strings.Cut(rest, endMark)
	if !ok || !ended {
		return "", errors.New("the marks of the benchmark are missing")
	}
	return head + beginMark + "\n" + text + endMark + tail, nil
}

func (w words) table(r results) string {
	var b strings.Builder
	fmt.Fprintf(&b, w.machine+"\n\n%s\n|---|---:|---:|---:|\n", float64(r.Events)/w.unit, float64(r.Persons)/w.unit, r.Machine.Cores, r.Machine.Processor, r.Date, r.ClickHouse, w.head)
	for _, m := range r.Questions {
		name := m.Question
		if translated := w.names[name]; translated != "" {
			name = translated
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s × |\n", name, duration(m.Ours), duration(m.ClickHouse), ratio(m.Ratio))
	}
	fmt.Fprintf(&b, "\n"+w.tail+"\n", r.Storage.BytesPerEvent, r.Storage.StartSeconds, r.Dashboard.Charts, r.Dashboard.Seconds)
	return b.String()
}

// ratio keeps a digit behind the point where rounding would hide who is faster.
func ratio(r float64) string {
	if r < 10 {
		return fmt.Sprintf("%.1f", r)
	}
	return fmt.Sprintf("%.0f", r)
}

// duration writes milliseconds with two digits that say something.
func duration(ms float64) string {
	switch {
	case ms < 10:
		return fmt.Sprintf("%.1f ms", ms)
	case ms < 1000:
		return fmt.Sprintf("%.0f ms", ms)
	}
	return fmt.Sprintf("%.1f s", ms/1000)
}
