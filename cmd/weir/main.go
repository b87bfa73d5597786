// Command weir is the program: a server with everything inside, and the tools of
// the person who runs it. `weir --help` lists them; package app/command has them.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // a container may have no time zones of its own

	"github.com/weirhq/weir/app/command"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := command.Run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}
