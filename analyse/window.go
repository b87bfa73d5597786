package analyse

import (
	"time"

	"github.com/weirhq/weir/query"
)

// window is «the last N units» at an instant: [left, now], in UTC milliseconds.
//
// As time passes, the window slides evenly for a while, and then its left end may
// jump: where clocks change, now or then, and where the same day of an earlier
// month does not exist. It can jump back, so that what left the window comes into
// it again: «a month ago» of 28 March, 23:59, is 28 February, 23:59, and of 29
// March, 00:00, it is 28 February, 00:00.
type window struct {
	left, now int64
	steady    int64 // before this instant the window slides evenly; never without end
}

// farthestBack is more than the left end of a window can ever be behind where it
// once was: a day for days that a month does not have, and up to a day for each
// of two changes of clocks.
const farthestBack = 75 * 3600 * 1000

// nearTransition is more than any two offsets from UTC differ by.
const nearTransition = 26 * 3600 * 1000

func newWindow(s query.Span, now int64, zone *time.Location) window {
	local := time.UnixMilli(now).In(zone)
	w := window{left: s.Back(local).UnixMilli(), now: now, steady: never}
	if s.Unit == query.Minute || s.Unit == query.Hour {
		return w
	}
	if _, change := local.ZoneBounds(); !change.IsZero() {
		w.steady = change.UnixMilli()
	}
	// The clock on the wall, written as if it were UTC, goes evenly until then; so
	// does the wall time that the left end asks for, from day to day.
	wall := wallOf(local)
	if s.Unit == query.Month {
		w.steady = min(w.steady, now+nextOddDay(wall).Sub(wall).Milliseconds())
	}
	asked := s.Back(wall)
	at := asked.Add(-nearTransition * time.Millisecond)
	at = time.UnixMilli(at.UnixMilli()).In(zone)
	for range 3 { // more changes of clocks do not lie that near to each other
		_, change := at.ZoneBounds()
		if change.IsZero() {
			break
		}
		_, before := change.Add(-time.Millisecond).Zone()
		_, after := change.Zone()
		// The wall time that is asked for is another instant's from where the clock
		// is put forward or back: in old time, in new time, or as package time guesses.
		for _, offset := range []int{before, after, 0} {
			if jump := change.UTC().Add(time.Duration(offset) * time.Second); jump.After(asked) {
				w.steady = min(w.steady, now+jump.Sub(asked).Milliseconds())
			}
		}
		at = change
	}
	return w
}

// wallOf gives what a clock on the wall shows, as if it were UTC.
func wallOf(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

// nextOddDay gives the next midnight at which the number of days in «a month ago»
// can change: of the first of a month, and of the days that not every month has.
func nextOddDay(wall time.Time) time.Time {
	y, m, d := wall.Date()
	if d < 28 {
		d = 28
	}
	return time.Date(y, m, d+1, 0, 0, 0, 0, time.UTC)
}

// exit gives the instant from which on something in the window is not in it any
// more, as far as the window slides evenly.
func (w window) exit(t int64) int64 { return t + (w.now - w.left) + 1 }

// holds says whether an instant lies in the window, and until when that stays so.
func (w window) holds(t int64) verdict {
	switch {
	case t > w.now:
		return verdict{false, t}
	case t >= w.left:
		return verdict{true, min(w.exit(t), w.steady)}
	case t >= w.left-farthestBack:
		return verdict{false, w.steady}
	}
	return verdict{false, never}
}
