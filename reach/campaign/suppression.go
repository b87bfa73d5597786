package campaign

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/reach/channel"
)

// Reason says why an address gets no messages.
type Reason string

// The reasons.
const (
	ReasonUnsubscribed Reason = "unsubscribed"
	ReasonBounced      Reason = "bounced"
	ReasonManual       Reason = "manual"
)

// Suppression is an address that gets no messages of the project.
type Suppression struct {
	Address    string // in lower case
	Reason     Reason
	CampaignID string // that it came from, or empty
	CreatedAt  int64  // UTC ms
}

// Suppressions gives a page of the project's list, newest first, and how many match.
func (s *Service) Suppressions(ctx context.Context, project, query string, limit, offset int) ([]Suppression, int, error) {
	pattern := likePattern(query)
	total := 0
	if err := s.DB.QueryRow(ctx, "reach.suppressions_total", project, pattern).Scan(&total); err != nil {
		return nil, 0, err
	}
	rows, err := s.DB.Query(ctx, "reach.suppressions", project, pattern, page(limit), max(offset, 0))
	if err != nil {
		return nil, 0, err
	}
	list, err := collect(rows, func(r *sql.Rows) (x Suppression, err error) {
		return x, r.Scan(&x.Address, &x.Reason, &x.CampaignID, &x.CreatedAt)
	})
	return list, total, err
}

// Suppress puts an address on the list; one that is there keeps its first reason.
func (s *Service) Suppress(ctx context.Context, project, address string) error {
	clean, err := channel.CleanAddress(address)
	if err != nil {
		return fault.New(fault.Invalid, "%v", err)
	}
	_, err = s.DB.Exec(ctx, "reach.suppress", project, channel.AddressKey(clean), string(ReasonManual), "", s.Clock.Now().UnixMilli())
	return err
}

// Unsuppress takes an address off the list; a NotFound fault when it is not there.
func (s *Service) Unsuppress(ctx context.Context, project, address string) error {
	result, err := s.DB.Exec(ctx, "reach.unsuppress", project, channel.AddressKey(address))
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return fault.Wrap(fault.NotFound, err, "this address is not on the list")
	}
	return nil
}

// suppressedKeys gives the whole list for an estimate.
func (s *Service) suppressedKeys(ctx context.Context, project string) (map[string]bool, error) {
	rows, err := s.DB.Query(ctx, "reach.suppressed_keys", project)
	if err != nil {
		return nil, fmt.Errorf("read suppressions: %w", err)
	}
	keys := make(map[string]bool)
	_, err = collect(rows, func(r *sql.Rows) (key string, err error) {
		err = r.Scan(&key)
		keys[key] = true
		return key, err
	})
	return keys, err
}
