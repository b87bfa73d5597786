package command

import (
	"context"
	"fmt"
	"os"

	"github.com/weirhq/weir/app"
	"github.com/weirhq/weir/clock"
)

// doctorCommand checks an installation.
type doctorCommand struct{ folderFlag }

// Run prints each finding; one that failed makes the command fail.
func (c *doctorCommand) Run(ctx context.Context) error {
	failed := 0
	app.Examine(ctx, c.DataDir, clock.System{}, quiet(), func(f app.Finding) {
		if f.State == app.Failed {
			failed++
		}
		say(os.Stdout, "%-8s %-22s %s\n", f.State, f.Check, f.Says)
	})
	if failed > 0 {
		return fmt.Errorf("%d checks failed", failed)
	}
	return nil
}
