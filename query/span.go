package query

import (
	"encoding/json"
	"time"

	"github.com/weirhq/weir/fault"
)

// Unit is a unit of time.
type Unit string

// The units of time.
const (
	Minute Unit = "minute"
	Hour   Unit = "hour"
	Day    Unit = "day"
	Week   Unit = "week"
	Month  Unit = "month"
)

// Duration is the exact length that the unit has in a Span.
func (u Unit) Duration() time.Duration {
	const day = 24 * time.Hour
	switch u {
	case Minute:
		return time.Minute
	case Hour:
		return time.Hour
	case Day:
		return day
	case Week:
		return 7 * day
	case Month:
		return 30 * day
	}
	return 0
}

func (u Unit) check(f *fault.List, path string, allowed ...Unit) {
	for _, a := range allowed {
		if u == a {
			return
		}
	}
	f.Add(path, "«%s» is not one of %s", u, joinUnits(allowed))
}

func joinUnits(units []Unit) string {
	text := ""
	for i, u := range units {
		if i > 0 {
			text += ", "
		}
		text += string(u)
	}
	return text
}

// Span is an exact duration: {"value":7,"unit":"day"}.
type Span struct {
	Value int  `json:"value"`
	Unit  Unit `json:"unit"`
}

// maxSpan bounds spans and look-backs to about a century, which keeps sums of milliseconds far from overflow.
const maxSpan = 100 * 366 * 24 * time.Hour

// Milliseconds is the length of the span.
func (s Span) Milliseconds() int64 { return int64(s.Value) * s.Unit.Duration().Milliseconds() }

// Back gives the instant that lies the span before t, by the calendar of t's
// zone for days, weeks and months.
func (s Span) Back(t time.Time) time.Time {
	switch s.Unit {
	case Day:
		return t.AddDate(0, 0, -s.Value)
	case Week:
		return t.AddDate(0, 0, -7*s.Value)
	case Month:
		return monthsBack(t, s.Value)
	case Minute, Hour:
	}
	return t.Add(-time.Duration(s.Value) * s.Unit.Duration())
}

// monthsBack subtracts months and stays in the month where the day is missing:
// one month before 31 March is the last day of February.
func monthsBack(t time.Time, n int) time.Time {
	y, m, d := t.Date()
	last := time.Date(y, m-time.Month(n)+1, 0, 0, 0, 0, 0, time.UTC).Day()
	return time.Date(y, m-time.Month(n), min(d, last), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), t.Location())
}

func readSpan(f *fault.List, path string, tree any) Span {
	o := readObject(f, path, tree)
	s := Span{Value: o.whole("value"), Unit: Unit(o.text("unit"))}
	o.done()
	return s
}

func (s Span) check(f *fault.List, path string) {
	if s.Value <= 0 {
		f.Add(path+".value", "must be 1 or more")
	}
	s.Unit.check(f, path+".unit", Minute, Hour, Day, Week, Month)
	if d := s.Unit.Duration(); d > 0 && s.Value > int(maxSpan/d) {
		f.Add(path+".value", "is longer than a century")
	}
}

// Range says which time counts: from–to, or the last N units.
type Range struct {
	From Moment
	To   Moment
	Last Span // set instead of From and To; in JSON {"last":30,"unit":"day"}
}

// Moment is a local date («2026-01-31») or an instant (RFC 3339); "" is open.
type Moment string

// IsZero says whether the range is not given at all.
func (r Range) IsZero() bool { return r == Range{} }

// MarshalJSON writes the form that was read.
func (r Range) MarshalJSON() ([]byte, error) {
	if r.Last != (Span{}) {
		return json.Marshal(map[string]any{"last": r.Last.Value, "unit": r.Last.Unit})
	}
	out := map[string]any{}
	if r.From != "" {
		out["from"] = r.From
	}
	if r.To != "" {
		out["to"] = r.To
	}
	return json.Marshal(out)
}

func readRange(f *fault.List, path string, tree any) Range {
	o := readObject(f, path, tree)
	r := Range{
		From: Moment(o.text("from")), To: Moment(o.text("to")),
		Last: Span{Value: o.whole("last"), Unit: Unit(o.text("unit"))},
	}
	o.done()
	return r
}

func (r Range) check(f *fault.List, path string, closed bool) {
	if r.Last != (Span{}) {
		if r.From != "" || r.To != "" {
			f.Add(path, "give either last and unit, or from and to")
		}
		if r.Last.Value <= 0 {
			f.Add(path+".last", "must be 1 or more")
		}
		r.Last.Unit.check(f, path+".unit", Minute, Hour, Day, Week, Month)
		if d := r.Last.Unit.Duration(); d > 0 && r.Last.Value > int(maxSpan/d) {
			f.Add(path+".last", "is longer than a century")
		}
		return
	}
	if closed && (r.From == "" || r.To == "") {
		f.Add(path, "give from and to (local dates or RFC 3339 instants), or last and unit")
		return
	}
	if r.From == "" && r.To == "" {
		f.Add(path, "is empty; give from, to, or last and unit")
	}
	r.From.check(f, path+".from")
	r.To.check(f, path+".to")
}

func (m Moment) check(f *fault.List, path string) {
	if m == "" {
		return
	}
	t, _, ok := m.parse(time.UTC)
	if !ok {
		f.Add(path, "«%s» is neither a date (2026-01-31) nor an RFC 3339 instant (2026-01-31T08:00:00Z)", string(m))
		return
	}
	if t.Year() < 1900 || t.Year() > 2200 {
		f.Add(path, "the year is not between 1900 and 2200")
	}
}

// parse gives the moment's first instant and whether it is a whole day.
func (m Moment) parse(zone *time.Location) (t time.Time, day, ok bool) {
	if t, err := time.ParseInLocation(time.DateOnly, string(m), zone); err == nil {
		return t, true, true
	}
	t, err := time.Parse(time.RFC3339, string(m))
	return t, false, err == nil
}

// start is the first instant that is at or after the moment, in UTC milliseconds.
func (m Moment) start(zone *time.Location) int64 {
	t, _, _ := m.parse(zone)
	return ceilMilli(t)
}

// end is the first instant after the moment: the next midnight of a date, the instant itself otherwise.
func (m Moment) end(zone *time.Location) int64 {
	t, day, _ := m.parse(zone)
	if day {
		t = NextDay(t)
	}
	return ceilMilli(t)
}

// NextDay is the first instant of the local day after t's.
func NextDay(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day()+1, 0, 0, 0, 0, t.Location())
}

// ceilMilli rounds up, so that «time < end» and «time ≥ start» hold for whole milliseconds.
func ceilMilli(t time.Time) int64 {
	return t.Add(time.Millisecond - 1).UnixMilli()
}
