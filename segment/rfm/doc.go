// Package rfm is the standing model of a project's payers: how recently (R), how
// often (F) and how much (M) each person paid, sorted into eight groups that say
// what to do with them.
//
// Package api shows its Board and lists the persons of a group or cell; everyone
// else sees the result of today as the tag «rfm», whose value is a group's key.
// It asks package analyse for each person's payments and keeps its settings in
// store/meta.
//
//	Settings ─▶ Assess(day) ─▶ Assessment: a rating of each person ─▶ Board, persons of a group or cell
//	                                        └▶ tag «rfm» (today's)
//
// # Meaning
//
// A model is computed as of the end of a local day D, over the look-back of L
// local days that end with D. A payment is one event of Settings.Event in that
// time; its money is the property Settings.Value, 0 where missing.
//
//   - recency: calendar days from the local day of the last payment to D; 0 on D
//   - frequency: number of payments
//   - monetary: sum of the money
//
// A person without a payment in the look-back is in no group: «not rated».
//
// Each dimension is high or low by one of four methods:
//
//   - fixed: high when it reaches the threshold (recency ≤, frequency ≥, monetary ≥).
//   - mean, median: high when it is better than the rated persons' mean or median
//     (recency <, frequency >, monetary >). Just meeting it is low, so that where
//     most persons paid once, paying once is not high.
//   - quintile: high when the score is at least the threshold (2–5; 4 when it is 0).
//
// Scores run from 1 to 5. The edges are the 20, 40, 60 and 80 % quantiles of the
// rated persons (linear between neighbours, «type 7»). Equal values always share
// a score, and a value exactly on an edge belongs to the bin below it. For
// recency few days are good: the score is turned round, 5 is the most recent.
//
// Groups, by high and low in the order R F M: HHH champions, HLH potential,
// LHH keep, LLH win_back, HHL general_value, HLL general_developing, LHL
// general_keeping, LLL general_win_back.
//
// The 5×5 grid shows the R score against the FM score: the mean of the F and M
// scores, halves rounded up.
//
// # Lifecycle
//
// A Service recomputes each project's tag at start, hourly, after its settings
// change, and soon after payments arrive. Everything is safe for concurrent use.
//
// Cost: one scan of the payments plus sorting the rated persons; rating a million
// takes 0.3 s on one core (rfm_timing_test.go). A tag keeps six bytes per payer.
package rfm
