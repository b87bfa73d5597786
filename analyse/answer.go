package analyse

import (
	"encoding/json"
	"math"
	"reflect"

	"github.com/weirhq/weir/query"
)

// Answer is the answer to one question; one of its parts is set, and it is
// written to JSON as that part.
type Answer struct {
	Trend        *TrendAnswer
	Funnel       *FunnelAnswer
	Retention    *RetentionAnswer
	Growth       *GrowthAnswer
	Stickiness   *StickinessAnswer
	Distribution *DistributionAnswer
	Interval     *IntervalAnswer
	Paths        *PathsAnswer
	Attribution  *AttributionAnswer
	LTV          *LTVAnswer
	Referral     *ReferralAnswer

	set part // the one that is
}

// part is the answer to a question of one kind.
type part interface {
	meta() *Meta
	into(a *Answer) // sets the field of its kind
}

func answerOf(p part) *Answer {
	a := &Answer{set: p}
	p.into(a)
	return a
}

// copyOf copies the outermost struct of an answer, so that its Meta can be the
// reader's own; what it refers to is shared and never changed.
func copyOf(p part) part {
	v := reflect.New(reflect.TypeOf(p).Elem())
	v.Elem().Set(reflect.ValueOf(p).Elem())
	out, _ := v.Interface().(part)
	return out
}

// Meta says how the answer came about.
func (a *Answer) Meta() *Meta { return a.set.meta() }

// MarshalJSON writes the part that is set.
func (a *Answer) MarshalJSON() ([]byte, error) { return json.Marshal(a.set) }

// Meta says how an answer came about.
type Meta struct {
	Engine         string  `json:"engine"`
	ElapsedMS      float64 `json:"elapsed_ms"`
	EventsScanned  int64   `json:"events_scanned"`
	PersonsScanned int64   `json:"persons_scanned"`
	Incomplete     bool    `json:"incomplete"` // the time of some cell has not fully elapsed
	Cached         bool    `json:"cached"`     // given before, and nothing that it depends on has changed since
}

// Number is a value of an answer; NaN stands for «none» and is null in JSON.
type Number float64

// None is the Number that is none.
func None() Number { return Number(math.NaN()) }

// IsNone says whether there is no value.
func (n Number) IsNone() bool { return math.IsNaN(float64(n)) }

// MarshalJSON writes null for none.
func (n Number) MarshalJSON() ([]byte, error) {
	if n.IsNone() || math.IsInf(float64(n), 0) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(n))
}

// TrendAnswer is measures over intervals.
type TrendAnswer struct {
	Buckets    []string      `json:"buckets"`
	Series     []TrendSeries `json:"series"`
	Compare    []TrendSeries `json:"compare,omitempty"` // the range before, bucket by bucket
	Incomplete []bool        `json:"incomplete"`
	Meta       Meta          `json:"meta"`
}

// TrendSeries is one row of a trend.
type TrendSeries struct {
	Name      string                 `json:"name"`
	Series    int                    `json:"series"` // which of the question's series; -1 for a formula
	Formula   bool                   `json:"formula,omitempty"`
	Breakdown []query.BreakdownValue `json:"breakdown"`
	Values    []Number               `json:"values"`
	Total     Number                 `json:"total"`
}

// FunnelAnswer is how far persons get.
type FunnelAnswer struct {
	Steps     []FunnelStep   `json:"steps"`
	Breakdown []FunnelRow    `json:"breakdown,omitempty"`
	Trend     []FunnelBucket `json:"trend,omitempty"`
	Histogram []FunnelBar    `json:"histogram,omitempty"`
	Meta      Meta           `json:"meta"`
}

// FunnelStep is one step's count; ratios are 0 where nobody came before, and
// seconds (from the step before) are null where nobody took them.
type FunnelStep struct {
	Name         string `json:"name"`
	Count        int64  `json:"count"`
	FromFirst    Number `json:"from_first"`
	FromPrevious Number `json:"from_previous"`
	Median       Number `json:"median_seconds"`
	Average      Number `json:"average_seconds"`
	P90          Number `json:"p90_seconds"`
}

// FunnelRow is one row of a breakdown.
type FunnelRow struct {
	Value []query.BreakdownValue `json:"value"`
	Steps []FunnelStep           `json:"steps"`
}

// FunnelBucket is the conversion of those who entered in one interval.
type FunnelBucket struct {
	Bucket     string `json:"bucket"`
	Entered    int64  `json:"entered"`
	Converted  int64  `json:"converted"`
	Incomplete bool   `json:"incomplete"` // some windows are still open
}

// FunnelBar is one bar of the time from the first step to the last,
// half-open but for the last bar.
type FunnelBar struct {
	From  float64 `json:"from_seconds"`
	To    float64 `json:"to_seconds"`
	Count int64   `json:"count"`
}

// RetentionAnswer is who came back.
type RetentionAnswer struct {
	Interval query.Unit     `json:"interval"`
	Columns  [][2]int       `json:"columns"` // first and last interval of each column
	Rows     []RetentionRow `json:"rows"`
	// Average weights by size over complete cells: values per person of the cohorts.
	Average []Number `json:"average"`
	Meta    Meta     `json:"meta"`
}

// RetentionRow is one cohort.
type RetentionRow struct {
	Cohort     string   `json:"cohort"`
	Size       int64    `json:"size"`
	Values     []Number `json:"values"`
	Incomplete []bool   `json:"incomplete"`
}

func (a *TrendAnswer) meta() *Meta         { return &a.Meta }
func (a *TrendAnswer) into(to *Answer)     { to.Trend = a }
func (a *FunnelAnswer) meta() *Meta        { return &a.Meta }
func (a *FunnelAnswer) into(to *Answer)    { to.Funnel = a }
func (a *RetentionAnswer) meta() *Meta     { return &a.Meta }
func (a *RetentionAnswer) into(to *Answer) { to.Retention = a }
