package command

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/weirhq/weir/app"
	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/ingest/importer"
)

// importCommand turns a file into events of a project, through a running server
// or straight into the data folder of one that does not run.
type importCommand struct {
	File    string `arg:"" type:"existingfile" help:"CSV, tab- or space-separated text, JSON lines or Parquet; plain or compressed."`
	Project string `required:"" help:"The project's id or name." placeholder:"NAME"`

	Map    string `help:"Which column is what: name=order_paid,distinct_id=customer,time=date,amount:number=total. Default: guessed and shown." placeholder:"MAPPING" xor:"mapping"`
	Recipe string `type:"existingfile" help:"A file with the mapping as JSON; see docs/recipes." placeholder:"FILE" xor:"mapping"`
	Yes    bool   `short:"y" help:"Take the guessed mapping without asking."`

	Server  string `help:"Address of the running server." default:"http://127.0.0.1:8080"`
	Key     string `help:"The project's write key or an API token, for the server." placeholder:"KEY"`
	DataDir string `help:"Import into this data folder instead; its server must not run." placeholder:"DIR"`

	Folder  string `help:"Where progress and rejects are kept. Default: beside the file." placeholder:"DIR"`
	Restart bool   `help:"Forget an interrupted import of this file and begin at its first row."`
	Again   bool   `help:"Import a file once more although that stores everything twice."`
}

// Run imports.
func (c *importCommand) Run(ctx context.Context) error {
	mapping, err := c.mapping()
	if err != nil {
		return err
	}
	poster, target, release, err := c.poster(ctx)
	if err != nil {
		return err
	}
	bar := newBar(os.Stderr, term.IsTerminal(int(os.Stderr.Fd())))
	report, err := importer.Run(ctx, importer.Options{
		File: c.File, Mapping: mapping, Poster: poster, Clock: clock.System{}, Target: target,
		Folder: c.Folder, Restart: c.Restart, Again: c.Again, Progress: bar.show,
	})
	bar.end()
	if err = errors.Join(err, release()); err != nil {
		if report.Rows > 0 {
			fmt.Fprintf(os.Stderr, "weir: stopped after row %d; the same command goes on from there\n", report.Rows)
		}
		return err
	}
	return printReport(report)
}

func (c *importCommand) mapping() (importer.Mapping, error) {
	switch {
	case c.Map != "":
		return importer.ParseMapping(c.Map)
	case c.Recipe != "":
		raw, err := os.ReadFile(c.Recipe)
		if err != nil {
			return importer.Mapping{}, fmt.Errorf("read the recipe: %w", err)
		}
		return importer.ParseMapping(string(raw))
	}
	preview, err := importer.Guess(c.File)
	if err != nil {
		return importer.Mapping{}, err
	}
	showGuess(os.Stderr, preview)
	if err := preview.Mapping.Check(); err != nil {
		return importer.Mapping{}, fmt.Errorf("the mapping could not be guessed; say it with --map: %w", err)
	}
	if c.Yes {
		return preview.Mapping, nil
	}
	return preview.Mapping, confirm(os.Stdin, os.Stderr)
}

// showGuess prints the columns, the mapping and what it makes of the first rows.
func showGuess(w io.Writer, p importer.Preview) {
	say(w, "Columns:\n")
	for _, column := range p.Columns {
		say(w, "  %-24s %-8s %s\n", column.Name, column.Type, column.Sample)
	}
	say(w, "Guessed mapping (change it with --map or --recipe):\n%s\n", p.Mapping.String())
	for i, e := range p.Events {
		if i == 3 {
			break
		}
		say(w, "  event %q by %q with %d properties\n", e.Name, e.DistinctID, len(e.Properties))
	}
	for _, f := range p.Faults {
		say(w, "  would be rejected: %s\n", f)
	}
}

// confirm asks a person; without one it refuses.
func confirm(in *os.File, out io.Writer) error {
	if !term.IsTerminal(int(in.Fd())) {
		return fmt.Errorf("the mapping was guessed and nobody is there to confirm it; say --yes, --map or --recipe")
	}
	say(out, "Import like this? [y/N] ")
	answer, err := bufio.NewReader(in).ReadString('\n')
	if err != nil || !strings.HasPrefix(strings.ToLower(strings.TrimSpace(answer)), "y") {
		return fmt.Errorf("nothing was imported")
	}
	return nil
}

// poster says where the events go, and how that is identified in the import's state.
func (c *importCommand) poster(ctx context.Context) (importer.Poster, string, func() error, error) {
	nothing := func() error { return nil }
	if c.DataDir == "" {
		if c.Key == "" {
			return nil, "", nothing, fmt.Errorf("say the project's write key or an API token with --key, or --data-dir for a server that does not run")
		}
		address := strings.TrimRight(c.Server, "/") + "/api/v1/projects/" + url.PathEscape(c.Project) + "/events"
		return &importer.HTTP{URL: address, Token: c.Key}, c.Project + "@" + c.Server, nothing, nil
	}
	folder, err := app.OpenFolder(ctx, c.DataDir, clock.System{}, quiet())
	if err != nil {
		return nil, "", nothing, err
	}
	p, err := folder.Accounts.Project(c.Project)
	if err != nil {
		return nil, "", nothing, errors.Join(err, folder.Close())
	}
	in, err := folder.Intake(ctx)
	if err != nil {
		return nil, "", nothing, errors.Join(err, folder.Close())
	}
	return importer.Direct{Intake: in, Project: p.ID}, p.ID + "@" + c.DataDir, folder.Close, nil
}

func printReport(r importer.Report) error {
	_, err := fmt.Fprintf(os.Stdout, "%d rows: %d events stored, %d known before, %d rejected, %d left out\n", r.Rows, r.Accepted, r.Duplicates, r.Rejected, r.Skipped)
	if r.Rejects != "" {
		fmt.Fprintf(os.Stderr, "the reasons are in %s\n", r.Rejects)
	}
	return err
}

// bar shows the progress of an import on one line of a terminal; elsewhere it is silent.
type bar struct {
	out   io.Writer
	live  bool
	shown bool
}

func newBar(out io.Writer, live bool) *bar { return &bar{out: out, live: live} }

// barWidth is the length of the bar in characters.
const barWidth = 30

func (b *bar) show(p importer.Progress) {
	if !b.live || p.Total <= 0 {
		return
	}
	share := min(1, float64(p.Bytes)/float64(p.Total))
	full := int(share * barWidth)
	say(b.out, "\r[%s%s] %3.0f %%  %d rows, %d stored, %d rejected ", strings.Repeat("#", full), strings.Repeat("-", barWidth-full), 100*share, p.Rows, p.Accepted, p.Rejected)
	b.shown = true
}

func (b *bar) end() {
	if b.shown {
		say(b.out, "\n")
	}
}
