// Package kernel answers questions by direct scans over columns sorted by person
// and time.
//
// Package analyse resolves a question (zones, segments, tags) into the plain
// specifications of this package; the kernel compiles them against one
// columns.View and visits every person once. A person is one run of rows, so a
// funnel or a condition «did … within …» is a walk over a slice, and a distinct
// count needs no set: persons come one after the other.
//
//	Compiler ─▶ Matcher   which rows count: a set of names, then a condition
//	         ─▶ Dim       by what a row is broken down
//	scan ─▶ one visitor per worker ◀─ blocks of persons ─▶ partial answers ─▶ merged
//
// A block is some thousand rows. A picker finds the rows of a block that a
// Matcher lets through, a slotter their intervals of time, a grouper their rows of
// a breakdown, numbers the values of a property: each for all rows of the block
// before the next, in slices that are used again. run is for visitors that rather
// take persons one by one.
//
// Promises: a scan sees one unchanging View. Workers take ranges of persons, so
// partial counts of persons add up exactly. Sums are compensated, so that they
// do not depend on how persons were divided. A cancelled context stops a scan
// within a chunk of persons, and within a long timeline where a visitor takes it
// in pieces. What a question keeps in memory besides fixed
// tables (rows of a breakdown, values of a percentile) is bounded; beyond it the
// question fails with fault.TooLarge and a word on how to narrow it.
//
// Cost: one pass over the persons' rows per series; with a breakdown a trend
// takes a second pass where «other» is not the sum of its rows or there are many
// values. See analyse/shop_timing_test.go and docs/decisions/0006-kernel-speed.md.
//
// It knows nothing of JSON, projects or permissions. It is tested through
// package analyse: scripts in analyse/testdata and slow references; the parts that
// all kernels share also have tests of their own.
package kernel
