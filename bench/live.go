package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/weirhq/weir/analyse"
	"github.com/weirhq/weir/bench/questions"
	"github.com/weirhq/weir/bench/workload"
	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/ingest"
	"github.com/weirhq/weir/query"
	"github.com/weirhq/weir/store/columns"
	"github.com/weirhq/weir/store/duck"
)

// lively is what happens while events come in through the real intake (checks,
// deduplication, a commit to DuckDB, columns), first alone, then while others ask.
type lively struct {
	Alone           collected `json:"alone"`
	WhileAsked      collected `json:"while_questions_run"`
	Questions       float64   `json:"questions_per_second"` // asked meanwhile, none of them kept answers
	QuestionP95MS   float64   `json:"question_p95_ms"`
	EventsInColumns uint64    `json:"events_at_the_end"`
}

// collected is what the intake took.
type collected struct {
	EventsPerSecond float64 `json:"events_per_second"`
	AcknowledgedP99 float64 `json:"acknowledged_p99_ms"` // from handing a batch over to its commit
}

const (
	liveSeconds = 20
	liveBatch   = 100
	senders     = 16
	askers      = 2
)

// live is a small Weir: a log, columns, an intake.
type live struct {
	log    *duck.Log
	store  *columns.Store
	intake *ingest.Intake
	feed   chan []*event.Event
}

func openLive(ctx context.Context, folder string) (*live, error) {
	logger := slog.New(slog.DiscardHandler)
	log, err := duck.Open(ctx, filepath.Join(folder, "events.duckdb"), logger, duck.Options{})
	if err != nil {
		return nil, err
	}
	store, err := columns.Open(ctx, filepath.Join(folder, "columns"), columns.Options{LookUp: log.Events, Logger: logger})
	if err != nil {
		return nil, errors.Join(err, log.Close())
	}
	l := &live{log: log, store: store, intake: ingest.New(log, store, clock.System{}, logger, ingest.Options{}), feed: make(chan []*event.Event, 64)}
	for _, distance := range []columns.Distance{columns.Near, columns.Far} {
		if err := store.CatchUp(ctx, log, distance, nil); err != nil {
			return nil, errors.Join(err, l.close())
		}
	}
	return l, l.intake.Start(ctx)
}

func (l *live) close() error {
	l.intake.Stop()
	l.store.Close()
	return l.log.Close()
}

// produce makes batches until the context ends.
func (l *live) produce(ctx context.Context, w *workload.Stream) error {
	writer := workload.NewWriter(w)
	err := w.Each(liveBatch, func(rows []workload.Row) error {
		batch := make([]*event.Event, len(rows))
		for i := range rows {
			batch[i] = &event.Event{}
			writer.FillEvent(batch[i], &rows[i])
			batch[i].Seq = 0
		}
		select {
		case l.feed <- batch:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	close(l.feed)
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// collect sends what is produced for some seconds, and meanwhile lets others ask.
func (l *live) collect(ctx context.Context, seconds int) (collected, error) {
	ctx, stop := context.WithTimeout(ctx, time.Duration(seconds)*time.Second)
	defer stop()
	var taken atomic.Int64
	waits := make([][]float64, senders)
	faults := make([]error, senders)
	var work sync.WaitGroup
	started := now()
	for i := range senders {
		work.Go(func() {
			for ctx.Err() == nil && faults[i] == nil {
				batch, ok := <-l.feed
				if !ok {
					faults[i] = errors.New("the made events ran out")
					return
				}
				began := now()
				_, faults[i] = l.intake.Accept(context.WithoutCancel(ctx), project, batch)
				waits[i] = append(waits[i], milliseconds(now().Sub(began)))
				taken.Add(int64(len(batch)))
			}
		})
	}
	work.Wait()
	return collected{EventsPerSecond: float64(taken.Load()) / since(started), AcknowledgedP99: percentile(slices.Concat(waits...), 0.99)}, errors.Join(faults...)
}

// ask puts the questions of the benchmark one after the other until the context ends.
func (l *live) ask(ctx context.Context, list []query.Request) (times []float64, err error) {
	a := &asker{table: l.store.Table(project), sets: segments{}, clock: clock.System{}, project: analyse.Project{ID: project, Zone: time.UTC, WeekStart: time.Monday}}
	for i := 0; ctx.Err() == nil; i++ {
		started := now()
		if _, err := a.analyser().Ask(context.WithoutCancel(ctx), a.project, list[i%len(list)]); err != nil {
			return times, err
		}
		times = append(times, milliseconds(now().Sub(started)))
	}
	return times, nil
}

// percentile gives the value below which a share of the values lies.
func percentile(values []float64, share float64) float64 {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	return values[int(share*float64(len(values)-1))]
}

// askLive is the phase that collects.
func askLive(ctx context.Context, o options, out printer) (err error) {
	folder, err := os.MkdirTemp(o.Dir, "live-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	l, err := openLive(ctx, folder)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.close()) }()
	producing, stop := context.WithCancel(ctx)
	defer stop()
	produced := make(chan error, 1)
	go func() {
		produced <- l.produce(producing, workload.New(workload.Settings{Events: 20_000_000, Seed: o.Seed, Days: 30, Start: now().AddDate(0, 0, -30).Truncate(24 * time.Hour)}))
	}()
	var r lively
	if r.Alone, err = l.collect(ctx, liveSeconds); err != nil {
		return err
	}
	if err := l.together(ctx, &r); err != nil {
		return err
	}
	stop()
	for range l.feed { // until the producer has seen it
	}
	if err := <-produced; err != nil {
		return err
	}
	r.EventsInColumns = l.store.Table(project).View().Events()
	out.printf("collected alone: %.0f events/s, acknowledged within %.0f ms (p99)\n", r.Alone.EventsPerSecond, r.Alone.AcknowledgedP99)
	out.printf("while %d ask: %.0f events/s, acknowledged within %.0f ms (p99); %.1f questions/s, p95 %.0f ms\n",
		askers, r.WhileAsked.EventsPerSecond, r.WhileAsked.AcknowledgedP99, r.Questions, r.QuestionP95MS)
	return writeJSON(filepath.Join(o.Dir, "live.json"), r)
}

// together collects while questions are asked.
func (l *live) together(ctx context.Context, r *lively) error {
	var list []query.Request
	for _, q := range questions.All() {
		if q.Kind == "condition" {
			continue
		}
		request, err := query.Parse([]byte(q.Ask))
		if err != nil {
			return err
		}
		if request.Filter == nil { // segments are not made here
			request.Range = query.Range{Last: query.Span{Value: 30, Unit: query.Day}}
			list = append(list, request)
		}
	}
	asking, stop := context.WithCancel(ctx)
	defer stop()
	times := make([][]float64, askers)
	faults := make([]error, askers)
	var work sync.WaitGroup
	started := now()
	for i := range askers {
		work.Go(func() { times[i], faults[i] = l.ask(asking, list) })
	}
	got, err := l.collect(ctx, liveSeconds)
	stop()
	work.Wait()
	all := slices.Concat(times...)
	r.WhileAsked, r.Questions, r.QuestionP95MS = got, float64(len(all))/since(started), percentile(all, 0.95)
	return errors.Join(err, errors.Join(faults...))
}
