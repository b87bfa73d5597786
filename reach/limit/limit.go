// Package limit holds messages to a rate, so that a campaign does not outrun
// what a provider allows or a support desk can answer.
//
// Package reach/campaign asks a Bucket before each message: one bucket per
// project and channel, shared by its campaigns, and one per campaign that has a
// rate of its own.
//
// A Bucket is a token bucket: it gains tokens evenly over the minute and holds at
// most two seconds' worth (at least one), so the flow is smooth and a minute
// never carries more than the rate and that small burst.
//
// It keeps no state on disk. A new bucket is told when the last message left and
// goes on from there as if it had been there all the time, so a restart does not
// grant a fresh burst. It is safe for concurrent use and costs no goroutine.
package limit

import (
	"context"
	"sync"
	"time"

	"github.com/weirhq/weir/clock"
)

// burst is how much of the rate may leave at once after a pause.
const burst = 2 * time.Second

// Bucket is one rate. A nil Bucket sets no limit.
type Bucket struct {
	clock clock.Clock

	mu       sync.Mutex
	interval time.Duration // between two messages
	slack    time.Duration // how far behind the present «next» may lie
	next     time.Time     // when the next message may leave
}

// New makes a Bucket of perMinute messages; the zero time for last means that
// none has left yet. A rate of 0 or less gives nil: no limit.
func New(clk clock.Clock, perMinute int, last time.Time) *Bucket {
	if perMinute <= 0 {
		return nil
	}
	b := &Bucket{clock: clk}
	b.set(perMinute)
	if !last.IsZero() {
		b.next = last.Add(b.interval)
	}
	return b
}

// SetRate changes the rate of a running bucket; it must be above 0.
func (b *Bucket) SetRate(perMinute int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.set(perMinute)
}

func (b *Bucket) set(perMinute int) {
	b.interval = time.Minute / time.Duration(max(perMinute, 1))
	b.slack = max(burst-b.interval, 0)
}

// Reserve takes the next place and says how long to wait for it.
func (b *Bucket) Reserve() time.Duration {
	if b == nil {
		return 0
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.clock.Now()
	if earliest := now.Add(-b.slack); b.next.Before(earliest) {
		b.next = earliest
	}
	wait := b.next.Sub(now)
	b.next = b.next.Add(b.interval)
	return max(wait, 0)
}

// Wait takes the next place and waits for it. It returns the context's error
// when that ends first; the place is then lost, which only slows the flow.
func (b *Bucket) Wait(ctx context.Context) error {
	return Pause(ctx, b.Reserve())
}

// Pause waits for d or for the end of the context.
func Pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
