// Package command is weir's command line: a file for each subcommand, on top of
// package app.
//
// Command weir calls Run. Each subcommand is a struct whose tags say its flags;
// the same flags are environment variables (WEIR_…) and keys of a YAML file. A
// flag wins over the environment, the environment over the file, the file over
// the default. A key of the file that no flag has is refused.
//
// Tools that work on a data folder say when a server uses it. Answers go to
// standard output, everything else to standard error.
package command

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/alecthomas/kong"
)

// commands are the subcommands.
type commands struct {
	Config kong.ConfigFlag `help:"Read settings from this YAML file: the same names as the flags. Flags and environment win." placeholder:"FILE" env:"WEIR_CONFIG"`

	Serve   serveCommand   `cmd:"" help:"Run the server."`
	Demo    demoCommand    `cmd:"" help:"Run a server with a made-up shop and a made-up lender in it."`
	Import  importCommand  `cmd:"" help:"Turn a file into events of a project."`
	Project projectCommand `cmd:"" help:"List, make and show projects."`
	User    userCommand    `cmd:"" help:"Make and list accounts, set passwords."`
	Doctor  doctorCommand  `cmd:"" help:"Check a data folder and what it depends on."`
	Openapi openapiCommand `cmd:"" help:"Print the OpenAPI document of the HTTP API."`
	Version versionCommand `cmd:"" help:"Print the version."`
}

// Run carries a command line out and gives the exit code: 0 done, 1 failed, 2
// called wrongly.
func Run(ctx context.Context, args []string) int {
	parser, err := newParser(ctx, &commands{})
	if err != nil {
		fmt.Fprintln(os.Stderr, "weir:", err)
		return 2
	}
	command, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintln(os.Stderr, "weir:", err)
		return 2
	}
	if err := command.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "weir:", explain(err))
		return 1
	}
	return 0
}

// say writes for a person or a pipe; when nobody reads any more, nobody is to be told.
func say(w io.Writer, format string, args ...any) {
	_, _ = fmt.Fprintf(w, format, args...)
}

func newParser(ctx context.Context, into *commands) (*kong.Kong, error) {
	return kong.New(into, kong.Name("weir"), kong.Description("Weir: collect what users do, sort them, reach them, and prove that it worked."),
		kong.UsageOnError(), kong.DefaultEnvars("WEIR"), kong.Configuration(readConfigFile), kong.BindTo(ctx, (*context.Context)(nil)))
}
