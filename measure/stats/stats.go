package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// The limits below which a comparison is not read out.
const (
	MinPersons  = 30 // per arm
	MinExpected = 5  // conversions and non-conversions per arm, for proportions
)

// level is the two-sided error that intervals and verdicts allow.
const level = 0.05

// Verdict is what a comparison says in one word.
type Verdict string

// The verdicts.
const (
	Gain              Verdict = "gain"
	Loss              Verdict = "loss"
	NoClearDifference Verdict = "no_clear_difference"
	TooSmall          Verdict = "too_small"
)

// Interval is an estimate with its 95 % interval.
type Interval struct {
	Value, Low, High float64
}

// Times scales the interval by a factor that is not negative.
func (i Interval) Times(factor float64) Interval {
	return Interval{Value: i.Value * factor, Low: i.Low * factor, High: i.High * factor}
}

// Comparison is treatment against control.
type Comparison struct {
	Difference Interval  // treatment − control
	P          float64   // two-sided, of «no difference»
	Relative   *Interval // treatment/control − 1; nil when the control is 0
	Verdict    Verdict
}

// Proportion is how many of an arm's persons did it.
type Proportion struct {
	Persons, Converted int
}

// Rate is the share of persons that converted, 0 when there are none.
func (p Proportion) Rate() float64 {
	if p.Persons == 0 {
		return 0
	}
	return float64(p.Converted) / float64(p.Persons)
}

// variance is that of the rate.
func (p Proportion) variance() float64 {
	if p.Persons == 0 {
		return 0
	}
	r := p.Rate()
	return r * (1 - r) / float64(p.Persons)
}

// Mean is the number, sum and sum of squares of an arm's values, one per person.
type Mean struct {
	Persons         int
	Sum, SumSquares float64
}

// Average is the mean value per person, 0 when there are none.
func (m Mean) Average() float64 {
	if m.Persons == 0 {
		return 0
	}
	return m.Sum / float64(m.Persons)
}

// variance is that of the average; 0 for fewer than two persons.
func (m Mean) variance() float64 {
	if m.Persons < 2 {
		return 0
	}
	n := float64(m.Persons)
	// Rounding can make the difference of two large sums slightly negative.
	return max(0, m.SumSquares-m.Sum*m.Sum/n) / (n - 1) / n
}

// CompareProportions compares the share of a treatment that converted with that of a control.
func CompareProportions(treatment, control Proportion) Comparison {
	quantile := distuv.UnitNormal.Quantile(1 - level/2)
	tRate, cRate := treatment.Rate(), control.Rate()
	tVar, cVar := treatment.variance(), control.variance()
	out := Comparison{
		Difference: around(tRate-cRate, quantile*math.Sqrt(tVar+cVar)),
		P:          pooledP(treatment, control),
		Relative:   relative(tRate, cRate, tVar, cVar, quantile),
	}
	if proportionsTooSmall(treatment, control) {
		out.Difference = newcombe(treatment, control, quantile)
		out.Verdict = TooSmall
		return out
	}
	out.Verdict = verdict(out.Difference, out.P)
	return out
}

// pooledP is the two-sided p of the z test with the pooled variance.
func pooledP(treatment, control Proportion) float64 {
	persons := float64(treatment.Persons + control.Persons)
	if treatment.Persons == 0 || control.Persons == 0 {
		return 1
	}
	pooled := float64(treatment.Converted+control.Converted) / persons
	spread := math.Sqrt(pooled * (1 - pooled) * (1/float64(treatment.Persons) + 1/float64(control.Persons)))
	if spread == 0 { // everybody did it, or nobody: the rates are equal
		return 1
	}
	return twoSided(distuv.UnitNormal.CDF, (treatment.Rate()-control.Rate())/spread)
}

func proportionsTooSmall(treatment, control Proportion) bool {
	if treatment.Persons < MinPersons || control.Persons < MinPersons {
		return true
	}
	persons := float64(treatment.Persons + control.Persons)
	pooled := float64(treatment.Converted+control.Converted) / persons
	smaller := float64(min(treatment.Persons, control.Persons))
	return smaller*min(pooled, 1-pooled) < MinExpected
}

// newcombe is the hybrid score interval (Newcombe 1998, method 10).
func newcombe(treatment, control Proportion, quantile float64) Interval {
	t, c := wilson(treatment, quantile), wilson(control, quantile)
	d := t.Value - c.Value
	return Interval{
		Value: d,
		Low:   d - math.Hypot(t.Value-t.Low, c.High-c.Value),
		High:  d + math.Hypot(t.High-t.Value, c.Value-c.Low),
	}
}

// wilson is the score interval of one rate; it is all of [0,1] without persons.
func wilson(p Proportion, quantile float64) Interval {
	if p.Persons == 0 {
		return Interval{High: 1}
	}
	n, r, z2 := float64(p.Persons), p.Rate(), quantile*quantile
	centre := (r + z2/(2*n)) / (1 + z2/n)
	half := quantile / (1 + z2/n) * math.Sqrt(r*(1-r)/n+z2/(4*n*n))
	return Interval{Value: r, Low: max(0, centre-half), High: min(1, centre+half)}
}

// CompareMeans compares the mean of a treatment with that of a control.
func CompareMeans(treatment, control Mean) Comparison {
	tMean, cMean := treatment.Average(), control.Average()
	tVar, cVar := treatment.variance(), control.variance()
	spread := math.Sqrt(tVar + cVar)
	quantile, p := 0.0, 1.0
	switch {
	case spread > 0:
		t := distuv.StudentsT{Sigma: 1, Nu: welch(tVar, cVar, treatment.Persons, control.Persons)}
		quantile, p = t.Quantile(1-level/2), twoSided(t.CDF, (tMean-cMean)/spread)
	case tMean != cMean && treatment.Persons > 1 && control.Persons > 1:
		p = 0 // both groups are constant, and differ
	}
	out := Comparison{
		Difference: around(tMean-cMean, quantile*spread),
		P:          p,
		Relative:   relative(tMean, cMean, tVar, cVar, quantile),
	}
	out.Verdict = verdict(out.Difference, p)
	if treatment.Persons < MinPersons || control.Persons < MinPersons {
		out.Verdict = TooSmall
	}
	return out
}

// welch is the Welch–Satterthwaite number of degrees of freedom, from each
// group's share of the variance: the variances' squares may leave the range of
// numbers. A group with a variance has at least two persons.
func welch(tVar, cVar float64, tPersons, cPersons int) float64 {
	// A group without a variance adds nothing below the line.
	t, c := tVar/(tVar+cVar), cVar/(tVar+cVar)
	below := 0.0
	if t > 0 {
		below += t * t / float64(tPersons-1)
	}
	if c > 0 {
		below += c * c / float64(cPersons-1)
	}
	return 1 / below
}

// relative is treatment/control − 1 by the delta method for a ratio of two independent means.
func relative(treatment, control, tVar, cVar, quantile float64) *Interval {
	if control == 0 {
		return nil
	}
	variance := tVar/(control*control) + treatment*treatment*cVar/(control*control*control*control)
	i := around((treatment-control)/math.Abs(control), quantile*math.Sqrt(variance))
	if math.IsInf(i.Value, 0) || math.IsNaN(i.Low) || math.IsInf(i.Low, 0) || math.IsInf(i.High, 0) {
		return nil // a control so near 0 that the ratio leaves the range of numbers
	}
	return &i
}

func verdict(difference Interval, p float64) Verdict {
	switch {
	case p < level && difference.Low > 0:
		return Gain
	case p < level && difference.High < 0:
		return Loss
	}
	return NoClearDifference
}

func around(value, half float64) Interval {
	return Interval{Value: value, Low: value - half, High: value + half}
}

// twoSided is the chance of a value at least as far from 0 as z, from the lower
// tail so that tiny values keep their digits.
func twoSided(cdf func(float64) float64, z float64) float64 {
	return min(1, 2*cdf(-math.Abs(z)))
}
