package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/store"
	"github.com/weirhq/weir/store/columns"
	"github.com/weirhq/weir/store/duck"
)

// newestChecked is how many of the newest events are compared with the clock.
const newestChecked = 1000

// events opens the log and the column files as a start would.
func (d *doctor) events(ctx context.Context) {
	log, err := openLog(ctx, d.dir, d.logger)
	if errors.Is(err, os.ErrNotExist) {
		d.tell(Finding{"event log", Fine, "empty; it is made when the server starts"})
		return
	}
	if err != nil {
		d.failed("event log", err)
		return
	}
	defer d.close("event log", log)
	derived, err := columns.Open(ctx, filepath.Join(d.dir, columnsFolder), columns.Options{LookUp: log.Events, Logger: slog.New(slog.DiscardHandler), ReadOnly: true})
	if err != nil {
		d.failed("columns", err)
		return
	}
	defer derived.Close()
	if err := derived.CatchUp(ctx, log, columns.Near, nil); err != nil {
		d.failed("event log", err)
		return
	}
	d.columns(derived)
	d.tell(Finding{"event log", Fine, fmt.Sprintf("readable, %d events of %d projects", log.LastSeq(), len(derived.Projects()))})
	d.newest(ctx, log)
}

// openLog opens the event log of a folder; os.ErrNotExist says that there is none.
func openLog(ctx context.Context, dir string, logger *slog.Logger) (*duck.Log, error) {
	path := filepath.Join(dir, eventsFile)
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	return duck.Open(ctx, path, logger, duck.Options{})
}

func (d *doctor) close(check string, log store.Log) {
	if err := log.Close(); err != nil {
		d.failed(check, err)
	}
}

// columns tells what became of the column files.
func (d *doctor) columns(derived *columns.Store) {
	for _, damage := range derived.Damage() {
		d.tell(Finding{"columns", Warning, fmt.Sprintf("the files of project %s cannot be used: %s; the next start makes them anew from the event log", named(damage.Project), damage.Why)})
	}
	switch {
	case derived.CaughtUp():
		d.tell(Finding{"columns", Fine, "up to date with the event log; compare them with weir doctor --verify"})
	case len(derived.Damage()) == 0:
		d.tell(Finding{"columns", Warning, "far behind the event log; the next start brings them up to date in the background, or do it now with weir doctor --rebuild"})
	}
}

// named is a project's name; the list of projects has none.
func named(project string) string {
	if project == "" {
		return "(all)"
	}
	return project
}

// newest compares the times of the newest events with the clock.
func (d *doctor) newest(ctx context.Context, log store.Log) {
	newest, after := int64(0), uint64(0)
	if last := log.LastSeq(); last > newestChecked {
		after = last - newestChecked
	}
	err := log.Scan(ctx, after, func(e *event.Event) error {
		newest = max(newest, e.ReceivedAt)
		return nil
	})
	if err != nil {
		d.failed("event log", err)
		return
	}
	if ahead := time.UnixMilli(newest).Sub(d.clk.Now()); ahead > clockSlack {
		d.tell(Finding{"clock", Warning, fmt.Sprintf("the newest event arrived %s after now: the clock was set back", ahead.Round(time.Second))})
	}
}

// Bar is told how far a long piece of work is.
type Bar func(what string, done, total uint64)

// ColumnsWork is work on the columns of a folder that no server uses.
type ColumnsWork struct {
	Dir    string
	Logger *slog.Logger
	Tell   func(Finding)
	Bar    Bar
}

// VerifyColumns makes the columns anew beside those of the folder, from the event
// log, and compares the two: checksums of all files, totals and statistics, and
// for each person the events with all properties in order, the profile and the
// ids. It changes nothing. It needs as much room on the disk as the columns take.
func VerifyColumns(ctx context.Context, w ColumnsWork) error {
	return w.with(ctx, func(log store.Log, options columns.Options) error {
		options.ReadOnly = true
		have, err := columns.Open(ctx, w.folder(), options)
		if err != nil {
			return err
		}
		defer have.Close()
		for _, damage := range have.Damage() {
			w.Tell(Finding{"columns", Failed, fmt.Sprintf("the files of project %s cannot be used: %s", named(damage.Project), damage.Why)})
		}
		if len(have.Damage()) > 0 {
			return nil
		}
		if err := have.CatchUp(ctx, log, columns.Near, w.reading("reading what the files lack")); err != nil {
			return err
		}
		options.ReadOnly = false
		return w.compare(ctx, log, options, have)
	})
}

// compare makes the columns anew and compares them.
func (w ColumnsWork) compare(ctx context.Context, log store.Log, options columns.Options, have *columns.Store) error {
	made, err := columns.Build(ctx, w.folder(), log, options, w.reading("reading the event log"))
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(made) }() // the next start removes what this leaves
	options.ReadOnly = true
	want, err := columns.Open(ctx, made, options)
	if err != nil {
		return err
	}
	defer want.Close()
	if err := want.CatchUp(ctx, log, columns.Near, nil); err != nil {
		return err
	}
	for _, project := range want.Projects() {
		if have.Behind(project) {
			w.Tell(Finding{"columns", Warning, fmt.Sprintf("project %s is far behind the event log and was not compared; weir doctor --rebuild brings it up to date", project)})
			continue
		}
		view := want.Table(project).View()
		differences, err := columns.Compare(ctx, have.Table(project).View(), view, func(done, total int) {
			w.Bar("comparing project "+project, uint64(done), uint64(total))
		})
		if err != nil {
			return err
		}
		for _, difference := range differences {
			w.Tell(Finding{"columns", Failed, fmt.Sprintf("project %s, files and event log: %s", project, difference)})
		}
		if len(differences) == 0 {
			w.Tell(Finding{"columns", Fine, fmt.Sprintf("project %s: the files hold what the event log says, %d events of %d persons", project, view.Events(), view.People().All().GetCardinality())})
		}
	}
	return nil
}

// RebuildColumns makes the columns of a folder anew from the event log and puts
// them in the place of what was there.
func RebuildColumns(ctx context.Context, w ColumnsWork) error {
	return w.with(ctx, func(log store.Log, options columns.Options) error {
		made, err := columns.Build(ctx, w.folder(), log, options, w.reading("reading the event log"))
		if err != nil {
			return err
		}
		if err := columns.Replace(w.folder(), made); err != nil {
			return err
		}
		w.Tell(Finding{"columns", Fine, fmt.Sprintf("made anew from %d events", log.LastSeq())})
		return nil
	})
}

func (w ColumnsWork) folder() string { return filepath.Join(w.Dir, columnsFolder) }

func (w ColumnsWork) reading(what string) func(columns.Progress) {
	return func(p columns.Progress) { w.Bar(what, p.Seq-p.From, p.To-p.From) }
}

// with takes the folder from servers and opens its log.
func (w ColumnsWork) with(ctx context.Context, work func(store.Log, columns.Options) error) error {
	switch _, err := os.Stat(filepath.Join(w.Dir, eventsFile)); {
	case errors.Is(err, os.ErrNotExist):
		w.Tell(Finding{"event log", Fine, "empty; there is nothing to make columns of"})
		return nil
	case err != nil:
		return fmt.Errorf("look for the event log: %w", err)
	}
	lock, err := LockFolder(w.Dir)
	if err != nil {
		return err
	}
	log, err := openLog(ctx, w.Dir, w.Logger)
	if err != nil {
		return errors.Join(err, lock.Release())
	}
	err = work(log, columns.Options{LookUp: log.Events, Logger: w.Logger})
	return errors.Join(err, log.Close(), lock.Release())
}

// ExamineColumnFile prints a column file byte by byte with what the bytes mean,
// of each section the first elements.
func ExamineColumnFile(path string, elements int) (string, error) {
	return columns.DumpFile(path, elements)
}
