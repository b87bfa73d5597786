package analyse

import (
	"container/list"
	"encoding/json"
	"fmt"
	"math"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/query"
)

// cache keeps answers as long as they hold. An entry says what it was made of;
// looking it up compares that with what is so now, so that nothing has to be
// told when events arrive: an answer about payments outlives a million page
// views, and no payment. When the entries take more than the limit, those not
// asked for the longest go.
type cache struct {
	mu      sync.Mutex
	entries map[string]*list.Element
	recent  *list.List // of *cached, the newest use first
	bytes   int64
	limit   int64
}

// cached is one answer.
type cached struct {
	key   string
	value any
	bytes int64
	made  basis
}

// basis is what an answer was made of.
type basis struct {
	changed uint64 // see footprint.changed
	sets    []usedSet
	until   int64 // UTC milliseconds: it holds before this instant
}

// usedSet is a set of persons that others keep. They put a new bitmap in its
// place when members change, so the same pointer is the same set; it is kept
// alive here and cannot be another's.
type usedSet struct {
	ref     setRef
	members *roaring.Bitmap // nil when there was no such set
}

// setRef names a segment, or a value of a tag.
type setRef struct{ segment, tag, value string }

// identify makes the key of a request: all that the answer depends on besides
// the events, the persons and the sets. A range that is relative to now stands
// as the instants it means.
func (s *asking) identify(p Project, r query.Request) {
	r.Limit, r.Offset = 0, 0 // pages are cut from the whole
	text, err := json.Marshal(r)
	from, to := r.Range.Whole(s.cal)
	s.print = footprintOf(r)
	if err != nil || s.print.sliding {
		return
	}
	s.key = fmt.Sprintf("%s|%s|%d|%d|%d|%s", p.ID, s.cal.Zone, s.cal.WeekStart, from, to, text)
	s.used = s.print.used(s.sets, s.project)
}

// recall gives what was remembered for the same request, if it still holds.
func (a *Analyser) recall(s *asking) (any, bool) {
	if s.key == "" {
		return nil, false
	}
	return a.cache.get(s.key, func(b basis) bool {
		return s.cal.Now.UnixMilli() < b.until && b.changed == s.print.changed(s.view) && same(b.sets, s.used)
	})
}

// remember keeps an answer, unless it changes by itself or a set changed while it was made.
func (a *Analyser) remember(s *asking, value any, size func() int64) {
	if s.key == "" || s.until <= s.cal.Now.UnixMilli() || !same(s.used, s.print.used(s.sets, s.project)) {
		return
	}
	a.cache.put(&cached{key: s.key, value: value, bytes: size(), made: basis{
		changed: s.print.changed(s.view), sets: s.used, until: s.until,
	}})
}

// jsonSize is about the memory that an answer takes.
func jsonSize(p part) int64 {
	text, err := json.Marshal(p)
	if err != nil {
		return math.MaxInt32 // too large to be kept
	}
	return int64(len(text))
}

// entryOverhead is about what an entry takes besides its value.
const entryOverhead = 1 << 10

func newCache(limit int64) *cache {
	return &cache{entries: map[string]*list.Element{}, recent: list.New(), limit: limit}
}

// get gives the value of a key if it still holds. An entry that does not is dropped.
func (c *cache) get(key string, still func(basis) bool) (any, bool) {
	c.mu.Lock()
	at := c.entries[key]
	c.mu.Unlock()
	if at == nil {
		return nil, false
	}
	entry, _ := at.Value.(*cached)
	if !still(entry.made) {
		c.drop(at)
		return nil, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.entries[key] == at {
		c.recent.MoveToFront(at)
	}
	return entry.value, true
}

// put keeps a value in place of what the key had.
func (c *cache) put(entry *cached) {
	entry.bytes += entryOverhead + int64(len(entry.key))
	if entry.bytes > c.limit/4 { // it would drive out most others
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if old := c.entries[entry.key]; old != nil {
		c.remove(old)
	}
	c.entries[entry.key] = c.recent.PushFront(entry)
	c.bytes += entry.bytes
	for c.bytes > c.limit {
		c.remove(c.recent.Back())
	}
}

func (c *cache) drop(at *list.Element) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if entry, _ := at.Value.(*cached); c.entries[entry.key] == at {
		c.remove(at)
	}
}

func (c *cache) remove(at *list.Element) {
	entry, _ := at.Value.(*cached)
	delete(c.entries, entry.key)
	c.recent.Remove(at)
	c.bytes -= entry.bytes
}
