// Package account knows who may do what: the accounts of people, their
// sessions, the projects, and the keys and tokens of programs.
//
// Package api asks it on every request; app seeds it with the bootstrap flags;
// ingest asks it, through an interface of its own, which project a write key
// belongs to. It keeps everything in store/meta.
//
//	Account ──signs in──▶ session (cookie, 30 days, sliding)
//	Project ──has──▶ one write key (sends events, public by nature)
//	        └─has──▶ API tokens (read and change, with a role)
//
// A Role is owner, editor or viewer; each includes the next. An account's role
// holds in every project; a token's role holds in its project only.
//
// # Promises
//
// Passwords are kept as Argon2id hashes, session and API tokens as SHA-256
// hashes; none can be read back. A token is shown once, when it is made. After
// too many wrong passwords from one address for one account, further tries are
// refused for a while, whether right or wrong. At least one owner always
// remains. Projects and write keys are answered from memory.
//
// The cache is right because one process owns the data folder; app holds a lock
// on it.
//
// # Failures
//
// Faults: Invalid (with the field), Conflict (taken name or e-mail), NotFound,
// Unknown (not signed in, wrong password or key), Busy (too many tries).
package account
