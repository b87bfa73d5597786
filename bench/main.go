package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
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
	Full    bool   // the largest size of the curve, too
	Results string // file for the report
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

// published is the file that the tables of the READMEs are made from. Runs of
// fewer events than that many do not touch it.
const (
	published     = "bench/results.json"
	publishedFrom = 50_000_000
)

// phase is one step of the benchmark.
type phase struct {
	name string
	run  func(ctx context.Context, o options, out printer) error
}

// phases are run in this order, each in a process of its own, so that none sees
// the memory and threads of another.
var phases = []phase{
	{"clickhouse", askClickHouse},
	{"weir", askWeir},
	{"curve", askCurve},
	{"live", askLive},
	{"report", report},
	{"readme", writeReadme},
}

func run(ctx context.Context, args []string, to io.Writer) error {
	o := options{}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.IntVar(&o.Events, "events", 50_000_000, "number of events")
	flags.Uint64Var(&o.Seed, "seed", 1, "of the made data")
	flags.StringVar(&o.Dir, "dir", ".cache/bench", "folder for data and answers, kept between runs")
	flags.IntVar(&o.Repeats, "repeats", 3, "how often the best form of a question is asked")
	flags.StringVar(&o.Only, "only", "", "only questions whose name contains this")
	flags.BoolVar(&o.Full, "full", false, "the curve goes up to 150 million events")
	flags.StringVar(&o.Results, "results", "", "file that the report is written to (default "+published+" from 50 million events on, else a file in -dir)")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if o.Results == "" {
		o.Results = filepath.Join(o.folder(), "results.json")
		if o.Events >= publishedFrom {
			o.Results = published
		}
	}
	if flags.NArg() == 0 {
		return eachPhase(ctx, args, to)
	}
	for _, p := range phases {
		if p.name != flags.Arg(0) {
			continue
		}
		if err := os.MkdirAll(o.folder(), 0o750); err != nil {
			return err
		}
		return p.run(ctx, o, printer{to})
	}
	return fmt.Errorf("«%s» is not a phase", flags.Arg(0))
}

// eachPhase runs this program once per phase.
func eachPhase(ctx context.Context, args []string, to io.Writer) error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	for _, p := range phases {
		printer{to}.printf("\n── %s\n", p.name)
		cmd := exec.CommandContext(ctx, program, append(slices.Clone(args), p.name)...)
		cmd.Stdout, cmd.Stderr = to, os.Stderr
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	return nil
}

func now() time.Time { return clock.System{}.Now() }

func since(t time.Time) float64 { return now().Sub(t).Seconds() }

// cpuTime is the processor time that this process has used, all cores together.
func cpuTime() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// printer writes lines for people. What cannot be written to the terminal is lost.
type printer struct{ to io.Writer }

func (p printer) printf(format string, args ...any) { _, _ = fmt.Fprintf(p.to, format, args...) }
