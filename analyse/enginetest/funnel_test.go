package enginetest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/weirhq/weir/internal/cells"
)

// steps gives a funnel's steps and their conditions; the first must lie in the range.
func steps(list []matcher, d dates) (json []any, sql string) {
	conditions := []string{"(" + list[0].sql + " AND " + d.sql() + ")"}
	for i, m := range list {
		json = append(json, m.put(object{}))
		if i > 0 {
			conditions = append(conditions, m.sql)
		}
	}
	return json, strings.Join(conditions, ", ")
}

// reached counts, for each step, the persons of a subquery with a level that got there.
const reached = `SELECT concat({row}'step ', toString(k)), sum(level >= k) FROM ({levels}) ARRAY JOIN range(1, {n} + 1) AS k GROUP BY {by}k`

// TestFunnel is windowFunnel in its default mode, also by what does not change about a person.
func TestFunnel(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.each(t, func() {
			d, list := w.dates(), w.different(1+w.IntN(4))
			hours := 1 + w.IntN(300)
			json, conditions := steps(list, d)
			ask := object{"kind": "funnel", "steps": json, "window": object{"value": hours, "unit": "hour"}, "range": d.json()}
			filter := w.filter(ask)
			row, by, read := "", "", cells.Funnel
			if w.chance(40) {
				ask["breakdown"] = []any{object{"property": "k"}}
				row, by, read = "k1, '@', ", "k1, ", cells.FunnelRows
			}
			sql := fill(reached, map[string]any{"row": row, "by": by, "n": len(list), "levels": fmt.Sprintf(
				"SELECT any(k) AS k1, windowFunnel(%d)(time, %s) AS level FROM w WHERE %s GROUP BY person HAVING level > 0",
				hours*3_600_000, conditions, filter)})
			w.require(t, ask, sql, read)
		})
	})
}

// TestStrictFunnelOfNeighbours looks for steps without another event between by sequenceMatch.
func TestStrictFunnelOfNeighbours(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.each(t, func() {
			d, list := w.dates(), w.different(2+w.IntN(2))
			json, conditions := steps(list, d)
			ask := object{"kind": "funnel", "order": "strict", "steps": json, "window": object{"value": 100, "unit": "day"}, "range": d.json()}
			var levels []string
			pattern := ""
			for k := range list {
				pattern += fmt.Sprintf("(?%d)", k+1)
				levels = append([]string{fmt.Sprintf("sequenceMatch('%s')(time, %s, true), %d", pattern, conditions, k+1)}, levels...)
			}
			sql := fill(reached, map[string]any{"row": "", "by": "", "n": len(list), "levels": fmt.Sprintf(
				"SELECT multiIf(%s, 0) AS level FROM w WHERE %s GROUP BY person", strings.Join(levels, ", "), w.filter(ask))})
			w.require(t, ask, sql, cells.Funnel)
		})
	}, worlds[1])
}

// TestStrictOrder is windowFunnel's own strict mode, on persons for whom it means the same.
func TestStrictOrder(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.each(t, func() {
			d, list := w.dates(), w.different(1+w.IntN(4))
			hours := 1 + w.IntN(300)
			json, conditions := steps(list, d)
			ask := object{"kind": "funnel", "order": "strict", "steps": json, "window": object{"value": hours, "unit": "hour"}, "range": d.json()}
			sql := fill(reached, map[string]any{"row": "", "by": "", "n": len(list), "levels": fmt.Sprintf(
				"SELECT windowFunnel(%d, 'strict_order')(time, %s) AS level FROM w WHERE %s GROUP BY person",
				hours*3_600_000, conditions, w.filter(ask))})
			w.require(t, ask, sql, cells.Funnel)
		})
	}, worlds[2])
}

// TestStrictAttempts counts pairs of neighbours by sequenceCount.
func TestStrictAttempts(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.each(t, func() {
			d, list := w.dates(), w.different(2)
			json, conditions := steps(list, d)
			ask := object{
				"kind": "funnel", "order": "strict", "count": "attempts", "steps": json,
				"window": object{"value": 100, "unit": "day"}, "range": d.json(),
			}
			sql := fmt.Sprintf(`SELECT concat('step ', toString(k)), sum([one, two][k]) FROM (SELECT countIf(%s) AS one,
				sequenceCount('(?1)(?2)')(time, %s, true) AS two FROM w WHERE %s GROUP BY person) ARRAY JOIN [1, 2] AS k GROUP BY k`,
				list[0].sql+" AND "+d.sql(), conditions, w.filter(ask))
			w.require(t, ask, sql, cells.Funnel)
		})
	}, worlds[1])
}
