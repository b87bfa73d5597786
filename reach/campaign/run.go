package campaign

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/reach/channel"
	"github.com/weirhq/weir/reach/limit"
	"github.com/weirhq/weir/reach/template"
)

// pageSize is how many messages are read and rendered for at once.
const pageSize = 256

// run sends one campaign under its lease.
type run struct {
	*worker
	node     string
	campaign *Campaign
	template *template.Template
	outlet   channel.Outlet
	links    *links
	own      *limit.Bucket // of the campaign; the project's is shared by all runs

	mu      sync.Mutex
	refused int            // messages in a row
	stop    *channel.Error // why the pass ended early
}

func (w *worker) newRun(project, campaignID string) *run {
	return &run{worker: w, node: w.journal.node, campaign: &Campaign{ID: campaignID, Project: project}}
}

// do runs the campaign. What an operator must mend pauses it with the sentence
// that says so; any other error is tried again.
func (r *run) do(ctx context.Context) error {
	err := r.work(ctx)
	if f, ok := errors.AsType[*fault.Error](err); ok && ctx.Err() == nil {
		switch f.Kind {
		case fault.Invalid, fault.Conflict, fault.NotFound:
			return r.pause(ctx, f.Public)
		default: // busy or broken: it may pass
		}
	}
	return err
}

// work plans what is not planned and sends until nothing is queued, the context
// ends, or something must be mended first.
func (r *run) work(ctx context.Context) error {
	if err := r.load(ctx); err != nil {
		return err
	}
	if err := r.plan(ctx); err != nil {
		return err
	}
	holds := 0
	for ctx.Err() == nil {
		progress, err := r.pass(ctx)
		if err != nil {
			return err
		}
		stop := r.takeStop()
		if stop == nil {
			holds = 0
			if ended, err := r.finish(ctx); ended || err != nil {
				return err
			}
			waitFor(ctx, nil, r.Options.Poll)
			continue
		}
		if progress {
			holds = 0
		}
		if stop.Class != channel.Unreachable || holds >= r.Options.Holds {
			return r.pause(ctx, stop.Answer)
		}
		if _, err := r.DB.Exec(ctx, "reach.campaign_problem", r.campaign.ID, stop.Answer); err != nil {
			return err
		}
		_ = limit.Pause(ctx, doubled(r.Options.HoldFirst, r.Options.HoldMost, holds))
		holds++
	}
	return ctx.Err()
}

// load reads what is sent.
func (r *run) load(ctx context.Context) error {
	c, err := scanCampaign(r.DB.QueryRow(ctx, "reach.campaign", r.campaign.Project, r.campaign.ID))
	if err != nil {
		return err
	}
	r.campaign = c
	if r.template, err = checkComplete(c); err != nil {
		return err
	}
	if c.RatePerMinute > 0 {
		last, err := r.limits.lastSent(ctx, c.Project)
		if err != nil {
			return err
		}
		r.own = limit.New(r.Clock, c.RatePerMinute, last)
	}
	r.links = newLinks(r.DB, c.ID)
	return nil
}

// finish ends the campaign when nothing waits any more. It also notices that
// somebody paused or cancelled it: then the lease's run is over as well.
func (r *run) finish(ctx context.Context) (bool, error) {
	result, err := r.DB.Exec(ctx, "reach.campaign_finish", r.campaign.ID, r.Clock.Now().UnixMilli())
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	if err != nil || n > 0 {
		if n > 0 {
			r.Logger.InfoContext(ctx, "campaign is done", "campaign_id", r.campaign.ID)
		}
		return n > 0, err
	}
	c, err := scanCampaign(r.DB.QueryRow(ctx, "reach.campaign", r.campaign.Project, r.campaign.ID))
	if err != nil {
		return false, err
	}
	return c.Status != Sending, nil
}

func (r *run) pause(ctx context.Context, problem string) error {
	r.Logger.WarnContext(ctx, "campaign was paused", "campaign_id", r.campaign.ID, "problem", problem)
	_, err := r.DB.Exec(context.WithoutCancel(ctx), "reach.campaign_pause", r.campaign.Project, r.campaign.ID, problem, r.Clock.Now().UnixMilli())
	return err
}

// job is one message to be sent.
type job struct {
	id      string
	person  person.Ordinal
	address string
	attempt int // tries begun before this one
	contact Contact
}

// pass goes once over everything that is due, in order of persons, and returns
// when every result is durable. A message is looked at once per pass, so no two
// connections can ever have the same one.
func (r *run) pass(ctx context.Context) (progress bool, err error) {
	if r.outlet, err = r.Channels.Open(ctx, r.campaign.Project); err != nil {
		return false, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	jobs := make(chan job)
	var senders, results sync.WaitGroup
	sent := make(chan struct{}, 1)
	for range max(r.outlet.Connections, 1) {
		senders.Go(func() {
			for j := range jobs {
				if ctx.Err() != nil {
					continue // drained, stays queued
				}
				a := attempt{run: r, job: j, number: j.attempt + 1, results: &results}
				if a.make(ctx) {
					select {
					case sent <- struct{}{}:
					default:
					}
				}
				if r.stopped() {
					cancel()
				}
			}
		})
	}
	err = r.feed(ctx, jobs)
	close(jobs)
	senders.Wait()
	results.Wait()
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		err = nil // the reason is in r.stop, or the caller's context
	}
	return len(sent) > 0, err
}

// feed reads what is due page by page and passes it on at the allowed rate. When
// the settings change it ends early; the next pass goes by the new ones.
func (r *run) feed(ctx context.Context, jobs chan<- job) error {
	now := r.Clock.Now().UnixMilli()
	for after := int64(-1); ; {
		page, err := r.page(ctx, after, now)
		if err != nil || len(page) == 0 {
			return err
		}
		outlet, err := r.Channels.Open(ctx, r.campaign.Project)
		if err != nil || outlet.Sender != r.outlet.Sender {
			return err
		}
		shared, err := r.limits.channel(ctx, r.campaign.Project, outlet.RatePerMinute)
		if err != nil {
			return err
		}
		after = int64(page[len(page)-1].person)
		for _, j := range page {
			if err := r.own.Wait(ctx); err != nil {
				return err
			}
			if err := shared.Wait(ctx); err != nil {
				return err
			}
			select {
			case <-ctx.Done():
				return ctx.Err()
			case jobs <- j:
			}
		}
	}
}

func (r *run) page(ctx context.Context, after, now int64) ([]job, error) {
	rows, err := r.DB.Query(ctx, "reach.due", r.campaign.ID, after, now, pageSize)
	if err != nil {
		return nil, err
	}
	page, err := collect(rows, scanJob)
	if err != nil || len(page) == 0 {
		return nil, err
	}
	ordinals := make([]person.Ordinal, len(page))
	for i, j := range page {
		ordinals[i] = j.person
	}
	contacts, err := r.People.Contacts(ctx, r.campaign.Project, ordinals)
	if err != nil {
		return nil, fmt.Errorf("read persons: %w", err)
	}
	if len(contacts) != len(page) {
		return nil, fmt.Errorf("%d contacts for %d persons", len(contacts), len(page))
	}
	for i := range page {
		page[i].contact = contacts[i]
	}
	return page, nil
}

// halt ends the pass with a reason; the first one counts.
func (r *run) halt(reason *channel.Error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stop == nil {
		r.stop = reason
	}
}

func (r *run) stopped() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.stop != nil
}

func (r *run) takeStop() *channel.Error {
	r.mu.Lock()
	defer r.mu.Unlock()
	stop := r.stop
	r.stop = nil
	return stop
}

// note counts refusals in a row: a provider that refuses everybody for good means
// that something is wrong with the sender, and going on would make it worse.
func (r *run) note(refused bool, answer string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !refused {
		r.refused = 0
		return
	}
	if r.refused++; r.refused >= r.Options.RefusedInARow && r.stop == nil {
		r.stop = &channel.Error{Class: channel.Settings, Answer: fmt.Sprintf("%d messages in a row were refused for good; the last answer was: %s", r.refused, answer)}
		r.refused = 0
	}
}
