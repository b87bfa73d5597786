package enginetest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/weirhq/weir/internal/cells"
)

// TestGrowth sorts persons by the calendar units in which they did the event. A
// unit counts as far as it lies in the range; the unit before the range counts whole.
func TestGrowth(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.each(t, func() {
			m, d := w.any(), w.dates()
			unit := w.text("day", "day", "week", "month")
			ask := object{"kind": "growth", "interval": unit, "range": d.json()}
			m.put(ask)
			sql := fill(`WITH (SELECT {first}) AS first, (SELECT {last}) AS last,
				p AS (SELECT groupUniqArrayIf({index}, {in} OR ({index} = first - 1)) AS us, if(min(time) >= {begin}, argMin({index}, time), -1) AS born
					FROM w WHERE {match} AND time < {end} AND {filter} GROUP BY person)
				SELECT label, sum(active), sum(fresh), sum(retained), sum(active) - sum(fresh) - sum(retained), sum(dormant) FROM
					(SELECT u, has(us, u) AS active, u = born AS fresh, has(us, u) AND has(us, u - 1) AS retained, NOT has(us, u) AND has(us, u - 1) AS dormant
					FROM p ARRAY JOIN range(first, last + 1) AS u) AS x
				INNER JOIN (SELECT DISTINCT {index} AS u, toString({bucket}) AS label FROM
					(SELECT toUnixTimestamp64Milli(toDateTime64('{from} 12:00:00', 3, '{zone}')) + number * 86400000 AS time FROM numbers(40) WHERE time < {end})) AS names
				ON x.u = names.u GROUP BY label`, map[string]any{
				"first": w.index(unit, fmt.Sprint(d.begin)), "last": w.index(unit, fmt.Sprint(d.end-1)), "index": w.index(unit, "time"), "bucket": w.bucket(unit, "time"),
				"in": d.sql(), "begin": d.begin, "end": d.end, "match": m.sql, "filter": w.filter(ask), "from": d.from, "zone": w.zone,
			})
			w.require(t, ask, sql, cells.Growth)
		})
	})
}

func TestStickiness(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.each(t, func() {
			m, d := w.any(), w.dates()
			unit := w.text("hour", "day", "week", "month")
			ask := object{"kind": "stickiness", "interval": unit, "range": d.json()}
			m.put(ask)
			sql := fmt.Sprintf("SELECT toString(k), count() FROM (SELECT uniqExact(%s) AS k FROM w WHERE %s AND %s AND %s GROUP BY person) GROUP BY k",
				w.bucket(unit, "time"), m.sql, d.sql(), w.filter(ask))
			w.require(t, ask, sql, cells.Stickiness)
		})
	})
}

func TestDistribution(t *testing.T) {
	measures := []struct {
		json  any
		value string
		bins  []float64
	}{
		{"count", "count()", []float64{2, 3, 5}},
		{"days", "uniqExact({day})", []float64{2, 4}},
		{object{"sum": "n"}, "sum(ifNull(n, 0))", []float64{0, 1, 10, 25}},
		{object{"avg": "n"}, "avg(n)", []float64{3, 4.5, 5}},
		{object{"min": "m"}, "min(m)", []float64{100, 250.5, 900}},
		{object{"max": "n"}, "max(n)", []float64{9}},
		{object{"distinct": "s"}, "uniqExact(s)", []float64{1, 2}},
	}
	eachWorld(t, func(t *testing.T, w *world) {
		w.each(t, func() {
			m, d, measure := w.any(), w.dates(), measures[w.IntN(len(measures))]
			unit := w.text("hour", "day", "week", "month", "range")
			ask := object{"kind": "distribution", "measure": measure.json, "interval": unit, "range": d.json(), "bins": measure.bins}
			m.put(ask)
			bucket := "'range'"
			if unit != "range" {
				bucket = "toString(" + w.bucket(unit, "time") + ")"
			}
			sql := fill(`SELECT concat(label, '@', toString(bin)) AS l, count() FROM (SELECT label, arrayCount(edge -> v >= edge, {bins}) AS bin FROM
				(SELECT person, {bucket} AS label, {value} AS v FROM w WHERE {where} GROUP BY person, label) WHERE v IS NOT NULL) GROUP BY l`, map[string]any{
				"value": strings.ReplaceAll(measure.value, "{day}", w.bucket("day", "time")), "bucket": bucket,
				"bins": strings.ReplaceAll(fmt.Sprint(measure.bins), " ", ", "), "where": strings.Join([]string{m.sql, d.sql(), w.filter(ask)}, " AND "),
			})
			w.require(t, ask, sql, cells.Distribution)
		})
	})
}

// interval is the numbers that are compared of times between events.
const interval = `SELECT toString({bucket}) AS label, count(), min(s), quantileExactInclusive(0.25)(s), quantileExactInclusive(0.5)(s),
	quantileExactInclusive(0.75)(s), quantileExactInclusive(0.9)(s), max(s), avg(s) FROM (SELECT *, (next - time) / 1000 AS s FROM ({pairs})) WHERE {in} AND {within} GROUP BY label`

// TestInterval pairs each start with the next end by an ASOF join, which takes a tie as in order.
func TestInterval(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.each(t, func() {
			m, d := w.different(2), w.dates()
			w.interval(t, d, m[0], m[1], fill(`SELECT a.time AS time, b.time AS next FROM (SELECT person, time FROM w WHERE {a} AND {filter}) AS a
				ASOF INNER JOIN (SELECT person, time FROM w WHERE {b}) AS b ON a.person = b.person AND b.time >= a.time`,
				map[string]any{"a": m[0].sql, "b": m[1].sql}))
		})
	})
}

// TestIntervalOfRepeats pairs each event with the next of its kind.
func TestIntervalOfRepeats(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.each(t, func() {
			m, d := w.any(), w.dates()
			w.interval(t, d, m, m, fill(`SELECT time, next FROM (SELECT time, leadInFrame(time) OVER (PARTITION BY person ORDER BY time, seq
				ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS next FROM w WHERE {a} AND {filter}) WHERE next > 0`,
				map[string]any{"a": m.sql}))
		})
	})
}

func (w *world) interval(t *testing.T, d dates, from, to matcher, pairs string) {
	t.Helper()
	unit := w.text("day", "week", "month")
	ask := object{"kind": "interval", "start": from.put(object{}), "end": to.put(object{}), "interval": unit, "range": d.json()}
	within := "true"
	if w.chance(50) {
		hours := 1 + w.IntN(100)
		ask["within"] = object{"value": hours, "unit": "hour"}
		within = fmt.Sprintf("s <= %d", hours*3600)
	}
	pairs = strings.ReplaceAll(pairs, "{filter}", w.filter(ask))
	w.require(t, ask, fill(interval, map[string]any{"bucket": w.bucket(unit, "time"), "in": d.sql(), "within": within, "pairs": pairs}), cells.Interval)
}
