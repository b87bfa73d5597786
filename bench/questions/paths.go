package questions

import (
	"fmt"

	"github.com/weirhq/weir/internal/cells"
)

// funnels asks how far persons get.
func funnels() []Question {
	const steps = `"steps":[{"event":"product_view"},{"event":"add_to_cart"},{"event":"checkout"},{"event":"pay"}],"window":{"value":7,"unit":"day"}`
	const level = `windowFunnel({w})(time, event = 'product_view' AND time < {to}, event = 'add_to_cart', event = 'checkout', event = 'pay')`
	const where = `event IN ('product_view', 'add_to_cart', 'checkout', 'pay') AND time >= {from} AND time < {to} + {w} + 1`
	reached := func(from string) string {
		return `SELECT concat('step ', toString(k)), count() FROM (` + from + `) ARRAY JOIN range(1, level + 1) AS k GROUP BY k`
	}
	sql := func(text string) string { return fill(text, "w", week, "from", fromTime, "to", toTime) }
	ordered := sql(reached(`SELECT ` + level + ` AS level FROM {t} WHERE ` + where + ` GROUP BY person`))
	out := []Question{
		{
			Name: "funnel of 4 steps in 7 days", Kind: "funnel", PerPerson: true,
			Ask: `{"kind":"funnel",` + steps + `,` + asked + `}`, SQL: []string{ordered}, Read: cells.Funnel,
		},
		{
			Name: "funnel of 3 steps, strict", Kind: "funnel", PerPerson: true,
			Ask: `{"kind":"funnel","order":"strict","steps":[{"event":"product_view"},{"event":"add_to_cart"},{"event":"checkout"}],
				"window":{"value":365,"unit":"day"},` + asked + `}`,
			SQL:  strictSQL(),
			Read: cells.Funnel,
		},
		{
			Name: "funnel by platform", Kind: "funnel", PerPerson: true,
			Ask: `{"kind":"funnel",` + steps + `,"breakdown":[{"property":"platform"}],` + asked + `}`,
			SQL: []string{sql(`SELECT concat(platform, '@step ', toString(k)), count() FROM
				(SELECT any(platform) AS platform, ` + level + ` AS level FROM {t} WHERE ` + where + ` GROUP BY person)
				ARRAY JOIN range(1, level + 1) AS k GROUP BY platform, k`)},
			Read: cells.FunnelRows,
		},
	}
	for _, percent := range Segments {
		out = append(out, Question{
			Name: fmt.Sprintf("funnel among a segment of %d %%", percent), Kind: "funnel", PerPerson: true,
			Ask: fmt.Sprintf(`{"kind":"funnel",%s,"filter":{"segment":"seg_%d"},%s}`, steps, percent, asked),
			SQL: []string{sql(reached(`SELECT ` + level + ` AS level FROM {t} WHERE person IN (SELECT person FROM ` +
				fmt.Sprintf("segment_%d", percent) + `) AND ` + where + ` GROUP BY person`))},
			Read: cells.Funnel,
		})
	}
	return out
}

// Segments are the sizes of the segments asked about, in percent of all persons.
var Segments = []int{1, 10, 50}

// strictSQL has no other event between two steps. windowFunnel's strict_order
// gives up at the first other event instead of waiting for the next attempt, so
// the steps are looked for as neighbours: the condition `true` makes every event
// one that the pattern must account for.
func strictSQL() []string {
	conditions := fill(`(time, event = 'product_view' AND time < {to}, event = 'add_to_cart', event = 'checkout', true)`, "to", toTime)
	where := ` FROM {t} WHERE time >= ` + fromTime + ` GROUP BY person`
	return []string{
		`SELECT 'step ' || toString(k), countIf(level >= k) FROM (SELECT multiIf(sequenceMatch('(?1)(?2)(?3)')` + conditions + `, 3, sequenceMatch('(?1)(?2)')` + conditions +
			`, 2, max(event = 'product_view' AND time < ` + toTime + `), 1, 0) AS level` + where + `) ARRAY JOIN [1, 2, 3] AS k GROUP BY k`,
		`SELECT 'step ' || toString(k), countIf(level >= k) FROM (SELECT
			arrayMap(x -> x.2, arraySort(groupArray((time, multiIf(event = 'product_view' AND time < ` + toTime + `, 1, event = 'add_to_cart', 2, event = 'checkout', 3, 0)::UInt8)))) AS e,
			multiIf(hasSubstr(e, [1, 2, 3]), 3, hasSubstr(e, [1, 2]), 2, has(e, 1), 1, 0) AS level` + where + `) ARRAY JOIN [1, 2, 3] AS k GROUP BY k`,
	}
}

// conditions asks which persons did what.
func conditions() []Question {
	return []Question{
		{
			Name: "who paid twice and got no refund", Kind: "condition", PerPerson: true,
			Ask: `{"all":[{"did":{"event":"pay","op":"gte","value":2,"within":{"from":"` + from + `","to":"` + to + `"}}},
				{"did_not":{"event":"refund","within":{"from":"` + from + `","to":"` + to + `"}}}]}`,
			SQL: []string{`SELECT 'persons', count() FROM (SELECT person FROM {t} WHERE event IN ('pay', 'refund') AND ` + dates + `
				GROUP BY person HAVING countIf(event = 'pay') >= 2 AND countIf(event = 'refund') = 0)`},
			Read: cells.Members,
		},
		{
			Name: "who spent more than 500", Kind: "condition", PerPerson: true,
			Ask: `{"did":{"event":"pay","measure":{"sum":"amount"},"op":"gt","value":500,"within":{"from":"` + from + `","to":"` + to + `"}}}`,
			SQL: []string{`SELECT 'persons', count() FROM (SELECT person FROM {t} WHERE event = 'pay' AND ` + dates + `
				GROUP BY person HAVING sum(amount) > 500)`},
			Read: cells.Members,
		},
		{
			Name: "who put in the cart within an hour of a search", Kind: "condition", PerPerson: true,
			Ask: `{"sequence":[{"event":"search"},{"event":"add_to_cart","within":{"value":1,"unit":"hour"}}]}`,
			SQL: []string{fill(`SELECT 'persons', countIf(level = 2) FROM (SELECT windowFunnel({h})(time, event = 'search', event = 'add_to_cart') AS level
				FROM {t} WHERE event IN ('search', 'add_to_cart') GROUP BY person)`, "h", hour)},
			Read: cells.Members,
		},
	}
}
