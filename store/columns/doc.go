// Package columns keeps, derived from the event log, what questions are answered
// from: the persons of a project, and their events as columns sorted by
// (person, time, arrival).
//
// A Store holds a Table for each project. Apply takes committed events in order of
// arrival and resolves each one's person; View gives an immutable picture that has
// every event applied before the call. Package analyse reads Views.
//
//	Table ─▶ parts ─▶ Layer: Persons[i], rows Offsets[i]..Offsets[i+1] ─▶ Times, Names, Column(p)
//	  └▶ View ─▶ Scanner ─▶ Batch: whole timelines
//	       └▶ *People: canonical ordinals, identities, profiles
//
// A part is a Layer that has *some* events of some persons: fragments of their
// timelines. New events make small parts with nothing but themselves; parts are
// folded into larger ones, small ones by a View, large ones in the background, and
// with a directory they are kept in files that are mapped into memory. Readers see
// none of this. A Scanner goes through the persons in blocks of 4096 and hands out
// whole timelines: of a person whose rows are in one part these rows, of a person
// with several fragments a copy, in memory used again and again, of the columns
// that are needed. So late events, ties and merged identities need no care in any
// question.
//
// Rows never change. A person that is merged into another, loses an id, is deleted
// or loses events is *killed*: a note with a moment, and parts born before that
// moment do not count for that person. What is left of the rows is written anew into
// a small part. The corrections of package event ($detach, $delete_person,
// $delete_events) hold from the next View on, and so do counts, first and last times
// and profiles, which are made again from the events that the log has (Table.LookUp).
//
// Times are UTC milliseconds. Text is dictionary-coded, one Dict per property,
// shared by all parts and only ever growing; code 0 means missing. A property that
// changes type keeps every type it had (Column has one vector per type). The first
// 2000 names of properties are kept, of events and of persons each; values of others
// are in the log alone and are counted (View.Limits). The same events in the same
// order give the same ordinals and the same names.
//
// A Table is safe for concurrent use; a View is immutable, needs no locks and stays
// valid when parts have been folded since. Close ends the folding and writes what
// files do not have yet.
//
// Cost, by the timing tests on one processor: Apply some 1.5 µs of processor time for
// an event with ten properties; View O(events applied since the last one), 1.6 ms for
// 300 over a million persons, and free when nothing was applied. A scan costs some
// 2 ns for a person in one part, and 1 to 2 ns per row and column for one in several.
// Memory is some 29 bytes for an event with ten properties, and 190 bytes for a
// person besides the profile. Killing costs nothing; writing rows anew costs time
// for each row of the person.
//
// It answers no question and knows no definitions. Random batches with late events,
// ties, merges, corrections, limits, folds and a keeper that fails are compared
// with a slow rebuild in the tests.
package columns
