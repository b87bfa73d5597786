package analyse_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"
)

// field is a field of a JSON object, in the order in which it is written.
type field struct {
	name  string
	value any // []field for an object
}

// tablesText shows an answer, as its JSON is, in tables: a list of objects below
// a line with the names of their fields, a list of plain values after its name,
// an object as the rows of its fields. Empty lists and meta are left out.
func tablesText(w *tabwriter.Writer, answer any) {
	data, err := json.Marshal(answer)
	if err != nil {
		panic(err)
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	fieldsText(w, "", readOrdered(dec).([]field))
}

func fieldsText(w *tabwriter.Writer, prefix string, fields []field) {
	for _, f := range fields {
		name := prefix + f.name
		switch v := f.value.(type) {
		case []field:
			if f.name != "meta" {
				fieldsText(w, name+".", v)
			}
		case []any:
			if len(v) > 0 {
				listText(w, name, v)
			}
		default:
			fmt.Fprintf(w, "%s\t%s\n", name, plainText(v))
		}
	}
}

func listText(w *tabwriter.Writer, name string, list []any) {
	switch first := list[0].(type) {
	case []field:
		fmt.Fprint(w, name)
		for _, f := range first {
			fmt.Fprint(w, "\t", f.name)
		}
		fmt.Fprintln(w)
		for _, row := range list {
			for _, f := range row.([]field) {
				fmt.Fprint(w, "\t", plainText(f.value))
			}
			fmt.Fprintln(w)
		}
	case []any:
		for i, row := range list {
			listText(w, fmt.Sprintf("%s[%d]", name, i), row.([]any))
		}
	default:
		fmt.Fprint(w, name)
		for _, v := range list {
			fmt.Fprint(w, "\t", plainText(v))
		}
		fmt.Fprintln(w)
	}
}

// plainText shows one value: «-» for none, «*» for true, {"other":true} as <other>.
func plainText(value any) string {
	switch v := value.(type) {
	case nil:
		return "-"
	case bool:
		return map[bool]string{true: "*", false: "."}[v]
	case json.Number:
		x, err := v.Float64()
		if err != nil {
			return v.String()
		}
		return strconv.FormatFloat(x, 'g', 6, 64)
	case []any:
		parts := make([]string, len(v))
		for i, part := range v {
			parts[i] = plainText(part)
		}
		return "[" + strings.Join(parts, " ") + "]"
	case []field:
		return "<" + v[0].name + ">"
	}
	return fmt.Sprint(value)
}

// readOrdered reads one JSON value, objects as lists of fields.
func readOrdered(dec *json.Decoder) any {
	token, err := dec.Token()
	if err != nil {
		panic(err)
	}
	switch token {
	case json.Delim('{'):
		fields := []field{}
		for dec.More() {
			name, err := dec.Token()
			if err != nil {
				panic(err)
			}
			fields = append(fields, field{name.(string), readOrdered(dec)})
		}
		_, _ = dec.Token()
		return fields
	case json.Delim('['):
		list := []any{}
		for dec.More() {
			list = append(list, readOrdered(dec))
		}
		_, _ = dec.Token()
		return list
	}
	return token
}
