package columns

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/store/columns/container"
)

// paper is an event log in memory.
type paper struct{ events []*event.Event }

func (p *paper) add(events ...*event.Event) { p.events = append(p.events, events...) }

func (p *paper) LastSeq() uint64 { return uint64(len(p.events)) }

func (p *paper) Scan(ctx context.Context, after uint64, yield func(*event.Event) error) error {
	for _, e := range p.events[min(int(after), len(p.events)):] {
		if err := yield(e); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// Events gives events as they were when they came in.
func (p *paper) Events(_ context.Context, seqs []uint64) ([]*event.Event, error) {
	seqs = slices.Clone(seqs)
	slices.Sort(seqs)
	var out []*event.Event
	for _, seq := range slices.Compact(seqs) {
		if seq > 0 && seq <= uint64(len(p.events)) {
			out = append(out, p.events[seq-1])
		}
	}
	return out, nil
}

// testing is what a testing.T and a rapid.T have.
type tester interface {
	require.TestingT
	Helper()
}

func options(log *paper) Options {
	return Options{Logger: slog.New(slog.DiscardHandler), LookUp: log.Events, FlushRows: 20, Disk: hasty{}}
}

// reopen opens a store and brings it up to date.
func reopen(t tester, dir string, log *paper, o Options) *Store {
	t.Helper()
	s, err := Open(context.Background(), dir, o)
	require.NoError(t, err)
	catchUp(t, s, log)
	return s
}

func catchUp(t tester, s *Store, log *paper) {
	t.Helper()
	for _, distance := range []Distance{Near, Far} {
		require.NoError(t, s.CatchUp(context.Background(), log, distance, nil))
	}
}

// leave lets a store go as a crash would, but for what is being written.
func leave(s *Store) {
	for _, sl := range s.all() {
		sl.table.mu.Lock()
		sl.table.closed = true
		sl.table.mu.Unlock()
		sl.table.folding.Wait()
	}
}

// Random events in random batches, with crashes, orderly ends and new starts in
// between, always look like a table in memory that got the same events.
func TestFilesHoldWhatMemoryHolds(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	var runs atomic.Int32
	rapid.Check(t, func(t *rapid.T) {
		dir := filepath.Join(base, strconv.Itoa(int(runs.Add(1))))
		defer os.RemoveAll(dir)
		log, plain := &paper{}, NewTable()
		plain.LookUp(log.Events)
		s := reopen(t, dir, log, options(log))
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			switch rapid.IntRange(0, 5).Draw(t, "step") {
			case 0:
				s.Close()
				require.Empty(t, unread(t, dir, log, "p"), "an orderly end leaves nothing to read")
				s = reopen(t, dir, log, options(log))
			case 1:
				leave(s)
				s = reopen(t, dir, log, options(log))
			case 2:
				s.Table("p").keepUp(s.slot("p").folder, log.LastSeq(), 0)
			case 3:
				require.Equal(t, pictureOf(plain.View()), pictureOf(s.Table("p").View()))
			default:
				batch := drawBatch(t, log)
				want := plain.Apply(batch)
				var got []person.Ordinal
				s.OnTouched(func(_ string, persons []person.Ordinal) { got = persons })
				s.Apply(batch)
				require.ElementsMatch(t, want, got)
			}
			require.Empty(t, s.Damage())
		}
		want := pictureOf(plain.View())
		require.Equal(t, want, pictureOf(s.Table("p").View()))
		s.Close()
		require.Equal(t, want, pictureOf(s.Table("p").View()))
		s = reopen(t, dir, log, options(log))
		require.Equal(t, want, pictureOf(s.Table("p").View()))
		requireLocated(t, s.Table("p").View())
		s.Close()
	})
}

// unread are the events that a start would read from the log for a project.
func unread(t tester, dir string, log *paper, project string) []*event.Event {
	t.Helper()
	s, err := Open(context.Background(), dir, options(log))
	require.NoError(t, err)
	if sl := s.slots[project]; sl != nil {
		return log.events[sl.from():]
	}
	return log.events
}

// drawBatch adds events to the log.
func drawBatch(t *rapid.T, log *paper) []*event.Event {
	first := len(log.events)
	for range rapid.IntRange(0, 40).Draw(t, "events") {
		e := drawEvent(t, uint64(len(log.events))+1)
		e.Project = "p"
		log.add(e)
	}
	return log.events[first:]
}

// hasty is a disk that syncs nothing, for tests that cut no power.
type hasty struct{ container.OS }

func (hasty) Create(path string) (container.Output, error) {
	f, err := container.OS{}.Create(path)
	return unsynced{f}, err
}

func (hasty) SyncFolder(string) error { return nil }

type unsynced struct{ container.Output }

func (unsynced) Sync() error { return nil }
