package campaign

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"strings"
)

// The journal's layout: a page that says whose it is, then slots that lie inside
// one page each.
//
//	0     «weir handover 1\n» node «\n» boot id «\n», zeros up to 4096
//	4096  slot 0: message id (44 bytes, zeros behind it), attempt (8, little endian), CRC-32C of both (4), zeros (8)
//	4160  slot 1 …
const (
	journalMagic = "weir handover 1"
	headerSize   = 4096
	slotSize     = 64
	slotCount    = 512
	slotID       = 44
	journalSize  = headerSize + slotCount*slotSize
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// mark names one attempt of one message.
type mark struct {
	message string
	attempt int
}

// journal remembers, beyond the death of the process but not of the machine,
// which messages are past the point of no return. See the package comment.
type journal struct {
	node  string // identity of this data folder among the nodes that share a database
	slots region
	free  chan int
}

// region is the journal's file as memory, or as close to it as the system allows.
type region interface {
	// put stores a slot so that it survives the end of this process at any moment after put has returned.
	put(offset int, slot []byte) error
	close() error
}

// written is the region as a file, where memory mapping is not to be had. What a
// write has returned from belongs to the system, not to the process.
type written struct{ file *os.File }

func openWritten(path string) (region, error) {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	return &written{file: file}, nil
}

func (w *written) put(offset int, slot []byte) error {
	_, err := w.file.WriteAt(slot, int64(offset))
	return err
}

func (w *written) close() error { return w.file.Close() }

// errJournalFull cannot happen while fewer messages are on their way than there are slots.
var errJournalFull = errors.New("too many messages on their way at once")

// found is what an earlier process left in the journal.
type found struct {
	node     string
	sameBoot bool // of this machine since it was started; otherwise marks may have been lost
	marks    map[mark]bool
}

// readJournal reads what is there. A missing or unreadable journal is one of
// another boot by nobody: everything in doubt then counts as sent.
func readJournal(path, boot string) found {
	raw, err := os.ReadFile(path)
	if err != nil || len(raw) != journalSize {
		return found{}
	}
	lines := strings.SplitN(string(bytes.TrimRight(raw[:headerSize], "\x00")), "\n", 4)
	if len(lines) < 3 || lines[0] != journalMagic {
		return found{}
	}
	f := found{node: lines[1], sameBoot: boot != "" && lines[2] == boot, marks: make(map[mark]bool)}
	for at := headerSize; at < len(raw); at += slotSize {
		slot := raw[at : at+slotSize]
		if binary.LittleEndian.Uint32(slot[slotID+8:]) != crc32.Checksum(slot[:slotID+8], castagnoli) {
			continue // never used, or torn: then its message was not let go yet
		}
		id := string(bytes.TrimRight(slot[:slotID], "\x00"))
		f.marks[mark{id, int(binary.LittleEndian.Uint64(slot[slotID:]))}] = true
	}
	return f
}

// newJournal puts an empty journal of this boot in the place of the old one.
func newJournal(path, node, boot string) (*journal, error) {
	raw := make([]byte, journalSize)
	copy(raw, journalMagic+"\n"+node+"\n"+boot+"\n")
	if err := replaceFile(path, raw); err != nil {
		return nil, fmt.Errorf("make the handover journal: %w", err)
	}
	slots, err := openRegion(path, journalSize)
	if err != nil {
		return nil, fmt.Errorf("open the handover journal: %w", err)
	}
	j := &journal{node: node, slots: slots, free: make(chan int, slotCount)}
	for i := range slotCount {
		j.free <- i
	}
	return j, nil
}

// replaceFile writes all of a file or nothing of it, durably.
func replaceFile(path string, content []byte) error {
	file, err := os.CreateTemp(filepath.Dir(path), ".handover-*")
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if err = errors.Join(err, file.Sync(), file.Close()); err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// enter takes a slot and prepares its bytes, so that let has only to copy them.
func (j *journal) enter(m mark) (*passage, error) {
	if len(m.message) > slotID {
		return nil, fmt.Errorf("message id of %d bytes", len(m.message))
	}
	select {
	case slot := <-j.free:
		p := &passage{journal: j, slot: slot}
		copy(p.record[:], m.message)
		binary.LittleEndian.PutUint64(p.record[slotID:], uint64(m.attempt))
		binary.LittleEndian.PutUint32(p.record[slotID+8:], crc32.Checksum(p.record[:slotID+8], castagnoli))
		return p, nil
	default:
		return nil, errJournalFull
	}
}

func (j *journal) close() error { return j.slots.close() }

// passage is one message on its way over the point of no return.
type passage struct {
	journal *journal
	slot    int
	record  [slotSize]byte
}

// let marks the message as past the point of no return.
func (p *passage) let() error {
	return p.journal.slots.put(headerSize+p.slot*slotSize, p.record[:])
}

// settle gives the slot back. The message's result must be durable by then:
// the mark stays until the slot is used again, and then it is gone.
func (p *passage) settle() { p.journal.free <- p.slot }

// bootID names the time since the machine was started; empty when the system does not say.
func bootID() string {
	raw, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(raw))
}
