// Package query is the vocabulary of questions: what can be asked of a project's
// events and persons, as Go types and as JSON, and the checks that turn a wrong
// question into a list of what to mend.
//
// Package api reads requests with Parse, package segment keeps Conditions and
// Requests as definitions, package analyse answers them. Nothing here answers
// anything; it imports the standard library and the vocabulary packages only.
//
//	Request ─▶ Question (*Trend | *Funnel | *Retention | *Growth | *Paths | …)
//	        ├▶ Range      which events count
//	        ├▶ Filter     a Condition over persons
//	        └▶ Actors     a Cell of the answer, whose persons are wanted
//	Condition ─▶ all | any | not | a Comparison | segment | did | did_not | sequence
//
// Promises: a field that is not known, a value of the wrong type and anything
// that the kernel does not answer is refused with the JSON path of each fault;
// nothing is ignored and all faults are reported at once. What Parse accepts,
// json.Marshal writes back so that Parse gives the same Request again.
//
// Meaning of time: a Range given as local dates includes both days in the
// project's zone; as RFC 3339 instants it is half-open. «The last N units» of a
// question are N whole calendar units, the current one included; within a
// condition they slide: the N units up to now. A Span (the window of a funnel)
// is an exact duration: a day is 24 hours, a week 7 days, a month 30 days.
//
// Meaning of text: comparisons of text are exact, also in case; «matches» is an
// RE2 regular expression that may match anywhere in the text.
//
// Failures are fault.Invalid with one detail per fault.
package query
