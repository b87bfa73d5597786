// Package chdb runs a whole ClickHouse inside a Go process, from the shared
// library libchdb, so that tests and benchmarks compare Weir with the field's
// standard engine without starting a server.
//
// Only tests (analyse/enginetest) and the benchmark (bench) link it; a law in
// internal/archtest holds that. Nothing else in the project may.
//
//	Open ─▶ Engine ─▶ Exec, Rows   one statement at a time
//	              └─▶ Insert       rows streamed in, format RowBinary
//
// The library is half a gigabyte and no part of the repository: `make engine`
// installs it from npm into bench/node_modules at the version of the lockfile.
// Library finds it there, or where the environment variable WEIR_CHDB points to;
// where it is absent, Open fails with ErrAbsent and tests are skipped with that
// sentence.
//
// The engine keeps one data folder per process (a rule of the library): the
// first Open names it and later ones must name the same. An Engine is one
// connection and not safe for concurrent use; several may be open. Signal handlers
// of the library are never installed, and its sampling profilers, which work by
// signals, are off: Go's runtime needs its own.
package chdb
