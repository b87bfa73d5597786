package kernel

import (
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/query"
)

// ValueTest is a comparison ready to be asked of values. Each function is nil
// where values of that type never meet it.
type ValueTest struct {
	text    func(string) bool
	texts   []string          // when text is equality with one of these
	element func(string) bool // of a list: one element that meets it is enough
	number  func(float64) bool
	low     float64 // number is «low ≤ x ≤ high», unless points is set
	high    float64
	points  []float64 // number is equality with one of these
	flag    func(bool) bool
	isSet   bool // any value meets it
	negated bool
}

// NewValueTest compiles a comparison that has passed its Check.
func NewValueTest(c *query.Comparison, cal query.Calendar) ValueTest {
	op, negated := c.Op.Positive()
	t := ValueTest{negated: negated}
	switch op {
	case query.Eq, query.In:
		t.equality(c.Operand.Values)
	case query.Contains, query.StartsWith, query.EndsWith, query.Matches:
		t.text = textTest(op, c.Operand.Values[0].Str)
		t.element = t.text
	case query.Gt, query.Gte, query.Lt, query.Lte, query.Before, query.After, query.Between:
		t.order(op, c.Operand.Values, cal)
	case query.IsSet:
		t.isSet = true
	case query.IsTrue:
		t.flag = func(b bool) bool { return b }
	case query.IsFalse:
		t.flag = func(b bool) bool { return !b }
	case query.WithinLast:
		from, to := c.Operand.Span.Back(cal.Now.In(cal.Zone)).UnixMilli(), cal.Now.UnixMilli()
		t.text = func(s string) bool {
			start, _, ok := query.ParseTime(s, cal.Zone)
			return ok && start >= from && start <= to
		}
	}
	return t
}

func (t *ValueTest) equality(values []event.Value) {
	var texts, elements []string
	var numbers []float64
	var flags []bool
	for _, v := range values {
		// Lists hold text only: a number in a list was written as text at the border.
		elements = append(elements, v.Text())
		switch v.Kind {
		case event.String:
			texts = append(texts, v.Str)
		case event.Number:
			numbers = append(numbers, v.Num)
		case event.Bool:
			flags = append(flags, v.Num != 0)
		case event.List, event.Missing:
		}
	}
	t.element = memberOf(elements)
	t.text, t.texts = memberOf(texts), texts
	if len(numbers) > 0 {
		t.number, t.points = func(x float64) bool { return slices.Contains(numbers, x) }, numbers
	}
	if len(flags) > 0 {
		t.flag = func(b bool) bool { return slices.Contains(flags, b) }
	}
}

func memberOf(list []string) func(string) bool {
	switch len(list) {
	case 0:
		return nil
	case 1:
		only := list[0]
		return func(s string) bool { return s == only }
	}
	set := make(map[string]bool, len(list))
	for _, s := range list {
		set[s] = true
	}
	return func(s string) bool { return set[s] }
}

func textTest(op query.Operator, operand string) func(string) bool {
	switch op {
	case query.Contains:
		return func(s string) bool { return strings.Contains(s, operand) }
	case query.StartsWith:
		return func(s string) bool { return strings.HasPrefix(s, operand) }
	case query.EndsWith:
		return func(s string) bool { return strings.HasSuffix(s, operand) }
	}
	re, err := regexp.Compile(operand)
	if err != nil {
		return nil
	}
	return re.MatchString
}

// order compiles comparisons of numbers and of times. An operand that is a date
// means its whole day: «after» it begins the next day, «before» it ends at its start.
func (t *ValueTest) order(op query.Operator, values []event.Value, cal query.Calendar) {
	if values[0].Kind == event.Number {
		t.interval(op, values)
		return
	}
	from, to, _ := query.ParseTime(values[0].Str, cal.Zone)
	low, high := int64(math.MinInt64), int64(math.MaxInt64) // the value's instant lies in [low, high)
	switch op {
	case query.Gt, query.After:
		low = to
	case query.Gte:
		low = from
	case query.Lt, query.Before:
		high = from
	case query.Lte:
		high = to
	case query.Between:
		low = from
		_, high, _ = query.ParseTime(values[1].Str, cal.Zone)
	}
	t.text = func(s string) bool {
		at, _, ok := query.ParseTime(s, cal.Zone)
		return ok && at >= low && at < high
	}
}

// interval compiles comparisons of numbers to a closed interval.
func (t *ValueTest) interval(op query.Operator, values []event.Value) {
	a := values[0].Num
	low, high := math.Inf(-1), math.Inf(1)
	switch op {
	case query.Gt:
		low = math.Nextafter(a, math.Inf(1))
	case query.Gte:
		low = a
	case query.Lt:
		high = math.Nextafter(a, math.Inf(-1))
	case query.Lte:
		high = a
	case query.Between:
		low, high = a, values[1].Num
	}
	t.low, t.high = low, high
	t.number = func(x float64) bool { return x >= low && x <= high }
}

// Value asks the test of one value.
func (t ValueTest) Value(v event.Value) bool { return t.positive(v) != t.negated }

func (t ValueTest) positive(v event.Value) bool {
	switch v.Kind {
	case event.Missing:
		return false
	case event.String:
		return t.isSet || t.text != nil && t.text(v.Str)
	case event.Number:
		return t.isSet || t.number != nil && t.number(v.Num)
	case event.Bool:
		return t.isSet || t.flag != nil && t.flag(v.Num != 0)
	case event.List:
		return t.isSet || t.element != nil && slices.ContainsFunc(v.List, t.element)
	}
	return false
}

// Kinds are the types of value that can meet the comparison.
func (t ValueTest) Kinds() []event.Kind {
	var kinds []event.Kind
	add := func(can bool, k event.Kind) {
		if can || t.isSet {
			kinds = append(kinds, k)
		}
	}
	add(t.text != nil, event.String)
	add(t.number != nil, event.Number)
	add(t.flag != nil, event.Bool)
	add(t.element != nil, event.List)
	return kinds
}
