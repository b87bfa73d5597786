package questions

import "github.com/weirhq/weir/internal/cells"

// measures asks for counts, persons and sums over time, also filtered.
func measures() []Question {
	return []Question{
		{
			Name: "events per day", Kind: "trend",
			Ask:  `{"kind":"trend","interval":"day","series":[{"event":"*","measure":"count"}],` + asked + `}`,
			SQL:  []string{`SELECT toString(day), count() FROM {t} WHERE ` + dates + ` GROUP BY day`},
			Read: cells.Trend,
		},
		{
			Name: "persons per day", Kind: "trend",
			Ask: `{"kind":"trend","interval":"day","series":[{"event":"*","measure":"persons"}],` + asked + `}`,
			SQL: []string{
				`SELECT toString(day), uniqExact(person) FROM {t} WHERE ` + dates + ` GROUP BY day`,
				`SELECT toString(day), groupBitmap(person) FROM {t} WHERE ` + dates + ` GROUP BY day`,
				`SELECT toString(day), count() FROM (SELECT day, person FROM {t} WHERE ` + dates + ` GROUP BY day, person) GROUP BY day`,
			},
			Read: cells.Trend,
		},
		{
			Name: "sum of payments per day", Kind: "trend",
			Ask:  `{"kind":"trend","interval":"day","series":[{"event":"pay","measure":{"sum":"amount"}}],` + asked + `}`,
			SQL:  []string{`SELECT toString(day), sum(amount) FROM {t} WHERE event = 'pay' AND ` + dates + ` GROUP BY day`},
			Read: cells.Trend,
		},
		{
			Name: "90th percentile of a price per week", Kind: "trend",
			Ask: `{"kind":"trend","interval":"week","series":[{"event":"product_view","measure":{"p90":"price"}}],` + asked + `}`,
			SQL: []string{`SELECT toString(toMonday(day)) AS w, quantileExactInclusive(0.9)(price) FROM {t}
				WHERE event = 'product_view' AND ` + dates + ` GROUP BY w`},
			Read: cells.Trend,
		},
		{
			Name: "events in one city of 1,000, per day", Kind: "trend",
			Ask: `{"kind":"trend","interval":"day","series":[{"event":"product_view","measure":"count",
				"where":{"property":"city","op":"eq","value":"city 017"}}],` + asked + `}`,
			SQL:  []string{`SELECT toString(day), count() FROM {t} WHERE event = 'product_view' AND city = 'city 017' AND ` + dates + ` GROUP BY day`},
			Read: cells.Trend,
		},
		{
			Name: "persons who saw a price above 300, per day", Kind: "trend",
			Ask: `{"kind":"trend","interval":"day","series":[{"event":"product_view","measure":"persons",
				"where":{"property":"price","op":"gt","value":300}}],` + asked + `}`,
			SQL: []string{
				`SELECT toString(day), uniqExact(person) FROM {t} WHERE event = 'product_view' AND price > 300 AND ` + dates + ` GROUP BY day`,
				`SELECT toString(day), groupBitmap(person) FROM {t} WHERE event = 'product_view' AND price > 300 AND ` + dates + ` GROUP BY day`,
			},
			Read: cells.Trend,
		},
	}
}

// breakdowns asks the same by properties of 30 and of 100,000 values.
func breakdowns() []Question {
	return []Question{
		{
			Name: "events by 30 channels, per day", Kind: "trend",
			Ask: `{"kind":"trend","interval":"day","breakdown":[{"property":"channel"}],"breakdown_limit":30,
				"series":[{"event":"page_view","measure":"count"}],` + asked + `}`,
			SQL: []string{`SELECT concat(channel, '@', toString(day)), n FROM
				(SELECT channel, day, count() AS n FROM {t} WHERE event = 'page_view' AND ` + dates + ` GROUP BY channel, day)`},
			Read: cells.Trend,
		},
		{
			Name: "persons by 30 channels, per week", Kind: "trend",
			Ask: `{"kind":"trend","interval":"week","breakdown":[{"property":"channel"}],"breakdown_limit":30,
				"series":[{"event":"page_view","measure":"persons"}],` + asked + `}`,
			SQL: []string{
				`SELECT concat(channel, '@', toString(w)), n FROM
				(SELECT channel, toMonday(day) AS w, uniqExact(person) AS n FROM {t} WHERE event = 'page_view' AND ` + dates + ` GROUP BY channel, w)`,
				`SELECT concat(channel, '@', toString(w)), n FROM
				(SELECT channel, toMonday(day) AS w, groupBitmap(person) AS n FROM {t} WHERE event = 'page_view' AND ` + dates + ` GROUP BY channel, w)`,
			},
			Read: cells.Trend,
		},
		{
			Name: "events by 100,000 pages, per month, 50 shown", Kind: "trend",
			Ask: `{"kind":"trend","interval":"month","breakdown":[{"property":"page"}],"breakdown_limit":50,
				"series":[{"event":"page_view","measure":"count"}],` + asked + `}`,
			SQL: []string{`WITH counts AS (SELECT page, toStartOfMonth(day) AS m, count() AS n FROM {t} WHERE event = 'page_view' AND ` + dates + ` GROUP BY page, m),
				top AS (SELECT page FROM counts GROUP BY page ORDER BY sum(n) DESC, page LIMIT 50)
				SELECT concat(if(page IN top, page, '<other>'), '@', toString(m)) AS label, sum(n) FROM counts GROUP BY label`},
			Read: cells.Trend,
		},
	}
}

// rolling asks who was active in the days before each day.
func rolling() []Question {
	return []Question{
		{
			Name: "persons active in 7 days, per day", Kind: "trend",
			Ask: `{"kind":"trend","interval":"day","series":[{"event":"*","measure":"rolling_persons","days":7}],` + asked + `}`,
			SQL: []string{
				`WITH b AS (SELECT day, groupBitmapState(person) AS s FROM {t} WHERE day BETWEEN toDate('` + from + `') - 6 AND '` + to + `' GROUP BY day)
				SELECT toString(day) AS d, n FROM (SELECT day, groupBitmapMerge(s) OVER (ORDER BY day RANGE BETWEEN 6 PRECEDING AND CURRENT ROW) AS n FROM b)
				WHERE day >= '` + from + `'`,
				`SELECT toString(d), uniqExact(person) FROM
				(SELECT day, person FROM {t} WHERE day BETWEEN toDate('` + from + `') - 6 AND '` + to + `' GROUP BY day, person)
				ARRAY JOIN arrayMap(i -> day + i, range(7)) AS d WHERE d BETWEEN '` + from + `' AND '` + to + `' GROUP BY d`,
			},
			Read: cells.Trend,
		},
	}
}
