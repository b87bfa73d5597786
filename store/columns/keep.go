package columns

import (
	"context"
	"errors"
	"time"

	"github.com/weirhq/weir/store"
)

var _ store.Keeper = (*Store)(nil)

// How often Keep looks whether the files have what it waits for: often at first,
// more and more seldom as long as they do not, as on a full disk.
const (
	keepSoon  = 20 * time.Millisecond
	keepLater = 10 * time.Second
)

// Keep returns when the files have everything up to a Seq of the project, so that
// no start reads the log from before it, and the project does not read the log
// now. A store in memory keeps nothing: every start reads the whole log, as it
// is then.
func (s *Store) Keep(ctx context.Context, project string, seq uint64) error {
	if s.dir == "" {
		return nil
	}
	if s.options.ReadOnly {
		return errors.New("the column files were opened for reading only")
	}
	sl := s.slot(project)
	for wait := keepSoon; !sl.keeps(seq); wait = min(2*wait, keepLater) {
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-timer.C:
		}
	}
	return nil
}

// keeps says whether the files have everything up to a Seq, and sees to it that
// they get it.
func (sl *slot) keeps(seq uint64) bool {
	sl.mu.Lock()
	table, behind := sl.table, sl.behind
	sl.mu.Unlock()
	if behind {
		return false
	}
	if sl.folder.covered() >= seq {
		return true
	}
	table.keepUp(sl.folder, seq, 0)
	return false
}
