package columns

import (
	"sync"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/person"
)

// TouchedFunc is told which persons of a project changed; see Table.Apply.
type TouchedFunc func(project string, persons []person.Ordinal)

// Store holds a Table for each project. It is safe for concurrent use.
type Store struct {
	mu          sync.RWMutex
	tables      map[string]*Table
	subscribers []TouchedFunc
	closed      bool
}

// NewStore makes a Store without projects.
func NewStore() *Store { return &Store{tables: make(map[string]*Table)} }

// Table gives the project's table, made when it is first asked for.
func (s *Store) Table(project string) *Table {
	s.mu.RLock()
	t := s.tables[project]
	s.mu.RUnlock()
	if t != nil {
		return t
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tables[project] == nil {
		s.tables[project] = NewTable()
		s.tables[project].closed = s.closed
	}
	return s.tables[project]
}

// OnTouched adds a subscriber. It is called after each Apply, once for each
// project in it, by the goroutine that applies: it must be quick. A view taken
// in the call has the events. The slice is the subscribers' to read only.
func (s *Store) OnTouched(f TouchedFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.subscribers = append(s.subscribers[:len(s.subscribers):len(s.subscribers)], f)
}

// Apply takes committed events, of any projects, in order of arrival.
func (s *Store) Apply(events []*event.Event) {
	s.mu.RLock()
	subscribers := s.subscribers
	s.mu.RUnlock()
	for _, part := range byProject(events) {
		project := part[0].Project
		touched := s.Table(project).Apply(part)
		for _, f := range subscribers {
			f(project, touched)
		}
	}
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

// Close ends the folding of all tables, which still answer. Closing twice is harmless.
func (s *Store) Close() {
	s.mu.Lock()
	s.closed = true
	tables := make([]*Table, 0, len(s.tables))
	for _, t := range s.tables {
		tables = append(tables, t)
	}
	s.mu.Unlock()
	for _, t := range tables {
		t.Close()
	}
}
