// Package person decides who is who: it joins the ids under which events arrive
// into persons.
//
// A Graph is fed with every event of one project in order of arrival and is a
// pure function of them. Each person has a dense Ordinal, given in order of
// first appearance and never used again; when two persons turn out to be one,
// the higher ordinal is merged into the lower, for all of history.
//
//	id ──owner──▶ Ordinal ──parent──▶ Ordinal (canonical: its own parent)
//
// The rules:
//
//   - An id seen for the first time is a new person.
//   - Identify joins an anonymous id to a signed-in (known) one. If the anonymous
//     id's person has no known id yet, the two are one person: a new known id
//     takes over that person, two existing persons merge.
//   - An anonymous id whose person is known already is not joined to a second
//     one (a shared device). It changes hands: its later events belong to who
//     signed in last, its earlier ones stay where they are.
//   - Alias joins whatever persons two ids have. Nothing else merges two known
//     persons.
//   - Detach takes an id out of its person: it becomes a new one, with the events
//     that it had there. The last id of a person stays. It can be joined again.
//   - A person can be forgotten, with all its ids. One of them that comes again is
//     a new person. An id that changed hands before is not the person's any more.
//   - Ids that many unrelated users send («null», «guest», …) are never joined;
//     see Joinable.
//
// A Graph is not safe for concurrent use; a Snapshot of it is. Nothing fails: an
// event that asks for a join that the rules refuse is simply not a join.
//
// Cost: one look-up in a table for an event, about 100 bytes for an id and its
// person, plus the id's text. A Snapshot costs about 100 bytes for a thousand
// persons; Array is how, and serves whoever keeps something else of each person.
// A State is a Graph as plain slices, for files: a million persons with two ids
// each are written and made again in half a second of computing each (see
// graph_timing_test.go).
package person

import (
	"strconv"
	"strings"
)

// Ordinal numbers the persons of a project densely from 0.
type Ordinal uint32

// publicPrefix marks an identifier as a person's.
const publicPrefix = "p_"

// PublicID is the identifier of a person outside of the program: «p_» and the
// ordinal in base 32. It stays valid after a merge: the ordinal then leads to
// the canonical one.
func PublicID(o Ordinal) string { return publicPrefix + strconv.FormatUint(uint64(o), 32) }

// ParsePublicID reads what PublicID wrote, and nothing else.
func ParsePublicID(text string) (Ordinal, bool) {
	digits, ok := strings.CutPrefix(text, publicPrefix)
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseUint(digits, 32, 32)
	if err != nil || PublicID(Ordinal(n)) != text {
		return 0, false
	}
	return Ordinal(n), true
}

// Joinable says whether an id may be joined to another. Ids that broken
// integrations send for everybody would otherwise make one person of thousands.
// Case and surrounding space do not matter.
func Joinable(id string) bool {
	id = strings.TrimSpace(id)
	if len(id) > longestForbidden {
		return true
	}
	switch strings.ToLower(id) {
	case "", "null", "(null)", "nil", "none", "undefined", "nan", "true", "false",
		"0", "-1", "guest", "anonymous", "anon", "unknown", "n/a", "na",
		"id", "userid", "user_id", "user-id", "distinctid", "distinct_id",
		"anonymousid", "anonymous_id", "deviceid", "device_id", "email", "not_authenticated",
		"[object object]", "{}", "[]", "''", `""`,
		"00000000-0000-0000-0000-000000000000":
		return false
	}
	return true
}

// longestForbidden is the length of the longest id that is never joined.
const longestForbidden = len("00000000-0000-0000-0000-000000000000")
