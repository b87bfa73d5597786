package query

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
)

// kindsInFull are questions with every option of their kind, and a cell.
func kindsInFull() []string {
	return []string{
		`{"kind":"growth",` + rng + `,"event":["a","b"],"where":{"property":"p","op":"is_set"},"interval":"week","actors":{"bucket":"2026-01-05","status":"dormant"}}`,
		`{"kind":"stickiness",` + rng + `,"event":"*","where":{"property":"p","op":"is_set"},"interval":"hour","actors":{"intervals":2},"limit":7}`,
		`{"kind":"distribution",` + rng + `,"event":"a","where":{"property":"p","op":"is_set"},"measure":{"avg":"n"},"interval":"range","bins":[-1,0.5,3],"actors":{"bucket":"range","bin":3}}`,
		`{"kind":"interval",` + rng + `,"start":{"event":"a","name":"first"},"end":{"event":"b","where":{"property":"p","op":"is_set"}},"interval":"month","within":{"value":2,"unit":"hour"},"actors":{"bucket":"2026-01-01"}}`,
		`{"kind":"paths",` + rng + `,"events":"*","by":{"property":"$url"},"anchor":{"end":{"event":"pay"}},"gap_minutes":10,"collapse_repeats":false,"steps":4,"node_limit":9,"actors":{"step":3,"source":{"other":true},"target":{"exit":true}},"limit":5,"offset":2}`,
		`{"kind":"paths",` + rng + `,"events":["a"],"anchor":{"start":{"event":"pay"}},"actors":{"step":6,"node":"a"}}`,
		`{"kind":"attribution",` + rng + `,"conversion":{"event":"pay","where":{"property":"p","op":"is_set"},"value":"amount"},"touch":{"event":["x","y"],"where":{"property":"p","op":"is_set"},"by":{"property":"utm"}},"lookback":{"value":7,"unit":"day"},"model":["first","last","linear","position","time_decay","markov","shapley","last_non_direct"],"actors":{"value":{"direct":true}}}`,
		`{"kind":"attribution",` + rng + `,"conversion":{"event":"pay"},"touch":{"event":"x","by":{"property":"utm"}},"model":"last","actors":{"value":null}}`,
		`{"kind":"ltv",` + rng + `,"cohort":{"event":"register"},"revenue":{"event":"pay","where":{"property":"p","op":"is_set"},"value":"amount"},"interval":"month","periods":12,"churn_days":60,"breakdown":[{"property":"p"},{"user":"city"}],"breakdown_limit":4,"actors":{"cohort":"2026-01-01","period":3,"payers":true,"breakdown":["x",null]}}`,
		`{"kind":"referral",` + rng + `,"invite":{"event":"invite"},"join":{"event":"register","where":{"property":"p","op":"is_set"},"inviter":"by"},"interval":"day","actors":{"degree":3}}`,
		`{"kind":"referral",` + rng + `,"invite":{"event":"invite"},"join":{"event":"register","inviter":"by"},"actors":{"inviters":true}}`,
		`{"kind":"referral",` + rng + `,"invite":{"event":"invite"},"join":{"event":"register","inviter":"by"},"actors":{"joined":true}}`,
	}
}

func TestKindsRoundTrip(t *testing.T) {
	t.Parallel()
	for _, text := range kindsInFull() {
		first, err := Parse([]byte(text))
		require.NoError(t, err, text)
		require.NotNil(t, first.Actors, text)
		written, err := json.Marshal(first)
		require.NoError(t, err)
		second, err := Parse(written)
		require.NoError(t, err, "%s", written)
		require.Equal(t, first, second, "%s", written)
	}
}

func TestKindsFillInDefaults(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Question{
		`"kind":"growth","event":"*"`:     &Growth{Event: AnyEvent(), Interval: Day},
		`"kind":"stickiness","event":"*"`: &Stickiness{Event: AnyEvent(), Interval: Day},
		`"kind":"distribution","event":"*"`: &Distribution{
			Event: AnyEvent(), Measure: Measure{Func: Count}, Interval: WholeRange,
		},
		`"kind":"interval","start":{"event":"a"},"end":{"event":"b"}`: &Interval{
			Start: Step{Event: Events("a")}, End: Step{Event: Events("b")}, Interval: Day,
		},
		`"kind":"paths","events":"*"`: &Paths{Events: AnyEvent(), Gap: 30, CollapseRepeats: true, Steps: 6, NodeLimit: 50},
		`"kind":"attribution","conversion":{"event":"a"},"touch":{"event":"b","by":{"property":"p"}}`: &Attribution{
			Conversion: Conversion{Event: Events("a")}, Touch: Touch{Event: Events("b"), By: "p"},
			Lookback: Span{30, Day}, Models: []string{ModelLinear},
		},
		`"kind":"ltv","cohort":{"event":"a"},"revenue":{"event":"b","value":"n"}`: &LTV{
			Cohort: Step{Event: Events("a")}, Revenue: Revenue{Event: Events("b"), Value: "n"}, Interval: Day, Periods: 90, ChurnDays: 30,
		},
		`"kind":"referral","invite":{"event":"a"},"join":{"event":"b","inviter":"by"}`: &Referral{
			Invite: Step{Event: Events("a")}, Join: Join{Event: Events("b"), Inviter: "by"},
		},
	} {
		r, err := Parse([]byte("{" + rng + "," + text + "}"))
		require.NoError(t, err, text)
		require.Equal(t, want, r.Question)
	}
}

func wrongKinds() map[string]wrongQuestion {
	return map[string]wrongQuestion{
		"growth": {
			`{"kind":"growth",` + rng + `,"event":[],"interval":"minute","actors":{"status":"lost"}}`,
			[]string{
				"event: name an event, a list of events, or «*» for any", "interval: «minute» is not one of hour, day, week, month",
				"actors.bucket: name the interval by its label", "actors.status: «lost» is not one of [active new retained resurrected dormant]",
			},
		},
		"stickiness": {
			`{"kind":"stickiness",` + rng + `,"event":"a","periods":3,"actors":{"intervals":0,"bucket":"x"},"limit":"x"}`,
			[]string{
				"limit: must be a whole number, not text", "actors.bucket: is not a field that is known here; known are intervals",
				"periods: is not a field that is known here; known are actors, event, filter, interval, kind, limit, offset, range, where",
				"actors.intervals: counts from 1",
			},
		},
		"distribution": {
			`{"kind":"distribution",` + rng + `,"event":"a","measure":"persons","interval":"year","bins":[1,"2",1],"actors":{"bin":-1}}`,
			[]string{
				"bins[1]: must be a number, not text", "measure: «persons» is not a measure here; known are count, days, sum, avg, min, max, distinct",
				"interval: «year» is not one of hour, day, week, month, range", "actors.bucket: name the interval by its label",
				"actors.bin: names one of the bins, counted from 0",
			},
		},
		"bins": {
			`{"kind":"distribution",` + rng + `,"event":"a","bins":[1,1,0],"actors":{"bucket":"range","bin":4}}`,
			[]string{
				"bins[1]: must be larger than the edge before it", "bins[2]: must be larger than the edge before it",
				"actors.bin: names one of the bins, counted from 0",
			},
		},
		"interval": {
			`{"kind":"interval",` + rng + `,"start":{"event":"a"},"within":{"value":0,"unit":"day"}}`,
			[]string{"end.event: name an event, a list of events, or «*» for any", "within.value: must be 1 or more"},
		},
		"paths": {
			`{"kind":"paths",` + rng + `,"by":{},"anchor":{},"gap_minutes":0,"steps":1,"limit":2000,"actors":{"step":1,"source":{"exit":true},"node":"a"},"offset":1}`,
			[]string{
				"by.property: name the event property", "anchor: has a start or an end",
				"events: name an event, a list of events, or «*» for any", "gap_minutes: must be 1 to 43200", "steps: must be 2 to 20",
				"actors: names an edge by source and target, or a node", "actors.source: no edge begins at an exit",
			},
		},
		"nodes": {
			`{"kind":"paths",` + rng + `,"events":"*","anchor":{"start":{"event":"a"},"end":{"event":""}},"limit":2000,"actors":{"step":7,"node":{}}}`,
			[]string{
				`actors.node: must be the name of a node, {"exit":true} or {"other":true}`,
				"anchor: is a start or an end, not both", "anchor.end.event: the name of an event is empty", "limit: must be 1 to 1000",
				"actors.step: must be 1 to 6",
			},
		},
		"two limits of nodes": {
			`{"kind":"paths",` + rng + `,"events":"*","limit":3,"node_limit":4}`,
			[]string{"limit: stands beside node_limit; without actors they mean the same"},
		},
		"attribution": {
			`{"kind":"attribution",` + rng + `,"conversion":{"event":"a"},"touch":{"event":"b"},"model":["last","last","best",5],"lookback":{"value":1,"unit":"age"},"actors":{}}`,
			[]string{
				"model[3]: must be the name of a model, not a number", "actors.value: name the row by its value",
				`touch.by: name the event property by which touches are told apart: {"property":"utm_source"}`,
				"lookback.unit: «age» is not one of minute, hour, day, week, month",
				"model[1]: «last» is named twice", "model[2]: «best» is not one of [first last linear position time_decay markov shapley last_non_direct]",
			},
		},
		"ltv": {
			`{"kind":"ltv",` + rng + `,"revenue":{"event":"b"},"interval":"hour","periods":0,"churn_days":-1,"actors":{"period":0}}`,
			[]string{
				"cohort.event: name an event, a list of events, or «*» for any", "revenue.value: name the event property that holds the money",
				"interval: «hour» is not one of day, week, month", "periods: must be 1 to 400", "churn_days: must be 1 to 3650",
				"actors.cohort: name the row by its date", "actors.period: names one of the 0 columns, counted from 0",
			},
		},
		"referral": {
			`{"kind":"referral",` + rng + `,"invite":{"event":"a"},"join":{"event":"b"},"interval":"year","actors":{"degree":1,"joined":true}}`,
			[]string{
				"join.inviter: name the event property that holds an id of the inviter", "interval: «year» is not one of hour, day, week, month",
				"actors: is one of a degree from 1 to 3, inviters, joined",
			},
		},
	}
}

func TestParseNamesEveryFaultOfKinds(t *testing.T) {
	t.Parallel()
	for name, c := range wrongKinds() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Parse([]byte(c.question))
			require.Equal(t, c.faults, faultsOf(t, err))
		})
	}
}

func TestCellOfAnotherKind(t *testing.T) {
	t.Parallel()
	r, err := Parse([]byte(`{"kind":"growth",` + rng + `,"event":"a"}`))
	require.NoError(t, err)
	r.Actors = &FunnelCell{Step: 1}
	require.Equal(t, []string{"actors: is not a cell of this kind of question"}, faultsOf(t, r.Check()))
}

func TestLimitOfPathsIsOfNodes(t *testing.T) {
	t.Parallel()
	for more, want := range map[string][2]int{ // nodes, page
		`"limit":3`:                {3, 0},
		`"limit":3,"offset":0`:     {50, 3},
		`"limit":3,"node_limit":2`: {2, 3},
	} {
		r, err := Parse([]byte(`{"kind":"paths",` + rng + `,"events":"*","actors":{"step":1,"node":"a"},` + more + `}`))
		require.NoError(t, err, more)
		require.Equal(t, want, [2]int{r.Question.(*Paths).NodeLimit, r.Limit}, more)
	}
}

func TestNamesOfRows(t *testing.T) {
	t.Parallel()
	for want, name := range map[string]json.Marshaler{
		`{"exit":true}`: PathNode{Exit: true}, `{"other":true}`: PathNode{Other: true}, `"a"`: PathNode{Name: "a"},
		`{"direct":true}`: TouchValue{Direct: true}, `null`: TouchValue{}, `"x"`: TouchValue{Value: event.Text("x")},
	} {
		got, err := json.Marshal(name)
		require.NoError(t, err)
		require.Equal(t, want, string(got))
	}
}

// FuzzParse looks for questions that cannot be read, or are another question when
// they are written and read again.
func FuzzParse(f *testing.F) {
	f.Add(`{"kind":"trend","range":{"last":1,"unit":"day"},"series":[{"event":"a"}]}`)
	f.Add(`{"kind":"funnel","steps":[{"event":["a",null]}],"actors":{}}`)
	for _, text := range kindsInFull() {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		first, err := Parse([]byte(text))
		if err != nil {
			require.Equal(t, fault.Invalid, fault.KindOf(err))
			return
		}
		written, err := json.Marshal(first)
		require.NoError(t, err)
		second, err := Parse(written)
		require.NoError(t, err, "%s", written)
		again, err := json.Marshal(second)
		require.NoError(t, err)
		require.Equal(t, string(written), string(again))
	})
}

// FuzzParseCondition does the same with conditions.
func FuzzParseCondition(f *testing.F) {
	f.Add(`{"all":[{"user":"city","op":"in","value":["x",1]},{"not":{"segment":"s"}},{"tag":"t","op":"eq","value":"v"}]}`)
	f.Add(`{"any":[{"did":{"event":"a","where":{"property":"p","op":"within_last","value":{"value":7,"unit":"day"}},"measure":{"sum":"n"},"op":"between","value":[1,2],"within":{"last":3,"unit":"week"}}}]}`)
	f.Add(`{"sequence":[{"event":"a"},{"event":["b","c"],"within":{"value":1,"unit":"hour"},"absent":true}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		first, err := ParseCondition([]byte(text))
		if err != nil {
			require.Equal(t, fault.Invalid, fault.KindOf(err))
			return
		}
		written, err := json.Marshal(first)
		require.NoError(t, err)
		second, err := ParseCondition(written)
		require.NoError(t, err, "%s", written)
		again, err := json.Marshal(second)
		require.NoError(t, err)
		require.Equal(t, string(written), string(again))
	})
}
