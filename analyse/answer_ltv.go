package analyse

import "github.com/weirhq/weir/query"

// LTVAnswer is what persons bring in, by the time since they came.
type LTVAnswer struct {
	Interval  query.Unit    `json:"interval"`
	Rows      []LTVRow      `json:"rows"` // by cohort, then as breakdowns are ranked by size
	Total     LTVTotal      `json:"total"`
	Intervals []LTVInterval `json:"intervals"` // of the range
	Churned   LTVChurned    `json:"churned"`
	Meta      Meta          `json:"meta"`
}

// LTVRow is one cohort, or its part in one row of the breakdown. Values are
// cumulative: at n, of the first (n+1)·24 hours of each member.
type LTVRow struct {
	Cohort     string                 `json:"cohort"`
	Breakdown  []query.BreakdownValue `json:"breakdown,omitempty"`
	Size       int64                  `json:"size"`
	Revenue    []float64              `json:"revenue"`
	LTV        []Number               `json:"ltv"` // revenue ÷ size; null where nobody is
	Payers     []int64                `json:"payers"`
	PayRate    []Number               `json:"pay_rate"` // payers ÷ size; null where nobody is
	ARPPU      []Number               `json:"arppu"`    // revenue ÷ payers; null where nobody paid
	Incomplete []bool                 `json:"incomplete"`
}

// LTVTotal joins the rows; each column is of the cohorts whose cell there is complete.
type LTVTotal struct {
	Size    int64     `json:"size"`    // of all cohorts
	Members []int64   `json:"members"` // of the cohorts that the column is of
	Revenue []float64 `json:"revenue"`
	LTV     []Number  `json:"ltv"` // revenue ÷ members
	Payers  []int64   `json:"payers"`
	PayRate []Number  `json:"pay_rate"` // payers ÷ members
	ARPPU   []Number  `json:"arppu"`
}

// LTVInterval is the revenue of everybody in the part of an interval that lies in the range.
type LTVInterval struct {
	Bucket  string  `json:"bucket"`
	Revenue float64 `json:"revenue"`
	Active  int64   `json:"active"` // persons with activity
	Payers  int64   `json:"payers"`
	ARPU    Number  `json:"arpu"`  // revenue ÷ active; null where nobody was active
	ARPPU   Number  `json:"arppu"` // revenue ÷ payers; null where nobody paid
}

// LTVChurned is the persons whose last activity, of all time, lies so many times
// 24 hours before now or longer, whether or not they belong to a cohort.
type LTVChurned struct {
	Persons  int64  `json:"persons"`
	MeanDays Number `json:"mean_days"` // from first to last activity, in 24 hours; null where nobody has churned
}

func (a *LTVAnswer) meta() *Meta     { return &a.Meta }
func (a *LTVAnswer) into(to *Answer) { to.LTV = a }
