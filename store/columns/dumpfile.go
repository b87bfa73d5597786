package columns

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/store/columns/container"
)

// DumpFile prints a column file byte by byte, each field with its meaning, of
// each section at most so many elements.
func DumpFile(path string, elements int) (string, error) {
	kind, err := container.KindOf(path)
	if err != nil {
		return "", err
	}
	f, err := container.Open(path, kind)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	err = container.Dump(&out, f, elements, describe)
	return out.String(), errors.Join(err, f.Close())
}

// describe says what an element of a section means.
func describe(s *container.Section, b []byte) string {
	at := func(i int) uint32 { return binary.LittleEndian.Uint32(b[4*i:]) }
	long := func(i int) int64 { return int64(binary.LittleEndian.Uint64(b[i:])) }
	switch s.Name {
	case sectionPersons:
		return person.PublicID(person.Ordinal(at(0)))
	case sectionTimes:
		if s.Width == 8 {
			return instantText(long(0))
		}
		return instantText(s.A + int64(at(0))*s.B)
	case sectionSeqs:
		if s.Width == 4 {
			return fmt.Sprintf("Seq %d", s.A+int64(at(0))*s.B)
		}
	case sectionNumbers:
		return numberText(s, b)
	case sectionFiles:
		f := fileState{Number: uint64(long(0)), Kind: at(6), Born: at(7)}
		return fmt.Sprintf("%s, %d bytes, %d rows, born %d, checksum of the table %08x", f.name(), long(8), long(16), f.Born, at(8))
	case sectionTotals:
		return fmt.Sprintf("up to Seq %d, %d events, clock %d", long(0), long(8), long(16))
	case sectionGraphPersons:
		return fmt.Sprintf("is %d, links %d to %d, flags %d", at(0), at(1), at(2), at(3))
	case sectionGraphIDs:
		return fmt.Sprintf("of person %d, link %d, flags %d", at(0), at(1), at(2))
	case sectionGraphLinks:
		return fmt.Sprintf("joined %s, id %d, next %d, cause %d", instantText(long(0)), at(2), at(3), at(4))
	case sectionGraphHanded:
		return fmt.Sprintf("id %d to person %d", at(0), at(1))
	case sectionStats:
		return fmt.Sprintf("%d events, %s to %s, newest Seq %d", long(0), instantText(long(8)), instantText(long(16)), long(24))
	case sectionStatKinds:
		return fmt.Sprintf("name %d, property %d, type %d: %d", at(0), at(1), at(2), long(16))
	case sectionRecords:
		return fmt.Sprintf("%s to %s, %d events, %d activities, %d properties", instantText(long(0)), instantText(long(8)), at(4), at(5), at(6))
	case sectionCells:
		return fmt.Sprintf("property %d, type %d", at(2), at(3))
	case sectionKills:
		return fmt.Sprintf("person %d at %d", at(0), at(1))
	}
	return ""
}

func instantText(millis int64) string { return time.UnixMilli(millis).UTC().Format(time.RFC3339Nano) }

// numberText is a number of a property.
func numberText(s *container.Section, b []byte) string {
	if s.Width == 8 {
		return container.Float(b)
	}
	if s.Width == 1 { // shown by the line
		return ""
	}
	code := uint64(binary.LittleEndian.Uint16(b))
	if s.Width == 4 {
		code = uint64(binary.LittleEndian.Uint32(b))
	}
	if code == 0 {
		return "missing"
	}
	return fmt.Sprint(float64(s.A+int64(code)) / float64(s.B))
}
