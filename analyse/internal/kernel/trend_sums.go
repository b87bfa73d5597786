package kernel

import (
	"github.com/weirhq/weir/query"
	"github.com/weirhq/weir/store/columns"
)

// sums answers a trend from the sums that parts keep by name and quarter of an
// hour, without looking at events: where events or their numbers are counted and
// not persons, all of them, and every boundary is a whole quarter of an hour.
// Otherwise it gives nil.
func (s *Source) sums(q Trend, rows *Rows) *Table {
	switch q.Measure.Func {
	case query.Count, query.Sum, query.Avg:
	default:
		return nil
	}
	edges := q.Buckets.Starts
	if q.Buckets.Len() == 0 {
		edges = []int64{q.From, q.To}
	}
	if s.Among != nil || q.Event.where != nil || len(q.Dims) > 0 || q.Windows != nil || !summed(edges) {
		return nil
	}
	t := &Table{measure: q.Measure.Func, buckets: q.Buckets.Len(), width: len(edges) - 1, keeps: keepsOf(q.Measure.Func), keys: rows.keys}
	t.cells.extend(t.keeps, max(len(rows.keys), 1)*t.width)
	t.totals.extend(t.keeps, max(len(rows.keys), 1))
	slots := newSlotter(edges)
	for name, counts := range q.Event.byName {
		if !counts {
			continue
		}
		s.View.EachSum(uint32(name), q.Measure.Property, func(slot, count int64, sum, lost float64) {
			at := slots.at(slot * columns.SumSlot)
			if at == slots.n {
				return
			}
			t.cells.counts[at] += count
			if t.keeps.sums {
				t.cells.sums[at].add(compensated{sum: sum, lost: lost})
			}
		})
	}
	t.sumUp()
	return t
}

// summed says whether the boundaries are those of slots.
func summed(edges []int64) bool {
	for _, edge := range edges {
		if edge%columns.SumSlot != 0 {
			return false
		}
	}
	return true
}
