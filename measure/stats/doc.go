// Package stats compares two groups of people: did the treatment change a
// share, or a mean, and by how much.
//
// Package measure/uplift gives it counts and sums per arm; it knows nothing of
// campaigns or events. A Proportion (converted of persons) or a Mean (number,
// sum and sum of squares) per arm makes a Comparison: the difference with its
// 95 % interval, the two-sided p, the relative lift with its interval, and a
// Verdict that people can act on.
//
// The methods, all of the textbook:
//
//   - Proportions: Wald interval for the difference; p from the z test with the
//     pooled variance. Where a group is too small for the normal approximation
//     (see below) the interval is Newcombe's hybrid score interval instead, which
//     does not collapse to a point when nobody converted.
//   - Means: Welch's t for both interval and p, with the variances from the sums.
//   - Relative lift: treatment/control − 1, its variance by the delta method, with
//     the same quantile as the difference. There is none when the control is 0.
//
// Verdicts: TooSmall when an arm has fewer than MinPersons persons or, for
// proportions, when fewer than MinExpected conversions or non-conversions are to
// be expected in an arm under «no difference» (Cochran's rule). Otherwise Gain or
// Loss when p < 0.05 and the interval leaves out 0, and NoClearDifference when
// not. A difference that is not clear is not «no effect».
//
// CheckRatio says whether the arms have the sizes that the split promised; a
// mismatch at p < 0.001 means that the split is broken and nothing that is
// computed from it should be read.
//
// All functions are pure. No result holds NaN or an infinity.
package stats
