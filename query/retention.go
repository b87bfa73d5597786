package query

import (
	"fmt"

	"github.com/weirhq/weir/fault"
)

// The ways of forming cohorts, of counting intervals and of counting returns.
const (
	Recurring    = "recurring"      // a person belongs to every interval in which it did the start event
	FirstInRange = "first_in_range" // only to that of its first start event in the range
	FirstEver    = "first_ever"     // only to that of its first start event ever, when it lies in the range

	ModeCalendar = "calendar" // intervals of the calendar
	ModeRolling  = "rolling"  // intervals of 24 hours (7 or 30 times that) from the person's own start event

	CriterionOn        = "on"          // returned in the n-th interval after
	CriterionOnOrAfter = "on_or_after" // returned in the n-th interval or later, up to the range's end
)

// Retention asks who comes back.
type Retention struct {
	Start     Step
	Return    Step
	Interval  Unit // hour, day, week or month
	Periods   int  // columns 0 to Periods; columns are the Brackets where there are some
	Cohort    string
	Mode      string
	Criterion string
	Brackets  [][2]int // first and last interval of each column, both included
	Measure   Measure  // persons, or the sum of a property of the return events
}

// maxPeriods bounds the columns of a retention table.
const maxPeriods = 400

// Kind is "retention".
func (*Retention) Kind() string { return "retention" }

func readRetention(o *object) *Retention {
	q := &Retention{
		Interval: Unit(o.text("interval")), Periods: o.whole("periods"), Cohort: o.text("cohort"),
		Mode: o.text("mode"), Criterion: o.text("criterion"), Measure: readMeasure(o, "measure", Persons),
	}
	fallback := func(field *string, value string) {
		if *field == "" {
			*field = value
		}
	}
	fallback((*string)(&q.Interval), string(Day))
	fallback(&q.Cohort, Recurring)
	fallback(&q.Mode, ModeCalendar)
	fallback(&q.Criterion, CriterionOn)
	q.Start, q.Return = o.step("start"), o.step("return")
	elements, paths := o.list("brackets")
	for i, e := range elements {
		pair, at := readList(o.faults, paths[i], e)
		if len(pair) != 2 {
			o.faults.Add(paths[i], "must be [first, last]")
			continue
		}
		q.Brackets = append(q.Brackets, [2]int{readWhole(o.faults, at[0], pair[0]), readWhole(o.faults, at[1], pair[1])})
	}
	if _, given := o.get("periods"); !given && len(q.Brackets) == 0 {
		q.Periods = 14
	}
	return q
}

func (q *Retention) fields() map[string]any {
	out := map[string]any{
		"start": q.Start, "return": q.Return, "interval": q.Interval, "periods": q.Periods,
		"cohort": q.Cohort, "mode": q.Mode, "criterion": q.Criterion, "measure": q.Measure,
	}
	if len(q.Brackets) > 0 {
		out["brackets"] = q.Brackets
	}
	return out
}

// Columns gives the first and last interval of each column.
func (q *Retention) Columns() [][2]int {
	if len(q.Brackets) > 0 {
		return q.Brackets
	}
	columns := make([][2]int, q.Periods+1)
	for i := range columns {
		columns[i] = [2]int{i, i}
	}
	return columns
}

func (q *Retention) check(f *fault.List, r Range) {
	r.check(f, "range", true)
	q.Start.check(f, "start")
	q.Return.check(f, "return")
	q.Interval.check(f, "interval", Hour, Day, Week, Month)
	if q.Periods < 0 || q.Periods > maxPeriods {
		f.Add("periods", "must be 0 to %d", maxPeriods)
	}
	checkWord(f, "cohort", q.Cohort, Recurring, FirstInRange, FirstEver)
	checkWord(f, "mode", q.Mode, ModeCalendar, ModeRolling)
	checkWord(f, "criterion", q.Criterion, CriterionOn, CriterionOnOrAfter)
	if len(q.Brackets) > maxPeriods {
		f.Add("brackets", "at most %d columns are shown", maxPeriods)
	}
	for i, b := range q.Brackets {
		if b[0] < 0 || b[1] < b[0] || b[1] > maxPeriods {
			f.Add(fmt.Sprintf("brackets[%d]", i), "must be [first, last] with 0 ≤ first ≤ last ≤ %d", maxPeriods)
		}
	}
	q.Measure.check(f, "measure", Persons, Sum)
}

// RetentionCell is a cell of a retention table whose persons are wanted.
type RetentionCell struct {
	Cohort   string // the row, by its label
	Period   *int   // the column, counted from 0; nil is the whole cohort
	Returned bool   // false for those of the cohort who did not return
}

func readRetentionCell(o *object) *RetentionCell {
	c := &RetentionCell{Cohort: o.text("cohort"), Returned: true}
	if _, given := o.get("returned"); given {
		c.Returned = o.flag("returned")
	}
	c.Period = o.optional("period")
	return c
}

func (c *RetentionCell) fields() map[string]any {
	out := map[string]any{"cohort": c.Cohort, "returned": c.Returned}
	if c.Period != nil {
		out["period"] = *c.Period
	}
	return out
}

func (q *Retention) checkCell(f *fault.List, cell Cell) {
	c, ok := cellOf[*RetentionCell](f, cell)
	if !ok {
		return
	}
	if c.Cohort == "" {
		f.Add("actors.cohort", "name the row by its date")
	}
	if c.Period != nil && (*c.Period < 0 || *c.Period >= len(q.Columns())) {
		f.Add("actors.period", "names one of the %d columns, counted from 0", len(q.Columns()))
	}
	if c.Period == nil && !c.Returned {
		f.Add("actors.period", "name the column in which they did not return")
	}
}

func checkWord(f *fault.List, path, word string, allowed ...string) {
	for _, a := range allowed {
		if word == a {
			return
		}
	}
	f.Add(path, "«%s» is not one of %v", word, allowed)
}
