package enginetest

import (
	"fmt"
	"testing"
)

// did draws a condition on what persons did, and the SQL that lists them.
func (w *world) did() (object, string) {
	m := w.any()
	body := m.put(object{})
	in := "(" + m.sql + ")"
	if w.chance(50) {
		d := w.dates()
		body["within"] = d.json()
		in = "(" + in + " AND " + d.sql() + ")"
	}
	holds := fmt.Sprintf("countIf(%s) > 0", in)
	if w.chance(70) {
		holds = w.measured(body, in)
	}
	if w.chance(30) {
		return object{"did_not": body}, "SELECT person FROM w GROUP BY person HAVING NOT (" + holds + ")"
	}
	return object{"did": body}, "SELECT person FROM w GROUP BY person HAVING " + holds
}

// measured compares a measure of the events; avg, min and max of nothing are missing.
func (w *world) measured(body object, in string) string {
	low := w.IntN(5)
	value, measure := "", any("count")
	switch w.IntN(7) {
	case 0:
		value = fmt.Sprintf("countIf(%s)", in)
	case 1:
		measure, value = "days", fmt.Sprintf("uniqExactIf(%s, %s)", w.bucket("day", "time"), in)
	case 2:
		low *= 5
		measure, value = object{"sum": "n"}, fmt.Sprintf("sumIf(ifNull(n, 0), %s)", in)
	case 3:
		measure, value = object{"avg": "n"}, fmt.Sprintf("avgOrNullIf(n, %s)", in)
	case 4:
		measure, value = object{"min": "n"}, fmt.Sprintf("minOrNullIf(n, %s)", in)
	case 5:
		measure, value = object{"max": "n"}, fmt.Sprintf("maxOrNullIf(n, %s)", in)
	case 6:
		measure, value = object{"distinct": "s"}, fmt.Sprintf("uniqExactIf(s, %s AND s IS NOT NULL)", in)
	}
	body["measure"] = measure
	op := w.text("eq", "neq", "gt", "gte", "lt", "lte", "between")
	body["op"], body["value"] = op, low
	sign := map[string]string{"eq": "=", "neq": "=", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}[op]
	switch op {
	case "between":
		body["value"] = []int{low, low + 2}
		return fmt.Sprintf("ifNull(%s BETWEEN %d AND %d, false)", value, low, low+2)
	case "neq":
		return fmt.Sprintf("NOT ifNull(%s = %d, false)", value, low)
	}
	return fmt.Sprintf("ifNull(%s %s %d, false)", value, sign, low)
}

func TestDid(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.each(t, func() {
			c, sql := w.did()
			if w.chance(40) {
				other, otherSQL := w.did()
				if w.chance(50) {
					c, sql = object{"all": []any{c, other}}, fmt.Sprintf("SELECT person FROM (%s) WHERE person IN (%s)", sql, otherSQL)
				} else {
					c, sql = object{"any": []any{c, object{"not": other}}},
						fmt.Sprintf("SELECT DISTINCT person FROM w WHERE person IN (%s) OR person NOT IN (%s)", sql, otherSQL)
				}
			}
			w.requirePersons(t, c, sql)
		})
	})
}

// TestSequenceOfTwo is windowFunnel of two steps, ties included.
func TestSequenceOfTwo(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.each(t, func() {
			m := w.different(2)
			hours := 1 + w.IntN(72)
			second := m[1].put(object{"within": object{"value": hours, "unit": "hour"}})
			w.requirePersons(t, object{"sequence": []any{m[0].put(object{}), second}}, fmt.Sprintf(
				"SELECT person FROM w GROUP BY person HAVING windowFunnel(%d)(time, %s, %s) = 2", hours*3_600_000, m[0].sql, m[1].sql))
		})
	})
}

// TestSequenceOfThree is sequenceMatch, whose time condition is between neighbours as Weir's is.
func TestSequenceOfThree(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.each(t, func() {
			m := w.different(3)
			first, second := 1+w.IntN(100), 1+w.IntN(100)
			steps := []any{
				m[0].put(object{}),
				m[1].put(object{"within": object{"value": first, "unit": "hour"}}),
				m[2].put(object{"within": object{"value": second, "unit": "hour"}}),
			}
			w.requirePersons(t, object{"sequence": steps}, fmt.Sprintf(
				"SELECT person FROM w GROUP BY person HAVING sequenceMatch('(?1)(?t<=%d)(?2)(?t<=%d)(?3)')(time, %s, %s, %s)",
				first*3_600_000, second*3_600_000, m[0].sql, m[1].sql, m[2].sql))
		})
	}, worlds[1])
}

// TestAbsence is «a, and then not b within h hours».
func TestAbsence(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.each(t, func() {
			m := w.different(2)
			hours := 1 + w.IntN(200)
			second := m[1].put(object{"within": object{"value": hours, "unit": "hour"}, "absent": true})
			w.requirePersons(t, object{"sequence": []any{m[0].put(object{}), second}}, fill(
				`SELECT person FROM w GROUP BY person HAVING arrayExists(t -> t + {h} < {now} AND NOT arrayExists(u -> u >= t AND u <= t + {h},
				groupArrayIf(time, {b})), groupArrayIf(time, {a}))`,
				map[string]any{"h": hours * 3_600_000, "now": w.now.UnixMilli(), "a": m[0].sql, "b": m[1].sql}))
		})
	})
}
