package columns

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/store/columns/container"
)

// shaky is a disk that fails from a given operation on, for so many operations,
// and that forgets what was not synced when the power is cut.
type shaky struct {
	mu      sync.Mutex
	until   int // operations before it fails
	failing int // operations that fail then
	content map[string]*bytes.Buffer
	renamed []renaming // since the folder was synced
}

// renaming is a rename that a power cut may undo.
type renaming struct {
	from, to string
	before   []byte // what was at to; nil for nothing
}

var errShaky = &os.PathError{Op: "write", Path: "file", Err: syscall.ENOSPC}

func (d *shaky) step() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.until--
	if d.until < 0 && d.failing > 0 {
		d.failing--
		return errShaky
	}
	return nil
}

func (d *shaky) Create(path string) (container.Output, error) {
	if err := d.step(); err != nil {
		return nil, err
	}
	f, err := container.OS{}.Create(path)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.content[path] = &bytes.Buffer{}
	return &shakyFile{Output: f, disk: d, path: path}, nil
}

func (d *shaky) Rename(from, to string) error {
	if err := d.step(); err != nil {
		return err
	}
	before, err := os.ReadFile(to)
	if err != nil {
		before = nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.renamed = append(d.renamed, renaming{from, to, before})
	return os.Rename(from, to)
}

func (d *shaky) Remove(path string) error {
	if err := d.step(); err != nil {
		return err
	}
	return os.Remove(path)
}

func (d *shaky) SyncFolder(string) error {
	if err := d.step(); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.renamed = nil
	return nil
}

// shakyFile is a file of a shaky disk.
type shakyFile struct {
	container.Output
	disk *shaky
	path string
}

func (f *shakyFile) Write(p []byte) (int, error) {
	if err := f.disk.step(); err != nil {
		n, _ := f.Output.Write(p[:len(p)/2])
		return n, err
	}
	f.disk.mu.Lock()
	f.disk.content[f.path].Write(p)
	f.disk.mu.Unlock()
	return f.Output.Write(p)
}

func (f *shakyFile) Sync() error {
	if err := f.disk.step(); err != nil {
		return err
	}
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	delete(f.disk.content, f.path)
	return nil
}

// cut is what a power cut does: files that were not synced lose their ends, and
// renames that were not are undone, or not.
func (d *shaky) cut(t *rapid.T) {
	for path := range d.content {
		if info, err := os.Stat(path); err == nil && info.Size() > 0 {
			require.NoError(t, os.Truncate(path, rapid.Int64Range(0, info.Size()).Draw(t, "left of a file")))
		}
	}
	for i := len(d.renamed) - 1; i >= 0; i-- {
		r := d.renamed[i]
		if !rapid.Bool().Draw(t, "rename undone") {
			break // an older one is not undone before a newer one
		}
		require.NoError(t, os.Rename(r.to, r.from))
		if r.before != nil {
			require.NoError(t, os.WriteFile(r.to, r.before, 0o600))
		}
	}
}

// Whatever operation on the disk fails, and whether the power is cut then or the
// disk recovers, the next start finds whole files, and with the log they say what
// memory says.
func TestFaultsAtAnyMoment(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	var runs atomic.Int32
	rapid.Check(t, func(t *rapid.T) {
		dir := filepath.Join(base, strconv.Itoa(int(runs.Add(1))))
		defer os.RemoveAll(dir)
		log, plain := &paper{}, NewTable()
		plain.LookUp(log.Events)
		for range rapid.IntRange(1, 3).Draw(t, "lives") {
			disk := &shaky{content: map[string]*bytes.Buffer{}, until: rapid.IntRange(0, 120).Draw(t, "operations"), failing: rapid.SampledFrom([]int{1, 5, 1 << 30}).Draw(t, "failing")}
			o := options(log)
			o.Disk = disk
			s := reopen(t, dir, log, o)
			require.Empty(t, s.Damage())
			for range rapid.IntRange(1, 6).Draw(t, "steps") {
				batch := drawBatch(t, log)
				plain.Apply(batch)
				s.Apply(batch)
				if rapid.Bool().Draw(t, "write") {
					s.Table("p").keepUp(s.slot("p").folder, log.LastSeq(), 0)
				}
			}
			if rapid.Bool().Draw(t, "orderly") {
				s.Close()
			} else {
				leave(s)
			}
			require.Equal(t, pictureOf(plain.View()), pictureOf(s.Table("p").View()), "a failing disk harms no answer")
			disk.cut(t)
		}
		s := reopen(t, dir, log, options(log))
		require.Empty(t, s.Damage(), "a crash leaves whole files")
		require.Equal(t, pictureOf(plain.View()), pictureOf(s.Table("p").View()))
		s.Close()
		requireTidy(t, dir)
	})
}

// requireTidy demands that only what the manifest names is there.
func requireTidy(t require.TestingT, dir string) {
	m, err := readManifest(context.Background(), filepath.Join(dir, "p-p"), "p")
	if err != nil {
		return // no event ever came
	}
	require.Len(t, columnFiles(filepath.Join(dir, "p-p")), len(m.files())+1)
}

// Any damage to any file is noticed, and made good from the log.
func TestDamageIsNoticedAndMadeGood(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	var runs atomic.Int32
	rapid.Check(t, func(t *rapid.T) {
		dir := filepath.Join(base, strconv.Itoa(int(runs.Add(1))))
		defer os.RemoveAll(dir)
		log := &paper{}
		s := reopen(t, dir, log, options(log))
		s.Apply(drawBatch(t, log))
		s.Close()
		want := pictureOf(s.Table("p").View())
		var files []string
		require.NoError(t, filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
			if !d.IsDir() {
				files = append(files, path)
			}
			return err
		}))
		if len(files) == 0 {
			return
		}
		for range rapid.IntRange(1, 3).Draw(t, "damages") {
			harm(t, rapid.SampledFrom(files).Draw(t, "file"))
		}
		s = reopen(t, dir, log, options(log))
		require.Equal(t, want, pictureOf(s.Table("p").View()))
		s.Close()
		s = reopen(t, dir, log, options(log))
		require.Empty(t, s.Damage(), "it is as new")
		require.Equal(t, want, pictureOf(s.Table("p").View()))
	})
}

// harm damages a file.
func harm(t *rapid.T, path string) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return // it is gone already
	}
	switch kind := rapid.IntRange(0, 5).Draw(t, "damage"); {
	case kind == 0:
		require.NoError(t, os.Remove(path))
		return
	case len(raw) == 0:
		return
	case kind == 1:
		raw = raw[:rapid.IntRange(0, len(raw)-1).Draw(t, "cut")]
	case kind == 2:
		raw = append(raw, 0)
	default:
		at := rapid.IntRange(0, len(raw)-1).Draw(t, "at")
		raw[at] ^= rapid.Byte().Draw(t, "bits")
	}
	require.NoError(t, os.WriteFile(path, raw, 0o600))
}

// Events that come in while a project is made anew are not lost: those committed
// before the last stretch are read from the log, the others wait.
func TestCollectionGoesOnWhileColumnsAreMadeAnew(t *testing.T) {
	t.Parallel()
	folder, round := t.TempDir(), 0
	rapid.Check(t, func(t *rapid.T) {
		round++
		dir := filepath.Join(folder, strconv.Itoa(round))
		log, plain := &busyPaper{}, NewTable()
		plain.LookUp(log.Events)
		s := reopen(t, dir, &log.paper, options(&log.paper))
		batch := drawBatch(t, &log.paper)
		plain.Apply(batch)
		s.Apply(batch)
		s.Close()
		o := options(&log.paper)
		o.near = 1 // everything is far
		if rapid.Bool().Draw(t, "damaged") {
			require.NoError(t, os.MkdirAll(filepath.Join(dir, "p-p"), 0o700)) // nothing is written of no events
			require.NoError(t, os.WriteFile(filepath.Join(dir, "p-p", manifestName), []byte("nonsense"), 0o600))
		} else {
			require.NoError(t, os.RemoveAll(dir))
		}
		s, err := Open(context.Background(), dir, o)
		require.NoError(t, err)
		require.NoError(t, s.CatchUp(context.Background(), log, Near, nil))
		if len(log.events) > 0 {
			require.True(t, s.Behind("p"))
			require.False(t, s.CaughtUp())
		}
		log.meanwhile = func() { // as the intake does: into the log, then to the store
			if len(log.events) < 200 {
				more := drawBatch(t, &log.paper)
				plain.Apply(more)
				s.Apply(more)
			}
		}
		require.NoError(t, s.CatchUp(context.Background(), log, Far, nil))
		log.meanwhile()
		require.True(t, s.CaughtUp())
		require.Equal(t, pictureOf(plain.View()), pictureOf(s.Table("p").View()))
		s.Close()
		s = reopen(t, dir, &log.paper, options(&log.paper))
		require.Equal(t, pictureOf(plain.View()), pictureOf(s.Table("p").View()))
	})
}

// busyPaper is a log that gets events while it is read.
type busyPaper struct {
	paper
	meanwhile func()
}

func (p *busyPaper) Scan(ctx context.Context, after uint64, yield func(*event.Event) error) error {
	last := p.LastSeq() // what comes later is not seen
	for _, e := range p.events[min(after, last):last] {
		if p.meanwhile != nil && e.Seq%7 == 0 {
			p.meanwhile()
		}
		if err := yield(e); err != nil {
			return err
		}
	}
	if p.meanwhile != nil {
		p.meanwhile()
	}
	return ctx.Err()
}

// A log that is older than the files, as when a copy of it was put back, is believed.
func TestFilesOfAnotherLogAreGivenUp(t *testing.T) {
	t.Parallel()
	dir, log := t.TempDir(), &paper{}
	for seq := range uint64(100) {
		log.add(did(seq+1, "u", "view", int64(seq), nil))
	}
	s := reopen(t, dir, log, options(log))
	s.Apply(log.events)
	s.Close()
	var told bytes.Buffer
	older := &paper{events: log.events[:40]}
	o := options(older)
	o.Logger = slog.New(slog.NewTextHandler(&told, nil))
	s = reopen(t, dir, older, o)
	require.EqualValues(t, 40, s.Table("p").View().Events())
	require.Contains(t, told.String(), "hold events that the event log does not have")
	s.Close()
	s = reopen(t, dir, older, options(older))
	require.Empty(t, s.Damage())
	require.EqualValues(t, 40, s.Table("p").View().Events())
}

// Projects come and go; those with few events do not hold up the others.
func TestSeveralProjects(t *testing.T) {
	t.Parallel()
	dir, log := t.TempDir(), &paper{}
	s := reopen(t, dir, log, options(log))
	projects := []string{"a", "b/..", "中文", "late"}
	for seq := uint64(1); seq <= 400; seq++ {
		project := projects[0]
		switch {
		case seq == 3:
			project = projects[1]
		case seq%100 == 0:
			project = projects[2]
		case seq > 390:
			project = projects[3]
		}
		e := did(seq, "u", "view", int64(seq), nil)
		e.Project = project
		log.add(e)
		s.Apply(log.events[seq-1:])
	}
	counts := func(s *Store) (out []uint64) {
		for _, project := range projects {
			out = append(out, s.Table(project).View().Events())
		}
		return out
	}
	want := []uint64{386, 1, 4, 9}
	require.Equal(t, want, counts(s))
	leave(s)
	s = reopen(t, dir, log, options(log))
	require.Equal(t, want, counts(s))
	s.Close()
	again := reopen(t, dir, &paper{events: log.events}, options(log))
	require.Equal(t, want, counts(again))
	for _, sl := range again.all() {
		require.EqualValues(t, 400, sl.from(), "nothing is to be read for %s", sl.project)
	}
	require.Equal(t, []string{"a", "b/..", "late", "中文"}, again.Projects())
}

// A full disk fails a flush, which is told and tried again; then all is written.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	dir, log := t.TempDir(), &paper{}
	var told bytes.Buffer
	disk := &shaky{content: map[string]*bytes.Buffer{}, failing: 1 << 30}
	o := options(log)
	o.Disk, o.Logger = disk, slog.New(slog.NewTextHandler(&told, nil))
	s := reopen(t, dir, log, o)
	add := func(n int) {
		for range n {
			log.add(did(log.LastSeq()+1, "u", "view", 1, nil))
			s.Apply(log.events[len(log.events)-1:])
			s.Table("p").View()
		}
		s.Table("p").folding.Wait()
	}
	add(50)
	require.Contains(t, told.String(), "no space left on device")
	require.EqualValues(t, 50, s.Table("p").View().Events())
	require.Zero(t, s.slot("p").folder.covered())
	disk.mu.Lock()
	disk.failing = 0
	disk.mu.Unlock()
	add(50)
	require.NotZero(t, s.slot("p").folder.covered())
	s.Close()
	s = reopen(t, dir, log, options(log))
	require.EqualValues(t, 100, s.Table("p").View().Events())
	require.EqualValues(t, 100, s.slot("p").start)
}

func TestBuildAndReplace(t *testing.T) {
	t.Parallel()
	dir, log := filepath.Join(t.TempDir(), "columns"), &paper{}
	for seq := range uint64(100) {
		log.add(did(seq+1, "u"+strconv.Itoa(int(seq%7)), "view", int64(seq), event.Properties{"n": event.Num(float64(seq))}))
	}
	made, err := Build(t.Context(), dir, log, options(log), nil)
	require.NoError(t, err)
	require.NoError(t, Replace(dir, made))
	s := reopen(t, dir, log, options(log))
	require.EqualValues(t, 100, s.slot("p").start)
	other := NewTable()
	other.Apply(log.events)
	same, err := Compare(t.Context(), s.Table("p").View(), other.View(), nil)
	require.NoError(t, err)
	require.Empty(t, same)
	other.Apply([]*event.Event{did(101, "u1", "view", 7, nil)})
	differ, err := Compare(t.Context(), s.Table("p").View(), other.View(), nil)
	require.NoError(t, err)
	require.Contains(t, differ, "person p_1 has 15 and 16 events")
	s.Close()

	// Cut short between its two renames, the old ones are put back.
	require.NoError(t, os.Rename(dir, dir+oldSuffix))
	require.NoError(t, os.MkdirAll(dir+newSuffix, 0o700))
	s = reopen(t, dir, log, options(log))
	require.EqualValues(t, 100, s.slot("p").start)
	require.NoDirExists(t, dir+newSuffix)
	broken := options(log)
	broken.Disk = &shaky{content: map[string]*bytes.Buffer{}, failing: 1 << 30}
	_, err = Build(t.Context(), dir, log, broken, nil)
	require.ErrorContains(t, err, "could not be written")
	require.NoDirExists(t, dir+newSuffix)
}
