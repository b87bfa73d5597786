package questions

import "github.com/weirhq/weir/internal/cells"

// money asks which channels earn and what persons are worth.
func money() []Question {
	return []Question{
		{
			Name: "payments by last channel in 7 days", Kind: "attribution",
			Ask:  attributionAsk("last"),
			SQL:  append(lastTouchSQL(), touchesSQL(``, `touched[-1]`, `1`)),
			Read: cells.Attribution,
		},
		{
			Name: "payments by channels in 7 days, linear", Kind: "attribution",
			Ask:  attributionAsk("linear"),
			SQL:  []string{linearJoinSQL(), touchesSQL(`LEFT ARRAY JOIN touched AS touch`, `touch`, `greatest(1, length(touched))`)},
			Read: cells.Attribution,
		},
		{
			Name: "value of registered persons, by week and day", Kind: "ltv",
			Ask: `{"kind":"ltv","cohort":{"event":"register"},"revenue":{"event":"pay","value":"amount"},"interval":"week","periods":60,
				"range":{"from":"2026-02-02","to":"2026-04-26"}}`,
			SQL:  []string{ltvSQL()},
			Read: cells.LTV,
		},
	}
}

func attributionAsk(model string) string {
	return `{"kind":"attribution","conversion":{"event":"pay","value":"amount"},"touch":{"event":"page_view","by":{"property":"channel"}},
		"lookback":{"value":7,"unit":"day"},"model":"` + model + `",` + asked + `}`
}

// lastTouchSQL joins each payment with the latest view at or before it.
func lastTouchSQL() []string {
	return []string{fill(`SELECT if(c.time - v.time < {w}, v.channel, '<direct>') AS ch, count(), sum(c.amount) FROM
		(SELECT person, time, amount FROM {t} WHERE event = 'pay' AND `+dates+`) AS c
		ASOF LEFT JOIN (SELECT person, time, channel FROM {t} WHERE event = 'page_view' AND day <= '`+to+`') AS v ON c.person = v.person AND c.time >= v.time
		GROUP BY ch`, "w", week)}
}

// linearJoinSQL joins each payment with all views of the person, and keeps those of the look-back.
func linearJoinSQL() string {
	return fill(`WITH pairs AS (SELECT c.person AS p, c.time AS at, c.amount AS amount, v.channel AS ch, v.time > 0 AND v.time <= c.time AND c.time - v.time < {w} AS good FROM
		(SELECT person, time, amount FROM {t} WHERE event = 'pay' AND `+dates+`) AS c
		LEFT JOIN (SELECT person, time, channel FROM {t} WHERE event = 'page_view' AND day BETWEEN toDate('`+from+`') - 7 AND '`+to+`') AS v ON c.person = v.person),
		conversions AS (SELECT any(amount) AS money, groupArrayIf(ch, good) AS touched FROM pairs GROUP BY p, at)
		SELECT if(empty(touched), '<direct>', touch) AS label, sum(1 / greatest(1, length(touched))), sum(money / greatest(1, length(touched)))
		FROM conversions LEFT ARRAY JOIN touched AS touch GROUP BY label`, "w", week)
}

// touchesSQL lists the views and payments of each person who paid, and looks
// back in the list. A payment with views gives touch its share, any other is direct.
func touchesSQL(split, touch, share string) string {
	return fill(`SELECT if(empty(touched), '<direct>', {touch}.2) AS ch, sum(1 / {share}), sum(money / {share}) FROM
		(SELECT arrayFilter(v -> v.1 <= conversion.1 AND conversion.1 - v.1 < {w}, views) AS touched, conversion.2 AS money FROM
			(SELECT arraySort(groupArrayIf((time, channel), event = 'page_view')) AS views, groupArrayIf((time, amount), event = 'pay' AND `+dates+`) AS paid
			FROM {t} WHERE event IN ('page_view', 'pay') AND day BETWEEN toDate('`+from+`') - 7 AND '`+to+`'
			AND person IN (SELECT person FROM {t} WHERE event = 'pay' AND `+dates+`) GROUP BY person)
		ARRAY JOIN paid AS conversion) {split} GROUP BY ch`, "w", week, "split", split, "touch", touch, "share", share)
}

// ltvSQL adds up, by week of registration and day of life, what was paid and who paid first.
func ltvSQL() string {
	return fill(`WITH r AS (SELECT person, min(time) AS t0, toMonday(min(day)) AS c FROM {t} WHERE event = 'register' AND day BETWEEN '2026-02-02' AND '2026-04-26' GROUP BY person),
		paid AS (SELECT c, person, intDiv(time - t0, {d}) AS n, amount FROM {t} INNER JOIN r USING (person) WHERE event = 'pay' AND day >= '2026-02-02' AND time >= t0 AND n < 60),
		money AS (SELECT c, n, sum(amount) AS m FROM paid GROUP BY c, n),
		payers AS (SELECT c, first AS n, count() AS k FROM (SELECT c, min(n) AS first FROM paid GROUP BY c, person) GROUP BY c, n),
		cells AS (SELECT c, n FROM (SELECT DISTINCT c FROM r) ARRAY JOIN range(60) AS n)
		SELECT concat(toString(cells.c), '@', toString(cells.n)), sum(money.m) OVER w, sum(payers.k) OVER w FROM cells
		LEFT JOIN money ON money.c = cells.c AND money.n = cells.n LEFT JOIN payers ON payers.c = cells.c AND payers.n = cells.n
		WINDOW w AS (PARTITION BY cells.c ORDER BY cells.n ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)`, "d", day)
}
