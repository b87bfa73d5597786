package enginetest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/weirhq/weir/internal/cells"
)

// measures are those of trends, and what ClickHouse calls them; a bucket without a value is 0.
var measures = []struct {
	json any
	sql  string
}{
	{"count", "count()"},
	{"persons", "uniqExact(person)"},
	{"count_per_person", "count() / uniqExact(person)"},
	{object{"sum": "m"}, "sum(ifNull(m, 0))"},
	{object{"sum": "n"}, "sum(ifNull(n, 0))"},
	{object{"avg": "m"}, "avg(m)"},
	{object{"min": "n"}, "min(n)"},
	{object{"max": "m"}, "max(m)"},
	{object{"median": "m"}, "quantileExactInclusive(0.5)(m)"},
	{object{"p90": "n"}, "quantileExactInclusive(0.9)(n)"},
	{object{"p95": "m"}, "quantileExactInclusive(0.95)(m)"},
	{object{"p99": "m"}, "quantileExactInclusive(0.99)(m)"},
	{object{"distinct": "s"}, "uniqExact(s)"},
}

// rowsOf are breakdowns and the label of a row in SQL; a missing value is «».
var rowsOf = []struct {
	json []any
	sql  string
}{
	{nil, ""},
	{nil, ""},
	{[]any{object{"property": "s"}}, "ifNull(s, '')"},
	{[]any{object{"property": "n"}}, "ifNull(toString(n), '')"},
	{[]any{object{"property": "k"}, object{"property": "b"}}, "concat(k, ',', ifNull(toString(b), ''))"},
}

func TestTrend(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.each(t, func() {
			m, d := w.any(), w.dates()
			unit := w.text("hour", "day", "day", "week", "month")
			measure, rows := measures[w.IntN(len(measures))], rowsOf[w.IntN(len(rowsOf))]
			ask := object{
				"kind": "trend", "interval": unit, "range": d.json(), "breakdown_limit": 100,
				"series": []any{m.put(object{"measure": measure.json})},
			}
			prefix := "''"
			if rows.json != nil {
				ask["breakdown"] = rows.json
				prefix = "concat(" + rows.sql + ", '@')"
			}
			sql := fill(`SELECT concat({row}, {bucket}) AS label, ifNull(toFloat64({measure}), 0) FROM w WHERE {where} GROUP BY label`, map[string]any{
				"row": prefix, "measure": measure.sql, "where": strings.Join([]string{m.sql, d.sql(), w.filter(ask)}, " AND "),
			})
			buckets := strings.ReplaceAll(sql, "{bucket}", "toString("+w.bucket(unit, "time")+")")
			totals := strings.ReplaceAll(sql, "{bucket}", "'total'")
			w.require(t, ask, buckets+" UNION ALL "+totals, cells.Trend, cells.TrendTotals)
		})
	})
}

func TestTrendOfFirstTimes(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.each(t, func() {
			m, d := w.any(), w.dates()
			unit := w.text("hour", "day", "week", "month")
			ask := object{
				"kind": "trend", "interval": unit, "range": d.json(),
				"series": []any{m.put(object{"measure": "first_time_persons"})},
			}
			sql := fmt.Sprintf(`SELECT toString(%s) AS label, count() FROM (SELECT person, min(w.time) AS time FROM w WHERE %s AND %s GROUP BY person)
				WHERE %s GROUP BY label WITH ROLLUP`, w.bucket(unit, "time"), m.sql, w.filter(ask), d.sql())
			w.require(t, ask, "SELECT if(label = '', 'total', label), c FROM ("+strings.Replace(sql, "count()", "count() AS c", 1)+")", cells.Trend, cells.TrendTotals)
		})
	})
}

func TestTrendOfRollingPersons(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.each(t, func() {
			m, d := w.any(), w.dates()
			days := 1 + w.IntN(8)
			ask := object{
				"kind": "trend", "interval": "day", "range": d.json(),
				"series": []any{m.put(object{"measure": "rolling_persons", "days": days})},
			}
			sql := fill(`SELECT toString(d), uniqExact(person) FROM w ARRAY JOIN arrayMap(i -> {day} + i, range({n})) AS d
				WHERE {where} AND d BETWEEN '{from}' AND '{to}' GROUP BY d
				UNION ALL SELECT 'total', uniqExact(person) FROM w WHERE {where} AND {day} > toDate('{from}') - {n} AND {day} <= '{to}'`,
				map[string]any{"day": w.bucket("day", "time"), "n": days, "where": m.sql + " AND " + w.filter(ask), "from": d.from, "to": d.to})
			w.require(t, ask, sql, cells.Trend, cells.TrendTotals)
		})
	})
}

func TestFormulaOfTwoSeries(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.each(t, func() {
			a, b, d := w.any(), w.any(), w.dates()
			ask := object{
				"kind": "trend", "interval": "day", "range": d.json(), "formula": "(A - B) / B * 100",
				"series": []any{a.put(object{"measure": "persons"}), b.put(object{"measure": "count"})},
			}
			sql := fill(`SELECT toString({day}) AS label, uniqExactIf(person, {a}) AS x, countIf({b}) AS y, if(y = 0, NULL, (x - y) / y * 100)
				FROM w WHERE {in} AND {filter} GROUP BY label`,
				map[string]any{"day": w.bucket("day", "time"), "a": a.sql, "b": b.sql, "in": d.sql(), "filter": w.filter(ask)})
			w.require(t, ask, "SELECT label, f FROM ("+strings.Replace(sql, "* 100)", "* 100) AS f", 1)+")", cells.Trend)
		})
	})
}
