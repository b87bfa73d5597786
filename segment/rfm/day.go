package rfm

import (
	"time"

	"github.com/weirhq/weir/fault"
)

// Day is a calendar day without a zone, kept as its midnight in UTC.
type Day struct{ midnight time.Time }

// DayOf gives the day that it is at an instant in a zone.
func DayOf(t time.Time, zone *time.Location) Day {
	y, m, d := t.In(zone).Date()
	return Day{time.Date(y, m, d, 0, 0, 0, 0, time.UTC)}
}

// ParseDay reads «2026-01-31».
func ParseDay(text string) (Day, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return Day{}, fault.Wrap(fault.Invalid, err, "«%s» is not a day; write it as 2026-01-31", text)
	}
	return Day{t}, nil
}

// String is «2026-01-31».
func (d Day) String() string { return d.midnight.Format(time.DateOnly) }

// Add gives the day n days later.
func (d Day) Add(n int) Day { return Day{d.midnight.AddDate(0, 0, n)} }

// since is the number of days from an earlier day to d.
func (d Day) since(earlier Day) int { return int(d.midnight.Sub(earlier.midnight) / (24 * time.Hour)) }

// start is the first instant of the day in a zone.
func (d Day) start(zone *time.Location) time.Time {
	y, m, day := d.midnight.Date()
	t := time.Date(y, m, day, 0, 0, 0, 0, zone)
	if t.Day() != day { // clocks went forward over midnight, and Date chose the side before it
		t = t.Add(time.Hour)
	}
	return t
}

// window is the look-back that ends with d, as half-open UTC milliseconds.
func (d Day) window(days int, zone *time.Location) (from, to int64) {
	return d.Add(1 - days).start(zone).UnixMilli(), d.Add(1).start(zone).UnixMilli()
}
