package container

import (
	"bufio"
	"errors"
	"fmt"
	"hash/crc32"
	"path/filepath"
)

// writeBuffer is how much is gathered before it goes to the disk.
const writeBuffer = 1 << 20

// Writer writes a file, section by section. After the first error nothing more
// is written, and Commit gives that error. It is for one goroutine.
type Writer struct {
	disk     Disk
	path     string
	kind     Kind
	file     Output
	out      *bufio.Writer
	at       uint64
	sections []Section
	open     bool // the last section is being written
	err      error
}

// Create starts a file, which appears under its name with Commit.
func Create(disk Disk, path string, kind Kind) (*Writer, error) {
	if err := checkByteOrder(); err != nil {
		return nil, err
	}
	file, err := disk.Create(path + Unfinished)
	if err != nil {
		return nil, fmt.Errorf("create %s: %w", filepath.Base(path), err)
	}
	w := &Writer{disk: disk, path: path, kind: kind, file: file, out: bufio.NewWriterSize(file, writeBuffer)}
	w.raw(header(kind))
	return w, nil
}

// Begin starts a section with elements of a width; see Section for the rest.
func (w *Writer) Begin(name string, number uint32, width int, a, b int64) {
	w.end()
	if len(name) > nameSize {
		w.fail(fmt.Errorf("section name %q is too long", name))
		return
	}
	w.raw(make([]byte, padding(w.at)))
	w.sections = append(w.sections, Section{Name: name, Number: number, Width: uint32(width), A: a, B: b, offset: w.at})
	w.open = true
}

// Write adds bytes to the section that was begun last.
func (w *Writer) Write(p []byte) (int, error) {
	if w.err == nil && !w.open {
		w.fail(errors.New("bytes outside of a section"))
	}
	if w.err != nil {
		return 0, w.err
	}
	s := &w.sections[len(w.sections)-1]
	s.checksum = crc32.Update(s.checksum, castagnoli, p)
	w.raw(p)
	return len(p), w.err
}

// end closes the section that is being written.
func (w *Writer) end() {
	if !w.open {
		return
	}
	w.open = false
	s := &w.sections[len(w.sections)-1]
	size := w.at - s.offset
	if size%uint64(s.Width) != 0 {
		w.fail(fmt.Errorf("section %s has %d bytes, no multiple of %d", s.Name, size, s.Width))
		return
	}
	s.Count = size / uint64(s.Width)
}

// raw writes bytes that no section counts.
func (w *Writer) raw(p []byte) {
	if w.err != nil {
		return
	}
	if _, err := w.out.Write(p); err != nil {
		w.fail(fmt.Errorf("write %s: %w", filepath.Base(w.path), err))
		return
	}
	w.at += uint64(len(p))
}

func (w *Writer) fail(err error) {
	if w.err == nil {
		w.err = err
	}
}

// Identity tells files apart: no two different ones have, but by chance of one
// in four thousand million, the same.
type Identity struct {
	Length   uint64 // of the file in bytes
	Checksum uint32 // of the table, which has the checksums of all sections
}

// Commit ends the file and puts it under its name. When it returns without an
// error, the file survives a power cut. On an error nothing is left behind, as
// far as the disk allows.
func (w *Writer) Commit() (Identity, error) {
	w.end()
	w.raw(make([]byte, padding(w.at)))
	table := make([]byte, 0, entrySize*len(w.sections))
	for i := range w.sections {
		table = appendEntry(table, &w.sections[i])
	}
	f := footer{
		table: w.at, sections: uint32(len(w.sections)), checksum: crc32.Checksum(table, castagnoli),
		length: w.at + uint64(len(table)) + footerSize, version: Version, kind: w.kind,
	}
	w.raw(table)
	w.raw(f.bytes())
	if err := w.settle(); err != nil {
		w.Abort()
		return Identity{}, err
	}
	if err := place(w.disk, w.path); err != nil {
		return Identity{}, errors.Join(err, w.disk.Remove(w.path+Unfinished))
	}
	return Identity{Length: f.length, Checksum: f.checksum}, nil
}

// settle brings everything to the disk.
func (w *Writer) settle() error {
	if w.err != nil {
		return w.err
	}
	if err := w.out.Flush(); err != nil {
		return fmt.Errorf("write %s: %w", filepath.Base(w.path), err)
	}
	if err := w.file.Sync(); err != nil {
		return fmt.Errorf("sync %s: %w", filepath.Base(w.path), err)
	}
	file := w.file
	w.file = nil
	if err := file.Close(); err != nil {
		return fmt.Errorf("close %s: %w", filepath.Base(w.path), err)
	}
	return nil
}

// Abort gives the file up. It is harmless after Commit.
func (w *Writer) Abort() {
	w.fail(errors.New("given up"))
	if w.file != nil {
		_ = w.file.Close() // its content does not matter
		w.file = nil
	}
	_ = w.disk.Remove(w.path + Unfinished) // an orderly start removes what this leaves
}

// Put writes a whole section from a slice of numbers, or of structs of numbers
// without holes.
func Put[T any](w *Writer, name string, number uint32, values []T) {
	PutWith(w, name, number, 0, 0, values)
}

// PutWith is Put with the section's parameters.
func PutWith[T any](w *Writer, name string, number uint32, a, b int64, values []T) {
	w.Begin(name, number, widthOf[T](), a, b)
	_, _ = w.Write(Bytes(values)) // the Writer keeps the error
}

// PutText writes a text as a section of bytes.
func PutText(w *Writer, name string, number uint32, text string) {
	w.Begin(name, number, 1, 0, 0)
	_, _ = w.Write(textBytes(text)) // the Writer keeps the error
}
