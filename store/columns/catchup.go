package columns

import (
	"context"
	"slices"

	"github.com/weirhq/weir/event"
)

// EventLog is what CatchUp reads; see store.Log.
type EventLog interface {
	Scan(ctx context.Context, after uint64, yield func(*event.Event) error) error
	LastSeq() uint64
}

// Distance says which projects CatchUp looks after.
type Distance int

// The distances.
const (
	// Near are projects whose files are nearly up to date, as after a crash. They
	// are worth waiting for.
	Near Distance = iota
	// Far are those that have to be made anew, or nearly so.
	Far
)

// nearEvents is how many events of the log, of any projects, may be missing in
// the files of a project that is near.
const nearEvents = 4 << 20

// catchUpBatch is how many events are applied at once.
const catchUpBatch = 4096

// lastStretch is the number of events from which on those that come in are
// queued, for what is left to read takes moments.
const lastStretch = 1 << 16

// mostInMemory is the number of rows in memory beyond which reading the log waits
// for the files.
const mostInMemory = 4 << 20

// Progress says how far CatchUp is.
type Progress struct {
	Seq  uint64 // read up to here
	From uint64 // began there
	To   uint64 // ends there, for now
}

// CatchUp applies what the log has beyond the files to the projects at a
// distance, while Apply goes on for the others. Afterwards these projects take
// part in Apply, and nothing was lost between: what is committed while the log is
// read is found in the log, up to a last stretch, during which it waits in a
// queue. tell, which may be nil, is told of the progress now and then.
//
// It is called for the near projects first, then for the far ones.
func (s *Store) CatchUp(ctx context.Context, log EventLog, distance Distance, tell func(Progress)) error {
	c := &catching{store: s, log: log, tell: tell, slots: map[string]*slot{}}
	if !c.choose(distance) {
		return nil
	}
	for log.LastSeq() > c.at.Seq+lastStretch {
		if err := c.read(ctx); err != nil {
			return err
		}
	}
	c.queue()
	if err := c.read(ctx); err != nil {
		return err
	}
	c.finish()
	return nil
}

// catching is one CatchUp.
type catching struct {
	store  *Store
	log    EventLog
	tell   func(Progress)
	slots  map[string]*slot // those looked after
	others bool             // and projects that are not on the list
	at     Progress
	batch  []*event.Event
}

// choose finds the projects, and from where the log is to be read.
//
// The events of a project that is not on the list all lie beyond what any file
// covers, and beyond the first event of each project on it. So they are found by
// whoever reads the log for a project on the list.
func (c *catching) choose(distance Distance) bool {
	s := c.store
	last := c.log.LastSeq()
	c.at = Progress{Seq: last, From: last, To: last}
	slots := s.all()
	anyNear := s.unlisted() && len(slots) == 0 && last < s.options.near
	for _, sl := range slots {
		sl.distrust(last)
		isNear := last < sl.from()+s.options.near
		anyNear = anyNear || isNear
		if sl.isBehind() && isNear == (distance == Near) {
			c.slots[sl.project] = sl
			c.at.From = min(c.at.From, sl.from())
		}
	}
	c.others = s.unlisted() && anyNear == (distance == Near)
	if c.others && (s.unknown || len(c.slots) == 0) {
		c.at.From = 0
	}
	c.at.Seq = c.at.From
	return len(c.slots) > 0 || c.others
}

// from is the Seq after which the project lacks events.
func (sl *slot) from() uint64 { return max(sl.start, sl.since) }

func (sl *slot) isBehind() bool {
	sl.mu.Lock()
	defer sl.mu.Unlock()
	return sl.behind
}

// distrust gives up files that hold more than the log: the log is not the one
// that they were made from, as when an older copy of it was put back.
func (sl *slot) distrust(last uint64) {
	sl.mu.Lock()
	defer sl.mu.Unlock()
	if sl.start <= last && sl.since <= last {
		return
	}
	sl.folder.logger.Warn("the column files hold events that the event log does not have; they are made anew", "project", sl.project)
	sl.start, sl.since = 0, 0
	sl.folder.forget()
	sl.use(NewTable())
}

// unlisted says whether projects that are not on the list may have events that
// were not read.
func (s *Store) unlisted() bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.others
}

// read reads the log from where it is to its present end.
func (c *catching) read(ctx context.Context) error {
	c.at.To = c.log.LastSeq()
	err := c.log.Scan(ctx, c.at.Seq, func(e *event.Event) error {
		c.batch = append(c.batch, e)
		if len(c.batch) == catchUpBatch {
			c.apply()
		}
		return nil
	})
	if err != nil {
		return err
	}
	c.apply()
	c.at.Seq = max(c.at.Seq, c.at.To)
	return nil
}

// apply applies the batch.
func (c *catching) apply() {
	if len(c.batch) == 0 {
		return
	}
	for _, part := range byProject(c.batch) {
		if sl := c.slotOf(part[0]); sl != nil {
			sl.table.Apply(beyond(part, max(sl.start, sl.table.appliedTo())))
			sl.table.waitBelow(mostInMemory)
		}
	}
	c.at.Seq = c.batch[len(c.batch)-1].Seq
	c.at.To = max(c.at.To, c.at.Seq)
	c.batch = make([]*event.Event, 0, catchUpBatch) // the table may keep events of the last one
	if c.tell != nil {
		c.tell(c.at)
	}
}

// slotOf gives the place of an event's project, if it is looked after here.
func (c *catching) slotOf(e *event.Event) *slot {
	if sl := c.slots[e.Project]; sl != nil || !c.others {
		return sl
	}
	sl := c.store.list(e)
	if sl.opened { // it belongs to the projects at the other distance
		return nil
	}
	c.slots[e.Project] = sl
	return sl
}

// queue has what comes in from now on wait. What came before is in the log.
func (c *catching) queue() {
	c.store.mu.Lock()
	c.store.queueOthers = c.others
	c.store.mu.Unlock()
	for _, sl := range c.store.all() {
		if c.has(sl) {
			sl.mu.Lock()
			sl.queueing = true
			sl.mu.Unlock()
		}
	}
}

// has says whether a place is looked after here.
func (c *catching) has(sl *slot) bool { return c.slots[sl.project] == sl || c.others && !sl.opened }

// finish lets the projects take part.
func (c *catching) finish() {
	s := c.store
	s.mu.Lock()
	if c.others {
		s.others, s.queueOthers = false, false
	}
	s.mu.Unlock()
	s.applied.Store(max(s.applied.Load(), c.at.Seq))
	for _, sl := range s.all() {
		if c.has(sl) {
			sl.release()
		}
	}
}

// release applies what waits, and lets the project take part.
func (sl *slot) release() {
	sl.mu.Lock()
	defer sl.mu.Unlock()
	sl.table.Apply(beyond(sl.queue, max(sl.start, sl.table.appliedTo())))
	sl.behind, sl.queueing, sl.queue = false, false, nil
}

// beyond are the events after a Seq.
func beyond(events []*event.Event, seq uint64) []*event.Event {
	i, _ := slices.BinarySearchFunc(events, seq+1, func(e *event.Event, seq uint64) int {
		switch {
		case e.Seq < seq:
			return -1
		case e.Seq > seq:
			return 1
		}
		return 0
	})
	return events[i:]
}
