package command

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/weirhq/weir/app"
	"github.com/weirhq/weir/clock"
)

// doctorCommand checks an installation.
type doctorCommand struct {
	folderFlag
	Verify   bool   `help:"Compare the column files with the event log, person by person. The server must be stopped." xor:"work"`
	Rebuild  bool   `help:"Make the column files anew from the event log. The server must be stopped." xor:"work"`
	Dump     string `help:"Print a column file byte by byte with what the bytes mean." placeholder:"FILE" xor:"work"`
	Elements int    `help:"How many elements of each section --dump shows." default:"16"`
}

// Run prints each finding; one that failed makes the command fail.
func (c *doctorCommand) Run(ctx context.Context) error {
	failed := 0
	tell := func(f app.Finding) {
		if f.State == app.Failed {
			failed++
		}
		say(os.Stdout, "%-8s %-22s %s\n", f.State, f.Check, f.Says)
	}
	bar := newProgressBar(os.Stderr)
	work := app.ColumnsWork{Dir: c.DataDir, Logger: quiet(), Tell: tell, Bar: bar.show}
	var err error
	switch {
	case c.Dump != "":
		var text string
		text, err = app.ExamineColumnFile(c.Dump, c.Elements)
		say(os.Stdout, "%s", text)
	case c.Verify:
		err = app.VerifyColumns(ctx, work)
	case c.Rebuild:
		err = app.RebuildColumns(ctx, work)
	default:
		app.Examine(ctx, c.DataDir, clock.System{}, quiet(), tell)
	}
	bar.end()
	if err == nil && failed > 0 {
		err = fmt.Errorf("%d checks failed", failed)
	}
	return err
}

// progressBar shows how far a long piece of work is: in one line of a terminal, in a line
// for every tenth elsewhere.
type progressBar struct {
	w      io.Writer
	inLine bool
	what   string
	shown  uint64 // percent
}

func newProgressBar(f *os.File) *progressBar {
	return &progressBar{w: f, inLine: term.IsTerminal(int(f.Fd()))}
}

func (b *progressBar) show(what string, done, total uint64) {
	percent := uint64(100)
	if total > 0 {
		percent = min(100, 100*done/total)
	}
	if !b.inLine {
		percent -= percent % 10
	}
	if what == b.what && percent == b.shown {
		return
	}
	if b.inLine && what != b.what {
		b.end()
	}
	b.what, b.shown = what, percent
	if !b.inLine {
		say(b.w, "%s: %d %%\n", what, percent)
		return
	}
	full := int(percent * barWidth / 100)
	say(b.w, "\r[%s%s] %3d %%  %s ", strings.Repeat("#", full), strings.Repeat("-", barWidth-full), percent, what)
}

// end leaves the line of the bar.
func (b *progressBar) end() {
	if b.inLine && b.what != "" {
		say(b.w, "\n")
		b.what = ""
	}
}
