// Package meta keeps Weir's operational data: accounts, projects, definitions,
// runs and messages, in one SQLite file.
//
// Packages account, segment, reach and task call it. Each of them owns a
// migration (migrations/000N_<area>.sql, up and down) and a file of statements
// (queries/<area>.sql); Go code names a statement («account.project_by_id») and
// never holds SQL. The event log and what is derived from it live elsewhere: see
// package store.
//
// Statements are SQL that SQLite and PostgreSQL both understand, with
// parameters $1, $2, …; a parameter may be used several times and in any order.
// Times are INTEGER UTC milliseconds, flags 0 or 1, JSON is TEXT, ids are TEXT.
//
// # Promises
//
// A change is on disk, beyond a power cut, when Exec or Tx returns (write-ahead
// log, synchronous=FULL). Foreign keys hold. What was committed before a read
// began is seen by it.
//
// # Concurrency
//
// Everything is safe for concurrent use. Writers queue for one connection;
// readers have their own and never wait for a writer. A statement that begins
// with SELECT or WITH reads; everything else writes, also INSERT … RETURNING
// through QueryRow. Inside Tx use the Tx only: a write on the DB would wait for
// the connection that the Tx holds, for ever.
//
// # Failures
//
// Errors carry the statement's name and wrap the driver's. sql.ErrNoRows is
// passed through; IsUnique recognises a taken name or a repeated key.
//
// Tests run all migrations up, down and up again, and prepare every statement
// against the migrated schema.
package meta
