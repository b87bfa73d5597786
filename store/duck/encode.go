package duck

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
)

// columnCount is the width of the table events.
const columnCount = 13

// row is an event with its JSON columns written out. They are made in the
// goroutine of the caller, so that the committer only copies.
type row struct {
	event      *event.Event
	properties string
	profile    string // "" is NULL
}

func encode(events []*event.Event) ([]row, error) {
	rows := make([]row, len(events))
	var buffer []byte
	for i, e := range events {
		var err error
		if buffer, err = appendProperties(buffer[:0], e.Properties); err != nil {
			return nil, fault.Wrap(fault.Invalid, err, "Event %d cannot be stored.", i)
		}
		rows[i] = row{event: e, properties: string(buffer)}
		if e.Profile == nil {
			continue
		}
		profile, err := json.Marshal(e.Profile)
		if err != nil {
			return nil, fault.Wrap(fault.Invalid, err, "The profile of event %d cannot be stored.", i)
		}
		rows[i].profile = string(profile)
	}
	return rows, nil
}

// fill sets the values of the table's columns in order.
func (r *row) fill(v []driver.Value) {
	e := r.event
	v[0], v[1], v[2], v[3] = e.Seq, valid(e.Project), valid(e.ID), valid(e.Name)
	v[4], v[5] = time.UnixMilli(e.Time).UTC(), time.UnixMilli(e.ReceivedAt).UTC()
	v[6], v[7], v[8], v[9] = valid(e.DistinctID), e.Known, nil, nil
	if e.Join != nil {
		v[8], v[9] = string(e.Join.Kind), valid(e.Join.Other)
	}
	v[10], v[11], v[12] = r.properties, nil, valid(e.Protocol)
	if r.profile != "" {
		v[11] = r.profile
	}
}

// valid makes text that DuckDB takes: it refuses whole transactions for one
// broken byte. Package ingest sends none; this is the last line.
func valid(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

// appendProperties writes a flat JSON object. The order of names is that of the
// map: it means nothing, and sorting would cost a third of the time.
func appendProperties(b []byte, p event.Properties) ([]byte, error) {
	b = append(b, '{')
	first := true
	for name, v := range p {
		if v.Kind == event.Missing {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = append(appendText(b, name), ':')
		var err error
		if b, err = appendValue(b, v); err != nil {
			return b, fmt.Errorf("property %q: %w", name, err)
		}
	}
	return append(b, '}'), nil
}

func appendValue(b []byte, v event.Value) ([]byte, error) {
	switch v.Kind {
	case event.String:
		return appendText(b, v.Str), nil
	case event.Number:
		if math.IsNaN(v.Num) || math.IsInf(v.Num, 0) {
			return b, fmt.Errorf("%v is not a finite number", v.Num)
		}
		return appendNumber(b, v.Num), nil
	case event.Bool:
		return strconv.AppendBool(b, v.Num != 0), nil
	case event.List:
		b = append(b, '[')
		for i, s := range v.List {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendText(b, s)
		}
		return append(b, ']'), nil
	case event.Missing:
	}
	return append(b, "null"...), nil
}

func appendNumber(b []byte, f float64) []byte {
	if n := int64(f); float64(n) == f && n > -1<<53 && n < 1<<53 && (n != 0 || !math.Signbit(f)) {
		return strconv.AppendInt(b, n, 10)
	}
	return strconv.AppendFloat(b, f, 'g', -1, 64)
}

const hex = "0123456789abcdef"

// appendText writes a JSON string: quotes, backslashes and control characters
// are escaped, broken UTF-8 becomes U+FFFD, all else stands as it is.
func appendText(b []byte, s string) []byte {
	s = valid(s)
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[start:i]...)
		start = i + 1
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, '\\', 'n')
		default:
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	return append(append(b, s[start:]...), '"')
}
