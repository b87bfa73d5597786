package questions

import "github.com/weirhq/weir/internal/cells"

// lives asks how persons come back and stay.
func lives() []Question {
	return []Question{
		{
			Name: "retention by day, 14 days", Kind: "retention", PerPerson: true,
			Ask: `{"kind":"retention","start":{"event":"*"},"return":{"event":"*"},"interval":"day","periods":14,"range":{"from":"` + from + `","to":"2026-04-16"}}`,
			SQL: []string{
				`WITH b AS (SELECT day, groupBitmapState(person) AS s FROM {t} WHERE ` + dates + ` GROUP BY day)
				SELECT concat(toString(x.day), '@', toString(y.day - x.day)), bitmapAndCardinality(x.s, y.s) FROM b AS x CROSS JOIN b AS y
				WHERE x.day <= '2026-04-16' AND y.day - x.day BETWEEN 0 AND 14`,
				`SELECT concat(toString(d), '@', toString(n)), count() FROM (SELECT d, e - d AS n FROM
				(SELECT groupUniqArray(day) AS days FROM {t} WHERE ` + dates + ` GROUP BY person) ARRAY JOIN days AS d ARRAY JOIN days AS e
				WHERE d <= '2026-04-16' AND n BETWEEN 0 AND 14) GROUP BY d, n`,
			},
			Read: cells.Retention,
		},
		{
			Name: "registered → paid, by week", Kind: "retention",
			Ask: `{"kind":"retention","start":{"event":"register"},"return":{"event":"pay"},"interval":"week","periods":8,"cohort":"first_in_range",
				"range":{"from":"2026-02-02","to":"2026-04-26"}}`,
			SQL: []string{`SELECT concat(toString(c), '@', toString(n)), uniqExact(person) FROM (SELECT c, person, intDiv(toMonday(day) - c, 7) AS n FROM {t}
				INNER JOIN (SELECT person, toMonday(min(day)) AS c FROM {t} WHERE event = 'register' AND day BETWEEN '2026-02-02' AND '2026-04-26' GROUP BY person) AS r
				USING (person) WHERE event = 'pay' AND day >= '2026-02-02' AND n BETWEEN 0 AND 8) GROUP BY c, n`},
			Read: cells.Retention,
		},
		{
			Name: "growth by week", Kind: "growth", PerPerson: true,
			Ask:  `{"kind":"growth","event":"*","interval":"week","range":{"from":"2026-02-02","to":"2026-04-26"}}`,
			SQL:  growthSQL(),
			Read: cells.Growth,
		},
		{
			Name: "stickiness over 28 days", Kind: "stickiness", PerPerson: true,
			Ask: `{"kind":"stickiness","event":"product_view","interval":"day","range":{"from":"2026-03-30","to":"2026-04-26"}}`,
			SQL: []string{
				`SELECT toString(k), count() FROM (SELECT uniqExact(day) AS k FROM {t}
				WHERE event = 'product_view' AND day BETWEEN '2026-03-30' AND '2026-04-26' GROUP BY person) GROUP BY k`,
				`SELECT toString(k), count() FROM (SELECT bitCount(groupBitOr(bitShiftLeft(1::UInt32, day - toDate('2026-03-30')))) AS k FROM {t}
				WHERE event = 'product_view' AND day BETWEEN '2026-03-30' AND '2026-04-26' GROUP BY person) GROUP BY k`,
			},
			Read: cells.Stickiness,
		},
		{
			Name: "persons by number of views, per week", Kind: "distribution", PerPerson: true,
			Ask: `{"kind":"distribution","event":"product_view","measure":"count","interval":"week","bins":[2,3,4,5,6,11,21,51],
				"range":{"from":"2026-02-02","to":"2026-04-26"}}`,
			SQL: []string{`SELECT concat(toString(w), '@', toString(bin)), count() FROM (SELECT w,
				arrayCount(edge -> n >= edge, [2, 3, 4, 5, 6, 11, 21, 51]) AS bin FROM (SELECT toMonday(day) AS w, count() AS n FROM {t}
				WHERE event = 'product_view' AND day BETWEEN '2026-02-02' AND '2026-04-26' GROUP BY person, w)) GROUP BY w, bin`},
			Read: cells.Distribution,
		},
		{
			Name: "time from search to cart, per week", Kind: "interval",
			Ask: `{"kind":"interval","start":{"event":"search"},"end":{"event":"add_to_cart"},"interval":"week","within":{"value":1,"unit":"day"},
				"range":{"from":"2026-02-02","to":"2026-04-26"}}`,
			SQL:  intervalSQL(),
			Read: cells.Interval,
		},
	}
}

// growthSQL counts who is new, stays, comes back or goes, by bitmaps of weeks and by lists of weeks.
func growthSQL() []string {
	return []string{
		`WITH b AS (SELECT toMonday(day) AS w, groupBitmapState(person) AS s FROM {t} WHERE day <= '2026-04-26' GROUP BY w),
		p AS (SELECT w, s, groupBitmapMergeState(s) OVER (ORDER BY w ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING) AS last,
			groupBitmapMergeState(s) OVER (ORDER BY w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before FROM b)
		SELECT toString(w), bitmapCardinality(s) AS active, active - bitmapAndCardinality(s, before) AS fresh, bitmapAndCardinality(s, last) AS retained,
			active - fresh - retained AS resurrected, bitmapCardinality(last) - retained AS dormant FROM p WHERE w >= '2026-02-02'`,
		`SELECT toString(pair.1) AS w, countIf(pair.2 != 'dormant'), countIf(pair.2 = 'new'), countIf(pair.2 = 'retained'), countIf(pair.2 = 'resurrected'), countIf(pair.2 = 'dormant')
		FROM (SELECT arrayJoin(arrayConcat(
				arrayMap((v, i) -> (v, multiIf(i = 1, 'new', ws[i - 1] = v - 7, 'retained', 'resurrected')), ws, arrayEnumerate(ws)),
				arrayMap(v -> (v + 7, 'dormant'), arrayFilter(v -> NOT has(ws, v + 7), ws)))) AS pair
			FROM (SELECT arraySort(groupUniqArray(toMonday(day))) AS ws FROM {t} WHERE day <= '2026-04-26' GROUP BY person))
		WHERE pair.1 BETWEEN '2026-02-02' AND '2026-04-26' GROUP BY w`,
	}
}

// intervalSQL pairs each search with the next cart of the person.
func intervalSQL() []string {
	const shape = `SELECT toString(w), count(), min(d), quantileExactInclusive(0.25)(d), quantileExactInclusive(0.5)(d), quantileExactInclusive(0.75)(d),
		quantileExactInclusive(0.9)(d), max(d), avg(d) FROM (`
	const tail = `) WHERE d <= 86400 GROUP BY w`
	return []string{
		shape + `SELECT toMonday(a.day) AS w, (b.time - a.time) / 1000 AS d FROM
			(SELECT person, time, day FROM {t} WHERE event = 'search' AND day BETWEEN '2026-02-02' AND '2026-04-26') AS a
			ASOF INNER JOIN (SELECT person, time FROM {t} WHERE event = 'add_to_cart') AS b ON a.person = b.person AND b.time >= a.time` + tail,
		shape + `SELECT toMonday(day) AS w, (next - time) / 1000 AS d FROM (SELECT event, day, time, minIf(time, event = 'add_to_cart')
			OVER (PARTITION BY person ORDER BY time DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS next FROM {t}
			WHERE event IN ('search', 'add_to_cart') AND day BETWEEN '2026-02-02' AND '2026-04-27')
			WHERE event = 'search' AND day BETWEEN '2026-02-02' AND '2026-04-26' AND next > 0` + tail,
	}
}
