package query

import (
	"fmt"
	"math"

	"github.com/weirhq/weir/fault"
)

// WholeRange is the interval of a Distribution that is the range itself.
const WholeRange = "range"

// Distribution asks how many persons have which value of a measure per interval.
//
// Only the part of an interval that lies in the range counts. A person with at
// least one such event in the interval has a value there: count, sum and
// distinct as in Did, so that a sum or distinct without a value of the property
// is 0; avg, min and max without a number have no value, and the person is in no
// bin. Days are distinct local days.
type Distribution struct {
	Event    EventSet
	Where    *Condition // over the event
	Measure  Measure    // count (the default), days, or sum, avg, min, max, distinct of a property
	Interval Unit       // hour, day, week, month, or WholeRange, the default
	// Bins are ascending lower edges: a, b, c make the bins (…,a), [a,b), [b,c)
	// and [c,…). Without them the answer chooses, once for all its intervals:
	// count, days and distinct 1, 2, 3, 4, 5, 6–10, 11–20, 21–50, 51–100, 101 and
	// more (distinct: 0 before them), up to the last that holds somebody; the others up
	// to 12 bins of equal width with round edges.
	Bins []float64
}

// maxBins bounds the edges of a distribution.
const maxBins = 100

// Kind is "distribution".
func (*Distribution) Kind() string { return "distribution" }

func readDistribution(o *object) *Distribution {
	q := &Distribution{
		Event: readEventSet(o, "event"), Where: o.readWhere("where"), Measure: readMeasure(o, "measure", Count),
		Interval: o.unit("interval", WholeRange),
	}
	if tree, ok := o.get("bins"); ok {
		if _, isList := tree.([]any); isList {
			q.Bins = readNumbers(o.faults, o.at("bins"), tree)
		} else {
			o.faults.Add(o.at("bins"), "must be a list, not %s", jsonType(tree))
		}
	}
	return q
}

func (q *Distribution) fields() map[string]any {
	out := map[string]any{"event": q.Event, "measure": q.Measure, "interval": q.Interval}
	addCondition(out, "where", q.Where)
	if len(q.Bins) > 0 {
		out["bins"] = q.Bins
	}
	return out
}

func (q *Distribution) check(f *fault.List, r Range) {
	r.check(f, "range", true)
	q.Event.check(f, "event")
	q.Where.check(f, "where", true, 0)
	q.Measure.check(f, "measure", Count, Days, Sum, Avg, Min, Max, Distinct)
	q.Interval.check(f, "interval", Hour, Day, Week, Month, WholeRange)
	if len(q.Bins) > maxBins {
		f.Add("bins", "at most %d edges can be given", maxBins)
	}
	for i, edge := range q.Bins {
		if math.IsNaN(edge) || math.IsInf(edge, 0) || i > 0 && edge <= q.Bins[i-1] {
			f.Add(fmt.Sprintf("bins[%d]", i), "must be larger than the edge before it")
		}
	}
}

// DistributionCell is the persons of one bin in one interval.
type DistributionCell struct {
	Bucket string // label of the interval; "range" where that is the interval
	Bin    int    // counted from 0
}

func readDistributionCell(o *object) *DistributionCell {
	return &DistributionCell{Bucket: o.text("bucket"), Bin: o.whole("bin")}
}

func (c *DistributionCell) fields() map[string]any {
	return map[string]any{"bucket": c.Bucket, "bin": c.Bin}
}

// checkCell leaves a bin that is too large to the answer where that chooses the bins.
func (q *Distribution) checkCell(f *fault.List, cell Cell) {
	c, ok := cellOf[*DistributionCell](f, cell)
	if !ok {
		return
	}
	checkBucket(f, c.Bucket)
	if c.Bin < 0 || len(q.Bins) > 0 && c.Bin > len(q.Bins) {
		f.Add("actors.bin", "names one of the bins, counted from 0")
	}
}
