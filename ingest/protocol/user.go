package protocol

import "github.com/weirhq/weir/person"

// SignedIn gives the id of the signed-in user, "" when there is none. Broken
// integrations send «null» or «guest» for everybody who has not signed in; beside
// an anonymous id that is nobody's name, and what the visitors did would
// otherwise be one person's.
func SignedIn(user, anonymous string) string {
	if !person.Joinable(user) && person.Joinable(anonymous) {
		return ""
	}
	return user
}
