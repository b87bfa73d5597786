package campaign

import (
	"context"
	"fmt"
	"time"

	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/store/meta"
)

// Past is a campaign that was sent before Weir, or elsewhere. Its events
// ($campaign_entered, $message_sent, …) are in the log already.
type Past struct {
	ID string // also the campaign_id of its events
	Input
	SentAt     time.Time
	FinishedAt time.Time
	Messages   []PastMessage
}

// PastMessage is what became of one person of a past campaign. Zero times are «never».
type PastMessage struct {
	ID         string
	Person     person.Ordinal
	DistinctID string
	Address    string
	Holdout    bool
	SentAt     time.Time
	OpenedAt   time.Time
	ClickedAt  time.Time
	ClickedURL string // where the first click led; empty when it is not known
}

// Record stores a past campaign as done, so that it is listed and measured like
// any other. Nothing is sent and no event is written. A campaign that is
// recorded already is left as it is.
func (s *Service) Record(ctx context.Context, project string, past Past) error {
	if past.ID == "" {
		return fault.New(fault.Invalid, "a past campaign needs the id that its events have")
	}
	if err := check(&past.Input); err != nil {
		return err
	}
	goal, err := encodeGoal(past.Goal)
	if err != nil {
		return fmt.Errorf("encode goal: %w", err)
	}
	return s.DB.Tx(ctx, func(tx *meta.Tx) error {
		result, err := tx.Exec(ctx, "reach.campaign_record", past.ID, project, past.Name, past.Segment, past.Content.Subject, past.Content.HTML, past.Content.Text,
			past.HoldoutPercent, goal, len(past.Messages), past.SentAt.UnixMilli(), past.FinishedAt.UnixMilli())
		if err != nil {
			return fmt.Errorf("record campaign: %w", err)
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return err
		}
		for _, m := range past.Messages {
			if err := recordMessage(ctx, tx, project, past, m); err != nil {
				return err
			}
		}
		return nil
	})
}

func recordMessage(ctx context.Context, tx *meta.Tx, project string, past Past, m PastMessage) error {
	state, arm := Sent, armTreatment
	if m.Holdout {
		state, arm = HeldOut, armHoldout
	}
	_, err := tx.Exec(ctx, "reach.message_record", m.ID, past.ID, project, int64(m.Person), m.DistinctID, m.Address, arm, string(state),
		past.SentAt.UnixMilli(), millisOrZero(m.SentAt), millisOrZero(m.OpenedAt), millisOrZero(m.ClickedAt))
	if err != nil {
		return fmt.Errorf("record message: %w", err)
	}
	if m.ClickedURL == "" {
		return nil
	}
	if _, err := tx.Exec(ctx, "reach.link_insert", past.ID, m.ClickedURL); err != nil {
		return fmt.Errorf("record link: %w", err)
	}
	if _, err := tx.Exec(ctx, "reach.click_record", m.ID, past.ID, m.ClickedURL, m.ClickedAt.UnixMilli()); err != nil {
		return fmt.Errorf("record click: %w", err)
	}
	return nil
}

func millisOrZero(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
