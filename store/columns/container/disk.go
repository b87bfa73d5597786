package container

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Disk is what writing needs of a file system. Tests put one in its place that
// fails, or loses what was not synced.
type Disk interface {
	// Create makes an empty file for writing, in the place of any of that name.
	Create(path string) (Output, error)
	Rename(from, to string) error
	Remove(path string) error
	// SyncFolder makes the names in a folder durable.
	SyncFolder(path string) error
}

// Output is a file that is being written.
type Output interface {
	io.WriteCloser
	Sync() error
}

// OS is the disk of the operating system.
type OS struct{}

// Create makes a file that only its owner can read.
func (OS) Create(path string) (Output, error) {
	return os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
}

// Rename replaces the file at to, if there is one.
func (OS) Rename(from, to string) error { return os.Rename(from, to) }

// Remove removes a file.
func (OS) Remove(path string) error { return os.Remove(path) }

// SyncFolder makes the names in a folder durable.
func (OS) SyncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// Unfinished is the end of the name of a file that is being written. Such a file
// that nobody writes is left over from a crash.
const Unfinished = ".unfinished"

// place puts a file that is written and closed under its name, durably.
func place(disk Disk, path string) error {
	if err := disk.Rename(path+Unfinished, path); err != nil {
		return fmt.Errorf("place %s: %w", filepath.Base(path), err)
	}
	if err := disk.SyncFolder(filepath.Dir(path)); err != nil {
		return fmt.Errorf("place %s: %w", filepath.Base(path), err)
	}
	return nil
}
