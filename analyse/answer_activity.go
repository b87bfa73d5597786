package analyse

import "github.com/weirhq/weir/query"

// GrowthAnswer is how many persons came, stayed, came back and went, per interval.
type GrowthAnswer struct {
	Buckets     []string `json:"buckets"`
	Active      []int64  `json:"active"` // new + retained + resurrected
	New         []int64  `json:"new"`
	Retained    []int64  `json:"retained"`
	Resurrected []int64  `json:"resurrected"`
	Dormant     []int64  `json:"dormant"`
	QuickRatio  []Number `json:"quick_ratio"` // (new + resurrected) ÷ dormant; null where nobody is dormant
	Incomplete  []bool   `json:"incomplete"`
	Meta        Meta     `json:"meta"`
}

// StickinessAnswer is how many persons were active in how many intervals.
type StickinessAnswer struct {
	Interval  query.Unit `json:"interval"`
	Intervals int        `json:"intervals"` // of the range
	Persons   []int64    `json:"persons"`   // at k−1: active in exactly k of them
	Meta      Meta       `json:"meta"`      // incomplete: the range has not fully elapsed
}

// DistributionAnswer is how many persons have which value, per interval.
type DistributionAnswer struct {
	Buckets    []string            `json:"buckets"` // «range» alone where that is the interval
	Bins       []DistributionBin   `json:"bins"`
	Persons    [][]int64           `json:"persons"` // per interval, per bin
	Stats      []DistributionStats `json:"stats"`   // per interval
	Incomplete []bool              `json:"incomplete"`
	Meta       Meta                `json:"meta"`
}

// DistributionBin is the values from From up to but not including To; null is without end.
type DistributionBin struct {
	From Number `json:"from"`
	To   Number `json:"to"`
}

// DistributionStats sums up the values of one interval's persons; percentiles are
// interpolated between neighbours, and all but Persons are null where there is nobody.
type DistributionStats struct {
	Persons int64  `json:"persons"`
	Mean    Number `json:"mean"`
	Median  Number `json:"median"`
	P90     Number `json:"p90"`
	Max     Number `json:"max"`
}

// IntervalAnswer is how long it takes from a start to the next end.
type IntervalAnswer struct {
	Buckets   []string        `json:"buckets"`
	Stats     []IntervalStats `json:"stats"` // per interval of the start
	Total     IntervalStats   `json:"total"`
	Histogram []IntervalBar   `json:"histogram"` // of all pairs; empty where there is none
	// Incomplete says that a start in the interval may still find its end: the
	// interval, and within after it, has not fully elapsed.
	Incomplete []bool `json:"incomplete"`
	Meta       Meta   `json:"meta"`
}

// IntervalStats sums up the times of some pairs in seconds; percentiles are
// interpolated between neighbours, and the times are null where there is no pair.
type IntervalStats struct {
	Count   int64  `json:"count"`   // pairs
	Persons int64  `json:"persons"` // with at least one pair
	Min     Number `json:"min"`
	P25     Number `json:"p25"`
	Median  Number `json:"median"`
	P75     Number `json:"p75"`
	P90     Number `json:"p90"`
	Max     Number `json:"max"`
	Mean    Number `json:"mean"`
}

// IntervalBar is one of even bars, half-open but for the last.
type IntervalBar struct {
	From  float64 `json:"from_seconds"`
	To    float64 `json:"to_seconds"`
	Count int64   `json:"count"`
}

func (a *GrowthAnswer) meta() *Meta           { return &a.Meta }
func (a *GrowthAnswer) into(to *Answer)       { to.Growth = a }
func (a *StickinessAnswer) meta() *Meta       { return &a.Meta }
func (a *StickinessAnswer) into(to *Answer)   { to.Stickiness = a }
func (a *DistributionAnswer) meta() *Meta     { return &a.Meta }
func (a *DistributionAnswer) into(to *Answer) { to.Distribution = a }
func (a *IntervalAnswer) meta() *Meta         { return &a.Meta }
func (a *IntervalAnswer) into(to *Answer)     { to.Interval = a }
