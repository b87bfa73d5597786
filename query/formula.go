package query

import (
	"fmt"
	"strconv"
	"strings"
)

// Formula computes a value from the values of the series A, B, ….
type Formula struct{ root formulaNode }

// formulaNode is a number, a series or an operation on two nodes.
type formulaNode struct {
	op          byte // '+', '-', '*', '/', 's' for a series, 'n' for a number
	series      int
	number      float64
	left, right *formulaNode
}

// ParseFormula reads a formula over a number of series.
func ParseFormula(text string, series int) (*Formula, error) {
	p := &formulaParser{rest: text, series: series}
	root, err := p.sum(0)
	if err != nil {
		return nil, err
	}
	if p.peek() != 0 {
		return nil, fmt.Errorf("«%c» is not expected in the formula «%s»", p.peek(), text)
	}
	return &Formula{root: *root}, nil
}

// Value computes the formula; ok is false where it divides by zero.
func (f *Formula) Value(values []float64) (value float64, ok bool) { return f.root.value(values) }

func (n *formulaNode) value(values []float64) (float64, bool) {
	switch n.op {
	case 'n':
		return n.number, true
	case 's':
		return values[n.series], true
	}
	a, okA := n.left.value(values)
	b, okB := n.right.value(values)
	ok := okA && okB
	switch n.op {
	case '+':
		return a + b, ok
	case '-':
		return a - b, ok
	case '*':
		return a * b, ok
	}
	if b == 0 {
		return 0, false
	}
	return a / b, ok
}

type formulaParser struct {
	rest   string
	series int
}

// maxFormulaDepth bounds nested parentheses and signs.
const maxFormulaDepth = 100

func (p *formulaParser) peek() byte {
	p.rest = strings.TrimLeft(p.rest, " \t")
	if p.rest == "" {
		return 0
	}
	return p.rest[0]
}

// sum reads terms joined by + and -.
func (p *formulaParser) sum(depth int) (*formulaNode, error) {
	return p.chain(depth, "+-", p.product)
}

// product reads factors joined by * and /.
func (p *formulaParser) product(depth int) (*formulaNode, error) {
	return p.chain(depth, "*/", p.factor)
}

func (p *formulaParser) chain(depth int, ops string, next func(int) (*formulaNode, error)) (*formulaNode, error) {
	left, err := next(depth)
	for err == nil {
		op := p.peek()
		if op == 0 || strings.IndexByte(ops, op) < 0 {
			return left, nil
		}
		p.rest = p.rest[1:]
		var right *formulaNode
		if right, err = next(depth); err == nil {
			left = &formulaNode{op: op, left: left, right: right}
		}
	}
	return nil, err
}

func (p *formulaParser) factor(depth int) (*formulaNode, error) {
	if depth > maxFormulaDepth {
		return nil, fmt.Errorf("the formula is nested too deeply")
	}
	c := p.peek()
	switch {
	case c == '(':
		p.rest = p.rest[1:]
		n, err := p.sum(depth + 1)
		if err != nil {
			return nil, err
		}
		if p.peek() != ')' {
			return nil, fmt.Errorf("a parenthesis is not closed in the formula")
		}
		p.rest = p.rest[1:]
		return n, nil
	case c == '-':
		p.rest = p.rest[1:]
		n, err := p.factor(depth + 1)
		return &formulaNode{op: '-', left: &formulaNode{op: 'n'}, right: n}, err
	case c >= 'A' && c <= 'Z':
		p.rest = p.rest[1:]
		if int(c-'A') >= p.series {
			return nil, fmt.Errorf("there is no series %c; the series are A to %c", c, 'A'+byte(max(p.series, 1)-1))
		}
		return &formulaNode{op: 's', series: int(c - 'A')}, nil
	case c >= '0' && c <= '9' || c == '.':
		return p.number()
	case c == 0:
		return nil, fmt.Errorf("the formula ends too early")
	}
	return nil, fmt.Errorf("«%c» is not known in a formula; use the letters of series, numbers, + - * / and parentheses", c)
}

func (p *formulaParser) number() (*formulaNode, error) {
	end := 0
	for end < len(p.rest) && (p.rest[end] >= '0' && p.rest[end] <= '9' || p.rest[end] == '.') {
		end++
	}
	x, err := strconv.ParseFloat(p.rest[:end], 64)
	if err != nil {
		return nil, fmt.Errorf("«%s» is not a number", p.rest[:end])
	}
	p.rest = p.rest[end:]
	return &formulaNode{op: 'n', number: x}, nil
}
