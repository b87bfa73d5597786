package importer

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/weirhq/weir/fault"
)

// rejection is a line of the rejects file.
type rejection struct {
	Row    int64  `json:"row"` // of the data, from 1; a header line is not counted
	Field  string `json:"field,omitempty"`
	Reason string `json:"reason"`
}

// rejects writes FILE.rejects.jsonl. The file appears with the first reject.
type rejects struct {
	path string
	file *os.File
	size int64
}

// openRejects goes on after the first size bytes of an earlier run: what comes
// behind them belongs to rows that are read again.
func openRejects(path string, size int64) (*rejects, error) {
	r := &rejects{path: path}
	if size == 0 {
		if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, r.fault(err)
		}
		return r, nil
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, r.fault(err)
	}
	r.file, r.size = file, size
	if err = file.Truncate(size); err == nil {
		_, err = file.Seek(size, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(r.fault(err), file.Close())
	}
	return r, nil
}

func (r *rejects) fault(err error) error {
	return fault.Wrap(fault.Unavailable, err, "The rejected rows cannot be written to %s.", r.path)
}

// write appends lines and makes sure that they reach the file.
func (r *rejects) write(lines []rejection) error {
	if len(lines) == 0 {
		return nil
	}
	if r.file == nil {
		file, err := os.OpenFile(r.path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
		if err != nil {
			return r.fault(err)
		}
		r.file = file
	}
	var text []byte
	for _, line := range lines {
		encoded, err := json.Marshal(line)
		if err != nil {
			return fmt.Errorf("encode reject: %w", err)
		}
		text = append(append(text, encoded...), '\n')
	}
	n, err := r.file.Write(text)
	r.size += int64(n)
	if err != nil {
		return r.fault(err)
	}
	return nil
}

func (r *rejects) close() error {
	if r.file == nil {
		return nil
	}
	return r.file.Close()
}
