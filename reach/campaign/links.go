package campaign

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"

	"github.com/weirhq/weir/store/meta"
)

// maxTracked bounds the links of a campaign. Only a template that makes a link
// per person comes near it; what is beyond leads to its target directly.
const maxTracked = 10_000

// links numbers the addresses that a campaign's messages lead to.
type links struct {
	db       *meta.DB
	campaign string
	mu       sync.Mutex
	numbers  map[string]int
}

func newLinks(db *meta.DB, campaignID string) *links {
	return &links{db: db, campaign: campaignID, numbers: make(map[string]int)}
}

// index gives the number of an address, which it stores the first time it sees
// it; tracked is false when the campaign has too many.
func (l *links) index(ctx context.Context, url string) (idx int, tracked bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if idx, ok := l.numbers[url]; ok {
		return idx, true, nil
	}
	if len(l.numbers) >= maxTracked {
		return 0, false, nil
	}
	err = l.db.Tx(context.WithoutCancel(ctx), func(tx *meta.Tx) error {
		if _, err := tx.Exec(ctx, "reach.link_insert", l.campaign, url); err != nil {
			return err
		}
		return tx.QueryRow(ctx, "reach.link_index", l.campaign, url).Scan(&idx)
	})
	if errors.Is(err, sql.ErrNoRows) || err != nil {
		return 0, false, fmt.Errorf("number a link: %w", err)
	}
	l.numbers[url] = idx
	return idx, true, nil
}
