//go:build !unix

package campaign

import "os"

// written is the journal as a file for systems without mmap in the standard
// library. What a write has returned from belongs to the system, not to the process.
type written struct{ file *os.File }

func openRegion(path string, _ int) (region, error) {
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
