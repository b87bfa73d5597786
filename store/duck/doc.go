// Package duck keeps the event log in one DuckDB file: the embedded log of record.
//
// Package app opens it; package ingest appends to it and reads it back at
// start. Analysts may open a copy of the file with any DuckDB of the same
// version or newer and query the table events.
//
//	Append ─▶ queue ─▶ committer: BEGIN, appender, COMMIT (one fsync) ─▶ all callers
//	Scan   ─▶ windows of seq, read and decoded in parallel, yielded in order
//
// Promises: Append returns after DuckDB has written the transaction to its
// write-ahead log and synced that file, so acknowledged events survive SIGKILL
// and power cuts. Calls that wait together share one commit and one fate. Seq
// is dense: a failed commit uses up no numbers. One call's events are
// contiguous and in the caller's order.
//
//	Erase  ─▶ one transaction decides, and notes what is to be done (erasures)
//	       ─▶ transactions of 20 thousand rows between the commits of Appends
//	Purge  ─▶ overwrites free blocks, in which DuckDB leaves old bytes
//
// An erasure that was decided is finished when the file is opened again. Rows
// are changed in place: seq stays dense. Columns that shared a block with what
// was erased are written anew, so that the block becomes free. What may be left
// after Purge is what a gap inside of a block happens to hold.
//
// Concurrency: all methods may be called at once, but an Erase waits
// until no Scan is under way, and Scans wait for it. One goroutine writes. A
// context that ends while the call still waits in the queue takes the call
// back; once the committer has it, Append waits for the outcome, because
// «not stored» could no longer be promised.
//
// Failures: a full disk or an I/O error fails the commit with
// fault.Unavailable, nothing is stored, and the log then reopens the file; as
// long as that fails every Append is refused and tries again, so the log mends
// itself when the disk does. A file held by another process is fault.Conflict.
//
// Cost: memory is bounded by Options.MemoryLimit, the queue and the scan
// windows. Checkpoints run inside the commit that crosses
// Options.CheckpointBytes, and again at Close. See the *_timing_test.go files.
//
// It does not drop repeats (package ingest does) and answers no questions
// (package store/columns does). It is tested by store/storetest.
package duck
