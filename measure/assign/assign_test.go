package assign

import (
	"math"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

const units = 100_000

func TestFractionIsFixedForever(t *testing.T) {
	t.Parallel()
	// A campaign in the store was dealt by these numbers; they must not move.
	// Independently: int(sha256(b"6:camp_1p_1").hexdigest()[:16], 16) >> 11, over 2**53.
	require.InDelta(t, 0.11703246450910743, Fraction("camp_1", "p_1"), 1e-15)
	require.InDelta(t, 0.7283713340583248, Fraction("", ""), 1e-15)
}

func TestFractionTellsSaltFromUnit(t *testing.T) {
	t.Parallel()
	require.NotEqual(t, Fraction("ab", "c"), Fraction("a", "bc"))
	require.NotEqual(t, Fraction("1", ":x"), Fraction("", "1:x"))
}

func TestFractionsAreUniform(t *testing.T) {
	t.Parallel()
	const bins = 100
	var counts [bins]int
	for i := range units {
		counts[int(Fraction("camp_uniform", "p_"+strconv.Itoa(i))*bins)]++
	}
	chi2 := 0.0
	for _, n := range counts {
		d := float64(n) - units/bins
		chi2 += d * d / (units / bins)
	}
	// 99 degrees of freedom: 0.999 of uniform samples lie below 148.2.
	require.Less(t, chi2, 148.2)
}

func TestSaltsAreIndependent(t *testing.T) {
	t.Parallel()
	// Salts that differ in one character are the hard case.
	var both, first, second, product float64
	for i := range units {
		unit := "p_" + strconv.Itoa(i)
		a, b := Fraction("camp_1", unit), Fraction("camp_2", unit)
		product += (a - 0.5) * (b - 0.5)
		if a < 0.1 {
			first++
		}
		if b < 0.1 {
			second++
		}
		if a < 0.1 && b < 0.1 {
			both++
		}
	}
	correlation := product / units * 12 // the variance of a uniform number is 1/12
	require.Less(t, math.Abs(correlation), 4/math.Sqrt(units))
	expected := first * second / units
	require.InDelta(t, expected, both, 4*math.Sqrt(expected))
}

func TestArmOfKeepsTheShareAndGrows(t *testing.T) {
	t.Parallel()
	held := 0
	for i := range units {
		if ArmOf("camp_share", strconv.Itoa(i), 0.1) == Holdout {
			held++
		}
	}
	require.InDelta(t, units*0.1, held, 4*math.Sqrt(units*0.1*0.9))

	rapid.Check(t, func(t *rapid.T) {
		salt, unit := rapid.String().Draw(t, "salt"), rapid.String().Draw(t, "unit")
		f := Fraction(salt, unit)
		require.GreaterOrEqual(t, f, 0.0)
		require.Less(t, f, 1.0)
		require.Equal(t, Treatment, ArmOf(salt, unit, 0))
		require.Equal(t, Holdout, ArmOf(salt, unit, 1))
		low := rapid.Float64Range(0, 1).Draw(t, "low")
		high := rapid.Float64Range(low, 1).Draw(t, "high")
		if ArmOf(salt, unit, low) == Holdout {
			require.Equal(t, Holdout, ArmOf(salt, unit, high))
		}
	})
}
