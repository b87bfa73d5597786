package columns_test

import (
	"context"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/bench/workload"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/store/columns"
)

// nothing is a log without further events.
type nothing struct{ last uint64 }

func (n nothing) LastSeq() uint64 { return n.last }
func (n nothing) Scan(ctx context.Context, _ uint64, _ func(*event.Event) error) error {
	return ctx.Err()
}

// BenchmarkFiles loads the events of the benchmark into files, WEIR_EVENTS of
// them (2 million by default), and opens these again.
func BenchmarkFiles(b *testing.B) {
	n, err := strconv.Atoi(os.Getenv("WEIR_EVENTS"))
	if err != nil {
		n = 2_000_000
	}
	dir := b.TempDir()
	if keep := os.Getenv("WEIR_KEEP"); keep != "" {
		dir = keep
	}
	open := func() *columns.Store {
		s, err := columns.Open(b.Context(), dir, columns.Options{Logger: slog.New(slog.DiscardHandler)})
		require.NoError(b, err)
		require.NoError(b, s.CatchUp(b.Context(), nothing{uint64(n)}, columns.Near, nil))
		require.True(b, s.CaughtUp())
		return s
	}
	load(b, dir, n)
	b.ResetTimer()
	for b.Loop() {
		s := open()
		require.Equal(b, n, int(s.Table("p").View().Events()))
		b.StopTimer()
		s.Close()
		b.StartTimer()
	}
	size := int64(0)
	require.NoError(b, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		size += info.Size()
		b.Logf("%s %d", filepath.Base(path), info.Size())
		return err
	}))
	b.ReportMetric(float64(size)/float64(n), "bytes/event")
}

// load applies the events and ends in order.
func load(b *testing.B, dir string, n int) {
	s, err := columns.Open(b.Context(), dir, columns.Options{Logger: slog.New(slog.DiscardHandler)})
	require.NoError(b, err)
	require.NoError(b, s.CatchUp(b.Context(), nothing{uint64(n)}, columns.Near, nil))
	require.NoError(b, s.CatchUp(b.Context(), nothing{uint64(n)}, columns.Far, nil))
	if s.Table("p").View().Events() > 0 {
		return
	}
	stream := workload.New(workload.Settings{Events: n, Seed: 1})
	writer := workload.NewWriter(stream)
	start := time.Now()
	require.NoError(b, stream.Each(4096, func(rows []workload.Row) error {
		events := make([]*event.Event, len(rows))
		for i := range rows {
			events[i] = &event.Event{}
			writer.FillEvent(events[i], &rows[i])
			events[i].Project = "p"
		}
		s.Apply(events)
		return nil
	}))
	applied := time.Since(start)
	s.Close()
	b.Logf("%d events applied in %v, closed in %v", n, applied, time.Since(start)-applied)
}
