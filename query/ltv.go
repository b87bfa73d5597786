package query

import (
	"encoding/json"

	"github.com/weirhq/weir/fault"
)

// LTV asks what persons bring in, by the time since they came.
//
// A person belongs to the cohort (the interval) of its first cohort event in the
// range, at t0. Column n, from 0, counts the revenue events with a time in
// [t0, t0 + (n+1)·24 h), beyond the range too. A cell is incomplete until even a
// member who came at the cohort's last moment has had its time; the total is of
// the complete cells of each column.
//
// A revenue event without a number in the property brings nothing and makes
// nobody a payer.
type LTV struct {
	Cohort         Step
	Revenue        Revenue
	Interval       Unit // day, week or month; day by default
	Periods        int  // number of columns, 90 by default
	Breakdown      []Breakdown
	BreakdownLimit int // rows per cohort beside «other»; 0 is DefaultBreakdownLimit
	ChurnDays      int // a person without activity for so many times 24 hours before now has churned; 30 by default
}

// Revenue is the event that brings in money, and the property that says how much.
type Revenue struct {
	Event EventSet
	Where *Condition
	Value string
}

// Defaults and bounds of LTV.
const (
	defaultLTVPeriods = 90
	defaultChurnDays  = 30
	maxChurnDays      = 3650
)

// Kind is "ltv".
func (*LTV) Kind() string { return "ltv" }

func readLTV(o *object) *LTV {
	q := &LTV{
		Cohort: o.step("cohort"), Interval: o.unit("interval", Day), Periods: o.wholeOr("periods", defaultLTVPeriods),
		Breakdown: readBreakdowns(o, false), BreakdownLimit: o.whole("breakdown_limit"),
		ChurnDays: o.wholeOr("churn_days", defaultChurnDays),
	}
	if tree, ok := o.get("revenue"); ok {
		r := readObject(o.faults, o.at("revenue"), tree)
		q.Revenue = Revenue{Event: readEventSet(r, "event"), Where: r.readWhere("where"), Value: r.text("value")}
		r.done()
	}
	return q
}

// MarshalJSON writes the revenue as it is asked.
func (r Revenue) MarshalJSON() ([]byte, error) {
	out := map[string]any{"event": r.Event, "value": r.Value}
	addCondition(out, "where", r.Where)
	return json.Marshal(out)
}

func (q *LTV) fields() map[string]any {
	out := map[string]any{
		"cohort": q.Cohort, "revenue": q.Revenue, "interval": q.Interval, "periods": q.Periods, "churn_days": q.ChurnDays,
	}
	addBreakdown(out, q.Breakdown, q.BreakdownLimit)
	return out
}

func (q *LTV) check(f *fault.List, r Range) {
	r.check(f, "range", true)
	q.Cohort.check(f, "cohort")
	q.Revenue.Event.check(f, "revenue.event")
	q.Revenue.Where.check(f, "revenue.where", true, 0)
	if q.Revenue.Value == "" {
		f.Add("revenue.value", "name the event property that holds the money")
	}
	q.Interval.check(f, "interval", Day, Week, Month)
	if q.Periods < 1 || q.Periods > maxPeriods {
		f.Add("periods", "must be 1 to %d", maxPeriods)
	}
	if q.ChurnDays < 1 || q.ChurnDays > maxChurnDays {
		f.Add("churn_days", "must be 1 to %d", maxChurnDays)
	}
	checkBreakdowns(f, q.Breakdown, q.BreakdownLimit, 0)
}

// LTVCell is the persons of a cohort, or those of them who have paid.
type LTVCell struct {
	Cohort    string           // the row, by its label
	Breakdown []BreakdownValue // the row, one value per breakdown; nil is any row
	Payers    bool             // only those who paid by the end of the column
	Period    *int             // the column of payers, counted from 0; nil is the last
}

func readLTVCell(o *object) *LTVCell {
	return &LTVCell{
		Cohort: o.text("cohort"), Breakdown: readBreakdownValues(o), Payers: o.flag("payers"), Period: o.optional("period"),
	}
}

func (c *LTVCell) fields() map[string]any {
	out := map[string]any{"cohort": c.Cohort, "payers": c.Payers}
	if c.Period != nil {
		out["period"] = *c.Period
	}
	addBreakdownValues(out, c.Breakdown)
	return out
}

func (q *LTV) checkCell(f *fault.List, cell Cell) {
	c, ok := cellOf[*LTVCell](f, cell)
	if !ok {
		return
	}
	if c.Cohort == "" {
		f.Add("actors.cohort", "name the row by its date")
	}
	if c.Period != nil && (*c.Period < 0 || *c.Period >= q.Periods) {
		f.Add("actors.period", "names one of the %d columns, counted from 0", q.Periods)
	}
	checkBreakdownValues(f, c.Breakdown, q.Breakdown)
}
