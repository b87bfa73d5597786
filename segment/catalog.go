package segment

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/analyse"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/query"
)

// catalog is one project's segments. It is replaced, never changed.
type catalog struct {
	list  []*entry // oldest first
	byID  map[string]*entry
	order []*entry // each after those it refers to
}

// entry is one definition and its members. The definition never changes; an
// update makes a new entry.
type entry struct {
	Segment          // without Persons and UsedBy
	refs    []string // ids of segments, each once
	moves   bool     // the passing of time alone can change who meets the condition
	// mu is held while the members are computed, so that a late result never
	// takes the place of a newer one. It may be waited for while the mu of an
	// entry that refers to this one is held, never the other way round.
	mu     sync.Mutex
	timers timers                  // guarded by mu
	state  atomic.Pointer[members] // nil until first computed
}

// members is what was computed; immutable.
type members struct {
	bitmap *roaring.Bitmap
	upTo   uint64    // Seq of the newest event it follows
	at     time.Time // when everybody was last evaluated
}

// changed gives the draft that a change makes, and whether who belongs is affected.
func (e *entry) changed(c Change) (d Draft, redefined bool) {
	d = Draft{Name: e.Name, Description: e.Description, Condition: e.Condition, Question: e.Question}
	if c.Name != nil {
		d.Name = *c.Name
	}
	if c.Description != nil {
		d.Description = *c.Description
	}
	if c.Condition != nil || c.Question != nil {
		d.Condition, d.Question, redefined = c.Condition, c.Question, true
	}
	return d, redefined
}

// columns gives the definition as it is stored.
func (e *entry) columns() (condition, question sql.NullString, err error) {
	if e.Condition != nil {
		condition, err = nullJSON(e.Condition)
		return condition, question, err
	}
	question, err = nullJSON(e.Question)
	return condition, question, err
}

func nullJSON(x any) (sql.NullString, error) {
	text, err := json.Marshal(x)
	if err != nil {
		return sql.NullString{}, fmt.Errorf("write definition: %w", err)
	}
	return sql.NullString{String: string(text), Valid: true}, nil
}

// newCatalog orders the entries by dependence.
func newCatalog(list []*entry) *catalog {
	c := &catalog{list: list, byID: make(map[string]*entry, len(list))}
	for _, e := range list {
		c.byID[e.ID] = e
	}
	done := make(map[string]bool, len(list))
	var visit func(e *entry)
	visit = func(e *entry) {
		if e == nil || done[e.ID] {
			return
		}
		done[e.ID] = true // circles are refused when a segment is stored
		for _, ref := range e.refs {
			visit(c.byID[ref])
		}
		c.order = append(c.order, e)
	}
	for _, e := range list {
		visit(e)
	}
	return c
}

// path gives the names from one segment along its references to another, nil when there is no way.
func (c *catalog) path(from, to string) []string {
	seen := make(map[string]bool)
	var walk func(id string) []string
	walk = func(id string) []string {
		e := c.byID[id]
		if e == nil || seen[id] {
			return nil
		}
		if id == to {
			return []string{e.Name}
		}
		seen[id] = true
		for _, ref := range e.refs {
			if rest := walk(ref); rest != nil {
				return append([]string{e.Name}, rest...)
			}
		}
		return nil
	}
	return walk(from)
}

// circleText writes the way from a segment back to itself.
func circleText(names []string) string {
	return "«" + strings.Join(append([]string{names[len(names)-1]}, names...), "» → «") + "»"
}

// users lists the segments that refer to one.
func (c *catalog) users(segmentID string) []User {
	users := []User{}
	for _, e := range c.list {
		if slices.Contains(e.refs, segmentID) {
			users = append(users, User{Kind: "segment", ID: e.ID, Name: e.Name})
		}
	}
	return users
}

// catalog gives a project's segments, read from the store when first asked for.
func (s *Service) catalog(ctx context.Context, project string) (*catalog, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.catalogs[project]; c != nil {
		return c, nil
	}
	list, err := s.load(ctx, project)
	if err != nil {
		return nil, err
	}
	s.catalogs[project] = newCatalog(list)
	return s.catalogs[project], nil
}

// replace puts an entry in the place of the one with the id, at the end when there is none; nil removes it.
func (s *Service) replace(ctx context.Context, project, segmentID string, e *entry) error {
	// A change is always made after the catalog was read, so this reads memory only.
	c, err := s.catalog(ctx, project)
	if err != nil {
		return err
	}
	list := slices.Clone(c.list)
	at := slices.IndexFunc(list, func(other *entry) bool { return other.ID == segmentID })
	switch {
	case e == nil && at >= 0:
		list = slices.Delete(list, at, at+1)
	case e != nil && at >= 0:
		list[at] = e
	case e != nil:
		list = append(list, e)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.catalogs[project] = newCatalog(list)
	return nil
}

// find gives one segment's entry.
func (s *Service) find(ctx context.Context, project, segmentID string) (*entry, error) {
	c, err := s.catalog(ctx, project)
	if err != nil {
		return nil, err
	}
	if e := c.byID[segmentID]; e != nil {
		return e, nil
	}
	return nil, fault.New(fault.NotFound, "there is no segment %s in this project", segmentID)
}

// load reads a project's definitions.
func (s *Service) load(ctx context.Context, project string) (list []*entry, err error) {
	rows, err := s.DB.Query(ctx, "segment.list", project)
	if err != nil {
		return nil, fmt.Errorf("read segments: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		e := &entry{}
		var condition, question sql.NullString
		var created, updated int64
		if err := rows.Scan(&e.ID, &e.Name, &e.Description, &condition, &question, &created, &updated); err != nil {
			return nil, fmt.Errorf("read segments: %w", err)
		}
		e.CreatedAt, e.UpdatedAt = time.UnixMilli(created).UTC(), time.UnixMilli(updated).UTC()
		if err := e.define(condition, question); err != nil {
			// One definition that this version cannot read must not take the others with it.
			s.Logger.ErrorContext(ctx, "segment left out: its definition cannot be read", "project", project, "segment", e.ID, "error", err)
			continue
		}
		list = append(list, e)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read segments: %w", err)
	}
	return list, nil
}

// define reads the stored definition.
func (e *entry) define(condition, question sql.NullString) (err error) {
	if condition.Valid {
		if e.Condition, err = query.ParseCondition([]byte(condition.String)); err != nil {
			return err
		}
	} else {
		request, err := query.Parse([]byte(question.String))
		if err != nil {
			return err
		}
		e.Question = &request
	}
	d := Draft{Condition: e.Condition, Question: e.Question}
	e.moves = analyse.Moves(e.Condition)
	e.refs, err = d.refers()
	return err
}
