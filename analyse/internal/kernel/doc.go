// Package kernel answers questions by direct scans over columns sorted by person
// and time.
//
// Package analyse resolves a question (zones, segments, tags) into the plain
// specifications of this package; the kernel compiles them against one
// columns.View and visits every person once. A person is one run of rows, so a
// funnel or a condition «did … within …» is a walk over a slice, and a distinct
// count needs no set: persons come one after the other.
//
//	Compiler ─▶ Matcher   which rows count: a table over name codes, then a row test
//	         ─▶ Dim       by what a row is broken down
//	Source.run ─▶ one visitor per worker ─▶ partial answers ─▶ merged
//
// Promises: a scan sees one unchanging View. Workers take ranges of persons, so
// partial counts of persons add up exactly. Sums are compensated, so that they
// do not depend on how persons were divided. A cancelled context stops a scan
// within some thousand persons. What a question keeps in memory besides fixed
// tables (rows of a breakdown, values of a percentile) is bounded; beyond it the
// question fails with fault.TooLarge and a word on how to narrow it.
//
// Cost: one pass over the persons' rows per series; with a breakdown a trend
// takes a second pass, so that «other» counts persons exactly. See
// analyse/kernel_timing_test.go.
//
// It knows nothing of JSON, projects or permissions. It is tested through
// package analyse: scripts in analyse/testdata and slow references.
package kernel
