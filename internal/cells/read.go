package cells

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Reader turns the JSON of an answer, decoded by Decode, into cells.
type Reader func(answer any) Cells

// Decode makes the JSON of an answer into what readers walk.
func Decode(answer json.Marshaler) (any, error) {
	data, err := answer.MarshalJSON()
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(strings.NewReader(string(data)))
	d.UseNumber()
	var out any
	return out, d.Decode(&out)
}

func field(v any, name string) any {
	m, _ := v.(map[string]any)
	return m[name]
}

func elements(v any, name string) []any {
	list, _ := field(v, name).([]any)
	return list
}

func text(v any) string {
	if m, ok := v.(map[string]any); ok {
		for name := range m { // {"other":true}, {"direct":true}
			return "<" + name + ">"
		}
	}
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

func num(v any) float64 {
	x, err := number(v)
	if err != nil {
		panic(err) // an answer of another shape than its documentation says
	}
	return x
}

// bucket names an interval: hours by their Unix time in seconds, others as they are.
func bucket(v any) string {
	label := text(v)
	if at, err := time.Parse(time.RFC3339, label); err == nil {
		return strconv.FormatInt(at.Unix(), 10)
	}
	return label
}

// row names a broken-down row.
func row(values []any) string {
	out := ""
	for i, v := range values {
		if i > 0 {
			out += ","
		}
		out += text(v)
	}
	return out
}

// Trend reads «row@bucket»; the row and its @ are left out without a breakdown.
func Trend(a any) Cells {
	out := Cells{}
	buckets := elements(a, "buckets")
	for _, s := range elements(a, "series") {
		for i, v := range elements(s, "values") {
			out[seriesPrefix(s)+bucket(buckets[i])] = num(v)
		}
	}
	return out
}

// TrendTotals reads «row@total».
func TrendTotals(a any) Cells {
	out := Cells{}
	for _, s := range elements(a, "series") {
		out[seriesPrefix(s)+"total"] = num(field(s, "total"))
	}
	return out
}

func seriesPrefix(s any) string {
	if b := elements(s, "breakdown"); len(b) > 0 {
		return row(b) + "@"
	}
	return ""
}

// Funnel reads «step k».
func Funnel(a any) Cells { return stepCells(Cells{}, "", a) }

func stepCells(out Cells, prefix string, holder any) Cells {
	for i, s := range elements(holder, "steps") {
		out[fmt.Sprintf("%sstep %d", prefix, i+1)] = num(field(s, "count"))
	}
	return out
}

// FunnelRows reads «row@step k».
func FunnelRows(a any) Cells {
	out := Cells{}
	for _, r := range elements(a, "breakdown") {
		stepCells(out, row(elements(r, "value"))+"@", r)
	}
	return out
}

// Retention reads «cohort@column».
func Retention(a any) Cells {
	out := Cells{}
	for _, r := range elements(a, "rows") {
		for i, v := range elements(r, "values") {
			out[fmt.Sprintf("%s@%d", bucket(field(r, "cohort")), i)] = num(v)
		}
	}
	return out
}

// Sizes reads «cohort@size» of retention and ltv.
func Sizes(a any) Cells {
	out := Cells{}
	for _, r := range elements(a, "rows") {
		out[bucket(field(r, "cohort"))+"@size"] = num(field(r, "size"))
	}
	return out
}

// Growth reads «bucket#k», k counting active, new, retained, resurrected, dormant.
func Growth(a any) Cells {
	out := Cells{}
	for i, b := range elements(a, "buckets") {
		for k, name := range []string{"active", "new", "retained", "resurrected", "dormant"} {
			out[fmt.Sprintf("%s#%d", bucket(b), k)] = num(elements(a, name)[i])
		}
	}
	return out
}

// Stickiness reads the number of intervals.
func Stickiness(a any) Cells {
	out := Cells{}
	for i, v := range elements(a, "persons") {
		out[fmt.Sprint(i+1)] = num(v)
	}
	return out
}

// Distribution reads «bucket@bin».
func Distribution(a any) Cells {
	out := Cells{}
	buckets := elements(a, "buckets")
	for i, bins := range elements(a, "persons") {
		for k, v := range bins.([]any) {
			out[fmt.Sprintf("%s@%d", bucket(buckets[i]), k)] = num(v)
		}
	}
	return out
}

// Interval reads «bucket#k», k counting count, min, p25, median, p75, p90, max, mean.
func Interval(a any) Cells {
	out := Cells{}
	buckets := elements(a, "buckets")
	for i, s := range elements(a, "stats") {
		for k, name := range []string{"count", "min", "p25", "median", "p75", "p90", "max", "mean"} {
			out[fmt.Sprintf("%s#%d", bucket(buckets[i]), k)] = num(field(s, name))
		}
	}
	return out
}

// Attribution reads «value#0» and «value#1», credit and value by the first model.
func Attribution(a any) Cells {
	out := Cells{}
	for _, r := range elements(a, "rows") {
		value := text(field(r, "value"))
		if list, ok := field(r, "value").([]any); ok {
			value = row(list)
		}
		out[value+"#0"] = num(elements(r, "credits")[0])
		out[value+"#1"] = num(elements(r, "values")[0])
	}
	return out
}

// LTV reads «cohort@n#0» and «cohort@n#1», revenue and payers.
func LTV(a any) Cells {
	out := Cells{}
	for _, r := range elements(a, "rows") {
		for n, v := range elements(r, "revenue") {
			label := fmt.Sprintf("%s@%d", bucket(field(r, "cohort")), n)
			out[label+"#0"] = num(v)
			out[label+"#1"] = num(elements(r, "payers")[n])
		}
	}
	return out
}

// Members reads «persons».
func Members(a any) Cells { return Cells{"persons": num(a)} }
