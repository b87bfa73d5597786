package rfm

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/analyse"
	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/segment"
	"github.com/weirhq/weir/store/columns"
	"github.com/weirhq/weir/store/meta"
	"github.com/weirhq/weir/task"
)

// Tag is the name of the tag whose value is the key of a person's group.
const Tag = "rfm"

// Config is what a Service works with. All fields but Options are needed.
type Config struct {
	DB          *meta.DB
	Memberships *segment.Memberships
	Analyser    Analyser
	Tables      func(project string) *columns.Table
	Projects    func() []analyse.Project
	Clock       clock.Clock
	Logger      *slog.Logger
	Options     Options
}

// Options can be left at zero.
type Options struct {
	// Delay is how long changes are collected before the tag follows payments. Default 500 ms.
	Delay time.Duration
	// Check fires when each project is looked at: its tag is computed again on a
	// new day, after an hour, and when payments came. Default: each minute.
	Check task.Trigger
}

// Service answers for RFM and keeps the tag. Make one with New.
type Service struct {
	task.Worker
	Config
	wake chan struct{}

	mu       sync.Mutex
	projects map[string]*standing
}

// New makes a Service and provides the tag. Tell it of changes by Touched
// (columns.Store.OnTouched).
func New(c Config) *Service {
	if c.Options.Delay <= 0 {
		c.Options.Delay = 500 * time.Millisecond
	}
	if c.Options.Check == nil {
		c.Options.Check = task.Every(time.Minute)
	}
	s := &Service{Config: c, wake: make(chan struct{}, 1), projects: make(map[string]*standing)}
	s.Run = s.loop
	c.Memberships.ProvideTag(Tag, s.provide)
	return s
}

// Settings gives the project's settings, a guess from its events where none are stored.
func (s *Service) Settings(ctx context.Context, p analyse.Project) (Settings, error) {
	var text string
	err := s.DB.QueryRow(ctx, "segment.model_get", p.ID, Tag).Scan(&text)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return s.guess(p), nil
	case err != nil:
		return Settings{}, fmt.Errorf("read RFM settings: %w", err)
	}
	return ParseSettings([]byte(text))
}

func (s *Service) guess(p analyse.Project) Settings {
	view := s.Tables(p.ID).View()
	var names []string
	for _, n := range view.EventNames() {
		names = append(names, n.Name)
	}
	return Guess(names, func(name string) (numbers []string) {
		for _, info := range view.Properties(name) {
			if slices.Contains(info.Kinds, event.Number) {
				numbers = append(numbers, info.Name)
			}
		}
		return numbers
	})
}

// SetSettings stores the project's settings and computes the tag by them.
func (s *Service) SetSettings(ctx context.Context, p analyse.Project, settings Settings) error {
	if err := settings.Check(); err != nil {
		return err
	}
	// Settings that do not fit the events (money that is a text) are refused, not stored.
	if _, err := s.assess(ctx, p, DayOf(s.Clock.Now(), zoneOf(p)), settings); err != nil {
		return err
	}
	text, err := json.Marshal(settings)
	if err != nil {
		return fmt.Errorf("write RFM settings: %w", err)
	}
	if _, err := s.DB.Exec(ctx, "segment.model_put", p.ID, Tag, string(text), s.Clock.Now().UnixMilli()); err != nil {
		return fmt.Errorf("store RFM settings: %w", err)
	}
	return s.Refresh(ctx, p)
}

// Request says which model is meant. It is the body of the HTTP requests.
type Request struct {
	AsOf     string    `json:"as_of"`    // a day; "" is today
	Settings *Settings `json:"settings"` // to try out; nil for the project's own
}

// Assess computes the model.
func (s *Service) Assess(ctx context.Context, p analyse.Project, r Request) (*Assessment, error) {
	day := DayOf(s.Clock.Now(), zoneOf(p))
	if r.AsOf != "" {
		var err error
		if day, err = ParseDay(r.AsOf); err != nil {
			return nil, err
		}
	}
	var settings Settings
	if r.Settings != nil {
		settings = *r.Settings
		if err := settings.Check(); err != nil {
			return nil, err
		}
	} else {
		var err error
		if settings, err = s.Settings(ctx, p); err != nil {
			return nil, err
		}
	}
	return s.assess(ctx, p, day, settings)
}

// Board computes the model and sums it up.
func (s *Service) Board(ctx context.Context, p analyse.Project, r Request) (Board, error) {
	a, err := s.Assess(ctx, p, r)
	if err != nil {
		return Board{}, err
	}
	return a.Board(), nil
}

// PersonsRequest names a group, or a cell of the grid.
type PersonsRequest struct {
	Request
	Group string `json:"group"` // key, such as «champions»
	R     int    `json:"r"`
	FM    int    `json:"fm"`
}

// Persons gives the persons of a group or a cell.
func (s *Service) Persons(ctx context.Context, p analyse.Project, r PersonsRequest) (*roaring.Bitmap, error) {
	group := slices.IndexFunc(Groups(), func(g Group) bool { return g.Key == r.Group })
	var f fault.List
	switch {
	case r.Group != "" && (r.R != 0 || r.FM != 0):
		f.Add("group", "stands beside a cell; name one of them")
	case r.Group != "" && group < 0:
		f.Add("group", "«%s» is not one of the eight groups", r.Group)
	case r.Group == "" && (r.R < 1 || r.R > 5 || r.FM < 1 || r.FM > 5):
		f.Add("r", "name a group, or a cell by r and fm from 1 to 5")
	}
	if err := f.Err("these persons cannot be listed"); err != nil {
		return nil, err
	}
	a, err := s.Assess(ctx, p, r.Request)
	if err != nil {
		return nil, err
	}
	return a.Persons(func(x Rating) bool {
		if r.Group != "" {
			return x.Group == group
		}
		return x.R == r.R && x.FM() == r.FM
	}), nil
}

func zoneOf(p analyse.Project) *time.Location {
	if p.Zone == nil {
		return time.UTC
	}
	return p.Zone
}
