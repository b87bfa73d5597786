package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/bench/questions"
	"github.com/weirhq/weir/bench/workload"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/internal/cells"
)

func TestBetweenKeepsWhatStandsAround(t *testing.T) {
	t.Parallel()
	text, err := between("a\n"+beginMark+"\nold\n"+endMark+"\nb\n", "new\n")
	require.NoError(t, err)
	require.Equal(t, "a\n"+beginMark+"\nnew\n"+endMark+"\nb\n", text)
	_, err = between("a\n"+endMark, "new\n")
	require.ErrorContains(t, err, "marks")
}

func TestReadmesHaveTheMarks(t *testing.T) {
	t.Parallel()
	for _, w := range readmes {
		text := readText(t, filepath.Join("..", w.file))
		_, err := between(text, "")
		require.NoError(t, err, w.file)
		table := w.table(results{Questions: []measured{{Question: "q", Ours: 1.25, ClickHouse: 1250, Ratio: 1000, Equal: true}, {Question: "slower", Ratio: 0.54, Equal: true}}})
		require.Contains(t, table, "| q | 1.2 ms | 1.2 s | 1000 × |")
		require.Contains(t, table, "| 0.5 × |", "rounding does not hide who is faster")
		require.NotContains(t, table, "%!")
	}
	for _, q := range questions.All() {
		require.NotEmpty(t, chinese[q.Name], q.Name)
	}
}

func TestMedianOfKindsCountsEachKindByItsWorst(t *testing.T) {
	t.Parallel()
	require.InDelta(t, 7.5, medianOfKinds([]measured{
		{Kind: "a", Ratio: 5}, {Kind: "a", Ratio: 50}, {Kind: "b", Ratio: 10}, {Kind: "c", Error: "not asked"},
	}), 1e-12)
	require.Zero(t, medianOfKinds(nil))
}

func TestCompareFindsWhatDiffers(t *testing.T) {
	t.Parallel()
	m := compare("q", "trend", answer{MS: 2, Scanned: 100, Bytes: 4e6, Cells: cells.Cells{"a": 1}}, rival{MS: 10, Cells: cells.Cells{"a": 2}}, machine{Cores: 2, Bandwidth: 10})
	require.False(t, m.Equal)
	require.InDelta(t, 5, m.Ratio, 1e-9)
	require.InDelta(t, 0.2, m.ShareOfRead, 1e-9)
	require.Error(t, (&results{Questions: []measured{m}}).differences())
	require.Error(t, (&results{Questions: []measured{{Question: "not asked", Error: "no answer"}}}).differences())
}

// TestWeirAnswersEveryQuestion builds columns of a small stream, opens them again
// and asks everything; what is built once is not built twice, but for what was damaged.
func TestWeirAnswersEveryQuestion(t *testing.T) {
	t.Parallel()
	o := options{Events: 20_000, Seed: 3, Dir: t.TempDir()}
	w := o.stream()
	for range 2 {
		b, err := buildColumns(t.Context(), withFolder(t, o), w, printer{io.Discard})
		require.NoError(t, err)
		a := newAsker(b.table, w)
		answers := map[string]answer{}
		for _, q := range questions.All() {
			got := a.ask(t.Context(), q, 1)
			require.Empty(t, got.Error, q.Name)
			require.NotEmpty(t, got.Cells, q.Name)
			answers[q.Name] = got
		}
		page, err := a.dashboard(t.Context(), answers)
		require.NoError(t, err)
		require.Equal(t, charts, page.Charts)
		size, err := b.bytes()
		require.NoError(t, err)
		require.Greater(t, size, 10.0*float64(o.Events))
		b.store.Close()
	}
	files, err := filepath.Glob(filepath.Join(o.folder(), "columns", "*", "MANIFEST"))
	require.NoError(t, err)
	require.Len(t, files, 1)
	require.NoError(t, os.WriteFile(files[0], []byte("of another version"), 0o600))
	b, err := buildColumns(t.Context(), o, w, printer{io.Discard})
	require.NoError(t, err, "what cannot be used is made anew")
	b.store.Close()
}

func TestMadeLogGivesEventsAfterASeq(t *testing.T) {
	t.Parallel()
	log := madeLog{workload.New(workload.Settings{Events: 5000, Seed: 1})}
	var seqs []uint64
	require.NoError(t, log.Scan(t.Context(), 4990, func(e *event.Event) error { seqs = append(seqs, e.Seq); return nil }))
	require.Len(t, seqs, 10)
	require.EqualValues(t, 4991, seqs[0])
	require.EqualValues(t, 5000, log.LastSeq())
}

// TestLive takes events in and asks for a moment.
func TestLive(t *testing.T) {
	t.Parallel()
	l, err := openLive(t.Context(), t.TempDir())
	require.NoError(t, err)
	produced := make(chan error, 1)
	go func() {
		produced <- l.produce(t.Context(), workload.New(workload.Settings{Events: 1_000_000, Seed: 1, Days: 3, Start: time.Now().AddDate(0, 0, -3)}))
	}()
	got, err := l.collect(t.Context(), 1)
	require.NoError(t, err)
	require.Positive(t, got.EventsPerSecond)
	require.Positive(t, l.store.Table(project).View().Events())
	for range l.feed { // the producer ends
	}
	require.NoError(t, <-produced)
	require.NoError(t, l.close())
}

func TestPercentile(t *testing.T) {
	t.Parallel()
	require.Zero(t, percentile(nil, 0.5))
	require.InDelta(t, 3, percentile([]float64{5, 1, 3, 4, 2}, 0.5), 0)
}

func TestUnknownPhase(t *testing.T) {
	t.Parallel()
	err := run(t.Context(), []string{"-dir", t.TempDir(), "walk"}, &strings.Builder{})
	require.ErrorContains(t, err, "«walk» is not a phase")
}

func readText(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(data)
}

func withFolder(t *testing.T, o options) options {
	t.Helper()
	require.NoError(t, os.MkdirAll(o.folder(), 0o750))
	return o
}
