package command

import (
	"context"
	"fmt"
	"os"

	"github.com/weirhq/weir/app"
)

// demoCommand runs a server with two made-up companies in it.
type demoCommand struct {
	app.Config `embed:""`

	Seed     uint64 `help:"Seed of the made-up history; the same seed makes the same history." default:"1"`
	Days     int    `help:"Length of the history in days, 30 to 720." default:"180"`
	Size     string `help:"How many persons: small or normal." enum:"small,normal" default:"normal"`
	Still    bool   `help:"No further visitors after the start."`
	Password string `help:"Password of demo@weir.local. Default: a fresh one at each start." placeholder:"PASSWORD"`
}

// Run serves the demonstration.
func (c *demoCommand) Run(ctx context.Context) error {
	if c.DataDir == "" {
		c.DataDir = "weir-demo"
	}
	if c.Days < 30 || c.Days > 720 {
		return fmt.Errorf("--days must lie between 30 and 720")
	}
	logger, err := c.Logger()
	if err != nil {
		return err
	}
	plan := app.Demo{Seed: c.Seed, Days: c.Days, Small: c.Size == "small", Still: c.Still, Password: c.Password}
	return app.Run(ctx, c.Config, logger, func(ctx context.Context, a *app.App) error {
		return a.RunDemo(ctx, plan, func(access app.DemoAccess) {
			say(os.Stdout, "\n  Weir's demo is running. On the first start its history loads for some seconds.\n\n    open      %s\n    e-mail    %s\n    password  %s\n\n", access.Address, access.Email, access.Password)
		})
	})
}
