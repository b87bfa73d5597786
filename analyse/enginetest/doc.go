// Package enginetest asks Weir and ClickHouse the same random questions about
// the same random events and demands equal answers. It is tests only; `make
// test/engines` runs them, and `make test` where the engine is installed.
//
// ClickHouse answers by its own functions wherever it has the notion
// (windowFunnel, retention, sequenceMatch, sequenceCount, uniqExact,
// quantileExactInclusive, first and last values, its calendar with time zones),
// otherwise by plain SQL that says what the documentation says and nothing of how
// Weir works. Thousands of persons with ties, late events, ids that turn out to be one
// person, missing values, and a change of clocks in the range.
//
// Where ClickHouse means something else, questions are built so that it does not matter:
//
//   - windowFunnel lets one event serve several steps; in Weir it serves one.
//     Steps are of different events.
//   - windowFunnel's strict_order ends at the first other event after step 1 and
//     never tries the next step 1, and another occurrence of a step already met
//     does not end it. It is compared on persons who do each event at most once
//     and nothing at the same time; strict funnels of everybody are compared with
//     neighbours found by sequenceMatch, over a window longer than the data,
//     because sequenceMatch measures time from step to step and not from the first.
//   - strict_increase and strict_deduplication have no counterpart: a tie is in
//     order for Weir, and a repeated step harms nobody.
//   - sequenceMatch takes events of one time in any order, once; Weir takes them
//     in either. Events of different times only.
//   - sequenceCount counts chains that do not overlap, Weir's attempts may. Strict
//     attempts of two different events cannot overlap, so those are compared.
//   - retention() tells who met condition 1 and condition n at all; the
//     conditions name the cohort's day and the day of the return.
//   - NULL is less clear in SQL than missing is in Weir: negative comparisons are
//     written as NOT ifNull(positive, false).
package enginetest
