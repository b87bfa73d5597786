package analyse

import (
	"context"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/analyse/internal/kernel"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/query"
)

// PersonSumsRequest asks what each person did of some events.
type PersonSumsRequest struct {
	Event    query.EventSet
	Where    *query.Condition // over the event; nil for all of them
	Value    string           // property to sum; "" for none
	From, To int64            // UTC milliseconds, half-open
	Among    *roaring.Bitmap  // nil for everybody
}

// PersonSums are slices by ordinal, of one length.
type PersonSums struct {
	Count []int64
	Sum   []float64
	First []int64         // time of the first, UTC milliseconds; meaningless where Count is 0
	Last  []int64         // and of the last
	All   *roaring.Bitmap // the persons of the view; not to be changed
}

// PersonSums answers a PersonSumsRequest: what standing models and campaign reports are made of.
func (a *Analyser) PersonSums(ctx context.Context, p Project, r PersonSumsRequest) (PersonSums, error) {
	f := &fault.List{}
	s := a.begin(p)
	c := s.checker(f)
	c.condition("where", r.Where)
	if r.Value != "" {
		c.measure("value", query.Measure{Func: query.Sum, Property: r.Value})
	}
	if err := f.Err("the events cannot be added up as asked"); err != nil {
		return PersonSums{}, err
	}
	match, err := s.compiler(ctx).Matcher(r.Event, r.Where)
	if err != nil {
		return PersonSums{}, err
	}
	sums, err := s.scanning(r.Among).PersonSums(ctx, kernel.Sums{Event: match, Property: r.Value, From: r.From, To: r.To})
	if err != nil {
		return PersonSums{}, err
	}
	return PersonSums{Count: sums.Count, Sum: sums.Sum, First: sums.First, Last: sums.Last, All: s.view.People().All()}, nil
}
