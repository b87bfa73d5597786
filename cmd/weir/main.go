// Command weir is the program: a server with everything inside, and the tools of
// the person who runs it. `weir --help` lists them.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// commands are the subcommands; a file each.
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

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:]))
}

// run gives the exit code: 0 done, 1 failed, 2 called wrongly.
func run(ctx context.Context, args []string) int {
	var cli commands
	parser, err := kong.New(&cli, kong.Name("weir"), kong.Description("Weir: collect what users do, sort them, reach them, and prove that it worked."),
		kong.UsageOnError(), kong.DefaultEnvars("WEIR"), kong.Configuration(readConfigFile), kong.BindTo(ctx, (*context.Context)(nil)))
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
