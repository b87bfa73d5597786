package command

import (
	"context"
	"fmt"
	"os"

	"github.com/weirhq/weir/api"
	"github.com/weirhq/weir/app"
	"github.com/weirhq/weir/clock"
)

// serveCommand runs the server until it is told to stop.
type serveCommand struct {
	app.Config `embed:""`
}

// Run serves.
func (c *serveCommand) Run(ctx context.Context) error {
	if c.DataDir == "" {
		c.DataDir = app.DefaultDataDir
	}
	logger, err := c.Logger()
	if err != nil {
		return err
	}
	return app.Run(ctx, c.Config, logger, nil)
}

// openapiCommand prints the API's document, for generating clients.
type openapiCommand struct{}

// Run prints.
func (*openapiCommand) Run() error {
	logger, err := app.Default().Logger()
	if err != nil {
		return err
	}
	server, err := api.New(api.Deps{}, api.Options{Version: app.Version}, clock.System{}, logger)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(os.Stdout, string(server.OpenAPI()))
	return err
}

// versionCommand prints what this binary is.
type versionCommand struct{}

// Run prints.
func (*versionCommand) Run() error {
	_, err := fmt.Fprintln(os.Stdout, "weir", app.Version)
	return err
}
