package analyse

import (
	"time"

	"github.com/weirhq/weir/analyse/internal/kernel"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/query"
)

// maxIntervals bounds how many buckets or cohorts an answer has.
const maxIntervals = 20000

// intervals are the calendar units that cover a range.
type intervals struct {
	unit   query.Unit
	cal    query.Calendar
	starts []time.Time // of the units
	from   int64       // of the range, half-open
	to     int64
}

func (s *asking) intervals(unit query.Unit, from, to int64) (*intervals, error) {
	v := &intervals{unit: unit, cal: s.cal, from: from, to: to}
	if (to-from)/unit.Duration().Milliseconds() > maxIntervals {
		return nil, fault.New(fault.TooLarge, "the range has more than %d intervals; use larger ones or a shorter range", maxIntervals)
	}
	if from == to {
		return v, nil
	}
	for start := s.cal.StartOf(unit, time.UnixMilli(from)); start.UnixMilli() < to; start = s.cal.Step(unit, start, 1) {
		v.starts = append(v.starts, start)
	}
	return v, nil
}

// rangeIntervals gives the intervals of a question's range.
func (s *asking) rangeIntervals(unit query.Unit, r query.Range) (*intervals, error) {
	from, to, err := s.bounds(r)
	if err != nil {
		return nil, err
	}
	return s.intervals(unit, from, to)
}

// incomplete says of each interval, and of any, that its part of the range has not fully elapsed.
func (s *asking) incomplete(v *intervals) (each []bool, some bool) {
	each = make([]bool, len(v.starts))
	edges := v.buckets().Starts
	for i := range each {
		each[i] = !s.passed(edges[i+1])
		some = some || each[i]
	}
	return each, some
}

// label names an interval: by its first day, hours by their beginning.
func (v *intervals) label(i int) string {
	if v.unit == query.Hour {
		return v.starts[i].Format(time.RFC3339)
	}
	return v.starts[i].Format(time.DateOnly)
}

func (v *intervals) labels() []string {
	out := make([]string, len(v.starts))
	for i := range v.starts {
		out[i] = v.label(i)
	}
	return out
}

// find gives the interval of a label.
func (v *intervals) find(label, where string) (int, error) {
	for i := range v.starts {
		if v.label(i) == label {
			return i, nil
		}
	}
	return 0, &fault.Error{
		Kind: fault.Invalid, Public: "the cell is not part of the answer",
		Details: []fault.Detail{{Where: where, What: "«" + label + "» is not the date of an interval in the range"}},
	}
}

// buckets gives the part of each interval that lies in the range.
func (v *intervals) buckets() kernel.Buckets {
	if len(v.starts) == 0 {
		return kernel.Buckets{}
	}
	edges := v.edges(0)
	edges[0] = v.from
	edges[len(edges)-1] = v.to
	return kernel.NewBuckets(edges)
}

// edges gives the boundaries of the whole intervals, and of some more after them.
func (v *intervals) edges(more int) []int64 {
	edges := make([]int64, 0, len(v.starts)+more+1)
	for _, start := range v.starts {
		edges = append(edges, start.UnixMilli())
	}
	last := v.starts[len(v.starts)-1]
	for n := 1; n <= more+1; n++ {
		edges = append(edges, v.cal.Step(v.unit, last, n).UnixMilli())
	}
	return edges
}
