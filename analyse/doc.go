// Package analyse answers questions about what users did and who they are.
//
// Packages api and segment call it with a query.Request or a query.Condition;
// it scans the columns.View of the project through internal/kernel. Sets of
// persons that others keep (segments, tags) come in through Sets, as bitmaps.
//
//	Ask ─▶ Answer                 a table or chart
//	Actors ─▶ bitmap              the persons behind one cell of it
//	Members ─▶ bitmap             the persons who meet a condition
//	Persons, Person, Timeline     the people pages
//	Events, Properties, Values    what can be asked about
//
// Promises: an answer is that of semantics as written in docs and in the
// comments of package query; counts of persons are exact; a cell whose time has
// not fully elapsed is marked incomplete. A question sees every event applied
// before it was asked, and nothing applied later. A segment or tag that does not
// exist, and a comparison with a type that the property never had, is a fault
// and not an empty answer. A property that nobody has ever sent is no fault: it
// is missing everywhere.
//
// An Analyser keeps answers as long as they hold: until an event that the
// question counts arrives, a profile or set that it reads changes, or time passes
// an instant that it compares with now. It is safe for concurrent use. Cancelling
// the context ends a scan.
//
// Cost: one pass over the rows of the persons that count, in parallel; trends
// with a breakdown take two. See kernel_timing_test.go.
//
// It keeps no definitions (package segment does) and knows nothing of HTTP.
// Scripts in testdata state the meaning of every option; slow references and
// random timelines hold the kernel to it.
package analyse
