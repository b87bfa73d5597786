package container

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"strings"
)

// Version is the version of the format that is written, and the only one that is read.
const Version = 1

// Sizes of the fixed parts of a file, in bytes.
const (
	headerSize = 64
	entrySize  = 64
	footerSize = 64
	alignment  = 64
	nameSize   = 16
)

// The first and the last eight bytes of a file.
const (
	headMagic = "WEIRCOLS"
	tailMagic = "SLOCRIEW"
)

// Kind says what a file holds. A reader names the kind that it wants.
type Kind uint32

// The kinds.
const (
	Part     Kind = 1 // events of some persons
	State    Kind = 2 // persons, dictionaries and statistics of a project
	Manifest Kind = 3 // which files are live
	Index    Kind = 4 // which projects there are
)

// String is the kind's name.
func (k Kind) String() string {
	switch k {
	case Part:
		return "part"
	case State:
		return "state"
	case Manifest:
		return "manifest"
	case Index:
		return "index"
	}
	return fmt.Sprintf("kind %d", uint32(k))
}

// Section is one array of a file.
type Section struct {
	Name   string // at most 16 bytes
	Number uint32 // tells sections of one name apart, such as the columns of properties
	Width  uint32 // bytes of an element
	Count  uint64 // elements
	A, B   int64  // parameters, such as the base and the unit of the numbers

	offset   uint64
	checksum uint32
}

// Bytes is the size of the section without padding.
func (s *Section) Bytes() uint64 { return s.Count * uint64(s.Width) }

// castagnoli is CRC-32C, for which processors have an instruction.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// header is the first bytes of a file. They are all known beforehand, and so
// need no checksum.
func header(kind Kind) []byte {
	b := make([]byte, headerSize)
	copy(b, headMagic)
	binary.LittleEndian.PutUint32(b[8:], Version)
	binary.LittleEndian.PutUint32(b[12:], uint32(kind))
	return b
}

// appendEntry adds a section's entry of the table.
func appendEntry(b []byte, s *Section) []byte {
	var name [nameSize]byte
	copy(name[:], s.Name)
	b = append(b, name[:]...)
	b = binary.LittleEndian.AppendUint32(b, s.Number)
	b = binary.LittleEndian.AppendUint32(b, s.Width)
	b = binary.LittleEndian.AppendUint64(b, s.Count)
	b = binary.LittleEndian.AppendUint64(b, s.offset)
	b = binary.LittleEndian.AppendUint64(b, uint64(s.A))
	b = binary.LittleEndian.AppendUint64(b, uint64(s.B))
	b = binary.LittleEndian.AppendUint32(b, s.checksum)
	return append(b, 0, 0, 0, 0)
}

// entry reads what appendEntry wrote.
func entry(b []byte) Section {
	return Section{
		Name:     strings.TrimRight(string(b[:nameSize]), "\x00"),
		Number:   binary.LittleEndian.Uint32(b[16:]),
		Width:    binary.LittleEndian.Uint32(b[20:]),
		Count:    binary.LittleEndian.Uint64(b[24:]),
		offset:   binary.LittleEndian.Uint64(b[32:]),
		A:        int64(binary.LittleEndian.Uint64(b[40:])),
		B:        int64(binary.LittleEndian.Uint64(b[48:])),
		checksum: binary.LittleEndian.Uint32(b[56:]),
	}
}

// footer is the end of a file: where the table is, and how long everything is.
type footer struct {
	table    uint64 // offset
	sections uint32
	checksum uint32 // of the table
	length   uint64 // of the file
	version  uint32
	kind     Kind
}

// bytes writes the footer; the four bytes before the magic are a checksum of
// those before them.
func (f *footer) bytes() []byte {
	b := make([]byte, 0, footerSize)
	b = binary.LittleEndian.AppendUint64(b, f.table)
	b = binary.LittleEndian.AppendUint32(b, f.sections)
	b = binary.LittleEndian.AppendUint32(b, f.checksum)
	b = binary.LittleEndian.AppendUint64(b, f.length)
	b = binary.LittleEndian.AppendUint32(b, f.version)
	b = binary.LittleEndian.AppendUint32(b, uint32(f.kind))
	b = append(b, make([]byte, footerSize-12-len(b))...)
	b = binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
	return append(b, tailMagic...)
}

func readFooter(b []byte) footer {
	return footer{
		table:    binary.LittleEndian.Uint64(b),
		sections: binary.LittleEndian.Uint32(b[8:]),
		checksum: binary.LittleEndian.Uint32(b[12:]),
		length:   binary.LittleEndian.Uint64(b[16:]),
		version:  binary.LittleEndian.Uint32(b[24:]),
		kind:     Kind(binary.LittleEndian.Uint32(b[28:])),
	}
}

// padding is how many bytes bring an offset to the next multiple of the alignment.
func padding(offset uint64) int { return int(-offset & (alignment - 1)) }

// DamageError says that a file cannot be what it should be.
type DamageError struct {
	Path string
	Why  string
}

// Error names the file and what is wrong with it.
func (e *DamageError) Error() string { return e.Path + ": " + e.Why }

func bad(path, format string, args ...any) error {
	return &DamageError{Path: path, Why: fmt.Sprintf(format, args...)}
}
