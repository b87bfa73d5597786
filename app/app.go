package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/weirhq/weir/account"
	"github.com/weirhq/weir/api"
	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/ingest"
	"github.com/weirhq/weir/reach/seal"
	"github.com/weirhq/weir/store"
	"github.com/weirhq/weir/store/columns"
	"github.com/weirhq/weir/store/duck"
	"github.com/weirhq/weir/store/meta"
	"github.com/weirhq/weir/ui"
)

// Names of files in the data folder.
const (
	metaFile   = "meta.db"
	eventsFile = "events.duckdb"
	keyFile    = "secret.key"

	columnsFolder = "columns"
)

// Version is what this binary was built from; the linker sets it.
var Version = "dev"

// App is the program. Start and Stop may be called once each.
type App struct {
	config Config
	clk    clock.Clock
	logger *slog.Logger

	meta     *meta.DB
	log      store.Log
	columns  *columns.Store
	accounts *account.Service
	intake   *ingest.Intake
	stages   stages
	metrics  *metrics
	server   *api.Server
	http     *http.Server
	address  net.Addr

	replayed   atomic.Uint64
	total      atomic.Uint64
	answers    atomic.Bool // questions
	collects   atomic.Bool // events
	isReady    atomic.Bool
	rebuilding atomic.Pointer[api.Rebuild] // what is made anew in the background
	ready      chan struct{}               // closed when everything runs
	failed     chan error                  // gets the error that ended the program from inside

	endReading  context.CancelFunc
	readingDone chan struct{}
	stoppers    []stopper // in order of starting
	stopOnce    sync.Once
}

// stopper undoes one step of the start.
type stopper struct {
	name string
	stop func(ctx context.Context) error
}

// New makes a program that is not started yet.
func New(config Config, clk clock.Clock, logger *slog.Logger) (*App, error) {
	if err := config.Check(); err != nil {
		return nil, err
	}
	return &App{config: config, clk: clk, logger: logger, ready: make(chan struct{}), failed: make(chan error, 2)}, nil
}

// Start locks the folder, opens what is in it, and listens. It returns then;
// reading the log and what needs it goes on in the background, see Ready. When
// it fails, what was started has been stopped.
func (a *App) Start(ctx context.Context) error {
	for _, step := range []func(context.Context) error{a.openFolder, a.openStores, a.join, a.bootstrap, a.listen} {
		if err := step(ctx); err != nil {
			return errors.Join(err, a.Stop(context.WithoutCancel(ctx)))
		}
	}
	background, cancel := context.WithCancel(context.WithoutCancel(ctx))
	a.endReading, a.readingDone = cancel, make(chan struct{})
	go func() {
		defer close(a.readingDone)
		if err := a.replay(background); err != nil && background.Err() == nil {
			a.failed <- err
		}
	}()
	return nil
}

// onStop notes how to undo a step. Start calls it, then replay, never both at once.
func (a *App) onStop(name string, stop func(ctx context.Context) error) {
	a.stoppers = append(a.stoppers, stopper{name: name, stop: stop})
}

func (a *App) openFolder(context.Context) error {
	lock, err := LockFolder(a.config.DataDir)
	if err != nil {
		return err
	}
	a.onStop("folder lock", func(context.Context) error { return lock.Release() })
	return nil
}

func (a *App) path(name string) string { return filepath.Join(a.config.DataDir, name) }

func (a *App) openStores(ctx context.Context) error {
	db, err := meta.Open(ctx, a.path(metaFile))
	if err != nil {
		return err
	}
	a.meta = db
	a.onStop("operational database", func(context.Context) error { return db.Close() })

	log, err := duck.Open(ctx, a.path(eventsFile), a.logger, duck.Options{MemoryLimit: a.config.DuckMemory})
	if err != nil {
		return err
	}
	a.metrics = newMetrics(a.progress)
	a.log = timedLog{Log: log, clk: a.clk, metrics: a.metrics}
	a.onStop("event log", func(context.Context) error { return log.Close() })

	if a.columns, err = columns.Open(ctx, a.path(columnsFolder), columns.Options{LookUp: a.log.Events, Logger: a.logger}); err != nil {
		return err
	}
	a.onStop("columns", func(context.Context) error { a.columns.Close(); return nil })
	return nil
}

// join makes the stages and gives each what it needs of the others.
func (a *App) join(ctx context.Context) error {
	key, err := seal.Load(a.path(keyFile))
	if err != nil {
		return err
	}
	if a.accounts, err = account.New(ctx, a.meta, a.clk, a.logger); err != nil {
		return err
	}
	a.intake = ingest.New(a.log, a.columns, a.clk, a.logger, ingest.Options{MaxInFlightBytes: a.config.IntakeBytes})
	a.metrics.watchIntake(a.intake)
	a.stages = a.joinStages(key)
	deps := a.stages.deps
	deps.Accounts, deps.Intake, deps.Columns = a.accounts, a.intake, a.columns
	deps.Metrics, deps.Observe, deps.Progress = a.metrics.handler(), a.metrics, a.progress
	if dist, ok := ui.Dist(); ok {
		deps.UI = dist
	}
	a.server, err = api.New(deps, api.Options{Version: Version, Timeout: a.config.RequestTimeout, TrustProxy: a.config.TrustProxy}, a.clk, a.logger)
	return err
}

// shortToken is the length below which a token that somebody chose is warned about.
const shortToken = 16

func (a *App) bootstrap(ctx context.Context) error {
	b := a.config.Bootstrap
	if b.Project == "" {
		return nil
	}
	p, err := a.accounts.Bootstrap(ctx, account.Bootstrap{Project: b.Project, Timezone: b.Timezone, WriteKey: b.WriteKey, APIToken: b.APIToken})
	if err != nil {
		return fmt.Errorf("bootstrap: %w", err)
	}
	if b.APIToken != "" && len(b.APIToken) < shortToken {
		a.logger.WarnContext(ctx, "the API token is short enough to be guessed", "project", p.ID, "characters", len(b.APIToken))
	}
	a.logger.InfoContext(ctx, "project is set up", "project", p.ID)
	return nil
}

func (a *App) listen(ctx context.Context) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", a.config.Listen)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", a.config.Listen, err)
	}
	a.address = listener.Addr()
	a.http = &http.Server{
		Handler: a.server, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(a.logger.Handler(), slog.LevelDebug),
	}
	a.http.RegisterOnShutdown(a.server.EndStreams)
	go func() {
		if err := a.http.Serve(listener); err != nil && !errors.Is(err, http.ErrServerClosed) {
			a.failed <- fmt.Errorf("serve HTTP: %w", err)
		}
	}()
	a.logger.InfoContext(ctx, "listening", "address", "http://"+a.address.String(), "data_dir", a.config.DataDir, "version", Version)
	return nil
}

// Address is where HTTP is answered; valid after Start.
func (a *App) Address() string { return "http://" + a.address.String() }

// Ready is closed when everything runs. Columns that have to be made anew from
// the log may still be under way.
func (a *App) Ready() <-chan struct{} { return a.ready }

// Failed gives the error that makes going on pointless.
func (a *App) Failed() <-chan error { return a.failed }

// Stop lets requests under way finish, then ends everything else in reverse
// order of the start. It goes on after an error and gives all of them. Stopping
// twice is harmless.
func (a *App) Stop(ctx context.Context) (err error) {
	a.stopOnce.Do(func() {
		err = a.stopServing(ctx)
		if a.endReading != nil {
			a.endReading()
			<-a.readingDone
		}
		for i := len(a.stoppers) - 1; i >= 0; i-- {
			if stopErr := within(ctx, a.stoppers[i].stop); stopErr != nil {
				err = errors.Join(err, fmt.Errorf("stop %s: %w", a.stoppers[i].name, stopErr))
			}
			if ctx.Err() != nil {
				return // what is left survives a kill, and would wait for what hangs
			}
		}
	})
	return err
}

// within waits for a stop until the context ends.
func within(ctx context.Context, stop func(context.Context) error) error {
	done := make(chan error, 1)
	go func() { done <- stop(ctx) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return fmt.Errorf("it took too long: %w", ctx.Err())
	}
}

// stopServing gives requests under way half of the time and then cuts them
// off, so that a sender who never finishes does not cost the rest its orderly end.
func (a *App) stopServing(ctx context.Context) error {
	if a.http == nil {
		return nil
	}
	patience, cancel := context.WithTimeout(ctx, a.config.StopTimeout/2)
	defer cancel()
	err := a.http.Shutdown(patience)
	if errors.Is(err, context.DeadlineExceeded) {
		a.logger.WarnContext(ctx, "requests were cut off")
		return a.http.Close()
	}
	return err
}
