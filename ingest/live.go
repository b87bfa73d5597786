package ingest

import (
	"sync"
	"time"

	"github.com/weirhq/weir/event"
)

// Live is one line of the live view: an event, or a refusal.
type Live struct {
	Event   *event.Event // nil for a refusal; immutable
	Refused *Refusal
}

// Refusal is what one request had to be told.
type Refusal struct {
	Time     int64 // UTC milliseconds
	Protocol string
	Rejected []Reject
}

// Activity is a project's recent intake.
type Activity struct {
	LastEventAt      int64 // arrival of the newest event since the program started, UTC milliseconds; 0 when there was none
	LastMinute       int   // events stored in the last 60 s
	RejectedLastHour int
}

// hub keeps the newest lines of each project and hands new ones to subscribers.
type hub struct {
	mu       sync.Mutex
	projects map[string]*channel
}

type channel struct {
	ring        [RecentEvents]Live
	count       int // lines ever written
	subscribers map[chan Live]struct{}
	lastEventAt int64
	stored      window // per second
	rejected    window // per minute
}

func newHub() *hub { return &hub{projects: map[string]*channel{}} }

// of gives a project's channel; the caller holds the lock.
func (h *hub) of(project string) *channel {
	c, ok := h.projects[project]
	if !ok {
		c = &channel{subscribers: map[chan Live]struct{}{}}
		h.projects[project] = c
	}
	return c
}

func (h *hub) events(events []*event.Event, now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, e := range events {
		c := h.of(e.Project)
		c.lastEventAt = now.UnixMilli()
		c.stored.add(now.Unix(), 1)
		c.write(Live{Event: e})
	}
}

func (h *hub) rejected(project, protocol string, rejects []Reject, now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	c := h.of(project)
	c.rejected.add(now.Unix()/60, len(rejects))
	c.write(Live{Refused: &Refusal{Time: now.UnixMilli(), Protocol: protocol, Rejected: rejects}})
}

// write adds a line. A subscriber whose channel is full loses the line: the
// live view must never slow the intake.
func (c *channel) write(line Live) {
	c.ring[c.count%RecentEvents] = line
	c.count++
	for s := range c.subscribers {
		select {
		case s <- line:
		default:
		}
	}
}

// Recent gives a project's newest lines, the oldest first.
func (in *Intake) Recent(project string) []Live {
	in.live.mu.Lock()
	defer in.live.mu.Unlock()
	c := in.live.of(project)
	lines := make([]Live, 0, min(c.count, RecentEvents))
	for i := max(0, c.count-RecentEvents); i < c.count; i++ {
		lines = append(lines, c.ring[i%RecentEvents])
	}
	return lines
}

// Subscribe gives a project's lines from now on. Lines that the subscriber is
// too slow for are dropped. Cancel ends it and closes the channel; call it once or more.
func (in *Intake) Subscribe(project string) (lines <-chan Live, cancel func()) {
	s := make(chan Live, subscriberCapacity)
	in.live.mu.Lock()
	defer in.live.mu.Unlock()
	in.live.of(project).subscribers[s] = struct{}{}
	return s, func() {
		in.live.mu.Lock()
		defer in.live.mu.Unlock()
		subscribers := in.live.of(project).subscribers
		if _, ok := subscribers[s]; ok {
			delete(subscribers, s)
			close(s)
		}
	}
}

// Activity tells how busy a project's intake is.
func (in *Intake) Activity(project string) Activity {
	now := in.clock.Now().Unix()
	in.live.mu.Lock()
	defer in.live.mu.Unlock()
	c := in.live.of(project)
	return Activity{LastEventAt: c.lastEventAt, LastMinute: c.stored.sum(now), RejectedLastHour: c.rejected.sum(now / 60)}
}

// window counts over the last 60 ticks.
type window struct {
	ticks  [60]int64
	counts [60]int
}

func (w *window) add(tick int64, n int) {
	i := tick % 60
	if w.ticks[i] != tick {
		w.ticks[i], w.counts[i] = tick, 0
	}
	w.counts[i] += n
}

func (w *window) sum(now int64) (total int) {
	for i, tick := range w.ticks {
		if tick > now-60 && tick <= now {
			total += w.counts[i]
		}
	}
	return total
}
