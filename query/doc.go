// Package query is the vocabulary of questions: what can be asked of a project's
// events and persons, as Go types and as JSON, and the checks that turn a wrong
// question into a list of what to mend.
//
// It answers nothing; package analyse does. It imports the standard library and
// the vocabulary packages only.
package query
