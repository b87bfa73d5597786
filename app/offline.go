package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/weirhq/weir/account"
	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/ingest"
	"github.com/weirhq/weir/store/duck"
	"github.com/weirhq/weir/store/meta"
)

// Folder is a data folder in the hands of a tool instead of a server.
type Folder struct {
	Accounts *account.Service
	// Server says which process serves the folder while the tool works on it;
	// empty when none does.
	Server string

	dir     string
	meta    *meta.DB
	clk     clock.Clock
	logger  *slog.Logger
	release []func() error // in order of opening
}

// OpenFolder takes a folder that no server uses. When one does, the Conflict
// fault says which.
func OpenFolder(ctx context.Context, dir string, clk clock.Clock, logger *slog.Logger) (*Folder, error) {
	lock, err := LockFolder(dir)
	if err != nil {
		return nil, err
	}
	db, err := meta.Open(ctx, filepath.Join(dir, metaFile))
	if err != nil {
		return nil, errors.Join(err, lock.Release())
	}
	f := &Folder{dir: dir, meta: db, clk: clk, logger: logger, release: []func() error{lock.Release, db.Close}}
	return f.open(ctx)
}

// ShareFolder takes a folder also while a server uses it, for what a server
// reads afresh each time: accounts, and the list of projects.
func ShareFolder(ctx context.Context, dir string, clk clock.Clock, logger *slog.Logger) (*Folder, error) {
	if _, err := os.Stat(filepath.Join(dir, metaFile)); err != nil {
		return nil, fault.Wrap(fault.NotFound, err, "there is no Weir in %s; run weir serve first, or name its folder with --data-dir", dir)
	}
	f, err := OpenFolder(ctx, dir, clk, logger)
	if fault.KindOf(err) != fault.Conflict || err == nil {
		return f, err
	}
	db, attachErr := meta.Attach(ctx, filepath.Join(dir, metaFile))
	if attachErr != nil {
		return nil, errors.Join(err, attachErr)
	}
	f = &Folder{Server: holderOf(dir), dir: dir, meta: db, clk: clk, logger: logger, release: []func() error{db.Close}}
	return f.open(ctx)
}

func (f *Folder) open(ctx context.Context) (*Folder, error) {
	var err error
	if f.Accounts, err = account.New(ctx, f.meta, f.clk, f.logger); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// unread is the Derived of a tool: the next server reads the log itself.
type unread struct{}

// Apply does nothing.
func (unread) Apply([]*event.Event) {}

// Intake opens the event log and the door to it.
func (f *Folder) Intake(ctx context.Context) (*ingest.Intake, error) {
	log, err := duck.Open(ctx, filepath.Join(f.dir, eventsFile), f.logger, duck.Options{})
	if err != nil {
		return nil, err
	}
	f.release = append(f.release, log.Close)
	in := ingest.New(log, unread{}, f.clk, f.logger, ingest.Options{})
	if err := in.Start(ctx); err != nil {
		return nil, fmt.Errorf("open the intake: %w", err)
	}
	f.release = append(f.release, func() error { in.Stop(); return nil })
	return in, nil
}

// Close gives everything up, in reverse order.
func (f *Folder) Close() error {
	var err error
	for i := len(f.release) - 1; i >= 0; i-- {
		err = errors.Join(err, f.release[i]())
	}
	f.release = nil
	return err
}
