// Package demo makes up the history of two companies, a shop and a lender, so
// that Weir can be tried, shown and tested on data whose truth is known.
//
// A World is a pure function of its Options: the same seed and the same end
// give the same events, byte for byte. Persons are independent of each other
// but for invitations, so events come person by person, in order of time within
// a person, and a world of any size needs memory for one person only.
//
// Planted in the data, and written down in Truth, are: a channel that costs much
// and keeps nobody; a drop of active persons caused by one app version in one
// city; persons who leave, and why; and a mail campaign with a random hold-out
// and a known effect. Analyses are checked against them.
//
// The events have no special way in: the caller hands them to the same intake
// that takes everyone's events. Ids are made from the seed, so that loading a
// world twice stores it once. Addresses end in «.example» and can never be
// delivered (RFC 2606).
//
// Cost: about a million events a minute on one core; no I/O of its own.
package demo
