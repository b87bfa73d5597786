package campaign

import (
	"context"
	"encoding/base64"
	"fmt"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/id"
	"github.com/weirhq/weir/reach/channel"
	"github.com/weirhq/weir/store/meta"
)

// The arms as they are stored and as they stand in events.
const (
	armTreatment = "treatment"
	armHoldout   = "holdout"
)

// The bits of events_due.
const (
	dueEntered      = 1
	dueResult       = 2
	dueUnsubscribed = 4
)

// plan gives every member of the frozen audience its row, chunk by chunk, from
// where an earlier process stopped. A chunk and the note that it was planned are
// one transaction, guarded by the position it began at.
func (r *run) plan(ctx context.Context) error {
	var frozen string
	var below uint32
	var planned bool
	var holdout float64
	if err := r.DB.QueryRow(ctx, "reach.plan_position", r.campaign.ID).Scan(&frozen, &below, &planned, &holdout); err != nil {
		return err
	}
	if planned {
		return nil
	}
	audience, err := decodeAudience(frozen)
	if err != nil {
		return fmt.Errorf("read the frozen audience: %w", err)
	}
	audience.RemoveRange(0, uint64(below))
	for chunk := range chunks(audience, r.Options.PlanChunk) {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		contacts, err := r.People.Contacts(ctx, r.campaign.Project, chunk)
		if err != nil {
			return fmt.Errorf("read persons: %w", err)
		}
		next := uint32(chunk[len(chunk)-1]) + 1
		if err := r.planChunk(ctx, contacts, below, next, false); err != nil {
			return err
		}
		below = next
	}
	return r.planChunk(ctx, nil, below, below, true)
}

func decodeAudience(frozen string) (*roaring.Bitmap, error) {
	raw, err := base64.StdEncoding.DecodeString(frozen)
	if err != nil {
		return nil, err
	}
	audience := roaring.New()
	if err := audience.UnmarshalBinary(raw); err != nil {
		return nil, err
	}
	return audience, nil
}

func (r *run) planChunk(ctx context.Context, contacts []Contact, from, to uint32, last bool) error {
	err := r.DB.Tx(ctx, func(tx *meta.Tx) error {
		result, err := tx.Exec(ctx, "reach.plan_advance", r.campaign.ID, from, to, last, r.node)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return errLeaseLost
		}
		for _, contact := range contacts {
			if err := r.planOne(ctx, tx, contact); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("plan persons from %d: %w", from, err)
	}
	r.outbox.wake()
	return nil
}

// planOne stores one person's row. Two persons with one address cannot both be
// dealt: a message to the one would reach the other's hold-out. The lower ordinal
// keeps the address, the other is left out of both arms.
func (r *run) planOne(ctx context.Context, tx *meta.Tx, contact Contact) error {
	state, arm, due, key := Queued, armTreatment, dueEntered, ""
	address, err := channel.CleanAddress(contact.Email)
	if err != nil {
		state, arm, due, address = NoAddress, "", 0, ""
	} else {
		key = channel.AddressKey(address)
		var suppressed int
		if err := tx.QueryRow(ctx, "reach.is_suppressed", r.campaign.Project, key).Scan(&suppressed); err != nil {
			return err
		}
		switch {
		case suppressed > 0:
			state, arm, due, key = Suppressed, "", 0, ""
		case r.Assign(r.campaign.ID, contact.ID) < r.campaign.HoldoutPercent/100:
			state, arm = HeldOut, armHoldout
		}
	}
	now := r.Clock.Now()
	insert := func(key string, arm string, state State, due int) (int64, error) {
		result, err := tx.Exec(ctx, "reach.message_insert", id.New("msg", now), r.campaign.ID, r.campaign.Project, int64(contact.Person),
			contact.DistinctID, contact.Known, address, key, arm, string(state), now.UnixMilli(), due)
		if err != nil {
			return 0, err
		}
		return result.RowsAffected()
	}
	n, err := insert(key, arm, state, due)
	if err != nil || n > 0 || key == "" {
		return err
	}
	// The person has a row already (two ordinals that became one), or the address is taken.
	_, err = insert("", "", Duplicate, 0)
	return err
}
