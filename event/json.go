package event

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// AppendJSON appends the properties as a flat JSON object, what UnmarshalJSON
// reads. The order of names is that of the map: it means nothing, and sorting
// would cost a third of the time. A number that is not finite is an error.
func AppendJSON(b []byte, p Properties) ([]byte, error) {
	b = append(b, '{')
	first := true
	for name, v := range p {
		if v.Kind == Missing {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = append(AppendText(b, name), ':')
		var err error
		if b, err = appendValue(b, v); err != nil {
			return b, fmt.Errorf("property %q: %w", name, err)
		}
	}
	return append(b, '}'), nil
}

func appendValue(b []byte, v Value) ([]byte, error) {
	switch v.Kind {
	case String:
		return AppendText(b, v.Str), nil
	case Number:
		if math.IsNaN(v.Num) || math.IsInf(v.Num, 0) {
			return b, fmt.Errorf("%v is not a finite number", v.Num)
		}
		return appendNumber(b, v.Num), nil
	case Bool:
		return strconv.AppendBool(b, v.Num != 0), nil
	case List:
		b = append(b, '[')
		for i, s := range v.List {
			if i > 0 {
				b = append(b, ',')
			}
			b = AppendText(b, s)
		}
		return append(b, ']'), nil
	case Missing:
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

// AppendText appends a JSON string: quotes, backslashes and control characters
// are escaped, broken UTF-8 becomes U+FFFD, all else stands as it is.
func AppendText(b []byte, s string) []byte {
	s = strings.ToValidUTF8(s, "\uFFFD") // s itself when it is valid
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
