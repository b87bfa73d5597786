package columns

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/weirhq/weir/store/columns/container"
)

// Options are what Open needs besides the folder.
type Options struct {
	// LookUp reads events from the log; see Table.LookUp.
	LookUp EventsFunc
	// Logger is told of files that cannot be used or written.
	Logger *slog.Logger
	// Disk is written to; nil means that of the operating system.
	Disk container.Disk
	// FlushRows is the number of rows in memory from which they are written to
	// a file; 0 means 1,048,576. More makes fewer and larger files, and a longer
	// start after a crash.
	FlushRows int
	// ReadOnly leaves the files as they are: what CatchUp applies stays in memory.
	ReadOnly bool

	near uint64 // see nearEvents, which it is unless a test sets it
}

// Damage says why the files of a project are not used. The project is made anew
// from the log.
type Damage struct {
	Project string
	Why     string
}

// indexName is the file that lists the projects.
const indexName = "PROJECTS"

// folderPrefix begins the names of projects' folders.
const folderPrefix = "p-"

// Sections of the index; docs/formats/column-files.md describes them.
const (
	sectionProjects = "projects"
	sectionSince    = "since"
)

// Open opens the columns in a folder, which is made when it is missing. Every
// byte of every file is checked. A project whose files are torn, missing, foreign
// or of another version begins empty, and Damage says why.
//
// Nothing is up to date then: CatchUp applies what the log has beyond the files.
func Open(ctx context.Context, dir string, options Options) (*Store, error) {
	if !options.ReadOnly {
		if err := recoverFolder(dir); err != nil {
			return nil, err
		}
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("make the folder of the columns: %w", err)
		}
	}
	s := NewStore()
	s.dir, s.options, s.others = dir, options, true
	if s.options.near == 0 {
		s.options.near = nearEvents
	}
	if s.options.Disk == nil {
		s.options.Disk = container.OS{}
	}
	since, err := readIndex(ctx, filepath.Join(dir, indexName))
	folders := projectFolders(dir)
	switch {
	case err == nil:
	case errors.Is(err, errNoIndex) && len(folders) == 0:
		s.unknown = true
	default: // which projects there are is unknown, and so from where they are to be read
		s.damage = append(s.damage, Damage{Why: err.Error()})
		s.unknown, since = true, map[string]uint64{}
		for _, project := range folders {
			since[project] = 0
		}
	}
	if err := s.openProjects(ctx, since, err == nil); err != nil {
		return nil, err
	}
	slices.SortFunc(s.damage, func(a, b Damage) int { return strings.Compare(a.Project, b.Project) })
	for _, d := range s.damage {
		s.options.Logger.WarnContext(ctx, "column files cannot be used; they are made anew from the event log", "project", d.Project, "why", d.Why)
	}
	return s, nil
}

// openProjects opens all projects, several at a time.
func (s *Store) openProjects(ctx context.Context, since map[string]uint64, trusted bool) error {
	var work sync.WaitGroup
	var mu sync.Mutex
	var failed error
	places := make(chan struct{}, 4) // each checks its files with as many processors as there are
	for project, seq := range since {
		work.Go(func() {
			places <- struct{}{}
			defer func() { <-places }()
			sl := s.newSlot(project)
			sl.since, sl.listed, sl.opened, sl.behind = seq, true, true, true
			err := ctx.Err()
			if trusted {
				err = sl.open(ctx)
			}
			mu.Lock()
			defer mu.Unlock()
			if err != nil && ctx.Err() != nil {
				failed = err
				return
			}
			if err != nil {
				s.damage = append(s.damage, Damage{Project: project, Why: err.Error()})
			}
			s.slots[project] = sl
		})
	}
	work.Wait()
	return failed
}

// Damage are the projects whose files were not usable when the store was opened.
// An empty project means the list of projects.
func (s *Store) Damage() []Damage { return s.damage }

// open loads the files of a project into its table.
func (sl *slot) open(ctx context.Context) error {
	k := sl.folder
	k.next = highest(k.dir)
	m, err := readManifest(ctx, k.dir, sl.project)
	if err != nil {
		if k.next == 0 { // nothing was ever written
			return nil
		}
		return err
	}
	if m.state == nil {
		k.manifest, k.begun, sl.start = *m, true, m.covered
		return nil
	}
	t, err := openTable(ctx, k, m)
	if err != nil {
		return err
	}
	k.manifest, k.begun, sl.start = *m, true, m.covered
	if !sl.options.ReadOnly {
		k.clean()
	}
	sl.use(t)
	return nil
}

// openTable checks and loads what a manifest names.
func openTable(ctx context.Context, k *folder, m *manifest) (*Table, error) {
	var state *loaded
	files := m.files()
	faults := make([]error, len(files))
	var work sync.WaitGroup
	for i, file := range files {
		work.Go(func() {
			path := filepath.Join(k.dir, file.name())
			if container.Kind(file.Kind) == container.State {
				state, faults[i] = openState(path, &file)
				return
			}
			faults[i] = checkFile(ctx, path, &file)
		})
	}
	work.Wait()
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	names := make([]string, len(state.properties.all))
	for code := 1; code < len(names); code++ {
		names[code] = state.properties.all[code].name
	}
	var parts []*Layer
	for _, file := range m.parts {
		part, err := mapPart(filepath.Join(k.dir, file.name()), file, names)
		if err != nil {
			return nil, err
		}
		if n := len(part.Persons); n > 0 && int(part.Persons[n-1]) >= state.graph.Len() {
			return nil, &container.DamageError{Path: k.dir, Why: "it has events of persons that it does not have"}
		}
		parts = append(parts, part)
	}
	return newTableFrom(state, parts), nil
}

// openState opens and loads a state file.
func openState(path string, file *fileState) (*loaded, error) {
	f, err := container.Open(path, container.State)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // nothing was written
	if f.Identity() != file.identity() {
		return nil, &container.DamageError{Path: path, Why: "it is not the file that the manifest means"}
	}
	return loadState(f)
}

// checkFile compares a file with the manifest and with its checksums.
func checkFile(ctx context.Context, path string, file *fileState) error {
	f, err := container.Open(path, container.Kind(file.Kind))
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // nothing was written
	if f.Identity() != file.identity() {
		return &container.DamageError{Path: path, Why: "it is not the file that the manifest means"}
	}
	return f.Verify(ctx)
}

// errNoIndex says that there is no list of projects.
var errNoIndex = errors.New("the list of projects is missing")

// readIndex reads the projects, each with a Seq before its first event.
func readIndex(ctx context.Context, path string) (map[string]uint64, error) {
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return nil, errNoIndex
	}
	f, err := container.Open(path, container.Index)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // nothing was written
	if err := f.Verify(ctx); err != nil {
		return nil, err
	}
	projects, err := readTexts(f, sectionProjects, 0, 0)
	if err != nil {
		return nil, err
	}
	var since []uint64
	if err := read(f, sectionSince, &since); err != nil {
		return nil, err
	}
	if len(since) != len(projects) {
		return nil, &container.DamageError{Path: path, Why: "its projects do not match their numbers"}
	}
	out := make(map[string]uint64, len(projects))
	for i, project := range projects {
		out[project] = since[i]
	}
	return out, nil
}

// writeIndex writes what readIndex reads.
func writeIndex(disk container.Disk, path string, since map[string]uint64) error {
	w, err := container.Create(disk, path, container.Index)
	if err != nil {
		return err
	}
	projects := make([]string, 0, len(since))
	for project := range since {
		projects = append(projects, project)
	}
	slices.Sort(projects)
	seqs := make([]uint64, 0, len(since))
	for _, project := range projects {
		seqs = append(seqs, since[project])
	}
	putTexts(w, sectionProjects, 0, projects)
	container.Put(w, sectionSince, 0, seqs)
	_, err = w.Commit()
	return err
}

// folderName is the name of a project's folder, whatever characters the project has.
func folderName(project string) string { return folderPrefix + url.PathEscape(project) }

// projectFolders are the projects that have folders with column files.
func projectFolders(dir string) []string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var projects []string
	for _, e := range entries {
		escaped, ok := strings.CutPrefix(e.Name(), folderPrefix)
		project, err := url.PathUnescape(escaped)
		if ok && err == nil && len(columnFiles(filepath.Join(dir, e.Name()))) > 0 {
			projects = append(projects, project)
		}
	}
	return projects
}
