package container

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"runtime"
	"syscall"
	"time"
)

// File is a file that was opened and found in order, as far as its table goes.
type File struct {
	path     string
	kind     Kind
	identity Identity
	sections []Section
	index    map[key]int
	file     *os.File
	mapped   []byte
}

// key finds a section.
type key struct {
	name   string
	number uint32
}

// Open opens a file of a kind and checks its structure: both ends, its length,
// the table. The sections are checked by Verify or Read.
func Open(path string, kind Kind) (*File, error) {
	if err := checkByteOrder(); err != nil {
		return nil, err
	}
	file, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, bad(path, "it is missing")
	}
	if err != nil {
		return nil, fmt.Errorf("open column file: %w", err)
	}
	f := &File{path: path, kind: kind, file: file}
	if err := f.readTable(); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return f, nil
}

// KindOf tells what a file holds by its first bytes.
func KindOf(path string) (Kind, error) {
	for _, kind := range []Kind{Part, State, Manifest, Index} {
		f, err := Open(path, kind)
		if err == nil {
			return kind, f.Close()
		}
		var wrong *wrongKindError
		if !errors.As(err, &wrong) {
			return 0, err
		}
	}
	return 0, bad(path, "it is of no known kind")
}

// wrongKindError says that a file is in order but holds something else.
type wrongKindError struct{ DamageError }

func (f *File) readTable() error {
	info, err := f.file.Stat()
	if err != nil {
		return fmt.Errorf("read column file: %w", err)
	}
	size := uint64(info.Size())
	if !info.Mode().IsRegular() || size < headerSize+footerSize {
		return bad(f.path, "it has %d bytes, too few for a column file", size)
	}
	head, err := f.bytesAt(0, headerSize)
	if err != nil {
		return err
	}
	tail, err := f.bytesAt(size-footerSize, footerSize)
	if err != nil {
		return err
	}
	foot, err := f.checkEnds(head, tail, size)
	if err != nil {
		return err
	}
	table, err := f.bytesAt(foot.table, uint64(foot.sections)*entrySize)
	if err != nil {
		return err
	}
	if crc32.Checksum(table, castagnoli) != foot.checksum {
		return bad(f.path, "its table of sections has changed")
	}
	f.identity = Identity{Length: size, Checksum: foot.checksum}
	return f.readEntries(table, foot.table)
}

// checkEnds checks header and footer, each against what it can be.
func (f *File) checkEnds(head, tail []byte, size uint64) (footer, error) {
	foot := readFooter(tail)
	if string(head[:8]) != headMagic {
		return foot, bad(f.path, "it is no column file")
	}
	if version := binary.LittleEndian.Uint32(head[8:]); version != Version {
		return foot, bad(f.path, "it is of version %d of the format, and this program reads version %d", version, Version)
	}
	if string(tail[footerSize-8:]) != tailMagic {
		return foot, bad(f.path, "its end is missing")
	}
	again := foot
	if !bytes.Equal(again.bytes(), tail) {
		return foot, bad(f.path, "its footer has changed")
	}
	if foot.length != size {
		return foot, bad(f.path, "it has %d bytes and should have %d", size, foot.length)
	}
	if !bytes.Equal(head, header(foot.kind)) {
		return foot, bad(f.path, "its header has changed")
	}
	if foot.version != Version || foot.table > size || foot.table+uint64(foot.sections)*entrySize+footerSize != size {
		return foot, bad(f.path, "its footer contradicts its length")
	}
	if foot.kind != f.kind {
		return foot, &wrongKindError{DamageError{f.path, fmt.Sprintf("it is a %s and should be a %s", foot.kind, f.kind)}}
	}
	return foot, nil
}

func (f *File) readEntries(table []byte, end uint64) error {
	f.index = make(map[key]int, len(table)/entrySize)
	at := uint64(headerSize)
	for ; len(table) > 0; table = table[entrySize:] {
		s := entry(table)
		at += uint64(padding(at))
		if at > end || s.Width == 0 || s.offset != at || s.Count > (end-at)/uint64(s.Width) {
			return bad(f.path, "section %s lies outside of the file", s.Name)
		}
		at += s.Bytes()
		f.index[key{s.Name, s.Number}] = len(f.sections)
		f.sections = append(f.sections, s)
	}
	if at+uint64(padding(at)) != end {
		return bad(f.path, "its sections do not reach its table")
	}
	return nil
}

func (f *File) bytesAt(offset, size uint64) ([]byte, error) {
	b := make([]byte, size)
	if _, err := f.file.ReadAt(b, int64(offset)); err != nil {
		return nil, f.unreadable(err)
	}
	return b, nil
}

// unreadable tells a file that has become shorter from a disk that fails.
func (f *File) unreadable(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return bad(f.path, "it has become shorter")
	}
	return fmt.Errorf("read column file: %w", err)
}

// Path is where the file was opened.
func (f *File) Path() string { return f.path }

// Identity is what Commit gave for the file.
func (f *File) Identity() Identity { return f.identity }

// Sections are the sections as they lie in the file.
func (f *File) Sections() []Section { return f.sections }

// Section finds a section by name and number.
func (f *File) Section(name string, number uint32) (*Section, bool) {
	i, ok := f.index[key{name, number}]
	if !ok {
		return nil, false
	}
	return &f.sections[i], true
}

// checkStep is how much is read at once when checking, in bytes.
const checkStep = 1 << 20

// Verify reads the whole file and compares the checksums. Read calls are used
// rather than the mapping: an unreadable block is an error then, not a signal,
// and the pages do not count as the program's memory.
func (f *File) Verify(ctx context.Context) error {
	buffer := make([]byte, checkStep)
	for i := range f.sections {
		s := &f.sections[i]
		sum := uint32(0)
		for done := uint64(0); done < s.Bytes(); {
			if err := ctx.Err(); err != nil {
				return err
			}
			piece := buffer[:min(checkStep, s.Bytes()-done)]
			if _, err := f.file.ReadAt(piece, int64(s.offset+done)); err != nil {
				return f.unreadable(err)
			}
			sum = crc32.Update(sum, castagnoli, piece)
			done += uint64(len(piece))
		}
		if sum != s.checksum {
			return f.changed(s)
		}
	}
	return nil
}

func (f *File) changed(s *Section) error {
	return bad(f.path, "section %s %d has changed since it was written", s.Name, s.Number)
}

// unmapAfter is how long mapped bytes stay after nobody can reach the File any
// more. A reader of one person's rows may still be at work on a slice that it
// took, having let go of everything that leads to the File.
const unmapAfter = 30 * time.Second

// Map makes Slice possible.
func (f *File) Map() error {
	mapped, err := syscall.Mmap(int(f.file.Fd()), 0, int(f.identity.Length), syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return fmt.Errorf("map %s: %w", f.path, err)
	}
	f.mapped = mapped
	runtime.AddCleanup(f, func(mapped []byte) {
		time.AfterFunc(unmapAfter, func() { _ = syscall.Munmap(mapped) }) // cannot fail: it is what Mmap gave
	}, mapped)
	return nil
}

// Close closes the file. What is mapped stays.
func (f *File) Close() error { return f.file.Close() }

// Slice gives a section of a mapped file as numbers. They are valid as long as
// the File is reachable, and must not be written to.
func Slice[T any](f *File, name string, number uint32) ([]T, *Section, error) {
	s, err := find[T](f, name, number)
	if err != nil {
		return nil, nil, err
	}
	return numbers[T](f.mapped[s.offset:s.offset+s.Bytes()], int(s.Count)), s, nil
}

// Read gives a section as numbers in memory of their own, checked.
func Read[T any](f *File, name string, number uint32) ([]T, *Section, error) {
	s, err := find[T](f, name, number)
	if err != nil || s.Count == 0 {
		return nil, s, err
	}
	values := make([]T, s.Count)
	b := Bytes(values)
	if _, err := f.file.ReadAt(b, int64(s.offset)); err != nil {
		return nil, nil, f.unreadable(err)
	}
	if crc32.Checksum(b, castagnoli) != s.checksum {
		return nil, nil, f.changed(s)
	}
	return values, s, nil
}

// ReadText gives a section of bytes as a text in memory of its own, checked.
func ReadText(f *File, name string, number uint32) (string, error) {
	b, _, err := Read[byte](f, name, number)
	return textOf(b), err
}

func find[T any](f *File, name string, number uint32) (*Section, error) {
	s, ok := f.Section(name, number)
	if !ok {
		return nil, bad(f.path, "section %s %d is missing", name, number)
	}
	if int(s.Width) != widthOf[T]() {
		return nil, bad(f.path, "section %s %d has elements of %d bytes instead of %d", name, number, s.Width, widthOf[T]())
	}
	return s, nil
}
