package analyse

import (
	"context"
	"math"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/analyse/internal/kernel"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/query"
)

// Moving gives the persons of whom the passing of time alone may change, at an
// instant in (from, until], whether they meet a condition. It is a superset:
// it looks only for what comes, goes or is due then, not for what that decides.
// Ask Prepared of each of them. The bitmap is the caller's.
func (a *Analyser) Moving(ctx context.Context, p Project, c *query.Condition, from, until time.Time) (*roaring.Bitmap, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	if from.After(until) {
		return nil, fault.New(fault.Invalid, "the time looked at ends before it begins")
	}
	v := &moving{asking: a.begin(p), ctx: ctx, from: from.UnixMilli(), until: until.UnixMilli(), found: roaring.New()}
	c.Walk(v.visit)
	return v.found, v.err
}

// moving collects the persons that each leaf of a condition gives.
type moving struct {
	*asking
	ctx         context.Context //nolint:containedctx // it lives as long as one call
	from, until int64
	found       *roaring.Bitmap
	err         error
}

func (v *moving) visit(c *query.Condition) {
	if v.err != nil {
		return
	}
	switch c.Kind {
	case query.DidEvent, query.DidNot:
		v.sliding(c.Did)
		v.where(c.Did.Event, c.Did.Where)
	case query.Sequence:
		for _, step := range c.Sequence {
			v.where(step.Event, step.Where)
		}
		if last := c.Sequence[len(c.Sequence)-1]; last.Absent && last.Within != nil {
			v.due(c.Sequence)
		}
	case query.Compare:
		if c.Comparison.Op == query.WithinLast && c.Comparison.Scope == query.UserProperty {
			v.profiles(c.Comparison)
		}
	case query.All, query.Any, query.Not, query.Segment:
	}
}

// sliding looks for events that leave a window, come into it, or come back.
func (v *moving) sliding(d *query.Did) {
	if d.Within == nil || d.Within.Last == (query.Span{}) {
		return
	}
	w := newWindow(d.Within.Last, v.from, v.cal.Zone)
	low, high := w.left, w.left+(v.until-v.from)+1
	if w.steady <= v.until {
		low -= farthestBack
		high += 2 * farthestBack // it can jump on by three days more than it ever jumps back
	}
	v.did(d.Event, low, high)
	v.did(d.Event, v.from, v.until+1)
}

// where looks for conditions on events that compare their times with now: then
// everybody who has such events is looked at.
func (v *moving) where(set query.EventSet, where *query.Condition) {
	compares := false
	where.Walk(func(c *query.Condition) {
		compares = compares || c.Kind == query.Compare && c.Comparison.Op == query.WithinLast && c.Comparison.Scope == query.EventProperty
	})
	if compares {
		v.did(set, math.MinInt64, math.MaxInt64)
	}
}

// did adds the persons with an event of a set in [from, to).
func (v *moving) did(set query.EventSet, from, to int64) {
	match, err := v.compiler(v.ctx).Matcher(set, nil)
	if err == nil {
		q := kernel.Did{Event: match, Measure: query.Measure{Func: query.Count}, From: from, To: to}
		v.add(v.source.Did(v.ctx, q))
		return
	}
	v.err = err
}

// due adds the persons with a wait that ends then.
func (v *moving) due(steps []query.SequenceStep) {
	q, err := v.sequenceOf(v.ctx, steps)
	if err != nil {
		v.err = err
		return
	}
	q.Now = v.from
	v.add(v.source.SequenceDue(v.ctx, q, v.until))
}

// profiles adds the persons whose property enters or leaves the time before now.
func (v *moving) profiles(c *query.Comparison) {
	w := newWindow(c.Operand.Span, v.from, v.cal.Zone)
	read := v.view.People().Reader(c.Name)
	for n, it := 0, v.view.People().All().Iterator(); it.HasNext(); n++ {
		if n&0xffff == 0 && v.ctx.Err() != nil {
			v.err = v.ctx.Err()
			return
		}
		p := it.Next()
		if at, _, ok := query.ParseTime(read(person.Ordinal(p)).Str, v.cal.Zone); ok && w.holds(at).until <= v.until {
			v.found.Add(p)
		}
	}
}

func (v *moving) add(found *roaring.Bitmap, err error) {
	if err != nil {
		v.err = err
		return
	}
	v.found.Or(found)
}
