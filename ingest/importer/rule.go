package importer

import (
	"slices"
	"strconv"
	"strings"

	"github.com/weirhq/weir/event"
)

// template is a text with {column}s: texts[0] columns[0] texts[1] …
type template struct {
	texts   []string
	columns []string
}

// parseTemplate reads a text with {column}s. A text that is the name of a
// column stands for that column.
func parseTemplate(text string, known []string) template {
	if slices.Contains(known, text) {
		return template{texts: []string{"", ""}, columns: []string{text}}
	}
	var t template
	for {
		before, rest, ok := strings.Cut(text, "{")
		column, after, closed := strings.Cut(rest, "}")
		if !ok || !closed {
			t.texts = append(t.texts, text)
			return t
		}
		t.texts, t.columns, text = append(t.texts, before), append(t.columns, column), after
	}
}

// text fills the template in; it is empty when a column of it is.
func (t *template) text(r *row) string {
	if len(t.columns) == 1 && t.texts[0] == "" && t.texts[1] == "" {
		return r.value(t.columns[0]).Text()
	}
	var b strings.Builder
	for i, column := range t.columns {
		v := r.value(column)
		if v.Kind == event.Missing {
			return ""
		}
		b.WriteString(t.texts[i])
		b.WriteString(v.Text())
	}
	b.WriteString(t.texts[len(t.columns)])
	return b.String()
}

// holds says whether the rule is true of the row. A comparison with what is no
// number is not.
func (rule *Rule) holds(r *row) bool {
	v := r.value(rule.Column)
	text := v.Text()
	switch rule.Op {
	case "empty":
		return text == ""
	case "not_empty":
		return text != ""
	case "equals":
		return sameValue(v, rule)
	case "not_equals":
		return !sameValue(v, rule)
	case "starts_with":
		return strings.HasPrefix(text, rule.Value)
	case "contains":
		return strings.Contains(text, rule.Value)
	}
	have, err := number(v, rule.Column)
	limit, bad := strconv.ParseFloat(rule.Value, 64)
	if v.Kind == event.Missing || err != nil || bad != nil {
		return false
	}
	if rule.Op == "less" {
		return have < limit
	}
	return have > limit
}

// sameValue compares as numbers where both are, so that 0 equals 0.0.
func sameValue(v event.Value, rule *Rule) bool {
	text := v.Text()
	if text == rule.Value {
		return true
	}
	have, err := strconv.ParseFloat(text, 64)
	want, bad := strconv.ParseFloat(rule.Value, 64)
	return err == nil && bad == nil && have == want
}
