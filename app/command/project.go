package command

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"text/tabwriter"

	"github.com/weirhq/weir/account"
	"github.com/weirhq/weir/app"
	"github.com/weirhq/weir/clock"
)

// folderFlag names the data folder that a tool works on.
type folderFlag struct {
	DataDir string `help:"The server's data folder." default:"weir-data"`
}

// share opens the folder, and says so when a server uses it at the same time.
func (f folderFlag) share(ctx context.Context, work func(*app.Folder) error) error {
	folder, err := app.ShareFolder(ctx, f.DataDir, clock.System{}, quiet())
	if err != nil {
		return err
	}
	if folder.Server != "" {
		fmt.Fprintf(os.Stderr, "weir: a server (process %s) uses %s; it sees changes of accounts at once\n", folder.Server, f.DataDir)
	}
	return errors.Join(work(folder), folder.Close())
}

// quiet keeps tools from logging into their own output; warnings still come.
func quiet() *slog.Logger {
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

// projectCommand groups what is done to projects.
type projectCommand struct {
	List   projectListCommand   `cmd:"" help:"List projects."`
	Create projectCreateCommand `cmd:"" help:"Make a project. The server must not run; with a running one use its web page or API."`
	Show   projectShowCommand   `cmd:"" help:"Show a project with its write key."`
}

type projectListCommand struct{ folderFlag }

// Run lists.
func (c *projectListCommand) Run(ctx context.Context) error {
	return c.share(ctx, func(f *app.Folder) error {
		w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
		say(w, "ID\tNAME\tTIME ZONE\n")
		for _, p := range f.Accounts.Projects() {
			say(w, "%s\t%s\t%s\n", p.ID, p.Name, p.Timezone)
		}
		return w.Flush()
	})
}

type projectCreateCommand struct {
	folderFlag

	Name     string `arg:"" help:"The project's name."`
	Timezone string `help:"IANA name of its time zone." default:"UTC"`
	Currency string `help:"ISO code of its currency." default:"CNY"`
	WriteKey string `help:"Its write key. Default: a fresh one." placeholder:"KEY"`
}

// Run makes the project.
func (c *projectCreateCommand) Run(ctx context.Context) error {
	folder, err := app.OpenFolder(ctx, c.DataDir, clock.System{}, quiet())
	if err != nil {
		return err
	}
	p, err := folder.Accounts.CreateProject(ctx, account.NewProject{Name: c.Name, Timezone: c.Timezone, Currency: c.Currency, WriteKey: c.WriteKey})
	if err := errors.Join(err, folder.Close()); err != nil {
		return err
	}
	return printProject(p)
}

type projectShowCommand struct {
	folderFlag

	Project string `arg:"" help:"The project's id or name."`
}

// Run shows.
func (c *projectShowCommand) Run(ctx context.Context) error {
	return c.share(ctx, func(f *app.Folder) error {
		p, err := f.Accounts.Project(c.Project)
		if err != nil {
			return err
		}
		return printProject(p)
	})
}

func printProject(p account.Project) error {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	say(w, "id\t%s\nname\t%s\ntime zone\t%s\ncurrency\t%s\nwrite key\t%s\n", p.ID, p.Name, p.Timezone, p.Currency, p.WriteKey)
	return w.Flush()
}
