package columns

import (
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/person"
)

// TouchedFunc is told which persons of a project changed; see Table.Apply.
type TouchedFunc func(project string, persons []person.Ordinal)

// Store holds a Table for each project. It is safe for concurrent use. NewStore
// makes one that keeps everything in memory, Open one that keeps files.
type Store struct {
	dir     string // empty: in memory
	options Options
	damage  []Damage

	mu          sync.RWMutex
	slots       map[string]*slot
	subscribers []TouchedFunc
	unknown     bool // there is no list of projects that can be used
	others      bool // projects without a place may have events in the log that were not read
	queueOthers bool // see slot.queueing, for projects without a place
	closed      bool

	applied atomic.Uint64 // newest Seq that Apply was given
	looked  uint64        // Seq at which laggards were looked for; only Apply uses it

	index     sync.Mutex // held while the index is written
	listed    int        // projects in it
	indexSure bool       // what is on the disk has them
}

// slot is a project's place in the Store.
type slot struct {
	project string
	folder  *folder // nil in memory
	options *Options

	mu       sync.Mutex // orders events that come in and the end of catching up
	table    *Table
	behind   bool // the log has events that are not applied yet
	queueing bool // what comes in waits in queue
	queue    []*event.Event
	since    uint64 // no event of the project has this Seq or a lower one
	listed   bool   // since is known: the project has had events
	opened   bool   // it was on the list when the store was opened
	start    uint64 // Seq up to which the files held everything when they were opened
}

// NewStore makes a Store without projects, in memory.
func NewStore() *Store { return &Store{slots: make(map[string]*slot)} }

// Table gives the project's table, made when it is first asked for.
func (s *Store) Table(project string) *Table {
	sl := s.slot(project)
	sl.mu.Lock()
	defer sl.mu.Unlock()
	return sl.table
}

// slot gives the project's place, made when it is first asked for.
func (s *Store) slot(project string) *slot {
	s.mu.RLock()
	sl := s.slots[project]
	s.mu.RUnlock()
	if sl != nil {
		return sl
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.slots[project] == nil {
		sl = s.newSlot(project)
		sl.behind, sl.queueing = s.others, s.queueOthers
		sl.table.closed = s.closed
		s.slots[project] = sl
	}
	return s.slots[project]
}

// newSlot makes an empty place.
func (s *Store) newSlot(project string) *slot {
	sl := &slot{project: project, options: &s.options}
	if s.dir != "" {
		sl.folder = &folder{
			disk: s.options.Disk, dir: filepath.Join(s.dir, folderName(project)), logger: s.options.Logger,
			manifest: manifest{project: project},
		}
		sl.folder.ready = func() error { return s.makeReady(sl) }
	}
	sl.use(NewTable())
	return sl
}

// use gives the place its table.
func (sl *slot) use(t *Table) {
	t.LookUp(sl.options.LookUp)
	if sl.folder != nil && !sl.options.ReadOnly {
		t.keeper = sl.folder
	}
	if rows := sl.options.FlushRows; rows > 0 {
		t.flushRows, t.flushAt = rows, rows
	}
	sl.table = t
}

// makeReady prepares what must be on the disk before a manifest of the project:
// its folder, and a list of all projects that have had events. A project that is
// not on the list has no event that any manifest covers, so that a start finds
// all of its events beyond them.
func (s *Store) makeReady(sl *slot) error {
	if err := os.MkdirAll(sl.folder.dir, 0o700); err != nil {
		return err
	}
	s.index.Lock()
	defer s.index.Unlock()
	since := s.since()
	if len(since) == s.listed && s.indexSure {
		return nil
	}
	s.indexSure = false
	if err := writeIndex(s.options.Disk, filepath.Join(s.dir, indexName), since); err != nil {
		return err
	}
	s.listed, s.indexSure = len(since), true
	return nil
}

// since gives a Seq before the first event of each project that has events.
func (s *Store) since() map[string]uint64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	since := make(map[string]uint64, len(s.slots))
	for project, sl := range s.slots {
		if sl.listed {
			since[project] = sl.since
		}
	}
	return since
}

// Behind says whether events of a project are in the log that CatchUp has not
// applied yet, so that what the table says is not the whole.
func (s *Store) Behind(project string) bool {
	s.mu.RLock()
	sl, others := s.slots[project], s.others
	s.mu.RUnlock()
	if sl == nil {
		return others
	}
	return sl.isBehind()
}

// Projects are the projects that have a place, in order.
func (s *Store) Projects() []string {
	var projects []string
	for _, sl := range s.all() {
		projects = append(projects, sl.project)
	}
	slices.Sort(projects)
	return projects
}

// CaughtUp says whether no project is behind.
func (s *Store) CaughtUp() bool {
	s.mu.RLock()
	others := s.others
	s.mu.RUnlock()
	return !others && !slices.ContainsFunc(s.all(), (*slot).isBehind)
}

// OnTouched adds a subscriber. It is called after each Apply, once for each
// project in it, by the goroutine that applies: it must be quick. A view taken
// in the call has the events. The slice is the subscribers' to read only.
func (s *Store) OnTouched(f TouchedFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.subscribers = append(s.subscribers[:len(s.subscribers):len(s.subscribers)], f)
}

// Apply takes committed events, of any projects, in order of arrival. Those of a
// project that is behind the log wait for CatchUp, which finds them there.
func (s *Store) Apply(events []*event.Event) {
	parts := byProject(events)
	slots := make([]*slot, len(parts))
	for i, part := range parts {
		slots[i] = s.list(part[0])
	}
	for i, part := range parts {
		if touched := slots[i].apply(part); touched != nil {
			s.tell(part[0].Project, touched)
		}
	}
	if len(events) > 0 {
		s.arrived(events[len(events)-1].Seq)
	}
}

// list notes the first event of a project, before any event that came with it or
// later is applied.
func (s *Store) list(e *event.Event) *slot {
	sl := s.slot(e.Project)
	s.mu.RLock()
	listed := sl.listed
	s.mu.RUnlock()
	if !listed {
		s.mu.Lock()
		if !sl.listed && e.Seq > 0 {
			sl.listed, sl.since = true, e.Seq-1
		}
		s.mu.Unlock()
	}
	return sl
}

func (s *Store) tell(project string, touched []person.Ordinal) {
	s.mu.RLock()
	subscribers := s.subscribers
	s.mu.RUnlock()
	for _, f := range subscribers {
		f(project, touched)
	}
}

// apply gives committed events to the table, and the persons touched; nil when
// the events have to wait.
func (sl *slot) apply(events []*event.Event) []person.Ordinal {
	sl.mu.Lock()
	defer sl.mu.Unlock()
	if sl.behind {
		if sl.queueing {
			sl.queue = append(sl.queue, events...)
		}
		return nil
	}
	return sl.table.Apply(events)
}

// byProject splits events by project, each part in the order given.
func byProject(events []*event.Event) [][]*event.Event {
	same := true
	for _, e := range events {
		same = same && e.Project == events[0].Project
	}
	if same && len(events) > 0 {
		return [][]*event.Event{events}
	}
	var parts [][]*event.Event
	index := make(map[string]int)
	for _, e := range events {
		i, ok := index[e.Project]
		if !ok {
			i = len(parts)
			index[e.Project] = i
			parts = append(parts, nil)
		}
		parts[i] = append(parts[i], e)
	}
	return parts
}

// all are the places of all projects.
func (s *Store) all() []*slot {
	s.mu.RLock()
	defer s.mu.RUnlock()
	slots := make([]*slot, 0, len(s.slots))
	for _, sl := range s.slots {
		slots = append(slots, sl)
	}
	return slots
}

// laggardRows is the number of events, of all projects, after which those that
// had few of them are written to their files too: after a crash the log has to be
// read from where the last of them ends.
const laggardRows = 1 << 20

// arrived notes how far events have been applied, and now and then brings the
// files of projects with few events up to there. Only one call at a time.
func (s *Store) arrived(seq uint64) {
	s.applied.Store(max(seq, s.applied.Load()))
	if s.dir == "" || s.options.ReadOnly || seq < s.looked+laggardRows {
		return
	}
	s.looked = seq
	for _, sl := range s.all() {
		sl.mu.Lock()
		t, behind := sl.table, sl.behind
		sl.mu.Unlock()
		if !behind {
			t.keepUp(sl.folder, seq, laggardRows)
		}
	}
}

// Close writes what is in memory to the files, ends the folding of all tables,
// which still answer, and notes how far the files go. Closing twice is harmless.
func (s *Store) Close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	for _, sl := range s.all() {
		sl.mu.Lock()
		t, behind := sl.table, sl.behind
		sl.mu.Unlock()
		t.Close()
		if sl.folder != nil && !s.options.ReadOnly && !behind && t.isFlushed() {
			sl.cover(s.applied.Load())
		}
	}
}

// cover notes that the files hold every event up to a Seq.
func (sl *slot) cover(seq uint64) {
	if !sl.listed || seq == 0 {
		return
	}
	if err := sl.folder.cover(seq); err != nil {
		sl.folder.logger.Warn("how far the column files go cannot be written; the next start reads more of the log", "project", sl.project, "error", err)
	}
}
