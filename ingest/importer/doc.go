// Package importer turns files into events: CSV, tab- or space-separated text,
// JSON lines and Parquet, plain or compressed.
//
//	file ─▶ rows ─▶ Mapping: one event per row ─▶ batches ─▶ Poster ─▶ a server's native door
//	                  └─ rejects, with line and reason, in FILE.rejects.jsonl
//
// A Mapping says which column is what. Guess proposes one from the header and
// the first rows; ParseMapping reads one from a flag or from JSON. Run imports.
//
// Promises: a row's event id follows from the file's name, the row's number and
// its content, or from the columns that the mapping names, so a file that is
// imported twice within the intake's horizon is stored once. An import that was
// interrupted goes on after the last acknowledged row: FILE.import.json keeps
// it, with a fingerprint of the file and of the mapping. Rows that cannot
// become events are written to the rejects file and never stop the import.
// Events may lie any time after 1970.
//
// Failures: faults of the mapping are reported all at once (fault.Invalid). The
// HTTP poster waits and tries again while the server is busy, restarting or
// away, until its patience ends.
//
// Cost: rows are read as a stream; memory is a few batches. About 130,000 rows
// of eight columns a second of one core, posting over HTTP included.
//
// Recipes for well-known public data sets are in docs/recipes.
package importer
