package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/weirhq/weir/bench/questions"
	"github.com/weirhq/weir/bench/workload"
	"github.com/weirhq/weir/clock"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		stop()
		os.Exit(1)
	}
}

// options of one run.
type options struct {
	Events  int
	Seed    uint64
	Dir     string // data and answers; kept between runs
	Repeats int
	Only    string // substring of the names of questions
	Results string // file for the report; "" for none
}

// folder holds what belongs to one number of events.
func (o options) folder() string {
	return filepath.Join(o.Dir, strconv.Itoa(o.Events)+"-"+strconv.FormatUint(o.Seed, 10))
}

func (o options) stream() *workload.Stream {
	return workload.New(workload.Settings{Events: o.Events, Seed: o.Seed})
}

func (o options) questions() []questions.Question {
	var list []questions.Question
	for _, q := range questions.All() {
		if strings.Contains(q.Name, o.Only) {
			list = append(list, q)
		}
	}
	return list
}

// phases are run each in a process of its own, so that none sees the memory and
// threads of another.
var phases = map[string]func(ctx context.Context, o options, out printer) error{
	"clickhouse": askClickHouse,
	"weir":       askWeir,
	"report":     report,
}

func run(ctx context.Context, args []string, to io.Writer) error {
	o := options{}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.IntVar(&o.Events, "events", 50_000_000, "number of events")
	flags.Uint64Var(&o.Seed, "seed", 1, "of the made data")
	flags.StringVar(&o.Dir, "dir", ".cache/bench", "folder for data and answers, kept between runs")
	flags.IntVar(&o.Repeats, "repeats", 3, "how often the best form of a question is asked")
	flags.StringVar(&o.Only, "only", "", "only questions whose name contains this")
	flags.StringVar(&o.Results, "results", "", "file that the report is written to")
	if err := flags.Parse(args); err != nil {
		return err
	}
	phase, ok := phases[flags.Arg(0)]
	if !ok {
		return fmt.Errorf("«%s» is not a phase", flags.Arg(0))
	}
	if err := os.MkdirAll(o.folder(), 0o750); err != nil {
		return err
	}
	return phase(ctx, o, printer{to})
}

func now() time.Time { return clock.System{}.Now() }

func since(t time.Time) float64 { return now().Sub(t).Seconds() }

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// printer writes lines for people. What cannot be written to the terminal is lost.
type printer struct{ to io.Writer }

func (p printer) printf(format string, args ...any) { _, _ = fmt.Fprintf(p.to, format, args...) }
