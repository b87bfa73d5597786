// Package app is the program: its configuration, and the order in which its
// parts start and stop. It is the one package that knows all the others.
//
// Command weir runs it; tests start it in-process on a temporary folder.
//
//	lock the data folder ─▶ operational database ─▶ event log ─▶ HTTP listens
//	   ─▶ (in the background) log read into columns ─▶ intake opens ─▶ segments,
//	      models, sending ─▶ ready
//
// # Promises
//
// One process owns a data folder: a second one is refused and told whose it is.
// HTTP listens before the log has been read, so that probes and the sign-in
// page answer; until then everything about a project answers 503. Stop lets
// requests under way finish, then undoes in reverse order what was started.
//
// # The data folder
//
//	weir.lock      held while a process runs; its number is inside
//	meta.db        accounts, projects, definitions, runs (SQLite)
//	events.duckdb  the event log (DuckDB)
//	secret.key     encrypts stored passwords and signs links; keep it with backups
//
// Flags, environment (WEIR_…) and a file set the same things, in this order of
// strength; see Config.
package app
