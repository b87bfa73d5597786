package campaign

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/weirhq/weir/id"
	"github.com/weirhq/weir/reach/limit"
	"github.com/weirhq/weir/store/meta"
	"github.com/weirhq/weir/task"
)

var (
	// errWithdrawn: at the last gate the message was not to be sent any more.
	errWithdrawn = errors.New("the message was withdrawn")
	// errLeaseLost: another node sends the campaign now, or it was paused or cancelled.
	errLeaseLost = errors.New("the campaign is not this node's to send any more")
)

// The reasons that unconfirmed rows show.
const (
	reasonRestart = "the program ended between handing over and the server's answer"
	reasonSilent  = "the server's answer was not heard"
)

// worker finds campaigns to send and runs each under a lease.
type worker struct {
	Config
	task.Worker
	outbox  *outbox
	limits  *limits
	nudge   chan struct{}
	journal *journal
	ledger  *ledger

	mu      sync.Mutex
	running map[string]context.CancelFunc
}

func newWorker(c Config) *worker {
	w := &worker{Config: c, outbox: newOutbox(c), limits: newLimits(c), nudge: make(chan struct{}, 1), running: make(map[string]context.CancelFunc)}
	w.Prepare, w.Run = w.prepare, w.loop
	return w
}

// wake makes the worker look for campaigns now.
func (w *worker) wake() {
	select {
	case w.nudge <- struct{}{}:
	default:
	}
}

// interrupt ends the run of one campaign; the worker looks at it again.
func (w *worker) interrupt(campaignID string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if cancel, ok := w.running[campaignID]; ok {
		cancel()
	}
}

// prepare settles what an earlier process left in doubt, before anything is sent.
func (w *worker) prepare(ctx context.Context) error {
	boot := bootID()
	old := readJournal(w.JournalPath, boot)
	if old.node == "" {
		old.node = id.New("node", w.Clock.Now())
	} else if err := w.settleDoubts(ctx, old); err != nil {
		return fmt.Errorf("settle messages in doubt: %w", err)
	}
	// From here on no row of this node is in doubt, so the old marks may go.
	j, err := newJournal(w.JournalPath, old.node, boot)
	if err != nil {
		return err
	}
	w.journal, w.ledger = j, newLedger(w.DB, w.Logger)
	return nil
}

// settleDoubts decides every message that was handed over without a result: with a
// mark, or when marks may be lost, it was sent; without one it never left.
func (w *worker) settleDoubts(ctx context.Context, old found) error {
	rows, err := w.DB.Query(ctx, "reach.in_doubt", old.node)
	if err != nil {
		return err
	}
	doubts, err := collect(rows, scanMark)
	if err != nil {
		return err
	}
	unconfirmed := 0
	err = w.DB.Tx(ctx, func(tx *meta.Tx) error {
		for _, d := range doubts {
			if old.sameBoot && !old.marks[d] {
				if _, err := tx.Exec(ctx, "reach.doubt_requeue", d.message); err != nil {
					return err
				}
				continue
			}
			unconfirmed++
			if _, err := tx.Exec(ctx, "reach.doubt_unconfirmed", d.message, reasonRestart); err != nil {
				return err
			}
		}
		return nil
	})
	if len(doubts) > 0 {
		w.Logger.InfoContext(ctx, "messages in doubt were settled", "queued_again", len(doubts)-unconfirmed, "unconfirmed", unconfirmed)
	}
	return err
}

func scanMark(r *sql.Rows) (m mark, err error) { return m, r.Scan(&m.message, &m.attempt) }

// loop starts a run for each campaign that wants one, until the context ends.
func (w *worker) loop(ctx context.Context) {
	var group sync.WaitGroup
	outboxCtx, stopOutbox := context.WithCancel(context.WithoutCancel(ctx))
	var outboxDone sync.WaitGroup
	outboxDone.Go(func() { w.outbox.run(outboxCtx) })

	for ctx.Err() == nil {
		if err := w.startRuns(ctx, &group); err != nil && ctx.Err() == nil {
			w.Logger.ErrorContext(ctx, "campaigns to send could not be read; trying again", "error", err)
		}
		waitFor(ctx, w.nudge, w.Options.Poll)
	}
	group.Wait()
	w.ledger.close()
	stopOutbox()
	outboxDone.Wait()
	w.outbox.finish()
	if err := w.journal.close(); err != nil {
		w.Logger.Error("the handover journal could not be closed", "error", err)
	}
}

func (w *worker) startRuns(ctx context.Context, group *sync.WaitGroup) error {
	rows, err := w.DB.Query(ctx, "reach.sendable", w.journal.node, w.Clock.Now().UnixMilli())
	if err != nil {
		return err
	}
	type candidate struct{ id, project string }
	candidates, err := collect(rows, func(r *sql.Rows) (c candidate, err error) { return c, r.Scan(&c.id, &c.project) })
	if err != nil {
		return err
	}
	for _, c := range candidates {
		runCtx, ok := w.admit(ctx, c.id)
		if !ok {
			continue
		}
		group.Go(func() {
			defer w.dismiss(c.id)
			if err := w.send(runCtx, c.project, c.id); err != nil && ctx.Err() == nil && !errors.Is(err, context.Canceled) && !errors.Is(err, errLeaseLost) {
				w.Logger.ErrorContext(ctx, "campaign was interrupted; trying again", "campaign_id", c.id, "error", err)
				_ = limit.Pause(ctx, w.Options.Poll) // do not spin on a lasting fault
			}
		})
	}
	return nil
}

// admit registers a run unless the campaign has one or too many run.
func (w *worker) admit(ctx context.Context, campaignID string) (context.Context, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, runs := w.running[campaignID]; runs || len(w.running) >= w.Options.Campaigns {
		return nil, false
	}
	runCtx, cancel := context.WithCancel(ctx)
	w.running[campaignID] = cancel
	return runCtx, true
}

func (w *worker) dismiss(campaignID string) {
	w.mu.Lock()
	w.running[campaignID]()
	delete(w.running, campaignID)
	w.mu.Unlock()
	w.wake() // a place is free
}

// send takes the campaign's lease, runs it and gives the lease back.
func (w *worker) send(ctx context.Context, project, campaignID string) error {
	if err := w.takeLease(ctx, campaignID); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	var renewing sync.WaitGroup
	renewing.Go(func() { w.renewLease(ctx, campaignID, cancel) })
	err := w.newRun(project, campaignID).do(ctx)
	cancel()
	renewing.Wait()
	_, releaseErr := w.DB.Exec(context.WithoutCancel(ctx), "reach.lease_release", campaignID, w.journal.node)
	return errors.Join(err, releaseErr)
}

// takeLease makes this node the one that sends the campaign. What a node that
// has fallen silent left in doubt counts as sent: its marks are out of reach.
func (w *worker) takeLease(ctx context.Context, campaignID string) error {
	now := w.Clock.Now()
	return w.DB.Tx(ctx, func(tx *meta.Tx) error {
		var before string
		if err := tx.QueryRow(ctx, "reach.lease_holder", campaignID).Scan(&before); err != nil {
			return err
		}
		result, err := tx.Exec(ctx, "reach.lease_take", campaignID, w.journal.node, now.Add(w.Options.Lease).UnixMilli(), now.UnixMilli())
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return errLeaseLost
		}
		if before == "" || before == w.journal.node {
			return nil
		}
		rows, err := tx.Query(ctx, "reach.in_doubt_of", campaignID)
		if err != nil {
			return err
		}
		doubts, err := collect(rows, scanMark)
		if err != nil {
			return err
		}
		for _, d := range doubts {
			if _, err := tx.Exec(ctx, "reach.doubt_unconfirmed", d.message, reasonRestart); err != nil {
				return err
			}
		}
		return nil
	})
}

// renewLease keeps the lease while the run lasts, and ends the run when it is lost.
func (w *worker) renewLease(ctx context.Context, campaignID string, lost context.CancelFunc) {
	for limit.Pause(ctx, w.Options.Lease/3) == nil {
		result, err := w.DB.Exec(ctx, "reach.lease_renew", campaignID, w.journal.node, w.Clock.Now().Add(w.Options.Lease).UnixMilli())
		if err != nil {
			continue // the next try comes well before the lease ends
		}
		if n, err := result.RowsAffected(); err == nil && n == 0 {
			lost()
			return
		}
	}
}

// waitFor waits for a nudge, for d, or for the end.
func waitFor(ctx context.Context, nudge <-chan struct{}, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-nudge:
	case <-timer.C:
	}
}
