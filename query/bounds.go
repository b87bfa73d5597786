package query

import (
	"math"
	"time"
)

// Calendar is how a project counts time.
type Calendar struct {
	Zone      *time.Location
	WeekStart time.Weekday
	Now       time.Time
}

// StartOf gives the first instant of the calendar unit that holds t.
func (c Calendar) StartOf(u Unit, t time.Time) time.Time {
	t = t.In(c.Zone)
	y, m, d := t.Date()
	switch u {
	case Minute:
		return t.Truncate(time.Minute)
	case Hour:
		// Zones with a half-hour offset start their hours at half past in UTC.
		return t.Add(-time.Duration(t.Minute())*time.Minute - time.Duration(t.Second())*time.Second - time.Duration(t.Nanosecond()))
	case Week:
		back := (int(t.Weekday()) - int(c.WeekStart) + 7) % 7
		return time.Date(y, m, d-back, 0, 0, 0, 0, c.Zone)
	case Month:
		return time.Date(y, m, 1, 0, 0, 0, 0, c.Zone)
	case Day:
	}
	return time.Date(y, m, d, 0, 0, 0, 0, c.Zone)
}

// Step gives the start of the unit n units after the one that starts at t. Hours
// are real hours, so that a day of a change of clocks has 23 or 25 of them.
func (c Calendar) Step(u Unit, t time.Time, n int) time.Time {
	y, m, d := t.Date()
	switch u {
	case Minute, Hour:
		return t.Add(time.Duration(n) * u.Duration())
	case Week:
		return time.Date(y, m, d+7*n, 0, 0, 0, 0, c.Zone)
	case Month:
		return time.Date(y, m+time.Month(n), 1, 0, 0, 0, 0, c.Zone)
	case Day:
	}
	return time.Date(y, m, d+n, 0, 0, 0, 0, c.Zone)
}

// Whole gives the range of a question as half-open UTC milliseconds; «the last N
// units» are whole calendar units, the current one included.
func (r Range) Whole(c Calendar) (from, to int64) {
	if r.Last != (Span{}) {
		current := c.StartOf(r.Last.Unit, c.Now)
		return c.Step(r.Last.Unit, current, 1-r.Last.Value).UnixMilli(), c.Step(r.Last.Unit, current, 1).UnixMilli()
	}
	return r.fixed(c)
}

// Sliding gives the range of a condition as half-open UTC milliseconds; «the last
// N units» reach from N units ago to now, both included.
func (r Range) Sliding(c Calendar) (from, to int64) {
	if r.Last != (Span{}) {
		now := c.Now.In(c.Zone)
		return r.Last.Back(now).UnixMilli(), now.UnixMilli() + 1
	}
	return r.fixed(c)
}

func (r Range) fixed(c Calendar) (from, to int64) {
	from, to = math.MinInt64, math.MaxInt64
	if r.From != "" {
		from = r.From.start(c.Zone)
	}
	if r.To != "" {
		to = r.To.end(c.Zone)
	}
	return from, to
}
