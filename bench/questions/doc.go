// Package questions holds what the benchmark asks: each question in Weir's JSON
// and in ClickHouse's SQL, so written that both must give the same numbers.
//
// The SQL is the fastest that we know. A question may have several forms, and
// each is tried over three tables of the same rows, sorted by (person, time), (event,
// person, time) and (day, event, person); the benchmark keeps the best. Where an
// answer of Weir holds more than was asked (totals of persons, medians of
// funnels), ClickHouse is not made to compute it.
//
// Answers are compared by package cells.
package questions

import (
	"fmt"
	"slices"
	"strings"

	"github.com/weirhq/weir/internal/cells"
)

// Question is asked of both engines.
type Question struct {
	Name      string // as printed
	Kind      string // of the question, or «condition»
	Ask       string // Weir's JSON
	SQL       []string
	PerPerson bool         // groups by person: the order of the table may help to aggregate
	Read      cells.Reader // what of Weir's answer is compared
}

// properties are the event properties that questions may name.
var properties = []string{"platform", "channel", "city", "page", "version", "coupon", "quantity", "price", "amount", "duration", "vip", "topics"}

// Properties are the event properties that the question names.
func (q Question) Properties() []string {
	var out []string
	for _, p := range properties {
		if strings.Contains(q.Ask, `"`+p+`"`) {
			out = append(out, p)
		}
	}
	return out
}

// Tables are the orders in which ClickHouse holds the rows, by name. SQL says
// {t} for the one in use.
var Tables = map[string]string{
	"by_person": "(person, time)",
	"by_event":  "(event, person, time)",
	"by_day":    "(day, event, person)",
}

// Milliseconds of spans in SQL.
const (
	hour = 3_600_000
	day  = 24 * hour
	week = 7 * day
)

// The range of most questions: 90 of the 120 days, ends in a Sunday's week.
const (
	from  = "2026-01-31"
	to    = "2026-04-30"
	dates = "day BETWEEN '" + from + "' AND '" + to + "'"
	asked = `"range":{"from":"` + from + `","to":"` + to + `"}`

	// The same as instants; the end is excluded.
	fromTime = "1769817600000"
	toTime   = "1777593600000"
)

// fill puts values for names in braces into a text.
func fill(text string, pairs ...any) string {
	for i := 0; i < len(pairs); i += 2 {
		text = strings.ReplaceAll(text, "{"+pairs[i].(string)+"}", fmt.Sprint(pairs[i+1]))
	}
	return text
}

// All are the questions, in the order in which they are printed.
func All() []Question {
	return slices.Concat(measures(), breakdowns(), rolling(), funnels(), lives(), money(), conditions())
}
