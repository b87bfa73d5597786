package campaign

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/reach/channel"
	"github.com/weirhq/weir/store/meta"
)

// State is what became of one person's message.
type State string

// The states. Queued and handed are on the way; the others are final.
const (
	Queued      State = "queued"
	Handed      State = "handed"      // about to be given to the server, or its answer is awaited
	Sent        State = "sent"        // the server took it
	Unconfirmed State = "unconfirmed" // given to the server, whose answer was never heard
	Failed      State = "failed"
	HeldOut     State = "held_out"
	Suppressed  State = "suppressed"
	NoAddress   State = "no_address"
	Duplicate   State = "duplicate" // another person of the audience has the same address
	Dropped     State = "cancelled" // was waiting when the campaign was cancelled
)

// Counts are the sums over a campaign's messages.
type Counts struct {
	Audience     int `json:"audience"`
	Holdout      int `json:"holdout"`
	Queued       int `json:"queued"`      // also those on their way
	Sent         int `json:"sent"`        // also unconfirmed
	Delivered    int `json:"delivered"`   // the server said that it took them
	Unconfirmed  int `json:"unconfirmed"` // part of sent
	Failed       int `json:"failed"`
	Suppressed   int `json:"suppressed"`
	NoAddress    int `json:"no_address"`
	Duplicate    int `json:"duplicate"`
	Cancelled    int `json:"cancelled"`
	Opened       int `json:"opened"` // persons
	Clicked      int `json:"clicked"`
	Unsubscribed int `json:"unsubscribed"`
}

// Counts gives the sums as they are now.
func (s *Service) Counts(ctx context.Context, c *Campaign) (Counts, error) {
	counts := Counts{Audience: c.Audience}
	rows, err := s.DB.Query(ctx, "reach.counts", c.ID)
	if err != nil {
		return counts, err
	}
	_, err = collect(rows, func(r *sql.Rows) (none struct{}, err error) {
		var state State
		var n, opened, clicked, unsubscribed int
		if err := r.Scan(&state, &n, &opened, &clicked, &unsubscribed); err != nil {
			return none, err
		}
		counts.add(state, n)
		counts.Opened += opened
		counts.Clicked += clicked
		counts.Unsubscribed += unsubscribed
		return none, nil
	})
	return counts, err
}

func (c *Counts) add(state State, n int) {
	switch state {
	case Queued, Handed:
		c.Queued += n
	case Sent:
		c.Sent += n
		c.Delivered += n
	case Unconfirmed:
		c.Sent += n
		c.Unconfirmed += n
	case Failed:
		c.Failed += n
	case HeldOut:
		c.Holdout += n
	case Suppressed:
		c.Suppressed += n
	case NoAddress:
		c.NoAddress += n
	case Duplicate:
		c.Duplicate += n
	case Dropped:
		c.Cancelled += n
	}
}

// Link is how often one of the campaign's links was clicked.
type Link struct {
	URL     string `json:"url"`
	Clicks  int    `json:"clicks"`
	Persons int    `json:"persons"`
}

// maxLinks bounds the list of a report; more only exist when links differ per person.
const maxLinks = 200

// Links gives the campaign's links, the most clicked first, at most 200.
func (s *Service) Links(ctx context.Context, c *Campaign) ([]Link, error) {
	rows, err := s.DB.Query(ctx, "reach.links", c.ID, maxLinks)
	if err != nil {
		return nil, err
	}
	return collect(rows, func(r *sql.Rows) (l Link, err error) { return l, r.Scan(&l.URL, &l.Clicks, &l.Persons) })
}

// Hour is what happened in one hour. Opened and clicked count first times.
type Hour struct {
	Start                 int64 // UTC ms
	Sent, Opened, Clicked int
}

// Hours gives the hours in which something happened, in order.
func (s *Service) Hours(ctx context.Context, c *Campaign) ([]Hour, error) {
	rows, err := s.DB.Query(ctx, "reach.hours", c.ID)
	if err != nil {
		return nil, err
	}
	hours := []Hour{}
	_, err = collect(rows, func(r *sql.Rows) (none struct{}, err error) {
		var kind string
		var hour int64
		var n int
		if err := r.Scan(&kind, &hour, &n); err != nil {
			return none, err
		}
		if len(hours) == 0 || hours[len(hours)-1].Start != hour*3_600_000 {
			hours = append(hours, Hour{Start: hour * 3_600_000})
		}
		h := &hours[len(hours)-1]
		switch kind {
		case "sent":
			h.Sent = n
		case "opened":
			h.Opened = n
		case "clicked":
			h.Clicked = n
		}
		return none, nil
	})
	return hours, err
}

// Message is one person's row. Times are UTC ms, 0 is «not yet».
type Message struct {
	ID             string
	Person         person.Ordinal // when it was planned; may have been merged since
	Address        string         // masked
	Arm            string         // «treatment», «holdout», or empty for those who could not be reached
	State          State
	Attempt        int
	Error          string
	PlannedAt      int64
	SentAt         int64
	FailedAt       int64
	OpenedAt       int64
	ClickedAt      int64
	UnsubscribedAt int64
}

// MessageFilter narrows a list of messages.
type MessageFilter struct {
	Status        string // a State, «opened», «clicked» or «unsubscribed»; empty is all
	Query         string // part of the address or of the distinct id
	Limit, Offset int
}

// Messages gives a page of a campaign's rows in order of persons, and how many there are.
func (s *Service) Messages(ctx context.Context, c *Campaign, f MessageFilter) ([]Message, int, error) {
	switch State(f.Status) {
	case "", Queued, Handed, Sent, Unconfirmed, Failed, HeldOut, Suppressed, NoAddress, Duplicate, Dropped, "opened", "clicked", "unsubscribed":
	default:
		return nil, 0, fault.New(fault.Invalid, "%q is not a status of messages", f.Status)
	}
	pattern := likePattern(f.Query)
	total := 0
	if err := s.DB.QueryRow(ctx, "reach.messages_total", c.ID, f.Status, pattern).Scan(&total); err != nil {
		return nil, 0, err
	}
	rows, err := s.DB.Query(ctx, "reach.messages", c.ID, f.Status, pattern, page(f.Limit), max(f.Offset, 0))
	if err != nil {
		return nil, 0, err
	}
	messages, err := collect(rows, func(r *sql.Rows) (m Message, err error) {
		err = r.Scan(&m.ID, &m.Person, &m.Address, &m.Arm, &m.State, &m.Attempt, &m.Error, &m.PlannedAt, &m.SentAt, &m.FailedAt, &m.OpenedAt, &m.ClickedAt, &m.UnsubscribedAt)
		if m.Address != "" {
			m.Address = channel.MaskAddress(m.Address)
		}
		return m, err
	})
	return messages, total, err
}

func likePattern(query string) string {
	if query = strings.TrimSpace(query); query == "" {
		return ""
	}
	return "%" + meta.EscapeLike(query) + "%"
}

// page bounds a limit: 50 unless told, at most 1000.
func page(limit int) int {
	if limit <= 0 {
		return 50
	}
	return min(limit, 1000)
}

// Arms are the two sides of the comparison, as they were dealt: everybody who
// could be reached, whether or not a message got through.
type Arms struct {
	Treatment, Holdout *roaring.Bitmap          // ordinals when they were planned
	EnteredAt          map[person.Ordinal]int64 // UTC ms
}

// Arms gives who was dealt to which side; it grows while the campaign is planned.
func (s *Service) Arms(ctx context.Context, c *Campaign) (*Arms, error) {
	rows, err := s.DB.Query(ctx, "reach.arms", c.ID)
	if err != nil {
		return nil, err
	}
	arms := &Arms{Treatment: roaring.New(), Holdout: roaring.New(), EnteredAt: make(map[person.Ordinal]int64)}
	_, err = collect(rows, func(r *sql.Rows) (none struct{}, err error) {
		var p person.Ordinal
		var arm string
		var at int64
		if err := r.Scan(&p, &arm, &at); err != nil {
			return none, err
		}
		arms.EnteredAt[p] = at
		if arm == armHoldout {
			arms.Holdout.Add(uint32(p))
		} else {
			arms.Treatment.Add(uint32(p))
		}
		return none, nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the arms: %w", err)
	}
	return arms, nil
}
