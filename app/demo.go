package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/weirhq/weir/account"
	"github.com/weirhq/weir/demo"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/id"
	"github.com/weirhq/weir/ingest"
)

// DemoEmail is who signs in to a demonstration.
const DemoEmail = "demo@weir.local"

// Demo says what a demonstration shows.
type Demo struct {
	Seed     uint64
	Days     int
	Small    bool   // a fifth of the persons, for slow machines and tests
	Still    bool   // no visitors after the start
	Password string // of DemoEmail; empty: a fresh one at each start
}

// DemoAccess is how to look at a demonstration.
type DemoAccess struct {
	Address, Email, Password string
}

// The size of the worlds: visitors over all of history.
const (
	shopPersons   = 8000
	lenderPersons = 4000
	smallShare    = 5
)

// visitPause is the time between two visitors of the running demonstration.
const visitPause = 3 * time.Second

// demoBatch is how many events are handed to the intake at once.
const demoBatch = 5000

// demoZone is where the made-up companies are.
const demoZone = "Asia/Shanghai"

// RunDemo fills the demo projects of a program that is ready, tells how to look
// at them as soon as signing in works, and keeps visitors coming until the
// context ends. Filled ones are left as they are.
func (a *App) RunDemo(ctx context.Context, d Demo, tell func(DemoAccess)) error {
	password, err := a.demoAccount(ctx, d.Password)
	if err != nil {
		return err
	}
	worlds := []struct {
		make    func(demo.Options) *demo.World
		persons int
	}{{demo.Shop, shopPersons}, {demo.Lender, lenderPersons}}
	var projects []demoProject
	for _, w := range worlds {
		persons := w.persons
		if d.Small {
			persons /= smallShare
		}
		p, err := a.demoProject(ctx, w.make, demoPlan{Seed: d.Seed, Days: d.Days, Persons: persons})
		if err != nil {
			return err
		}
		projects = append(projects, p)
	}
	tell(DemoAccess{Address: a.Address(), Email: DemoEmail, Password: password})
	for _, p := range projects {
		if err := a.fill(ctx, p); err != nil {
			return err
		}
	}
	if d.Still {
		return nil
	}
	return a.keepAlive(ctx, projects)
}

// demoAccount makes the owner, or gives it a new password.
func (a *App) demoAccount(ctx context.Context, password string) (string, error) {
	if password == "" {
		password = id.Secret("")[:12]
	}
	owner, err := a.accounts.ByEmail(ctx, DemoEmail)
	if fault.KindOf(err) == fault.NotFound && err != nil {
		_, err = a.accounts.Create(ctx, account.NewAccount{Email: DemoEmail, Password: password, Name: "Demo", Role: account.Owner})
	} else if err == nil {
		_, err = a.accounts.Update(ctx, owner.ID, account.Change{Password: &password})
	}
	if err != nil {
		return "", fmt.Errorf("make the demo account: %w", err)
	}
	return password, nil
}

// demoPlan is kept beside the data, so that an interrupted filling goes on with
// the same world.
type demoPlan struct {
	Seed    uint64    `json:"seed"`
	Days    int       `json:"days"`
	Persons int       `json:"persons"`
	Until   time.Time `json:"until"`
}

type demoProject struct {
	id    string
	world *demo.World
	truth string // the file that says what was planted; there when the project is full
}

func (a *App) demoProject(ctx context.Context, makeWorld func(demo.Options) *demo.World, plan demoPlan) (demoProject, error) {
	key := makeWorld(demo.Options{Persons: 200, Days: 30, Until: a.clk.Now()}).Key
	zone, err := time.LoadLocation(demoZone)
	if err != nil {
		return demoProject{}, fmt.Errorf("load time zone: %w", err)
	}
	plan.Until = a.clk.Now().Truncate(time.Second)
	path := a.path("demo-" + key + ".json")
	if raw, err := os.ReadFile(path); err == nil {
		if err := json.Unmarshal(raw, &plan); err != nil {
			return demoProject{}, fmt.Errorf("read %s: %w", path, err)
		}
	} else if err := writeJSON(path, plan); err != nil {
		return demoProject{}, err
	}
	world := makeWorld(demo.Options{Seed: plan.Seed, Until: plan.Until, Days: plan.Days, Persons: plan.Persons, Zone: zone})
	name := world.NameZH + " · " + world.NameEN
	p, err := a.accounts.Project(name)
	if err != nil {
		p, err = a.accounts.CreateProject(ctx, account.NewProject{Name: name, Timezone: demoZone, Demo: true})
	}
	return demoProject{id: p.ID, world: world, truth: a.path("truth-" + key + ".json")}, err
}

// fill puts a world's history through the intake, as if its SDKs had sent it.
func (a *App) fill(ctx context.Context, p demoProject) error {
	if _, err := os.Stat(p.truth); err == nil {
		return nil
	}
	a.logger.InfoContext(ctx, "filling the demo project", "project", p.id)
	start, told, sent := a.clk.Now(), a.clk.Now(), 0
	batch := make([]*event.Event, 0, demoBatch)
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		if err := accept(ctx, a.intake, p.id, batch); err != nil {
			return err
		}
		sent += len(batch)
		batch = make([]*event.Event, 0, demoBatch)
		if now := a.clk.Now(); now.Sub(told) >= progressStep {
			told = now
			a.logger.InfoContext(ctx, "filling the demo project", "project", p.id, "events", sent)
		}
		return nil
	}
	messages := newPastMessages(p.world.PlantedCampaign())
	err := p.world.Events(func(e *event.Event) error {
		messages.see(e)
		batch = append(batch, e)
		if len(batch) < demoBatch {
			return ctx.Err()
		}
		return flush()
	})
	if err := errors.Join(err, flush()); err != nil {
		return fmt.Errorf("fill the demo project: %w", err)
	}
	a.logger.InfoContext(ctx, "the demo project is full", "project", p.id, "events", sent, "elapsed", a.clk.Now().Sub(start).Round(time.Millisecond))
	if err := a.furnish(ctx, p.id, p.world, messages); err != nil {
		return err
	}
	return writeJSON(p.truth, p.world.Truth())
}

func accept(ctx context.Context, in *ingest.Intake, project string, batch []*event.Event) error {
	result, err := in.Accept(ctx, project, batch)
	if err != nil {
		return err
	}
	if len(result.Rejected) > 0 {
		return fmt.Errorf("the intake refused a made-up event: %s %s", result.Rejected[0].Field, result.Rejected[0].Reason)
	}
	return nil
}

// keepAlive sends a visitor every few seconds, in turn to each project.
func (a *App) keepAlive(ctx context.Context, projects []demoProject) error {
	ticker := time.NewTicker(visitPause)
	defer ticker.Stop()
	for n := uint64(a.clk.Now().UnixMilli()); ; n++ {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		p, now := projects[n%uint64(len(projects))], a.clk.Now()
		// What a visitor will do later today or tomorrow is not known today.
		events := slices.DeleteFunc(p.world.Visit(n, now), func(e *event.Event) bool { return e.Time > now.Add(time.Minute).UnixMilli() })
		if err := accept(ctx, a.intake, p.id, events); err != nil && ctx.Err() == nil {
			a.logger.WarnContext(ctx, "a demo visitor was turned away", "project", p.id, "error", err)
		}
	}
}

// writeJSON writes a file that is there whole or not at all.
func writeJSON(path string, v any) error {
	raw, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	temporary := path + ".new"
	if err := os.WriteFile(temporary, append(raw, '\n'), 0o600); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err := os.Rename(temporary, path); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}
