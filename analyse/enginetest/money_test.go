package enginetest

import (
	"testing"

	"github.com/weirhq/weir/internal/cells"
)

// credit says how much of a conversion each touch has, in SQL: x is the touch,
// i its place among the n touches in order of time and arrival.
var credit = map[string]string{
	"first":    "i = 1",
	"last":     "i = n",
	"linear":   "1 / n",
	"position": "multiIf(n = 1, 1, n = 2, 0.5, i = 1 OR i = n, 0.4, 0.2 / (n - 2))",
	// Half-life of 7 days, normalised over the touches of the conversion.
	"time_decay": "exp2((toFloat64(x.1) - at) / 604800000) / arraySum(y -> exp2((toFloat64(y.1) - at) / 604800000), touches)",
}

// TestAttribution lists the touches of each conversion's look-back and shares it out.
func TestAttribution(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.each(t, func() {
			m, d := w.different(2), w.dates()
			days := 1 + w.IntN(10)
			model := w.text("first", "last", "linear", "position", "time_decay")
			conversion := m[0].put(object{"value": "m"})
			ask := object{
				"kind": "attribution", "conversion": conversion, "touch": m[1].put(object{"by": object{"property": "s"}}),
				"lookback": object{"value": days, "unit": "day"}, "model": model, "range": d.json(),
			}
			sql := fill(`WITH
				c AS (SELECT person, seq, time AS at, ifNull(m, 0) AS money FROM w WHERE {conversion} AND {in} AND {filter}),
				v AS (SELECT person, groupArray((time, seq, ifNull(s, ''))) AS all FROM w WHERE {touch} GROUP BY person),
				found AS (SELECT at, money, arraySort(arrayFilter(x -> x.1 <= at AND x.1 + {back} > at, v.all)) AS touches, length(touches) AS n
					FROM c LEFT JOIN v ON c.person = v.person),
				shares AS (SELECT x.3 AS value, toFloat64({credit}) AS share, money FROM found ARRAY JOIN touches AS x, arrayEnumerate(touches) AS i
					UNION ALL SELECT '<direct>', 1, money FROM found WHERE n = 0)
				SELECT value, sum(share), sum(share * money) FROM shares GROUP BY value`, map[string]any{
				"conversion": m[0].sql, "touch": m[1].sql, "in": d.sql(), "filter": w.filter(ask), "back": days * 86_400_000, "credit": credit[model],
			})
			w.require(t, ask, sql, cells.Attribution)
		})
	})
}

// TestLTV adds up what the members of a cohort paid in their first days of 24 hours.
func TestLTV(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.each(t, func() {
			m, d := w.different(2), w.dates()
			unit := w.text("day", "week", "month")
			periods := 1 + w.IntN(10)
			ask := object{
				"kind": "ltv", "cohort": m[0].put(object{}), "revenue": m[1].put(object{"value": "m"}), "interval": unit,
				"periods": periods, "range": d.json(),
			}
			sql := fill(`WITH
				c AS (SELECT person, min(w.time) AS at, toString({label}) AS label FROM w WHERE {cohort} AND {in} AND {filter} GROUP BY person),
				paid AS (SELECT label, person, intDiv(time - at, 86400000) AS day, m FROM w INNER JOIN c USING (person) WHERE {revenue} AND time >= at AND m IS NOT NULL)
				SELECT concat(label, '@', toString(n), '#0') AS l, toFloat64(sum(m)) FROM paid ARRAY JOIN range(toUInt32({periods})) AS n WHERE day <= n GROUP BY l
				UNION ALL SELECT concat(label, '@', toString(n), '#1') AS l, toFloat64(uniqExact(person)) FROM paid ARRAY JOIN range(toUInt32({periods})) AS n WHERE day <= n GROUP BY l
				UNION ALL SELECT concat(label, '@size') AS l, toFloat64(count()) FROM c GROUP BY l`, map[string]any{
				"cohort": m[0].sql, "revenue": m[1].sql, "in": d.sql(), "filter": w.filter(ask), "periods": periods,
				"label": w.bucket(unit, "at"),
			})
			w.require(t, ask, sql, cells.LTV, cells.Sizes)
		})
	})
}
