package container

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strings"
)

// Describe says in words what an element of a section means; empty when there is
// nothing to add to the number.
type Describe func(s *Section, element []byte) string

// Dump prints a file byte by byte with the meaning of each field, for people. Of
// each section it shows the first elements, at most so many.
func Dump(w io.Writer, f *File, elements int, describe Describe) error {
	d := &dumper{w: w, f: f}
	d.header()
	for i := range f.sections {
		d.section(&f.sections[i], elements, describe)
	}
	d.table()
	d.footer()
	return d.err
}

// dumper keeps its place in the file and the first error.
type dumper struct {
	w   io.Writer
	f   *File
	at  uint64
	err error
}

// field prints the next bytes, and what they mean.
func (d *dumper) field(size uint64, meaning func(b []byte) string) {
	if d.err != nil {
		return
	}
	var b []byte
	if b, d.err = d.f.bytesAt(d.at, size); d.err != nil {
		return
	}
	for line := 0; line < len(b); line += 16 {
		piece := b[line:min(line+16, len(b))]
		says := ""
		if line == 0 {
			says = meaning(b)
		}
		d.print("%08x  %-47s  %s\n", d.at+uint64(line), spaced(piece), says)
	}
	d.at += size
}

func (d *dumper) print(format string, args ...any) {
	if d.err == nil {
		line := fmt.Sprintf(format, args...)
		_, d.err = io.WriteString(d.w, strings.TrimRight(line, " \n")+"\n")
	}
}

func spaced(b []byte) string {
	var out strings.Builder
	for i, v := range b {
		if i > 0 {
			out.WriteByte(' ')
		}
		fmt.Fprintf(&out, "%02x", v)
	}
	return out.String()
}

// zeros prints bytes that mean nothing in one line.
func (d *dumper) zeros(size uint64, what string) {
	if size > 0 {
		d.print("%08x  %-47s  %s", d.at, fmt.Sprintf("00 × %d", size), what)
		d.at += size
	}
}

func (d *dumper) header() {
	d.print("# header")
	d.field(8, func(b []byte) string { return "magic " + string(b) })
	d.field(4, func(b []byte) string { return "version " + whole(b) })
	d.field(4, func(b []byte) string { return "kind " + Kind(binary.LittleEndian.Uint32(b)).String() })
	d.zeros(headerSize-16, "reserved")
}

func (d *dumper) section(s *Section, elements int, describe Describe) {
	d.zeros(s.offset-d.at, "padding")
	d.print("# section %s %d: %d × %d bytes, a %d, b %d", s.Name, s.Number, s.Count, s.Width, s.A, s.B)
	shown := min(s.Count, uint64(elements))
	if s.Width == 1 {
		d.bytesOf(s, shown, describe)
	} else {
		for range shown {
			d.field(uint64(s.Width), func(b []byte) string { return d.element(s, b, describe) })
		}
	}
	if rest := s.Count - shown; rest > 0 {
		d.print("          … %d more", rest)
		d.at += rest * uint64(s.Width)
	}
}

// bytesOf prints a section of bytes by the line.
func (d *dumper) bytesOf(s *Section, shown uint64, describe Describe) {
	for shown > 0 {
		n := min(shown, 16)
		d.field(n, func(b []byte) string {
			if says := describe(s, b); says != "" {
				return says
			}
			return printable(b)
		})
		shown -= n
	}
}

// printable is the text of bytes that are one, nothing for others.
func printable(b []byte) string {
	for _, c := range b {
		if c < ' ' || c > '~' {
			return ""
		}
	}
	return "«" + string(b) + "»"
}

func (d *dumper) element(s *Section, b []byte, describe Describe) string {
	if says := describe(s, b); says != "" {
		return says
	}
	return whole(b)
}

// whole is the number that bytes are; empty for the width of structs.
func whole(b []byte) string {
	switch len(b) {
	case 2:
		return fmt.Sprint(binary.LittleEndian.Uint16(b))
	case 4:
		return fmt.Sprint(binary.LittleEndian.Uint32(b))
	case 8:
		return fmt.Sprint(int64(binary.LittleEndian.Uint64(b)))
	}
	return ""
}

// Float is the number that the eight bytes of a float64 are, for a Describe.
func Float(b []byte) string {
	return fmt.Sprint(math.Float64frombits(binary.LittleEndian.Uint64(b)))
}

func (d *dumper) table() {
	d.zeros(uint64(padding(d.at)), "padding")
	for range d.f.sections {
		d.print("# table entry")
		d.field(nameSize, func(b []byte) string { return "name " + strings.TrimRight(string(b), "\x00") })
		for _, name := range []string{"number", "width"} {
			d.field(4, func(b []byte) string { return name + " " + whole(b) })
		}
		for _, name := range []string{"count", "offset", "a", "b"} {
			d.field(8, func(b []byte) string { return name + " " + whole(b) })
		}
		d.field(4, func([]byte) string { return "CRC-32C of the section" })
		d.zeros(4, "reserved")
	}
}

func (d *dumper) footer() {
	d.print("# footer")
	d.field(8, func(b []byte) string { return "offset of the table " + whole(b) })
	d.field(4, func(b []byte) string { return "sections " + whole(b) })
	d.field(4, func([]byte) string { return "CRC-32C of the table" })
	d.field(8, func(b []byte) string { return "length of the file " + whole(b) })
	d.field(4, func(b []byte) string { return "version " + whole(b) })
	d.field(4, func(b []byte) string { return "kind " + Kind(binary.LittleEndian.Uint32(b)).String() })
	d.zeros(footerSize-44, "reserved")
	d.field(4, func([]byte) string { return "CRC-32C of the footer before it" })
	d.field(8, func(b []byte) string { return "magic " + string(b) })
}
