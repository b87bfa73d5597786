package campaign

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"html"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/weirhq/weir/reach/channel"
	"github.com/weirhq/weir/reach/template"
	"github.com/weirhq/weir/store/meta"
)

// maxReason bounds what a row keeps of a server's words.
const maxReason = 500

// attempt is one try to send one message.
type attempt struct {
	*run
	job     job
	number  int // of this try, from 1
	results *sync.WaitGroup
	passage *passage // set once the row is handed over
}

func scanJob(r *sql.Rows) (j job, err error) {
	return j, r.Scan(&j.id, &j.person, &j.address, &j.attempt)
}

// make renders, sends and has the result stored. It says whether the server took the message.
func (a *attempt) make(ctx context.Context) bool {
	message, problem, err := a.message(ctx)
	switch {
	case err != nil: // the database; the message stays queued
		a.halt(&channel.Error{Class: channel.Unreachable, Answer: "the operational database could not be used", Cause: err})
		a.Logger.ErrorContext(ctx, "message could not be prepared", "message_id", a.job.id, "error", err)
		return false
	case problem != nil:
		a.failed("the message could not be made: "+problem.String(), false)
		return false
	}
	_, err = a.outlet.Sender.Send(ctx, message, a.handOver)
	switch {
	case err == nil:
		a.note(false, "")
		a.settle("reach.result_sent", a.job.id, a.Clock.Now().UnixMilli())
		return true
	case errors.Is(err, errWithdrawn):
		a.withdrawn()
	default:
		a.refusedBy(ctx, channel.Failure(err))
	}
	return false
}

// message renders the person's message with its links and the way to unsubscribe.
func (a *attempt) message(ctx context.Context) (*channel.Message, *template.Problem, error) {
	unsubscribe := a.Signer.UnsubscribeURL(a.outlet.PublicURL, a.job.id)
	rendered, problem := a.template.Render(variables(a.job.contact, a.campaign.ID, a.campaign.Name, unsubscribe))
	if problem != nil {
		return nil, problem, nil
	}
	rendered = withUnsubscribe(rendered, unsubscribe)
	if rendered.HTML != "" {
		var failure error
		rendered.HTML = template.Track(rendered.HTML, []string{unsubscribe}, func(url string) string {
			idx, tracked, err := a.links.index(ctx, url)
			if err != nil {
				failure = err
			}
			if !tracked {
				return url
			}
			return a.Signer.ClickURL(a.outlet.PublicURL, a.job.id, idx)
		}, a.Signer.OpenURL(a.outlet.PublicURL, a.job.id))
		if failure != nil {
			return nil, nil, failure
		}
	}
	return &channel.Message{
		ID: a.job.id, To: a.job.address, ToName: a.job.contact.Name, Subject: rendered.Subject, HTML: rendered.HTML, Text: rendered.Text,
		UnsubscribeURL: unsubscribe, Date: a.Clock.Now(),
	}, nil, nil
}

// withUnsubscribe adds a way out to a message whose author left none.
func withUnsubscribe(c template.Content, url string) template.Content {
	if c.HTML != "" && !strings.Contains(c.HTML, url) && !strings.Contains(c.HTML, html.EscapeString(url)) {
		footer := `<p style="margin-top:24px;font-size:12px;color:#667085"><a href="` + html.EscapeString(url) + `">退订 · Unsubscribe</a></p>`
		if at := strings.LastIndex(strings.ToLower(c.HTML), "</body>"); at >= 0 && len(strings.ToLower(c.HTML)) == len(c.HTML) {
			c.HTML = c.HTML[:at] + footer + c.HTML[at:]
		} else {
			c.HTML += footer
		}
	}
	if !strings.Contains(c.Text, url) {
		c.Text = strings.TrimRight(c.Text, "\n") + "\n\n退订 · Unsubscribe: " + url + "\n"
	}
	return c
}

// handOver is called by the sender right before the irrevocable write: first the
// row, durable on disk and shared with others that are ready, then the mark in
// the journal, last of all.
func (a *attempt) handOver() error {
	passage, err := a.journal.enter(mark{a.job.id, a.number})
	if err != nil {
		return &channel.Error{Class: channel.Unreachable, Answer: "too many messages are on their way", Cause: err}
	}
	err = a.ledger.commit(func(ctx context.Context, tx *meta.Tx) error {
		result, err := tx.Exec(ctx, "reach.hand_over", a.job.id, a.number, a.Clock.Now().UnixMilli(), a.node)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return errors.Join(errWithdrawn, err)
		}
		return nil
	})
	if err != nil {
		passage.settle()
		if errors.Is(err, errWithdrawn) {
			return err
		}
		return &channel.Error{Class: channel.Unreachable, Answer: "the operational database could not be used", Cause: err}
	}
	a.passage = passage
	if err := passage.let(); err != nil {
		return &channel.Error{Class: channel.Unreachable, Answer: "the handover journal could not be written", Cause: err}
	}
	return nil
}

// withdrawn finds out why the gate was shut: the address was suppressed since
// planning, or the campaign is not to be sent (any more, or by this node).
func (a *attempt) withdrawn() {
	a.settleWith(func(ctx context.Context, tx *meta.Tx) error {
		result, err := tx.Exec(ctx, "reach.result_suppressed", a.job.id)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return errors.Join(errWithdrawn, err)
		}
		return nil
	}, func(err error) {
		if errors.Is(err, errWithdrawn) {
			a.interrupt(a.campaign.ID)
		}
	})
}

// refusedBy stores what a failed attempt means for the message and for the run.
func (a *attempt) refusedBy(ctx context.Context, failure *channel.Error) {
	answer := clip(failure.Answer)
	switch failure.Class {
	case channel.Permanent:
		a.failed(answer, failure.Bounced)
	case channel.Uncertain:
		a.settle("reach.result_unconfirmed", a.job.id, reasonSilent)
	case channel.Settings, channel.Unreachable:
		a.halt(&channel.Error{Class: failure.Class, Answer: answer})
		if a.passage != nil { // handed over on paper only
			a.settle("reach.result_retry", a.job.id, a.number, answer, 0)
		}
	default:
		switch {
		case ctx.Err() != nil && a.passage == nil: // our own stopping, not the server's refusal
		case a.number >= a.Options.Attempts:
			a.failed(fmt.Sprintf("given up after %d attempts: %s", a.number, answer), false)
		default:
			next := a.Clock.Now().Add(doubled(a.Options.RetryFirst, a.Options.RetryMost, a.number-1))
			a.settle("reach.result_retry", a.job.id, a.number, answer, next.UnixMilli())
		}
	}
}

// failed stores a final failure, and suppresses an address that does not exist.
func (a *attempt) failed(reason string, bounced bool) {
	a.note(true, reason)
	now := a.Clock.Now().UnixMilli()
	a.settleWith(func(ctx context.Context, tx *meta.Tx) error {
		if bounced {
			if _, err := tx.Exec(ctx, "reach.suppress", a.campaign.Project, channel.AddressKey(a.job.address), string(ReasonBounced), a.campaign.ID, now); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, "reach.result_failed", a.job.id, a.number, reason, now)
		return err
	}, nil)
}

// settle has a result stored that is one statement.
func (a *attempt) settle(statement string, args ...any) {
	a.settleWith(func(ctx context.Context, tx *meta.Tx) error {
		_, err := tx.Exec(ctx, statement, args...)
		return err
	}, nil)
}

// settleWith has a result stored; the pass waits for it, this connection does not.
func (a *attempt) settleWith(apply func(ctx context.Context, tx *meta.Tx) error, then func(error)) {
	a.results.Add(1)
	a.ledger.settle(apply, func(err error) {
		defer a.results.Done()
		if err == nil && a.passage != nil {
			a.passage.settle()
		}
		if then != nil {
			then(err)
		}
		a.outbox.wake()
	})
}

func clip(s string) string {
	s = strings.ToValidUTF8(s, "�")
	if utf8.RuneCountInString(s) > maxReason {
		s = string([]rune(s)[:maxReason]) + "…"
	}
	return s
}
