package query

// Operator compares a value with an operand.
type Operator string

// The operators. A negative operator is the exact complement of its positive
// twin, so that a missing value satisfies it.
const (
	Eq          Operator = "eq"
	Neq         Operator = "neq"
	In          Operator = "in"
	NotIn       Operator = "not_in"
	Contains    Operator = "contains"
	NotContains Operator = "not_contains"
	StartsWith  Operator = "starts_with"
	EndsWith    Operator = "ends_with"
	Matches     Operator = "matches"
	Gt          Operator = "gt"
	Gte         Operator = "gte"
	Lt          Operator = "lt"
	Lte         Operator = "lte"
	Between     Operator = "between" // both ends included
	IsSet       Operator = "is_set"
	IsNotSet    Operator = "is_not_set"
	IsTrue      Operator = "is_true"
	IsFalse     Operator = "is_false"
	Before      Operator = "before"
	After       Operator = "after"
	WithinLast  Operator = "within_last" // a time not longer ago than a Span, and not in the future
)

// Positive gives the operator without its negation, and whether it was negated.
func (op Operator) Positive() (positive Operator, negated bool) {
	switch op {
	case Neq:
		return Eq, true
	case NotIn:
		return In, true
	case NotContains:
		return Contains, true
	case IsNotSet:
		return IsSet, true
	}
	return op, false
}

// shape is the form of operand that an operator takes.
type shape int

const (
	unknownOperator shape = iota
	noOperand
	scalar    // text, number or boolean
	anyList   // a list of scalars
	text      // text
	pattern   // a regular expression
	ordered   // a number or a time
	pair      // two numbers or two times
	instant   // a time
	spanShape // {"value":7,"unit":"day"}
)

func (op Operator) shape() shape {
	switch op {
	case Eq, Neq:
		return scalar
	case In, NotIn:
		return anyList
	case Contains, NotContains, StartsWith, EndsWith:
		return text
	case Matches:
		return pattern
	case Gt, Gte, Lt, Lte:
		return ordered
	case Between:
		return pair
	case IsSet, IsNotSet, IsTrue, IsFalse:
		return noOperand
	case Before, After:
		return instant
	case WithinLast:
		return spanShape
	}
	return unknownOperator
}
