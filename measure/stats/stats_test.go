package stats

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestProportionsOfTheTextbook(t *testing.T) {
	t.Parallel()
	// 230 of 1000 against 200 of 1000: z 1.63287 (pooled), Wald half-width 1.95996·sqrt(.23·.77/1000+.2·.8/1000).
	c := CompareProportions(Proportion{1000, 230}, Proportion{1000, 200})
	require.InDelta(t, 0.03, c.Difference.Value, 1e-12)
	require.InDelta(t, 0.03-1.959963984540054*math.Sqrt(0.1771/1000+0.16/1000), c.Difference.Low, 1e-12)
	require.InDelta(t, 0.10249587537989271, c.P, 1e-12)
	require.InDelta(t, 0.15, c.Relative.Value, 1e-12)
	require.Equal(t, NoClearDifference, c.Verdict)
}

func TestVerdicts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		treatment, control Proportion
		want               Verdict
	}{
		"gain":                          {Proportion{10_000, 600}, Proportion{10_000, 400}, Gain},
		"loss":                          {Proportion{10_000, 400}, Proportion{10_000, 600}, Loss},
		"no clear difference":           {Proportion{10_000, 401}, Proportion{10_000, 400}, NoClearDifference},
		"few persons":                   {Proportion{10_000, 9_000}, Proportion{MinPersons - 1, 2}, TooSmall},
		"few conversions":               {Proportion{10_000, 40}, Proportion{1000, 0}, TooSmall},
		"few that did not convert":      {Proportion{10_000, 9_990}, Proportion{1000, 990}, TooSmall},
		"exactly enough to be expected": {Proportion{100, 5}, Proportion{100, 5}, NoClearDifference},
		"one too few":                   {Proportion{100, 5}, Proportion{100, 4}, TooSmall},
		"nobody at all":                 {Proportion{}, Proportion{}, TooSmall},
		"an empty arm":                  {Proportion{5000, 100}, Proportion{}, TooSmall},
		"nobody converts in a large arm is still a result": {Proportion{5000, 100}, Proportion{5000, 0}, Gain},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, CompareProportions(c.treatment, c.control).Verdict)
		})
	}
}

func TestNobodyConvertedIsNotCertainty(t *testing.T) {
	t.Parallel()
	c := CompareProportions(Proportion{Persons: 40}, Proportion{Persons: 40})
	require.Zero(t, c.Difference.Value)
	require.Less(t, c.Difference.Low, -0.05)
	require.Greater(t, c.Difference.High, 0.05)
	require.InDelta(t, 1, c.P, 0)
	require.Nil(t, c.Relative, "there is no lift over nothing")
}

func TestMeans(t *testing.T) {
	t.Parallel()
	c := CompareMeans(mean(6.31, 5.12, 5.54, 5.5, 5.37, 5.29, 4.92, 6.15, 5.8, 5.26), mean(4.81, 4.17, 4.41, 3.59, 5.87, 3.83, 6.03, 4.89, 4.32, 4.69))
	require.InDelta(t, 0.00929840471726984, c.P, 1e-9) // scipy, Welch
	require.InDelta(t, 0.24908556120641445, c.Difference.Low, 1e-9)
	require.InDelta(t, 1.480914438793586, c.Difference.High, 1e-9)
	require.Equal(t, TooSmall, c.Verdict)
}

func TestMeansWithoutSpread(t *testing.T) {
	t.Parallel()
	constant := func(n int, v float64) Mean {
		return Mean{Persons: n, Sum: float64(n) * v, SumSquares: float64(n) * v * v}
	}
	same := CompareMeans(constant(50, 2), constant(60, 2))
	require.InDelta(t, 1, same.P, 0)
	require.Equal(t, NoClearDifference, same.Verdict)
	differ := CompareMeans(constant(50, 3), constant(60, 2))
	require.Zero(t, differ.P)
	require.Equal(t, Gain, differ.Verdict)
	require.Equal(t, TooSmall, CompareMeans(Mean{}, constant(60, 2)).Verdict)
	require.Equal(t, TooSmall, CompareMeans(constant(1, 9), constant(60, 2)).Verdict)
	// One arm varies, the other does not: only the first has degrees of freedom.
	one := CompareMeans(Mean{Persons: 40, Sum: 40, SumSquares: 80}, constant(40, 0))
	require.Equal(t, Gain, one.Verdict)
	// The square of such a variance is 0 in a float64.
	tiny := CompareMeans(Mean{}, mean(8.433758354584419e-81, 6.325318765938314e-81))
	require.InDelta(t, 7.379538560261366e-81, -tiny.Difference.Value, 1e-90)
	require.False(t, math.IsNaN(tiny.Difference.Low) || math.IsNaN(tiny.P))
}

func TestNothingIsEverNaN(t *testing.T) {
	t.Parallel()
	finite := func(t *rapid.T, c Comparison) {
		all := []float64{c.Difference.Value, c.Difference.Low, c.Difference.High, c.P}
		if c.Relative != nil {
			all = append(all, c.Relative.Value, c.Relative.Low, c.Relative.High)
		}
		for _, x := range all {
			require.False(t, math.IsNaN(x) || math.IsInf(x, 0), "%+v", c)
		}
		require.LessOrEqual(t, c.Difference.Low, c.Difference.Value)
		require.GreaterOrEqual(t, c.Difference.High, c.Difference.Value)
		require.True(t, c.P >= 0 && c.P <= 1)
	}
	rapid.Check(t, func(t *rapid.T) {
		arm := func(name string) Proportion {
			n := rapid.IntRange(0, 2000).Draw(t, name)
			return Proportion{n, rapid.IntRange(0, n).Draw(t, name)}
		}
		a, b := arm("a"), arm("b")
		c := CompareProportions(a, b)
		finite(t, c)
		back := CompareProportions(b, a)
		require.InDelta(t, c.P, back.P, 1e-12, "no side is special")
		require.InDelta(t, c.Difference.Low, -back.Difference.High, 1e-12)

		values := rapid.SliceOfN(rapid.Float64Range(-1e6, 1e6), 0, 40)
		finite(t, CompareMeans(mean(values.Draw(t, "x")...), mean(values.Draw(t, "y")...)))
	})
}

func TestRatio(t *testing.T) {
	t.Parallel()
	require.InDelta(t, 0.04550026389635857, CheckRatio([]int{5100, 4900}, []float64{0.5, 0.5}).P, 1e-12)
	require.False(t, CheckRatio([]int{5100, 4900}, []float64{0.5, 0.5}).Mismatch)
	require.True(t, CheckRatio([]int{5200, 4800}, []float64{1, 1}).Mismatch, "shares need not sum to 1")
	require.False(t, CheckRatio([]int{9000, 1000}, []float64{0.9, 0.1}).Mismatch)
	require.False(t, CheckRatio([]int{0, 0}, []float64{0.9, 0.1}).Mismatch)
	require.False(t, CheckRatio([]int{100, 0}, []float64{1, 0}).Mismatch, "no hold-out was asked for")
	require.True(t, CheckRatio([]int{100, 1}, []float64{1, 0}).Mismatch, "an arm that should be empty")
}

func mean(values ...float64) Mean {
	m := Mean{Persons: len(values)}
	for _, v := range values {
		m.Sum += v
		m.SumSquares += v * v
	}
	return m
}
