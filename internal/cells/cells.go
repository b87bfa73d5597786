// Package cells compares answers of different engines: an answer is numbers by
// label, whatever shape the engine gave it.
//
// OfRows reads what ClickHouse gives, the functions named after a kind of
// question read the JSON of Weir's answers, Differences says where two answers
// differ. Benchmarks and tests use it; it is linked into nothing else.
package cells

import (
	"encoding/json"
	"fmt"
	"math"
	"sort"
)

// Cells are the numbers of an answer by label. NaN is «no value».
type Cells map[string]float64

// OfRows takes rows of ClickHouse: a label, and one number or more, which then
// are «label#0», «label#1» and so on. Rows of the same label add up.
func OfRows(rows [][]any) (Cells, error) {
	out := Cells{}
	for _, row := range rows {
		label, ok := row[0].(string)
		if !ok {
			return nil, fmt.Errorf("the first column must be text, not %T", row[0])
		}
		for i, v := range row[1:] {
			x, err := number(v)
			if err != nil {
				return nil, fmt.Errorf("row %q: %w", label, err)
			}
			at := label
			if len(row) > 2 {
				at = fmt.Sprint(label, "#", i)
			}
			out[at] += x
		}
	}
	return out, nil
}

func number(v any) (float64, error) {
	switch v := v.(type) {
	case json.Number:
		return v.Float64()
	case float64:
		return v, nil
	case nil:
		return math.NaN(), nil
	}
	return 0, fmt.Errorf("%v (%T) is not a number", v, v)
}

// tolerance is the relative difference that sums in another order may have.
const tolerance = 1e-9

// same says whether two numbers are equal; what one side leaves out is 0 or no value.
func same(a, b float64, both bool) bool {
	if math.IsNaN(a) || math.IsNaN(b) {
		return math.IsNaN(a) && math.IsNaN(b) || !both
	}
	return math.Abs(a-b) <= tolerance*max(1, math.Abs(a), math.Abs(b))
}

// Differences lists the labels at which two answers differ, at most ten of them.
func Differences(ours, theirs Cells) []string {
	labels := map[string]bool{}
	for l := range ours {
		labels[l] = true
	}
	for l := range theirs {
		labels[l] = true
	}
	var out []string
	for l := range labels {
		a, inOurs := ours[l]
		b, inTheirs := theirs[l]
		if !same(a, b, inOurs && inTheirs) {
			out = append(out, fmt.Sprintf("%s: %v, clickhouse %v", l, a, b))
		}
	}
	sort.Strings(out)
	if len(out) > 10 {
		out = append(out[:10], fmt.Sprintf("… %d in all", len(out)))
	}
	return out
}
