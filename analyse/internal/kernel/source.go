package kernel

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/store/columns"
)

// Source is what a question scans.
type Source struct {
	View    *columns.View
	Among   *roaring.Bitmap // the persons that count; nil for everybody
	Workers int

	persons atomic.Int64
	events  atomic.Int64
}

// Scanned gives how many persons and events the scans of this source visited so far.
func (s *Source) Scanned() (persons, events int64) { return s.persons.Load(), s.events.Load() }

// visitor takes the persons of some ranges, one after the other.
type visitor interface {
	// needs names the event properties that the visitor reads; "" stands for none.
	needs() []string
	// layer announces the layer of the persons that follow.
	layer(l *columns.Layer)
	// person takes one person's rows.
	person(p person.Ordinal, lo, hi uint32)
	// failed gives the error that makes going on pointless.
	failed() error
}

const (
	// chunk is how many ordinals a worker takes at a time, and how often it looks at the context.
	chunk = 4096
	// sparse is the share of persons below which they are looked up one by one.
	sparse = 64
)

// run visits every person that counts, with one visitor per worker, and gives the visitors.
func run[V visitor](ctx context.Context, s *Source, newVisitor func() V) ([]V, error) {
	total := s.View.People().Len()
	v := newVisitor()
	need := columns.Need{Properties: v.needs()}
	visit := s.dense(need, total)
	if s.Among != nil && s.Among.GetCardinality()*sparse < uint64(total) {
		list := s.Among.ToArray()
		total, visit = len(list), s.listed(need, list)
	}
	workers := min(max(s.Workers, 1), total/chunk+1)
	visitors := []V{}
	var next atomic.Int64
	var group sync.WaitGroup
	failures := newFirstError()
	for w := range workers {
		if w > 0 {
			v = newVisitor()
		}
		v := v
		visitors = append(visitors, v)
		group.Go(func() {
			tracked := &tracker{visitor: v}
			for failures.get() == nil {
				from := int(next.Add(chunk)) - chunk
				if from >= total {
					break
				}
				failures.set(ctx.Err())
				visit(from, min(from+chunk, total), tracked)
				failures.set(v.failed())
			}
			s.persons.Add(tracked.persons)
			s.events.Add(tracked.events)
		})
	}
	group.Wait()
	return visitors, failures.get()
}

// tracker counts what a visitor sees and announces layers to it.
type tracker struct {
	visitor
	current         *columns.Layer
	persons, events int64
}

func (t *tracker) take(l *columns.Layer, p person.Ordinal, lo, hi uint32) {
	if l != t.current {
		t.current = l
		t.layer(l)
	}
	t.persons++
	t.events += int64(hi - lo)
	t.person(p, lo, hi)
}

// dense scans ranges of ordinals.
func (s *Source) dense(need columns.Need, total int) func(from, to int, t *tracker) {
	var among bits
	if s.Among != nil {
		among = bitsOf(s.Among, total)
	}
	return func(from, to int, t *tracker) {
		s.View.Scan(need, from, to, func(l *columns.Layer, p person.Ordinal, lo, hi uint32) bool {
			if among == nil || among.has(p) {
				t.take(l, p, lo, hi)
			}
			return true
		})
	}
}

// listed looks up some persons one by one.
func (s *Source) listed(need columns.Need, list []uint32) func(from, to int, t *tracker) {
	return func(from, to int, t *tracker) {
		for _, p := range list[from:to] {
			if l, lo, hi, ok := s.View.Locate(need, person.Ordinal(p)); ok {
				t.take(l, person.Ordinal(p), lo, hi)
			}
		}
	}
}

// bits is a dense set of ordinals: one load per question instead of a search.
type bits []uint64

func bitsOf(set *roaring.Bitmap, total int) bits {
	b := make(bits, total/64+1)
	for it := set.Iterator(); it.HasNext(); {
		if p := it.Next(); int(p) < total {
			b[p/64] |= 1 << (p % 64)
		}
	}
	return b
}

func (b bits) has(p person.Ordinal) bool {
	return int(p/64) < len(b) && b[p/64]&(1<<(p%64)) != 0
}

// firstError keeps the first error of some workers.
type firstError struct {
	mu  sync.Mutex
	err error
}

func newFirstError() *firstError { return &firstError{} }

func (f *firstError) set(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err == nil {
		f.err = err
	}
}

func (f *firstError) get() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.err
}
