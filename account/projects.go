package account

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/id"
	"github.com/weirhq/weir/store/meta"
)

// maxName bounds the names of projects, accounts and tokens, in characters.
const maxName = 100

var currencyCode = regexp.MustCompile(`^[A-Z]{3}$`)

// NewProject says what a project starts with. Empty fields take the defaults.
type NewProject struct {
	Name     string
	Timezone string // default UTC
	Currency string // default CNY
	WriteKey string // default a fresh one
	Demo     bool
}

// ProjectChange changes the fields that are not nil.
type ProjectChange struct {
	Name      *string
	Timezone  *string
	WeekStart *time.Weekday
	Currency  *string
	NewKey    bool // replaces the write key with a fresh one; the old one stops at once
}

// Projects lists all projects, oldest first.
func (s *Service) Projects() []Project {
	s.mu.RLock()
	defer s.mu.RUnlock()
	list := make([]Project, len(s.projects.list))
	for i, p := range s.projects.list {
		list[i] = *p
	}
	return list
}

// Project finds a project by its id or its exact name.
func (s *Service) Project(idOrName string) (Project, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if p, ok := s.projects.byID[idOrName]; ok {
		return *p, nil
	}
	if p, ok := s.projects.named[idOrName]; ok {
		return *p, nil
	}
	return Project{}, fault.New(fault.NotFound, "there is no project %q", idOrName)
}

// ProjectByWriteKey finds the project that events sent with a key belong to.
func (s *Service) ProjectByWriteKey(key string) (Project, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if p, ok := s.projects.keyed[key]; ok {
		return *p, nil
	}
	return Project{}, fault.New(fault.Unknown, "the write key belongs to no project")
}

// ProjectByKey is ProjectByWriteKey as the intake asks for it.
func (s *Service) ProjectByKey(_ context.Context, key string) (projectID string, ok bool, err error) {
	p, err := s.ProjectByWriteKey(key)
	return p.ID, err == nil, nil
}

// CreateProject makes a project. Its id is the slug of its name when that is
// free, so that addresses read well.
func (s *Service) CreateProject(ctx context.Context, n NewProject) (Project, error) {
	s.changes.Lock()
	defer s.changes.Unlock()
	p, err := s.draft(n)
	if err != nil {
		return Project{}, err
	}
	if err := insertProject(ctx, s.db.Exec, p); err != nil {
		return Project{}, err
	}
	s.logger.InfoContext(ctx, "project created", "project", p.ID)
	return p, s.reload(ctx)
}

// draft checks a new project and gives it its id; it needs s.changes held.
func (s *Service) draft(n NewProject) (Project, error) {
	p := Project{
		Name: strings.TrimSpace(n.Name), Timezone: orElse(n.Timezone, "UTC"), WeekStart: time.Monday,
		Currency: orElse(n.Currency, "CNY"), WriteKey: orElse(n.WriteKey, id.Secret("wk_")), Demo: n.Demo, CreatedAt: s.now(),
	}
	if err := checkProject(&p); err != nil {
		return Project{}, err
	}
	p.ID = slug(p.Name)
	if _, err := s.Project(p.ID); p.ID == "" || err == nil {
		p.ID = id.New("prj", s.clk.Now())
	}
	return p, nil
}

type execFunc func(ctx context.Context, name string, args ...any) (sql.Result, error)

func insertProject(ctx context.Context, exec execFunc, p Project) error {
	_, err := exec(ctx, "account.project_insert", p.ID, p.Name, p.Timezone, int(p.WeekStart), p.Currency, p.WriteKey, flag(p.Demo), p.CreatedAt)
	return takenOr(err, "a project with that name or write key exists")
}

// UpdateProject changes a project.
func (s *Service) UpdateProject(ctx context.Context, projectID string, c ProjectChange) (Project, error) {
	s.changes.Lock()
	defer s.changes.Unlock()
	p, err := s.Project(projectID)
	if err != nil {
		return Project{}, err
	}
	if c.Name != nil {
		p.Name = strings.TrimSpace(*c.Name)
	}
	if c.Timezone != nil {
		p.Timezone = *c.Timezone
	}
	if c.WeekStart != nil {
		p.WeekStart = *c.WeekStart
	}
	if c.Currency != nil {
		p.Currency = *c.Currency
	}
	if c.NewKey {
		p.WriteKey = id.Secret("wk_")
	}
	if err := checkProject(&p); err != nil {
		return Project{}, err
	}
	return p, s.saveProject(ctx, p)
}

// saveProject needs s.changes held.
func (s *Service) saveProject(ctx context.Context, p Project) error {
	_, err := s.db.Exec(ctx, "account.project_update", p.ID, p.Name, p.Timezone, int(p.WeekStart), p.Currency, p.WriteKey, s.now())
	if err != nil {
		return takenOr(err, "a project with that name or write key exists")
	}
	return s.reload(ctx)
}

// checkProject reports every wrong field and fills in the zone.
func checkProject(p *Project) error {
	var faults fault.List
	checkName(&faults, "name", p.Name)
	zone, err := time.LoadLocation(p.Timezone)
	if err != nil || p.Timezone == "" || p.Timezone == "Local" {
		faults.Add("timezone", "%q is no IANA time zone; use a name such as Asia/Shanghai", p.Timezone)
	}
	p.Zone = zone
	if p.WeekStart < time.Sunday || p.WeekStart > time.Saturday {
		faults.Add("week_start", "must be 0 (Sunday) to 6 (Saturday)")
	}
	if !currencyCode.MatchString(p.Currency) {
		faults.Add("currency", "must be a code of three capital letters such as CNY")
	}
	if p.WriteKey == "" || len(p.WriteKey) > 200 || strings.ContainsAny(p.WriteKey, " \t\r\n:/") {
		faults.Add("write_key", "must have 1 to 200 characters without spaces, colons and slashes")
	}
	return faults.Err("the project's settings are not right")
}

func checkName(faults *fault.List, where, name string) {
	if name == "" {
		faults.Add(where, "must not be empty")
	}
	if utf8.RuneCountInString(name) > maxName {
		faults.Add(where, "must have at most %d characters", maxName)
	}
}

// reload reads all projects into memory.
func (s *Service) reload(ctx context.Context) error {
	rows, err := s.db.Query(ctx, "account.projects")
	if err != nil {
		return fmt.Errorf("read projects: %w", err)
	}
	list, err := collect(rows, func() (*Project, error) {
		var p Project
		if err := rows.Scan(&p.ID, &p.Name, &p.Timezone, &p.WeekStart, &p.Currency, &p.WriteKey, &p.Demo, &p.CreatedAt); err != nil {
			return nil, err
		}
		p.Zone, err = time.LoadLocation(p.Timezone)
		return &p, err
	})
	if err != nil {
		return fmt.Errorf("read projects: %w", err)
	}
	index := projectIndex{list: list, byID: map[string]*Project{}, named: map[string]*Project{}, keyed: map[string]*Project{}}
	for _, p := range list {
		index.byID[p.ID], index.named[p.Name], index.keyed[p.WriteKey] = p, p, p
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.projects = index
	return nil
}

// slug makes an id from a name: its ASCII letters and digits in lower case,
// everything else a single hyphen. A name without two of them has none.
func slug(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '_':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	s := strings.Trim(b.String(), "-")
	if len(s) < 2 || len(s) > 40 || slices.Contains([]string{"new", "prj"}, s) {
		return ""
	}
	return s
}

func orElse(value, fallback string) string {
	if value == "" {
		return fallback
	}
	return value
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// takenOr turns a repeated key into a conflict that users can act on.
func takenOr(err error, public string) error {
	if meta.IsUnique(err) {
		return fault.Wrap(fault.Conflict, err, "%s", public)
	}
	return err
}
