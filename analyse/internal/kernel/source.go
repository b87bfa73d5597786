package kernel

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/RoaringBitmap/roaring/v2"
	"golang.org/x/sync/semaphore"

	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/store/columns"
)

// Source is what a question scans.
type Source struct {
	View    *columns.View
	Among   *roaring.Bitmap // the persons that count; nil for everybody
	Workers int
	Memory  int64 // bytes that a scan may keep; 0 is DefaultMemory
	// Turns are the processors that all questions share. A worker takes a turn
	// for each chunk, in the order of asking, so that questions side by side get
	// equal shares and a long one does not hold up a short one. Nil for as many
	// as there are workers.
	Turns *semaphore.Weighted

	persons atomic.Int64
	events  atomic.Int64
}

// Scanned gives how many persons and events the scans of this source visited so far.
func (s *Source) Scanned() (persons, events int64) { return s.persons.Load(), s.events.Load() }

// blockVisitor takes the persons of some ranges, block by block.
type blockVisitor interface {
	// needs names the event properties that the visitor reads; "" stands for none.
	needs() []string
	// layer announces the layer of the blocks that follow.
	layer(l *columns.Layer)
	// block takes some persons; an error ends the scan.
	block(b *block) error
	// splits says that a person with very many rows may come in several blocks, one after the other.
	splits() bool
}

// narrowed is a blockVisitor that wants only the rows of a time range. It may be
// given others: leaving them out is worth the search only where they are many.
type narrowed interface{ within() (from, to int64) }

// rowWise is a blockVisitor that may look at each row by itself: then a person's
// rows come in any order, in several blocks, and need not be brought together.
type rowWise interface{ rowWise() bool }

// visitor takes persons one after the other.
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
	// chunk is how many ordinals a worker takes at a time.
	chunk = 4096
	// sparse is the share of persons below which they are looked up one by one.
	sparse = 64
)

// run visits every person that counts, with one visitor per worker, and gives the visitors.
func run[V visitor](ctx context.Context, s *Source, newVisitor func() V) ([]V, error) {
	wrapped, err := scan(ctx, s, func() *byPerson[V] { return &byPerson[V]{newVisitor()} })
	visitors := make([]V, len(wrapped))
	for i, w := range wrapped {
		visitors[i] = w.visitor
	}
	return visitors, err
}

// byPerson is a visitor that is given blocks.
type byPerson[V visitor] struct{ visitor V }

func (w *byPerson[V]) needs() []string        { return w.visitor.needs() }
func (w *byPerson[V]) layer(l *columns.Layer) { w.visitor.layer(l) }
func (w *byPerson[V]) splits() bool           { return false }

func (w *byPerson[V]) block(b *block) error {
	for i, p := range b.persons {
		w.visitor.person(p, b.lo[i], b.hi[i])
	}
	return w.visitor.failed()
}

// scan visits every person that counts, block by block, with one visitor per
// worker, and gives the visitors.
func scan[V blockVisitor](ctx context.Context, s *Source, newVisitor func() V) ([]V, error) {
	total := s.View.People().Len()
	v := newVisitor()
	need := columns.Need{Properties: v.needs()}
	var among bits
	var list []uint32
	if s.Among != nil && s.Among.GetCardinality()*sparse < uint64(total) {
		list = s.Among.ToArray()
		total = len(list)
	} else if s.Among != nil {
		among = bitsOf(s.Among, total)
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
		visitors = append(visitors, v)
		cut := newCutter(ctx, s, need, v)
		cut.scanner.Among(among)
		group.Go(func() {
			for failures.get() == nil {
				from := int(next.Add(chunk)) - chunk
				if from >= total {
					break
				}
				if err := s.take(ctx); err != nil {
					failures.set(err)
					break
				}
				if list != nil {
					cut.listed(list[from:min(from+chunk, total)])
				} else {
					cut.dense(from, min(from+chunk, total))
				}
				s.give()
				failures.set(cut.err)
			}
			s.persons.Add(cut.persons)
			s.events.Add(cut.events)
		})
	}
	group.Wait()
	failures.set(ctx.Err())
	return visitors, failures.get()
}

// take waits for a turn.
func (s *Source) take(ctx context.Context) error {
	if s.Turns == nil {
		return nil
	}
	return s.Turns.Acquire(ctx, 1)
}

func (s *Source) give() {
	if s.Turns != nil {
		s.Turns.Release(1)
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
