// Package person decides who is who: it joins the ids under which events arrive
// into persons.
//
// A Graph is fed with every event of one project in order of arrival and is a
// pure function of them. Each person has a dense Ordinal, given in order of
// first appearance and never used again; when two persons turn out to be one,
// the higher ordinal is merged into the lower, for all of history.
package person

// Ordinal numbers the persons of a project densely from 0.
type Ordinal uint32
