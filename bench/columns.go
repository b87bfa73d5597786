package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/weirhq/weir/bench/workload"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/store/columns"
	"github.com/weirhq/weir/store/columns/vector"
)

// madeLog is the rows of a stream as the event log from which columns are built.
type madeLog struct{ stream *workload.Stream }

// kept is how many events stay valid after they were given: more than any reader
// collects before it applies them.
const kept = 1 << 16

// LastSeq is the number of events; the first has Seq 1.
func (l madeLog) LastSeq() uint64 { return uint64(l.stream.Events) }

// Scan gives the events after a Seq. Each is overwritten after many others.
func (l madeLog) Scan(ctx context.Context, after uint64, yield func(*event.Event) error) error {
	if after >= l.LastSeq() {
		return nil // a log finds its end without reading what lies before
	}
	ring := make([]event.Event, kept)
	writer := workload.NewWriter(l.stream)
	at := 0
	return l.stream.Each(rowsAtOnce, func(rows []workload.Row) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		for i := range rows {
			e := &ring[at%kept]
			at++
			writer.FillEvent(e, &rows[i])
			if e.Seq <= after {
				continue
			}
			if err := yield(e); err != nil {
				return err
			}
		}
		return nil
	})
}

const (
	rowsAtOnce = 4096
	project    = "bench"
)

// built is columns in files, opened.
type built struct {
	store *columns.Store
	table *columns.Table
	dir   string
	load  float64 // seconds that building took, whenever that was
	open  float64 // seconds from opening the files to a view
}

// buildColumns makes the columns of a stream, unless they are there, and opens
// them. Those that an earlier version of the format left are made anew.
func buildColumns(ctx context.Context, o options, w *workload.Stream, out printer) (*built, error) {
	b := &built{dir: filepath.Join(o.folder(), "columns")}
	mark := filepath.Join(o.folder(), "columns.loaded")
	done, err := os.ReadFile(mark)
	if _, scanErr := fmt.Sscanf(string(done), "%g", &b.load); err == nil && scanErr == nil {
		err := b.openFiles(ctx, w)
		if !errors.Is(err, errDamaged) {
			return b, err
		}
	}
	started := now()
	made, err := columns.Build(ctx, b.dir, madeLog{w}, settings(), nil)
	if err != nil {
		return nil, err
	}
	if err := columns.Replace(b.dir, made); err != nil {
		return nil, err
	}
	b.load = since(started)
	out.printf("weir: %d events made and built into columns in %.0f s\n", w.Events, b.load)
	if err := os.WriteFile(mark, fmt.Appendln(nil, b.load), 0o600); err != nil {
		return nil, err
	}
	return b, b.openFiles(ctx, w)
}

func settings() columns.Options { return columns.Options{Logger: slog.New(slog.DiscardHandler)} }

// errDamaged says that files cannot be used.
var errDamaged = errors.New("the column files cannot be used")

// openFiles opens what was built, as a start of the program does.
func (b *built) openFiles(ctx context.Context, w *workload.Stream) error {
	started := now()
	store, err := columns.Open(ctx, b.dir, settings())
	if err != nil {
		return err
	}
	if damage := store.Damage(); len(damage) > 0 {
		store.Close()
		return fmt.Errorf("%w: %s: %s", errDamaged, b.dir, damage[0].Why)
	}
	for _, distance := range []columns.Distance{columns.Near, columns.Far} {
		if err := store.CatchUp(ctx, madeLog{w}, distance, nil); err != nil {
			store.Close()
			return err
		}
	}
	b.store, b.table = store, store.Table(project)
	if got := b.table.View().Events(); got != uint64(w.Events) {
		store.Close()
		return fmt.Errorf("%s holds %d events instead of %d", b.dir, got, w.Events)
	}
	b.open = since(started)
	return nil
}

// bytes is the size of the column files.
func (b *built) bytes() (float64, error) {
	total := 0.0
	err := filepath.WalkDir(b.dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			total += float64(info.Size())
		}
		return err
	})
	return total, err
}

// touched is the bytes of the columns that a question reads: times, names, and
// the properties that it names.
func touched(view *columns.View, properties []string) float64 {
	total := 0
	for _, l := range view.Layers() {
		total += 4*len(l.Times.U32) + 8*len(l.Times.I64) + codesBytes(&l.Names)
		for _, name := range properties {
			c := l.Column(name)
			if c == nil {
				continue
			}
			if c.Numbers != nil {
				total += len(c.Numbers.U8) + 2*len(c.Numbers.U16) + 4*len(c.Numbers.U32) + 8*len(c.Numbers.F64)
			}
			for _, codes := range []*vector.Codes{c.Strings, c.Bools, c.Lists} {
				if codes != nil {
					total += codesBytes(codes)
				}
			}
		}
	}
	return float64(total)
}

func codesBytes(c *vector.Codes) int { return len(c.U8) + 2*len(c.U16) + 4*len(c.U32) }
