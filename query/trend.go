package query

import (
	"encoding/json"
	"fmt"

	"github.com/weirhq/weir/fault"
)

// Question is one of *Trend, *Funnel, *Retention.
type Question interface {
	// Kind is the value of "kind" in JSON.
	Kind() string
	fields() map[string]any
	check(f *fault.List, range_ Range)
}

// Trend asks for measures over calendar intervals.
type Trend struct {
	Interval       Unit // hour, day, week or month
	Series         []Series
	Formula        string // of the letters A, B, … of the series with + - * / and parentheses; "" for none
	Breakdown      []Breakdown
	BreakdownLimit int    // rows beside «other»; 0 is DefaultBreakdownLimit
	Compare        string // "previous" or ""
}

// Series is one measure of some events.
type Series struct {
	Name    string // label; by default the events
	Event   EventSet
	Where   *Condition // over the event
	Measure Measure
	Days    int // of rolling_persons
}

// maxSeries is bounded by the letters of formulas.
const maxSeries = 26

// Kind is "trend".
func (*Trend) Kind() string { return "trend" }

// Label is the name of the series on screen.
func (s Series) Label() string {
	if s.Name != "" {
		return s.Name
	}
	return s.Event.String()
}

func readTrend(o *object) *Trend {
	t := &Trend{Interval: Unit(o.text("interval")), Formula: o.text("formula"), Compare: o.text("compare")}
	if t.Interval == "" {
		t.Interval = Day
	}
	elements, paths := o.list("series")
	for i, e := range elements {
		t.Series = append(t.Series, readSeries(o.faults, paths[i], e))
	}
	t.Breakdown = readBreakdowns(o, false)
	t.BreakdownLimit = o.whole("breakdown_limit")
	return t
}

func readSeries(f *fault.List, path string, tree any) Series {
	o := readObject(f, path, tree)
	s := Series{
		Name: o.text("name"), Event: readEventSet(o, "event"), Where: o.readWhere("where"),
		Measure: readMeasure(o, "measure", Count), Days: o.whole("days"),
	}
	o.done()
	return s
}

func (t *Trend) fields() map[string]any {
	out := map[string]any{"interval": t.Interval, "series": t.Series}
	if t.Formula != "" {
		out["formula"] = t.Formula
	}
	if t.Compare != "" {
		out["compare"] = t.Compare
	}
	addBreakdown(out, t.Breakdown, t.BreakdownLimit)
	return out
}

func addBreakdown(out map[string]any, list []Breakdown, limit int) {
	if len(list) > 0 {
		out["breakdown"] = list
	}
	if limit != 0 {
		out["breakdown_limit"] = limit
	}
}

// MarshalJSON writes the series as it is asked.
func (s Series) MarshalJSON() ([]byte, error) {
	out := map[string]any{"event": s.Event, "measure": s.Measure}
	if s.Name != "" {
		out["name"] = s.Name
	}
	if s.Where != nil {
		out["where"] = s.Where
	}
	if s.Days != 0 {
		out["days"] = s.Days
	}
	return json.Marshal(out)
}

func (t *Trend) check(f *fault.List, r Range) {
	r.check(f, "range", true)
	t.Interval.check(f, "interval", Hour, Day, Week, Month)
	if len(t.Series) == 0 || len(t.Series) > maxSeries {
		f.Add("series", "a trend has 1 to %d series", maxSeries)
	}
	for i, s := range t.Series {
		path := fmt.Sprintf("series[%d]", i)
		s.Event.check(f, path+".event")
		s.Where.check(f, path+".where", true, 0)
		s.Measure.check(f, path+".measure", Count, Persons, CountPerPerson, FirstTimePersons, RollingPersons,
			Sum, Avg, Min, Max, Median, P90, P95, P99, Distinct)
		switch rolling := s.Measure.Func == RollingPersons; {
		case rolling && (s.Days < 1 || s.Days > 366):
			f.Add(path+".days", "rolling_persons needs the number of days, 1 to 366")
		case !rolling && s.Days != 0:
			f.Add(path+".days", "belongs to rolling_persons only")
		}
	}
	if t.Formula != "" {
		if _, err := ParseFormula(t.Formula, len(t.Series)); err != nil {
			f.Add("formula", "%v", err)
		}
	}
	if t.Compare != "" && t.Compare != "previous" {
		f.Add("compare", "«%s» is not known; only previous is", t.Compare)
	}
	checkBreakdowns(f, t.Breakdown, t.BreakdownLimit, 0)
}
