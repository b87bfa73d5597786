package account

import (
	"context"
	"fmt"
	"log/slog"
	"sync"

	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/store/meta"
)

// Service answers who may do what, and keeps it. It is safe for concurrent use.
type Service struct {
	db     *meta.DB
	clk    clock.Clock
	logger *slog.Logger
	tries  *attempts
	// hashing bounds how many passwords are hashed at the same time: each takes
	// 19 MiB and a core.
	hashing chan struct{}
	// nobody is checked against when the account does not exist, so that the
	// time of an answer does not tell which e-mail addresses have one.
	nobody string

	// changes lets one change of projects or tokens happen at a time, together
	// with its mark in memory, so that memory never holds what was overtaken.
	changes sync.Mutex

	mu       sync.RWMutex
	projects projectIndex
	tokens   map[string]*Token // by hash; filled as they are used
}

// projectIndex holds every project by each of its names.
type projectIndex struct {
	list  []*Project
	byID  map[string]*Project
	named map[string]*Project
	keyed map[string]*Project
}

// New reads the projects and is ready.
func New(ctx context.Context, db *meta.DB, clk clock.Clock, logger *slog.Logger) (*Service, error) {
	s := &Service{
		db: db, clk: clk, logger: logger, tries: newAttempts(),
		hashing: make(chan struct{}, 2),
		nobody:  hashPassword("nobody has this account"),
		tokens:  make(map[string]*Token),
	}
	if err := s.reload(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *Service) now() int64 { return s.clk.Now().UnixMilli() }

// hashSlot waits for a turn to hash; call the result when done.
func (s *Service) hashSlot(ctx context.Context) (func(), error) {
	select {
	case s.hashing <- struct{}{}:
		return func() { <-s.hashing }, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("wait to hash a password: %w", ctx.Err())
	}
}
