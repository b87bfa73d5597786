package enginetest

import (
	"fmt"
	"testing"

	"github.com/weirhq/weir/internal/cells"
)

// TestRetention says retention as a join of starts and returns by calendar unit.
func TestRetention(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.each(t, func() {
			start, d := w.any(), w.dates()
			unit := w.text("day", "day", "week", "month")
			periods := map[string]int{"day": 1 + w.IntN(8), "week": 2, "month": 1}[unit]
			cohort, criterion := w.text("recurring", "first_in_range", "first_ever"), w.text("on", "on_or_after")
			back, same := start, true
			if w.chance(50) {
				back = w.any()
				same = fmt.Sprint(back) == fmt.Sprint(start)
			}
			ask := object{
				"kind": "retention", "start": start.put(object{}), "return": back.put(object{}), "interval": unit, "periods": periods,
				"cohort": cohort, "criterion": criterion, "range": d.json(),
			}
			value, measure := "uniqExact(person)", any("persons")
			if w.chance(25) && criterion == "on" {
				value, measure = "sum(ifNull(m, 0))", object{"sum": "m"}
			}
			ask["measure"] = measure
			sql := fill(retentionSQL(cohort, criterion, same), map[string]any{
				"start": start.sql, "back": back.sql, "in": d.sql(), "begin": d.begin, "end": d.end, "filter": w.filter(ask), "value": value,
				"bucket": w.bucket(unit, "time"), "index": w.index(unit, "time"), "periods": periods,
			})
			w.require(t, ask, sql, cells.Retention, cells.Sizes)
		})
	})
}

// retentionSQL joins starts and returns. Of an interval that the range cuts, only
// the part inside the range counts at the range's beginning.
func retentionSQL(cohort, criterion string, same bool) string {
	// cohorts: a row per person and unit of its starts; at is the first start of the unit.
	cohorts := `SELECT person, {index} AS unit, min(w.time) AS at, min({bucket}) AS label FROM w WHERE {start} AND {in} AND {filter} GROUP BY person, unit`
	switch cohort {
	case "first_in_range":
		cohorts = `SELECT * FROM (` + cohorts + `) ORDER BY person, unit LIMIT 1 BY person`
	case "first_ever":
		cohorts = `SELECT * FROM (` + cohorts + `) AS c WHERE (person, at) IN (SELECT person, min(time) FROM w WHERE {start} GROUP BY person)`
	}
	later := "true" // in column 0 a return counts from the start on, or at any time of the unit where the events are the same
	if !same {
		later = "time >= at"
	}
	column := "arrayFilter(x -> x BETWEEN 0 AND {periods}, [r - unit])"
	if criterion == "on_or_after" {
		column = "range(0, toUInt32(greatest(0, least({periods}, r - unit) + 1)))"
		later += " AND time < {end}"
	}
	return `WITH c AS (` + cohorts + `), b AS (SELECT person, time, m, {index} AS r FROM w WHERE {back} AND time >= {begin})
		SELECT concat(toString(label), '@size') AS l, toFloat64(count()) FROM c GROUP BY l
		UNION ALL SELECT concat(toString(label), '@', toString(n)) AS l, toFloat64({value}) FROM
			(SELECT * FROM c INNER JOIN b ON c.person = b.person WHERE r >= unit AND (r > unit OR ` + later + `)` + onlyUntilEnd(criterion) + `)
			ARRAY JOIN ` + column + ` AS n GROUP BY l`
}

// onlyUntilEnd keeps returns of «on or after» within the range.
func onlyUntilEnd(criterion string) string {
	if criterion == "on_or_after" {
		return " AND time < {end}"
	}
	return ""
}

// TestRetentionInDays is retention by the person's own days of 24 hours.
func TestRetentionInDays(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.each(t, func() {
			m, d := w.different(2), w.dates()
			periods := 1 + w.IntN(8)
			ask := object{
				"kind": "retention", "start": m[0].put(object{}), "return": m[1].put(object{}), "interval": "day", "periods": periods,
				"cohort": "first_in_range", "mode": "rolling", "range": d.json(),
			}
			sql := fill(`WITH c AS (SELECT person, min(w.time) AS at FROM w WHERE {start} AND {in} AND {filter} GROUP BY person)
				SELECT concat(toString({label}), '@size') AS l, count() FROM c GROUP BY l
				UNION ALL SELECT concat(toString({label}), '@', toString(intDiv(time - at, 86400000))) AS l, uniqExact(person) FROM w INNER JOIN c USING (person)
				WHERE {back} AND time >= at AND intDiv(time - at, 86400000) <= {n} GROUP BY l`,
				map[string]any{
					"start": m[0].sql, "back": m[1].sql, "in": d.sql(), "filter": w.filter(ask), "n": periods,
					"label": w.bucket("day", "at"),
				})
			w.require(t, ask, sql, cells.Retention, cells.Sizes)
		})
	})
}

// TestRetentionFunction is ClickHouse's own retention(), a day at a time.
func TestRetentionFunction(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.each(t, func() {
			m := w.any()
			from := firstDay + w.IntN(12)
			d := w.between(from, from)
			ask := object{
				"kind": "retention", "start": m.put(object{}), "return": m.put(object{}), "interval": "day", "periods": 3, "range": d.json(),
			}
			day := w.bucket("day", "time")
			on := func(n int) string { return fmt.Sprintf("%s AND %s = toDate('%s') + %d", m.sql, day, d.from, n) }
			sql := fmt.Sprintf(`SELECT concat('%s@', toString(n - 1)), sum(r[n]) FROM
				(SELECT retention(%s, %s, %s, %s) AS r FROM w WHERE %s GROUP BY person) ARRAY JOIN [1, 2, 3, 4] AS n GROUP BY n`,
				d.from, on(0), on(1), on(2), on(3), w.filter(ask))
			w.require(t, ask, sql, cells.Retention)
		})
	})
}
