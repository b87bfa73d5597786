package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/weirhq/weir/bench/questions"
	"github.com/weirhq/weir/bench/workload"
	"github.com/weirhq/weir/internal/cells"
	"github.com/weirhq/weir/internal/chdb"
)

// clickhouse is the rival: three tables of the same rows.
type clickhouse struct {
	engine *chdb.Engine
	out    printer
}

func openClickHouse(folder string, out printer) (*clickhouse, error) {
	engine, err := chdb.Open(folder)
	if err != nil {
		return nil, err
	}
	c := &clickhouse{engine: engine, out: out}
	return c, engine.Exec(fmt.Sprintf("SET max_threads = %d", runtime.GOMAXPROCS(0)))
}

// orders are the names of the tables; the first is loaded, the others are copied from it.
func orders() []string {
	var names []string
	for name := range questions.Tables {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// load fills the tables, unless they hold the stream's rows already.
func (c *clickhouse) load(w *workload.Stream, mark string) error {
	if done, err := os.ReadFile(mark); err == nil && string(done) == describe(w) {
		return nil
	}
	names := orders()
	for _, name := range names {
		statement := fmt.Sprintf("CREATE TABLE %s (%s) ENGINE = MergeTree ORDER BY %s", name, workload.Columns, questions.Tables[name])
		if err := c.all("DROP TABLE IF EXISTS "+name+" SYNC", statement); err != nil {
			return err
		}
	}
	started := now()
	if err := c.insert(w, names[0]); err != nil {
		return err
	}
	c.out.printf("clickhouse: %d rows made and inserted in %.0f s\n", w.Events, since(started))
	for _, name := range names[1:] {
		if err := c.engine.Exec(fmt.Sprintf("INSERT INTO %s SELECT * FROM %s", name, names[0])); err != nil {
			return err
		}
	}
	for _, name := range names { // the best case: one part, as after a quiet night
		if err := c.engine.Exec("OPTIMIZE TABLE " + name + " FINAL"); err != nil {
			return err
		}
	}
	for _, percent := range questions.Segments {
		if err := c.segment(w, percent); err != nil {
			return err
		}
	}
	c.out.printf("clickhouse: three tables, merged, in %.0f s\n", since(started))
	return os.WriteFile(mark, []byte(describe(w)), 0o600)
}

func describe(w *workload.Stream) string {
	return fmt.Sprintf("%d events, seed %d, %d days\n", w.Events, w.Seed, w.Days)
}

func (c *clickhouse) all(statements ...string) error {
	for _, s := range statements {
		if err := c.engine.Exec(s); err != nil {
			return err
		}
	}
	return nil
}

// insertChunk is how many bytes are handed over at once.
const insertChunk = 4 << 20

func (c *clickhouse) insert(w *workload.Stream, table string) error {
	in, err := c.engine.Insert("INSERT INTO "+table, "RowBinary")
	if err != nil {
		return err
	}
	defer in.Cancel()
	buffer := make([]byte, 0, insertChunk+1<<20)
	err = w.Each(4096, func(rows []workload.Row) error {
		for i := range rows {
			buffer = rows[i].AppendBinary(buffer)
		}
		if len(buffer) < insertChunk {
			return nil
		}
		defer func() { buffer = buffer[:0] }()
		return in.Append(buffer)
	})
	if err != nil {
		return err
	}
	if err := in.Append(buffer); err != nil {
		return err
	}
	return in.Done()
}

// segment writes the members of a segment into a table of their own.
func (c *clickhouse) segment(w *workload.Stream, percent int) error {
	name := fmt.Sprintf("segment_%d", percent)
	if err := c.all("DROP TABLE IF EXISTS "+name+" SYNC", "CREATE TABLE "+name+" (person UInt32) ENGINE = MergeTree ORDER BY person"); err != nil {
		return err
	}
	in, err := c.engine.Insert("INSERT INTO "+name, "RowBinary")
	if err != nil {
		return err
	}
	defer in.Cancel()
	var data []byte
	for p := range uint32(w.Persons) {
		if workload.InSegment(p, uint32(percent)) {
			data = append(data, byte(p), byte(p>>8), byte(p>>16), byte(p>>24))
		}
	}
	if err := in.Append(data); err != nil {
		return err
	}
	return in.Done()
}

// rival is what ClickHouse gave for a question.
type rival struct {
	MS    float64            `json:"ms"`
	CPU   float64            `json:"cpu_ms"` // processor time of a run, all cores together
	Table string             `json:"table"`  // the best of the three
	Form  int                `json:"form"`   // the best of the question's SQL
	SQL   string             `json:"sql"`
	Cells cells.Cells        `json:"cells"`
	Tried map[string]float64 `json:"tried"` // first run of every form over every table, ms
	Error string             `json:"error,omitempty"`
}

// ask tries every form over every table (the caches are warm after the first
// run of it), and the best again.
func (c *clickhouse) ask(q questions.Question, repeats int) rival {
	r := rival{Tried: map[string]float64{}}
	best := time.Duration(0)
	for form, text := range q.SQL {
		for _, table := range orders() {
			for at, setting := range settingsFor(q, table) {
				sql := strings.ReplaceAll(text, "{t}", table) + setting
				elapsed, got, err := c.run(sql, 2, best*3/2)
				if errors.Is(err, errHopeless) {
					continue
				}
				if err == nil && r.Cells != nil {
					if d := cells.Differences(r.Cells, got); len(d) > 0 {
						err = fmt.Errorf("form %d over %s gives another answer: %s", form, table, strings.Join(d, "; "))
					}
				}
				if err != nil {
					r.Error = err.Error()
					return r
				}
				r.Tried[fmt.Sprintf("%d %s %d", form, table, at)] = milliseconds(elapsed)
				if r.SQL == "" || elapsed < best {
					best = elapsed
					r.Table, r.Form, r.SQL, r.Cells = table, form, sql, got
				}
			}
		}
	}
	used := cpuTime()
	elapsed, _, err := c.run(r.SQL, repeats, 0)
	if err != nil {
		r.Error = err.Error()
	}
	r.MS, r.CPU = milliseconds(min(best, elapsed)), milliseconds(cpuTime()-used)/float64(repeats)
	return r
}

// settingsFor are the settings worth trying: grouping by person needs no hash
// table where rows lie by person.
func settingsFor(q questions.Question, table string) []string {
	if q.PerPerson && strings.HasPrefix(questions.Tables[table], "(person") {
		return []string{"", " SETTINGS optimize_aggregation_in_order = 1"}
	}
	return []string{""}
}

// errHopeless says that a form took so long that it was given up.
var errHopeless = errors.New("slower than a form tried before")

// run asks a number of times and gives the best time. Unless hopeless is 0, it
// gives up a form that takes longer by far.
func (c *clickhouse) run(sql string, repeats int, hopeless time.Duration) (time.Duration, cells.Cells, error) {
	limit := 0.0
	if hopeless > 0 {
		limit = 1 + 2*hopeless.Seconds()
	}
	if err := c.engine.Exec(fmt.Sprintf("SET max_execution_time = %g", limit)); err != nil {
		return 0, nil, err
	}
	best := time.Duration(0)
	var got cells.Cells
	for i := range repeats {
		started := now()
		rows, _, err := c.engine.Rows(sql)
		if err != nil && strings.Contains(err.Error(), "TIMEOUT_EXCEEDED") {
			return 0, nil, errHopeless
		}
		if err != nil {
			return 0, nil, err
		}
		if elapsed := now().Sub(started); i == 0 || elapsed < best {
			best = elapsed
		}
		if got, err = cells.OfRows(rows); err != nil {
			return 0, nil, err
		}
		if hopeless > 0 && best > hopeless {
			break
		}
	}
	return best, got, nil
}

// size gives the bytes that each table takes on disk.
func (c *clickhouse) size() (map[string]float64, error) {
	rows, _, err := c.engine.Rows("SELECT table, sum(bytes_on_disk) FROM system.parts WHERE active GROUP BY table")
	if err != nil {
		return nil, err
	}
	return cells.OfRows(rows)
}

// askClickHouse is the phase of the rival: it loads, asks, and writes a file of answers.
func askClickHouse(_ context.Context, o options, out printer) error {
	folder := filepath.Join(o.folder(), "clickhouse")
	c, err := openClickHouse(folder, out)
	if err != nil {
		return err
	}
	defer c.engine.Close()
	if err := c.load(o.stream(), filepath.Join(o.folder(), "clickhouse.loaded")); err != nil {
		return err
	}
	var before clickHouseResult // what was asked in an earlier run with other questions
	if err := readJSON(filepath.Join(o.folder(), "clickhouse.json"), &before); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	answers := before.Answers
	if answers == nil {
		answers = map[string]rival{}
	}
	for _, q := range o.questions() {
		a := c.ask(q, o.Repeats)
		answers[q.Name] = a
		if a.Error != "" {
			out.printf("%-50s %s\n", q.Name, a.Error)
			continue
		}
		out.printf("%-50s %9.0f ms  %s, form %d\n", q.Name, a.MS, a.Table, a.Form)
	}
	sizes, err := c.size()
	if err != nil {
		return err
	}
	version, err := c.engine.Query("SELECT version()", "TSVRaw")
	if err != nil {
		return err
	}
	return writeJSON(filepath.Join(o.folder(), "clickhouse.json"), clickHouseResult{
		Answers: answers, Bytes: sizes, Version: strings.TrimSpace(string(version.Data)),
	})
}

func writeJSON(path string, v any) error {
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(data, '\n'), 0o600)
}
