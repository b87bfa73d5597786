// Package container reads and writes the files that columns are kept in: named
// arrays of numbers of fixed width, each with a checksum, behind one table.
//
// Package columns decides what is in a file; this package decides how arrays lie
// in it. The bytes are described in docs/formats/column-files.md.
//
//	Writer: header ─▶ sections in turn ─▶ table ─▶ footer ─▶ fsync, rename, fsync of the folder
//	File:   footer ─▶ table ─▶ Verify (checksums) ─▶ Slice (a Go slice over the mapped bytes)
//
// Promises: a file appears under its name whole or not at all. Open notices a
// file that is missing, torn, foreign, or of another version, from its first and
// last bytes; Verify notices every changed byte that a section has. A Section
// starts at a multiple of 64 bytes, so that its bytes, mapped, are a slice of
// numbers as they lie. That needs a little-endian processor; on any other, Create
// and Open refuse.
//
// A File is immutable and safe for concurrent use. Mapped bytes are page cache,
// not memory of the program: the operating system takes them back when it needs
// to. They are unmapped some time after the File became unreachable, never before,
// so whoever keeps a slice of it keeps the File.
//
// Failures: errors of the disk as they are, or *DamageError, which says what is wrong
// with a file and why it must be made anew.
//
// Cost: writing buffers one mebibyte, whatever the size of the file. Checking
// reads each byte once, with read calls, so that an unreadable disk is an error
// and not a signal.
package container
