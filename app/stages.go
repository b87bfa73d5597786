package app

import (
	"context"
	"fmt"

	"github.com/weirhq/weir/analyse"
	"github.com/weirhq/weir/api"
	"github.com/weirhq/weir/measure/assign"
	"github.com/weirhq/weir/measure/uplift"
	"github.com/weirhq/weir/reach/campaign"
	"github.com/weirhq/weir/reach/channel/email"
	"github.com/weirhq/weir/reach/seal"
	"github.com/weirhq/weir/reach/tracking"
	"github.com/weirhq/weir/segment"
	"github.com/weirhq/weir/segment/rfm"
	"github.com/weirhq/weir/task"
)

// journalFile notes messages that are being handed over; see package campaign.
const journalFile = "handover.log"

// stages is everything between the columns and the API.
type stages struct {
	deps     api.Deps // the part that the stages fill
	segments *segment.Service
	rfm      *rfm.Service
	email    *email.Channel
	campaign *campaign.Service
}

// joinStages makes the stages. A stage that needs another one backwards gets it
// as an interface of its own.
func (a *App) joinStages(key *seal.Key) stages {
	var st stages
	projects := askedProjects(a.accounts, a.columns)
	sets := segment.NewMemberships()
	analyser := analyse.New(a.columns.Table, sets, a.clk)
	analyser.NameEventsBy(a.log)

	signer := tracking.NewSigner(key.Derive("links"))
	sink := countedSink{Sink: a.intake, metrics: a.metrics}
	st.email = email.New(email.Config{DB: a.meta, Sealer: key, Clock: a.clk, Logger: a.logger})
	audience := &audience{accounts: a.accounts, columns: a.columns}
	st.campaign = campaign.New(campaign.Config{
		DB: a.meta, Clock: a.clk, Logger: a.logger, Audience: audience, People: contacts{columns: a.columns, analyser: analyser},
		Channels: st.email, Assign: assign.Fraction, Sink: sink, Signer: signer, JournalPath: a.path(journalFile),
	})
	st.segments = segment.New(segment.Config{
		DB: a.meta, Memberships: sets, Analyser: analyser, Tables: a.columns.Table, Projects: projects,
		UsedBy: usersOf(st.campaign), Clock: a.clk, Logger: a.logger,
	})
	audience.segments = st.segments
	st.rfm = rfm.New(rfm.Config{
		DB: a.meta, Memberships: sets, Analyser: analyser, Tables: a.columns.Table, Projects: projects, Clock: a.clk, Logger: a.logger,
	})
	st.segments.AddTagSource(st.rfm)
	st.deps = api.Deps{
		Analyser: analyser, Segments: st.segments, RFM: st.rfm, Email: st.email, Campaigns: st.campaign,
		Tracking: tracking.New(a.meta, signer, sink, a.clk, a.logger), Uplift: uplift.New(a.columns.Table, a.clk),
	}
	return st
}

// startWorkers starts what works in the background. They are stopped before the
// intake, into which they write.
func (a *App) startWorkers(ctx context.Context) error {
	a.onStop("e-mail connections", func(context.Context) error { a.stages.email.Close(); return nil })
	for _, worker := range []struct {
		name string
		task.Service
	}{{"segments", a.stages.segments}, {"RFM", a.stages.rfm}, {"campaigns", a.stages.campaign}} {
		if err := worker.Start(ctx); err != nil {
			return fmt.Errorf("start %s: %w", worker.name, err)
		}
		a.onStop(worker.name, func(context.Context) error { worker.Stop(); return nil })
	}
	return nil
}
