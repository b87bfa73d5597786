package duck

import (
	"context"
	"sync"
)

// gate keeps scans and erasures apart. Many may be in it together, or one alone.
// Who wants to be alone waits until nobody is in it and keeps nobody out
// meanwhile, so that a scan may be begun from within another. The zero gate is open.
type gate struct {
	mu      sync.Mutex
	inside  int
	alone   bool
	changed chan struct{} // closed when somebody leaves; nil when nobody waits
}

// enter waits while somebody is alone. Call leave afterwards.
func (g *gate) enter(ctx context.Context) error {
	return g.wait(ctx, func() bool { return !g.alone }, func() { g.inside++ })
}

func (g *gate) leave() { g.update(func() { g.inside-- }) }

// enterAlone waits until everybody has left. Call leaveAlone afterwards.
func (g *gate) enterAlone(ctx context.Context) error {
	return g.wait(ctx, func() bool { return !g.alone && g.inside == 0 }, func() { g.alone = true })
}

func (g *gate) leaveAlone() { g.update(func() { g.alone = false }) }

// wait calls then as soon as the condition holds.
func (g *gate) wait(ctx context.Context, condition func() bool, then func()) error {
	for {
		g.mu.Lock()
		if condition() {
			then()
			g.mu.Unlock()
			return nil
		}
		if g.changed == nil {
			g.changed = make(chan struct{})
		}
		changed := g.changed
		g.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (g *gate) update(change func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	change()
	if g.changed != nil {
		close(g.changed)
		g.changed = nil
	}
}
