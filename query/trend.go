package query

import (
	"encoding/json"
	"fmt"

	"github.com/weirhq/weir/fault"
)

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

// TrendCell is a value of a trend whose persons are wanted.
type TrendCell struct {
	Series    int              // counted from 0; a formula has no persons
	Bucket    string           // "" is the whole range
	Previous  bool             // the cell of the compared range
	Breakdown []BreakdownValue // the row, one value per breakdown; nil is any row
}

func readTrendCell(o *object) *TrendCell {
	return &TrendCell{
		Series: o.whole("series"), Bucket: o.text("bucket"), Previous: o.flag("previous"),
		Breakdown: readBreakdownValues(o),
	}
}

func (c *TrendCell) fields() map[string]any {
	out := map[string]any{"series": c.Series}
	if c.Bucket != "" {
		out["bucket"] = c.Bucket
	}
	if c.Previous {
		out["previous"] = true
	}
	addBreakdownValues(out, c.Breakdown)
	return out
}

func (t *Trend) checkCell(f *fault.List, cell Cell) {
	c, ok := cellOf[*TrendCell](f, cell)
	if !ok {
		return
	}
	if c.Series < 0 || c.Series >= len(t.Series) {
		f.Add("actors.series", "names one of the %d series, counted from 0; a formula has no persons", len(t.Series))
	}
	if c.Previous && t.Compare == "" {
		f.Add("actors.previous", "nothing is compared in this question")
	}
	checkBreakdownValues(f, c.Breakdown, t.Breakdown)
}
