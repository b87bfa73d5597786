package query

import (
	"encoding/json"
	"errors"
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/fault"
)

// faultsOf gives the faults of a request as «path: sentence» lines.
func faultsOf(t *testing.T, err error) []string {
	t.Helper()
	f, ok := errors.AsType[*fault.Error](err)
	require.True(t, ok, "%v is not a fault", err)
	require.Equal(t, fault.Invalid, f.Kind)
	out := []string{}
	for _, d := range f.Details {
		out = append(out, d.Where+": "+d.What)
	}
	return out
}

func TestParseFillsInDefaults(t *testing.T) {
	t.Parallel()
	r, err := Parse([]byte(`{"kind":"trend","range":{"last":7,"unit":"day"},"series":[{"event":"pay"}]}`))
	require.NoError(t, err)
	require.Equal(t, Day, r.Question.(*Trend).Interval)
	require.Equal(t, Measure{Func: Count}, r.Question.(*Trend).Series[0].Measure)

	r, err = Parse([]byte(`{"kind":"funnel","range":{"from":"2026-01-01","to":"2026-01-31"},"steps":[{"event":"a"}]}`))
	require.NoError(t, err)
	require.Equal(t, Span{14, Day}, r.Question.(*Funnel).Window)
	require.Equal(t, Ordered, r.Question.(*Funnel).Order)

	r, err = Parse([]byte(`{"kind":"retention","range":{"from":"2026-01-01","to":"2026-01-31"},"start":{"event":"a"},"return":{"event":"b"}}`))
	require.NoError(t, err)
	q := r.Question.(*Retention)
	require.Equal(t, []any{14, Recurring, ModeCalendar, CriterionOn}, []any{q.Periods, q.Cohort, q.Mode, q.Criterion})
}

// wrongQuestion is a question and all that must be said about it.
type wrongQuestion struct {
	question string
	faults   []string
}

// rng is a range without fault.
const rng = `"range":{"from":"2026-01-01","to":"2026-01-02"}`

func wrongForms() map[string]wrongQuestion {
	return map[string]wrongQuestion{
		"not an object":         {`[]`, []string{": must be a JSON object, not a list", "kind: say what is asked: " + kindNames}},
		"no kind":               {`{}`, []string{"kind: «» is not a kind of question; use " + kindNames}},
		"a kind without answer": {`{"kind":"explain_change"}`, []string{"kind: «explain_change» is not answered in this version; use " + kindNames}},
		"no range":              {`{"kind":"trend","series":[{"event":"a"}]}`, []string{"range: give from and to (local dates or RFC 3339 instants), or last and unit"}},
		"half a range":          {`{"kind":"trend","range":{"from":"2026-01-01"},"series":[{"event":"a"}]}`, []string{"range: give from and to (local dates or RFC 3339 instants), or last and unit"}},
		"a range that is no date": {
			`{"kind":"trend","range":{"from":"yesterday","to":"2026-13-01"},"series":[{"event":"a"}]}`,
			[]string{
				"range.from: «yesterday» is neither a date (2026-01-31) nor an RFC 3339 instant (2026-01-31T08:00:00Z)",
				"range.to: «2026-13-01» is neither a date (2026-01-31) nor an RFC 3339 instant (2026-01-31T08:00:00Z)",
			},
		},
		"two forms of range": {`{"kind":"trend","range":{"from":"2026-01-01","last":3,"unit":"day"},"series":[{"event":"a"}]}`, []string{"range: give either last and unit, or from and to"}},
		"unknown fields at every level": {
			`{"kind":"trend",` + rng + `,"colour":1,"series":[{"event":"a","mesure":"count","where":{"property":"p","op":"eq","value":1,"oops":2}}],"breakdown":[{"property":"p","of":1}]}`,
			[]string{
				"series[0].where.oops: is not a field that is known here; known are op, property, value",
				"series[0].mesure: is not a field that is known here; known are days, event, measure, name, where",
				"breakdown[0].of: is not a field that is known here; known are property, segments, tag, user",
				"colour: is not a field that is known here; known are actors, breakdown, breakdown_limit, compare, filter, formula, interval, kind, limit, offset, range, series",
			},
		},
		"wrong types": {
			`{"kind":"funnel",` + rng + `,"steps":[{"event":5},{"event":["a",7]},"pay"],"window":{"value":"7","unit":"fortnight"},"histogram":"yes","count":3}`,
			[]string{
				"count: must be text, not a number", "histogram: must be true or false, not text",
				"window.value: must be a whole number, not text", "steps[0].event: must be a list, not a number",
				"steps[1].event[1]: must be the name of an event, not a number", "steps[2]: must be a JSON object, not text",
				"steps[2].event: name an event, a list of events, or «*» for any",
				"window.unit: «fortnight» is not one of minute, hour, day, week, month",
			},
		},
	}
}

func wrongOptions() map[string]wrongQuestion {
	return map[string]wrongQuestion{
		"measures": {
			`{"kind":"trend",` + rng + `,"series":[{"event":"a","measure":"days"},{"event":"a","measure":{"sum":""}},{"event":"a","measure":{"count":"x"}},{"event":"a","measure":"rolling_persons"},{"event":"a","days":7}]}`,
			[]string{
				"series[0].measure: «days» is not a measure here; known are count, persons, count_per_person, first_time_persons, rolling_persons, sum, avg, min, max, median, p90, p95, p99, distinct",
				`series[1].measure: sum needs a property: {"sum":"amount"}`, "series[2].measure: count takes no property",
				"series[3].days: rolling_persons needs the number of days, 1 to 366", "series[4].days: belongs to rolling_persons only",
			},
		},
		"a formula": {
			`{"kind":"trend",` + rng + `,"series":[{"event":"a"}],"formula":"A/B","compare":"next","breakdown":[{"user":"x"},{"user":"x"},{"user":"x"},{}]}`,
			[]string{
				"formula: there is no series B; the series are A to A", "compare: «next» is not known; only previous is",
				"breakdown: at most 3 breakdowns can be combined", "breakdown[3]: name a property, a user property, a tag, or segments",
			},
		},
		"a funnel's options": {
			`{"kind":"funnel",` + rng + `,"steps":[{"event":"a"},{"event":"b"}],"order":"any","count":"visits","exclusions":[{"event":"x","from":2,"to":1}],"breakdown":[{"property":"p","of_step":3}],"actors":{"step":1,"dropped":true}}`,
			[]string{
				"order: «any» is not known; use ordered, strict or unordered", "exclusions[0]: from and to name two steps, counted from 1, from before to",
				"count: «visits» is not known; use persons, sessions or attempts",
				"breakdown[0].of_step: names one of the 2 steps, for an event property", "actors.dropped: nobody drops out before the first step",
			},
		},
		"retention's options": {
			`{"kind":"retention",` + rng + `,"start":{"event":"a"},"return":{},"interval":"minute","periods":500,"cohort":"all","measure":{"avg":"x"},"brackets":[[3,1],[1]],"actors":{"cohort":"","period":9}}`,
			[]string{
				"brackets[1]: must be [first, last]",
				"return.event: name an event, a list of events, or «*» for any", "interval: «minute» is not one of hour, day, week, month",
				"periods: must be 0 to 400", "cohort: «all» is not one of [recurring first_in_range first_ever]",
				"brackets[0]: must be [first, last] with 0 ≤ first ≤ last ≤ 400", "measure: «avg» is not a measure here; known are persons, sum",
				"actors.cohort: name the row by its date", "actors.period: names one of the 1 columns, counted from 0",
			},
		},
		"a filter of events": {
			`{"kind":"trend",` + rng + `,"series":[{"event":"a"}],"filter":{"property":"p","op":"is_set"}}`,
			[]string{"filter.property: there is no event at hand: compare a user property, or say which event with did"},
		},
		"a cell that is none": {
			`{"kind":"trend",` + rng + `,"series":[{"event":"a"}],"actors":{"series":1,"breakdown":["x"],"previous":true},"limit":-1}`,
			[]string{
				"limit: must be 1 to 10000", "actors.series: names one of the 1 series, counted from 0; a formula has no persons",
				"actors.previous: nothing is compared in this question", "actors.breakdown: has 1 values, the question has 0 breakdowns",
			},
		},
		"two limits": {
			`{"kind":"trend",` + rng + `,"series":[{"event":"a"}],"limit":3,"breakdown_limit":4}`,
			[]string{"limit: stands beside breakdown_limit; without actors they mean the same"},
		},
	}
}

func TestParseNamesEveryFault(t *testing.T) {
	t.Parallel()
	cases := wrongForms()
	maps.Copy(cases, wrongOptions())
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Parse([]byte(c.question))
			require.Equal(t, c.faults, faultsOf(t, err))
		})
	}
}

func TestParseRefusesBrokenJSON(t *testing.T) {
	t.Parallel()
	for _, text := range []string{``, `{`, `{"kind":"trend"} {}`, "\x00", `{"kind":1e999}`} {
		_, err := Parse([]byte(text))
		require.Equal(t, fault.Invalid, fault.KindOf(err), "%q", text)
		_, err = ParseCondition([]byte(text))
		require.Equal(t, fault.Invalid, fault.KindOf(err), "%q", text)
	}
}

func TestConditionFaults(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat(`{"not":`, 40) + `{"segment":"s"}` + strings.Repeat(`}`, 40)
	for text, want := range map[string]string{
		`{"user":"a","tag":"b","op":"eq","value":1}`:                        "tag: stands beside user; a condition has one form, join several with all or any",
		`{"user":"a","op":"eq"}`:                                            "value: eq needs a value",
		`{"user":"a","op":"is_set","value":1}`:                              "value: is_set takes no value",
		`{"user":"a","op":"eq","value":null}`:                               "value: eq needs a value",
		`{"user":"a","op":"eq","value":[1]}`:                                "value: must be text, a number, true or false, not a list",
		`{"user":"a","op":"in","value":[]}`:                                 "value: in needs at least one value",
		`{"user":"a","op":"in","value":"x"}`:                                "value: must be a list, not text",
		`{"user":"a","op":"contains","value":5}`:                            "value: contains takes text",
		`{"user":"a","op":"matches","value":"("}`:                           "value: is not a regular expression (RE2): error parsing regexp: missing closing ): `(`",
		`{"user":"a","op":"gt","value":"tall"}`:                             "value: gt takes a number or a time (2026-01-31, or RFC 3339)",
		`{"user":"a","op":"before","value":5}`:                              "value: before takes a time (2026-01-31, or RFC 3339)",
		`{"user":"a","op":"between","value":[1,"2026-01-01"]}`:              "value: between takes two numbers, or two times, as [low, high]",
		`{"user":"a","op":"within_last","value":{"value":0,"unit":"day"}}`:  "value.value: must be 1 or more",
		`{"user":"","op":"is_set"}`:                                         "user: name the property",
		`{"segment":""}`:                                                    "segment: name the segment by its id",
		`{"did":{"event":"a","measure":"days"}}`:                            "did.op: days needs an operator and a value",
		`{"did":{"event":"a","value":3}}`:                                   "did.value: stands without an operator",
		`{"did":{"event":"a","op":"gt"}}`:                                   "did.value: gt takes one number",
		`{"did":{"event":"a","op":"contains","value":1}}`:                   "did.op: «contains» does not compare a measure; use eq, neq, gt, gte, lt, lte or between",
		`{"did":{"event":"a","within":{}}}`:                                 "did.within: is empty; give from, to, or last and unit",
		`{"sequence":[{"event":"a"}]}`:                                      "sequence: a sequence has 2 to 20 events",
		`{"sequence":[{"event":"a","absent":true},{"event":"b"}]}`:          "sequence[0].absent: only the last event of a sequence can be absent",
		`{"did":{"event":"a","where":{"all":[{"property":"x","op":"~"}]}}}`: "did.where.all[0].op: «~» is not an operator",
		`{"any":{}}`: "any: must be a list, not an object",
		deep:         strings.TrimPrefix(strings.Repeat(".not", 33), ".") + ": conditions are nested deeper than 32 levels",
	} {
		_, err := ParseCondition([]byte(text))
		require.Equal(t, []string{want}, faultsOf(t, err), "%s", text)
	}
}

// TestRoundTrip writes what was read and reads it again; package analyse does the
// same with thousands of random questions.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{"kind":"trend","interval":"week","range":{"from":"2026-01-01T00:00:00Z","to":"2026-02-01"},"series":[{"name":"n","event":["a","b"],"where":{"not":{"property":"p","op":"in","value":["x",1,true]}},"measure":{"p90":"amount"}},{"event":"*","measure":"rolling_persons","days":7}],"formula":"A/B","breakdown":[{"property":"p"},{"segments":["s"]},{"tag":"t"}],"breakdown_limit":5,"compare":"previous","filter":{"did_not":{"event":"x","within":{"last":3,"unit":"week"}}},"actors":{"series":1,"bucket":"2026-01-05","breakdown":["x",null,{"other":true}],"previous":true},"limit":10,"offset":20}`,
		`{"kind":"funnel","range":{"last":30,"unit":"day"},"steps":[{"event":"a","name":"first"},{"event":"b","where":{"property":"p","op":"within_last","value":{"value":2,"unit":"day"}}}],"window":{"value":3,"unit":"hour"},"order":"strict","count":"attempts","exclusions":[{"event":"x","from":1,"to":2}],"hold":["order_id"],"trend":"week","histogram":true,"hide_incomplete":true,"breakdown":[{"property":"p","of_step":2}],"actors":{"step":2,"dropped":true}}`,
		`{"kind":"retention","range":{"from":"2026-01-01","to":"2026-01-31"},"start":{"event":"a"},"return":{"event":"b"},"interval":"month","periods":2,"brackets":[[0,0],[1,3]],"cohort":"first_ever","mode":"rolling","criterion":"on_or_after","measure":{"sum":"amount"},"filter":{"sequence":[{"event":"a"},{"event":"b","within":{"value":1,"unit":"hour"},"absent":true}]},"actors":{"cohort":"2026-01-01","period":0,"returned":false}}`,
	} {
		first, err := Parse([]byte(text))
		require.NoError(t, err)
		written, err := json.Marshal(first)
		require.NoError(t, err)
		second, err := Parse(written)
		require.NoError(t, err, "%s", written)
		require.Equal(t, first, second)

		var held struct{ Definition Request }
		require.NoError(t, json.Unmarshal([]byte(`{"Definition":`+text+`}`), &held))
		require.Equal(t, first, held.Definition)
	}
}

func TestLimitIsOfRowsWithoutActors(t *testing.T) {
	t.Parallel()
	r, err := Parse([]byte(`{"kind":"funnel","range":{"last":1,"unit":"day"},"steps":[{"event":"a"}],"breakdown":[{"user":"city"}],"limit":3}`))
	require.NoError(t, err)
	require.Equal(t, 3, r.Question.(*Funnel).BreakdownLimit)
	require.Zero(t, r.Limit)
}

// The question and the same with a cell are about the same rows: otherwise «other»
// would hold other persons than the answer counted.
func TestLimitWithActors(t *testing.T) {
	t.Parallel()
	for more, want := range map[string][2]int{ // rows, page
		`"breakdown":[{"user":"city"}],"limit":3`:                     {3, 0},
		`"breakdown":[{"user":"city"}],"limit":3,"offset":0`:          {0, 3},
		`"breakdown":[{"user":"city"}],"limit":3,"breakdown_limit":2`: {2, 3},
		`"limit":3`: {0, 3},
		`"breakdown":[{"user":"city"}],"limit":0`: {0, 0},
	} {
		r, err := Parse([]byte(`{"kind":"funnel",` + rng + `,"steps":[{"event":"a"}],"actors":{"step":1},` + more + `}`))
		require.NoError(t, err, more)
		require.Equal(t, want, [2]int{r.Question.(*Funnel).BreakdownLimit, r.Limit}, more)
		text, err := json.Marshal(r)
		require.NoError(t, err)
		again, err := Parse(text)
		require.NoError(t, err, "%s", text)
		require.Equal(t, r, again, "%s", text)
	}
}

func TestWithinLastReadsBothForms(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`{"value":7,"unit":"day"}`, `{"last":7,"unit":"day"}`} {
		c, err := ParseCondition([]byte(`{"user":"born","op":"within_last","value":` + text + `}`))
		require.NoError(t, err)
		require.Equal(t, Span{7, Day}, c.Comparison.Operand.Span)
	}
}
