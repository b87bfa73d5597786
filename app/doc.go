// Package app is the program: its configuration, and the order in which its
// parts start and stop. It is the one package that knows all the others.
//
// Command weir runs it; tests start it in-process on a temporary folder.
//
//	lock the data folder ─▶ operational database ─▶ event log ─▶ HTTP listens
//	   ─▶ (in the background) what the column files lack is read from the log ─▶ questions are
//	      answered ─▶ intake opens ─▶ segments, models, sending ─▶ ready ─▶ columns that
//	      have to be made anew
//
// # Promises
//
// One process owns a data folder: a second one is refused and told whose it is.
// HTTP listens before the columns are up to date, so that probes and the sign-in
// page answer; until then everything about a project answers 503. A project whose
// column files are damaged or far behind collects events and answers 503 until its
// columns have been made anew; segments, models and sending leave it out. Stop lets
// requests under way finish, then undoes in reverse order what was started.
//
// # The data folder
//
//	weir.lock      held while a process runs; its number is inside
//	meta.db        accounts, projects, definitions, runs (SQLite)
//	events.duckdb  the event log (DuckDB)
//	columns/       derived from the log, see docs/formats/column-files.md
//	secret.key     encrypts stored passwords and signs links; keep it with backups
//
// Flags, environment (WEIR_…) and a file set the same things, in this order of
// strength; see Config.
package app
