package duck_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/store/duck"
	"github.com/weirhq/weir/store/storetest"
)

// BenchmarkErase erases a third of a log while events are appended, and tells
// how long the longest append took.
func BenchmarkErase(b *testing.B) {
	for _, rows := range []int{30_000, 3_000_000} {
		b.Run(fmt.Sprint(rows), func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				path := filepath.Join(b.TempDir(), "events.duckdb")
				log, err := duck.Open(b.Context(), path, slog.New(slog.DiscardHandler), duck.Options{})
				require.NoError(b, err)
				for i := range rows / 30_000 {
					require.NoError(b, log.Append(b.Context(), secrets(fmt.Sprint(i), 30_000)))
				}
				before, err := os.Stat(path)
				require.NoError(b, err)
				upTo := log.LastSeq()
				worst := make(chan time.Duration)
				ctx, cancel := context.WithCancel(b.Context())
				go func() { worst <- longestAppend(ctx, log) }()
				b.StartTimer()
				start := time.Now()
				require.NoError(b, log.Erase(b.Context(), erasure(upTo)))
				erased := time.Since(start)
				require.NoError(b, log.Purge(b.Context()))
				b.StopTimer()
				cancel()
				b.ReportMetric(float64(rows)/3/erased.Seconds(), "rows/s")
				b.ReportMetric(float64((<-worst).Milliseconds()), "longest-append-ms")
				after, err := os.Stat(path)
				require.NoError(b, err)
				b.ReportMetric(float64(after.Size())/float64(before.Size()+1), "file-growth")
				require.NoError(b, log.Close())
				b.StartTimer()
			}
		})
	}
}

// longestAppend appends small batches until the context ends.
func longestAppend(ctx context.Context, log *duck.Log) (longest time.Duration) {
	for n := 0; ctx.Err() == nil; n++ {
		start := time.Now()
		if log.Append(ctx, storetest.Batch("p", fmt.Sprint("live", n), 100)) == nil {
			longest = max(longest, time.Since(start))
		}
	}
	return longest
}
