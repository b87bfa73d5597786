package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"runtime"
	"strconv"
	"syscall"
	"time"

	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/reach/channel/email"
)

// Finding is what one check of the doctor found.
type Finding struct {
	Check string
	State State
	Says  string
}

// State says how bad a Finding is.
type State string

// The states.
const (
	Fine    State = "ok"
	Warning State = "warning"
	Failed  State = "failed"
)

// Below these a data folder's disk is called nearly full, and full, in bytes.
const (
	lowSpace = 2 << 30
	noSpace  = 200 << 20
)

// clockSlack is how far the newest event may lie ahead of the clock.
const clockSlack = 5 * time.Minute

// Examine checks a data folder and what it depends on. It changes nothing and
// tells each finding as it comes. Checks that need the folder for themselves are
// left out while a server uses it.
func Examine(ctx context.Context, dir string, clk clock.Clock, logger *slog.Logger, tell func(Finding)) {
	d := &doctor{dir: dir, clk: clk, logger: logger, tell: tell}
	tell(Finding{"version", Fine, fmt.Sprintf("weir %s, %s, %s/%s", Version, runtime.Version(), runtime.GOOS, runtime.GOARCH)})
	d.clock()
	if !d.writable() {
		return
	}
	d.space()
	folder, err := ShareFolder(ctx, dir, clk, logger)
	if err != nil {
		d.failed("operational database", err)
		return
	}
	if folder.Server != "" {
		tell(Finding{"lock", Fine, "a server (process " + folder.Server + ") uses this folder"})
	} else {
		tell(Finding{"lock", Fine, "no server uses this folder"})
	}
	d.meta(ctx, folder)
	d.mail(ctx, folder)
	served := folder.Server != ""
	if err := folder.Close(); err != nil {
		d.failed("operational database", err)
	}
	if served {
		tell(Finding{"event log", Warning, "the running server has it; stop the server to check it, or ask its /readyz"})
		return
	}
	d.events(ctx)
}

type doctor struct {
	dir    string
	clk    clock.Clock
	logger *slog.Logger
	tell   func(Finding)
}

func (d *doctor) failed(check string, err error) {
	says := err.Error()
	if f, ok := errors.AsType[*fault.Error](err); ok {
		says = f.Public
	}
	d.tell(Finding{check, Failed, says})
}

func (d *doctor) clock() {
	now := d.clk.Now()
	if now.Year() < 2025 {
		d.tell(Finding{"clock", Failed, "the clock shows " + now.Format(time.RFC3339) + "; set it, or events get wrong times"})
		return
	}
	d.tell(Finding{"clock", Fine, now.Format(time.RFC3339)})
}

func (d *doctor) writable() bool {
	probe, err := os.CreateTemp(d.dir, "doctor-*")
	if err != nil {
		d.tell(Finding{"data folder", Failed, fmt.Sprintf("%s cannot be written to: %s", d.dir, reason(err))})
		return false
	}
	if err := errors.Join(probe.Close(), os.Remove(probe.Name())); err != nil {
		d.failed("data folder", err)
		return false
	}
	d.tell(Finding{"data folder", Fine, d.dir + " is writable"})
	return true
}

func (d *doctor) space() {
	var disk syscall.Statfs_t
	if err := syscall.Statfs(d.dir, &disk); err != nil {
		d.failed("free space", err)
		return
	}
	free := disk.Bavail * uint64(disk.Bsize)
	state := Fine
	switch {
	case free < noSpace:
		state = Failed
	case free < lowSpace:
		state = Warning
	}
	d.tell(Finding{"free space", state, fmt.Sprintf("%.1f GiB", float64(free)/(1<<30))})
}

func (d *doctor) meta(ctx context.Context, f *Folder) {
	if err := f.meta.Check(ctx); err != nil {
		d.failed("operational database", err)
		return
	}
	version, err := f.meta.Version(ctx)
	if err != nil {
		d.failed("operational database", err)
		return
	}
	needs, err := f.Accounts.NeedsOwner(ctx)
	if err != nil {
		d.failed("accounts", err)
		return
	}
	d.tell(Finding{"operational database", Fine, fmt.Sprintf("whole, schema %d, %d projects", version, len(f.Accounts.Projects()))})
	if needs {
		d.tell(Finding{"accounts", Warning, "nobody can sign in yet; the first visitor of the web page becomes the owner"})
	}
}

// mail connects to the mail servers that projects use, and says nothing to them.
func (d *doctor) mail(ctx context.Context, f *Folder) {
	channel := email.New(email.Config{DB: f.meta, Clock: d.clk, Logger: d.logger})
	defer channel.Close()
	for _, p := range f.Accounts.Projects() {
		settings, err := channel.Settings(ctx, p.ID)
		if fault.KindOf(err) == fault.NotFound && err != nil {
			continue
		}
		if err != nil {
			d.failed("mail server of "+p.ID, err)
			continue
		}
		dialer := &net.Dialer{Timeout: 5 * time.Second}
		address := net.JoinHostPort(settings.Host, strconv.Itoa(settings.Port))
		conn, err := dialer.DialContext(ctx, "tcp", address)
		if err != nil {
			d.tell(Finding{"mail server of " + p.ID, Failed, fmt.Sprintf("%s cannot be reached: %v", address, err)})
			continue
		}
		_ = conn.Close() // nothing was written
		d.tell(Finding{"mail server of " + p.ID, Fine, address + " answers"})
	}
}
