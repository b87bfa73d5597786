// Package segment keeps sets of persons by a name: segments (who meets a
// condition, or stands behind a cell of a chart) and tags (which value of a
// standing model a person has). Membership is live.
//
// Package api creates and lists segments, package reach sends to them, package
// analyse filters by them. It asks analyse who belongs, hears from store/columns
// which persons changed, and keeps definitions in store/meta.
//
//	Definition (store/meta) ──▶ analyse ──▶ members: one Roaring bitmap per segment
//	columns: persons touched ──▶ again for just those persons
//	the clock, at its instant──▶ again for whom it changes («in the last 7 days» ends by itself)
//	Memberships ◀── analyse asks for {"segment":…} and {"tag":…}
//
// The nouns: a Segment is a definition with its number of persons; a Draft is
// one that is being made; Memberships holds the bitmaps and is what analyse is
// given; a Service does the work; a Tag is one thing known about one person.
//
// # Promises
//
//   - A member is a canonical person. A person merged into another leaves.
//   - A condition segment follows an event within Options.Delay plus the time of
//     the evaluation, and the passing of time within a quarter of a second of the
//     instant at which it changes a person. A segment from a question is
//     recomputed each minute, and when it is read while there are newer events.
//   - Bitmaps are replaced, never changed: one that was handed out stays as it was.
//   - Membership is derived and not stored. After a start everything is computed
//     in the background; who asks earlier waits for that one segment.
//   - Segments may refer to each other, not in a circle, and are computed in the
//     order of dependence. A segment that is used cannot be deleted.
//
// # Lifecycle
//
// New, Use (with the analyser), Start, Stop. Reading and changing work without
// Start; only the background work needs it. Everything is safe for concurrent use.
//
// # Failures
//
// fault.Invalid with every detail for a wrong definition, fault.NotFound,
// fault.Conflict for a name that is taken or a segment that is in use. A segment
// that cannot be computed in the background keeps its members; the reason is
// logged and the next look tries again.
//
// # Cost
//
// A live step evaluates every condition segment for the touched persons only:
// ten behavioural segments follow one event in 0.1 ms. For changes by time alone,
// a segment looks some minutes ahead by a scan for what comes, goes or is due
// until then (analyse.Moving), asks the persons found one by one, a few
// microseconds each, and keeps an instant for each who will change: at most 2¹⁷,
// some 10 MB, and a nearer horizon where there would be more. Everybody is
// evaluated again each quarter of an hour, as a safeguard: 0.1 s for ten segments
// over 100,000 persons with 2 million events (segment_timing_test.go). Memory is
// one bitmap per segment besides.
//
// It sends no events and knows no campaigns. The standing model RFM lives in
// segment/rfm. Tests compare live membership with a full evaluation after random
// histories.
package segment
