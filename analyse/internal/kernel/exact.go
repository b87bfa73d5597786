package kernel

import "math"

// exact is a sum that keeps what rounding takes away (Neumaier's variant of
// Kahan's summation), so that it does not depend on how persons were divided
// among workers. The zero value is an empty sum.
type exact struct{ sum, rest float64 }

func (e *exact) add(x float64) {
	t := e.sum + x
	if math.Abs(e.sum) >= math.Abs(x) {
		e.rest += (e.sum - t) + x
	} else {
		e.rest += (x - t) + e.sum
	}
	e.sum = t
}

// join adds another sum.
func (e *exact) join(o exact) {
	e.add(o.sum)
	e.rest += o.rest
}

func (e exact) value() float64 { return e.sum + e.rest }
