package account

import (
	"time"
)

// Role is what someone may do. Owner includes editor, editor includes viewer.
type Role string

// The roles.
const (
	Owner  Role = "owner"  // everything, also accounts, keys and settings
	Editor Role = "editor" // define and send
	Viewer Role = "viewer" // look
)

// rank orders roles; an unknown role has none and allows nothing.
func (r Role) rank() int {
	switch r {
	case Owner:
		return 3
	case Editor:
		return 2
	case Viewer:
		return 1
	}
	return 0
}

// Valid says whether the role exists.
func (r Role) Valid() bool { return r.rank() > 0 }

// Allows says whether someone with this role may do what needs the other.
func (r Role) Allows(need Role) bool { return r.rank() >= need.rank() && need.rank() > 0 }

// Account is a person who can sign in.
type Account struct {
	ID        string
	Email     string // lower case
	Name      string
	Role      Role
	Language  string // «zh», «en» or empty: as the browser says
	Theme     string // «light», «dark» or empty: as the system says
	CreatedAt int64  // UTC milliseconds

	passwordHash string
}

// Project is one pool of events and persons with its own keys and settings.
type Project struct {
	ID        string
	Name      string
	Timezone  string // IANA name
	Zone      *time.Location
	WeekStart time.Weekday
	Currency  string // ISO 4217
	WriteKey  string
	Demo      bool // filled by the demo generator
	CreatedAt int64
}

// Token is an API token of a project; the secret itself is not kept.
type Token struct {
	ID         string
	ProjectID  string
	Name       string
	Role       Role
	Hint       string // the last characters, to tell tokens apart
	CreatedAt  int64
	LastUsedAt int64 // 0 when never

	hash string
}
