package stats

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// mismatchLevel is the p below which arms do not have the promised sizes. It is
// strict because every campaign is checked, and a false alarm hides a true result.
const mismatchLevel = 0.001

// Ratio says whether the arms have the sizes that the split promised.
type Ratio struct {
	ChiSquare float64
	P         float64
	Mismatch  bool // p < 0.001: the split is broken, do not read the result
}

// CheckRatio compares the number of persons per arm with the expected shares,
// which need not sum to 1. An arm that should be empty and is not is a mismatch.
func CheckRatio(observed []int, shares []float64) Ratio {
	persons, total := 0.0, 0.0
	for i, n := range observed {
		persons += float64(n)
		total += shares[i]
	}
	chi2, freedom := 0.0, -1
	for i, n := range observed {
		if shares[i] <= 0 {
			if n > 0 {
				return Ratio{ChiSquare: math.MaxFloat64, P: 0, Mismatch: true}
			}
			continue
		}
		freedom++
		if persons > 0 {
			expected := persons * shares[i] / total
			chi2 += (float64(n) - expected) * (float64(n) - expected) / expected
		}
	}
	if freedom < 1 || persons == 0 {
		return Ratio{P: 1}
	}
	p := mathext.GammaIncRegComp(float64(freedom)/2, chi2/2)
	return Ratio{ChiSquare: chi2, P: p, Mismatch: p < mismatchLevel}
}
