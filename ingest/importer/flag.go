package importer

import (
	"strings"

	"github.com/weirhq/weir/fault"
)

// ParseFlag reads the short form of a mapping, a list of TARGET=SOURCE:
//
//	name=order_paid                 the event's name: a text, {column}s in it, or a column
//	distinct_id=customer_id         the column that says who
//	time=date:20060102              the column that says when, and its layout (optional)
//	id=order_id+line                the columns that tell events apart (optional)
//	amount:number=dollar_value      a property of a column, with its type (optional)
//	total:number=quantity*price     a property that is the product of columns
//	currency='USD'                  a property that is the same for all rows
//	user.city=town                  a property that is set on the person
//	*=*                             every other column as a property of its name
//	format=csv, timezone=Asia/Shanghai, encoding=gb18030, anonymous=true
//
// A comma inside '…' does not end an entry.
func ParseFlag(text string) (Mapping, error) {
	var m Mapping
	var faults fault.List
	for _, entry := range splitEntries(text) {
		target, source, ok := strings.Cut(entry, "=")
		target, source = strings.TrimSpace(target), strings.TrimSpace(source)
		if !ok || target == "" || source == "" {
			faults.Add(entry, "is not TARGET=SOURCE")
			continue
		}
		m.take(target, source)
	}
	if err := faults.Err("The mapping cannot be read."); err != nil {
		return m, err
	}
	return m, m.Check()
}

func (m *Mapping) take(target, source string) {
	switch target {
	case "name":
		m.Name = strings.Trim(source, "'")
	case "distinct_id":
		m.DistinctID = source
	case "time":
		m.Time.Column, m.Time.Layout, _ = strings.Cut(source, ":")
	case "id":
		m.ID = strings.Split(source, "+")
	case "format":
		m.Format = source
	case "timezone":
		m.Timezone = source
	case "encoding":
		m.Encoding = source
	case "anonymous":
		m.Anonymous = source == "true"
	case "*":
		m.Rest = true
	default:
		if name, ok := strings.CutPrefix(target, "user."); ok {
			m.User = append(m.User, property(name, source))
			return
		}
		m.Properties = append(m.Properties, property(target, source))
	}
}

func property(target, source string) Property {
	var p Property
	p.Name, p.Type, _ = strings.Cut(target, ":")
	switch {
	case len(source) >= 2 && strings.HasPrefix(source, "'") && strings.HasSuffix(source, "'"):
		text := source[1 : len(source)-1]
		p.Value = &text
	case strings.Contains(source, "*"):
		p.Multiply = strings.Split(source, "*")
	default:
		p.Column = source
	}
	return p
}

func splitEntries(text string) (entries []string) {
	quoted, start := false, 0
	for i := 0; i <= len(text); i++ {
		if i < len(text) && text[i] == '\'' {
			quoted = !quoted
		}
		if i == len(text) || (text[i] == ',' && !quoted) {
			if entry := strings.TrimSpace(text[start:i]); entry != "" {
				entries = append(entries, entry)
			}
			start = i + 1
		}
	}
	return entries
}
