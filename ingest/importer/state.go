package importer

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/weirhq/weir/fault"
)

// state is what an import knows of itself between runs.
type state struct {
	Version      int    `json:"version"`
	Fingerprint  string `json:"fingerprint"` // of the file
	Mapping      string `json:"mapping"`     // hash
	Target       string `json:"target"`
	Rows         int64  `json:"rows"` // acknowledged, from the first
	Accepted     int64  `json:"accepted"`
	Duplicates   int64  `json:"duplicates"`
	Rejected     int64  `json:"rejected"`
	Skipped      int64  `json:"skipped"`
	RejectsBytes int64  `json:"rejects_bytes"` // of the rejects file, when Rows were acknowledged
	FinishedAt   int64  `json:"finished_at,omitempty"`
}

const stateVersion = 1

// sameImport says whether the state is of this file, mapping and target.
func (s *state) sameImport(other *state) bool {
	return s.Version == other.Version && s.Fingerprint == other.Fingerprint && s.Mapping == other.Mapping && s.Target == other.Target
}

// loadState gives the state of an earlier run; nil when there is none that can be read.
func loadState(path string) (*state, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // no earlier run is no fault
	}
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "The state of the earlier import cannot be read from %s.", path)
	}
	var s state
	if err := json.Unmarshal(text, &s); err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "The file %s is not the state of an import. Remove it to begin anew.", path)
	}
	return &s, nil
}

// save replaces the state as a whole, so that a kill leaves the old or the new one.
func (s *state) save(path string) error {
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return fmt.Errorf("encode state: %w", err)
	}
	fresh := path + ".new"
	if err = os.WriteFile(fresh, append(text, '\n'), 0o600); err == nil {
		err = os.Rename(fresh, path)
	}
	if err != nil {
		return fault.Wrap(fault.Unavailable, err, "The state of the import cannot be written to %s.", path)
	}
	return nil
}

// fingerprint tells files apart without reading all of a large one: its size,
// its beginning and its end.
func fingerprint(path string) (string, error) {
	const sample = 1 << 16
	file, err := os.Open(path)
	if err != nil {
		return "", fault.Wrap(fault.NotFound, err, "The file %s cannot be opened.", path)
	}
	defer func() { _ = file.Close() }() // only read
	info, err := file.Stat()
	if err != nil {
		return "", fmt.Errorf("stat: %w", err)
	}
	h := sha256.New()
	_, _ = fmt.Fprintf(h, "%d\n", info.Size()) // a hash never fails
	for _, offset := range []int64{0, max(0, info.Size()-sample)} {
		if _, err := io.Copy(h, io.NewSectionReader(file, offset, sample)); err != nil {
			return "", fmt.Errorf("read: %w", err)
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:12]), nil
}
