package enginetest

import (
	"fmt"
	"strings"
	"time"
)

// matcher is which events count: in Weir's JSON and as a condition of SQL.
type matcher struct {
	event any    // a name, a list, or «*»
	where object // nil for none
	sql   string
}

// put adds the matcher to a step, a series or a question.
func (m matcher) put(into object) object {
	into["event"] = m.event
	if m.where != nil {
		into["where"] = m.where
	}
	return into
}

// matching draws which events count: those of some names, perhaps with a condition on their properties.
func (w *world) matching(of ...string) matcher {
	m := matcher{event: of[0], sql: fmt.Sprintf("event = '%s'", of[0])}
	if len(of) > 1 {
		m.event, m.sql = of, "event IN ('"+strings.Join(of, "', '")+"')"
	}
	if w.chance(35) {
		where, sql := w.where(1)
		m.where, m.sql = where, "("+m.sql+" AND "+sql+")"
	}
	return m
}

// any draws a matcher of any kind.
func (w *world) any() matcher {
	switch w.IntN(6) {
	case 0:
		m := w.matching("a")
		m.event, m.sql = "*", strings.Replace(m.sql, "event = 'a'", "true", 1)
		return m
	case 1:
		return w.matching("b", "d")
	}
	return w.matching(w.text(names...))
}

// different draws n matchers of different events.
func (w *world) different(n int) []matcher {
	var out []matcher
	for _, i := range w.Perm(len(names))[:n] {
		out = append(out, w.matching(names[i]))
	}
	return out
}

// where draws a condition on an event's properties.
func (w *world) where(depth int) (object, string) {
	if depth > 0 && w.chance(30) {
		a, sqlA := w.where(depth - 1)
		b, sqlB := w.where(depth - 1)
		switch w.IntN(3) {
		case 0:
			return object{"all": []any{a, b}}, "(" + sqlA + " AND " + sqlB + ")"
		case 1:
			return object{"any": []any{a, b}}, "(" + sqlA + " OR " + sqlB + ")"
		}
		return object{"not": a}, "(NOT " + sqlA + ")"
	}
	compare := func(property, op string, value any, sql string) (object, string) {
		c := object{"property": property, "op": op}
		if value != nil {
			c["value"] = value
		}
		return c, sql
	}
	x := w.IntN(10)
	switch w.IntN(13) {
	case 0:
		return compare("s", "eq", "x", "ifNull(s = 'x', false)")
	case 1:
		return compare("s", "neq", "x", "(NOT ifNull(s = 'x', false))")
	case 2:
		return compare("s", "in", []string{"x", "z"}, "ifNull(s IN ('x', 'z'), false)")
	case 3:
		return compare("s", "not_in", []string{"x", "z"}, "(NOT ifNull(s IN ('x', 'z'), false))")
	case 4:
		return compare("s", "contains", "y", "ifNull(position(s, 'y') > 0, false)")
	case 5:
		return compare("s", "starts_with", "x", "ifNull(startsWith(s, 'x'), false)")
	case 6:
		return compare("s", "matches", "^(x|z)$", "ifNull(match(s, '^(x|z)$'), false)")
	case 7:
		return compare("n", "gte", x, fmt.Sprintf("ifNull(n >= %d, false)", x))
	case 8:
		return compare("n", "lt", x, fmt.Sprintf("ifNull(n < %d, false)", x))
	case 9:
		return compare("n", "between", []int{x, x + 3}, fmt.Sprintf("ifNull(n BETWEEN %d AND %d, false)", x, x+3))
	case 10:
		return compare("m", "gt", 250.5, "ifNull(m > 250.5, false)")
	case 11:
		return compare("n", "is_not_set", nil, "(n IS NULL)")
	}
	return compare("b", "is_true", nil, "ifNull(b, false)")
}

// dates is a range of local days.
type dates struct {
	from, to   string
	begin, end int64 // the same in UTC milliseconds, the end excluded
}

func (w *world) dates() dates {
	from := firstDay + w.IntN(15)
	return w.between(from, from+w.IntN(lastDay-from+1))
}

func (w *world) between(from, to int) dates {
	at := func(day int) time.Time { return time.Date(2026, 3, day, 0, 0, 0, 0, w.zone) }
	return dates{
		from: at(from).Format(time.DateOnly), to: at(to).Format(time.DateOnly),
		begin: at(from).UnixMilli(), end: at(to + 1).UnixMilli(),
	}
}

func (d dates) json() object { return object{"from": d.from, "to": d.to} }

// sql says that an event lies in the range.
func (d dates) sql() string { return fmt.Sprintf("(time >= %d AND time < %d)", d.begin, d.end) }

// local is an instant of UTC milliseconds in the project's zone.
func (w *world) local(time string) string {
	return fmt.Sprintf("fromUnixTimestamp64Milli(toInt64(%s), '%s')", time, w.zone)
}

// bucket is the start of the calendar unit of an instant: a Date, or a Unix time for hours.
func (w *world) bucket(unit, time string) string {
	local := w.local(time)
	switch unit {
	case "hour":
		return "toUnixTimestamp(toStartOfHour(" + local + "))"
	case "week":
		mode := 1 // from Monday
		if w.week == 0 {
			mode = 0
		}
		return fmt.Sprintf("toStartOfWeek(toDate(%s), %d)", local, mode)
	case "month":
		return "toStartOfMonth(toDate(" + local + "))"
	}
	return "toDate(" + local + ")"
}

// index numbers the calendar units one after the other.
func (w *world) index(unit, time string) string {
	switch unit {
	case "week":
		return "intDiv(toInt32(" + w.bucket("week", time) + ") + 7, 7)"
	case "month":
		return "toInt32(toRelativeMonthNum(" + w.bucket("month", time) + "))"
	}
	return "toInt32(" + w.bucket("day", time) + ")"
}

// filter draws a condition over persons for a whole question, or none.
func (w *world) filter(ask object) (sql string) {
	if w.chance(70) {
		return "true"
	}
	condition, persons := w.did()
	ask["filter"] = condition
	return "person IN (" + persons + ")"
}
