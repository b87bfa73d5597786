package app

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/weirhq/weir/fault"
)

// lockName is the file whose lock says who owns a data folder.
const lockName = "weir.lock"

// Lock is the ownership of a data folder. The operating system ends it with the
// process, also after a kill, so that nothing must be cleaned up by hand.
type Lock struct{ file *os.File }

// LockFolder makes the folder when it is missing and takes it for this process.
// When another process has it, the Conflict fault says which.
func LockFolder(dir string) (*Lock, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "the data folder %s cannot be made: %s", dir, reason(err))
	}
	file, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "the data folder %s is not writable: %s", dir, reason(err))
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		err = errors.Join(err, file.Close())
		return nil, fault.Wrap(fault.Conflict, err, "another Weir (process %s) uses the data folder %s; stop it first, or talk to it over HTTP", holderOf(dir), dir)
	}
	if err := file.Truncate(0); err != nil {
		return nil, errors.Join(fmt.Errorf("write %s: %w", lockName, err), file.Close())
	}
	if _, err := file.WriteAt(fmt.Appendf(nil, "%d\n", os.Getpid()), 0); err != nil {
		return nil, errors.Join(fmt.Errorf("write %s: %w", lockName, err), file.Close())
	}
	return &Lock{file: file}, nil
}

// holderOf gives the number of the process that holds the lock, as it wrote it.
func holderOf(dir string) string {
	raw, err := os.ReadFile(filepath.Join(dir, lockName))
	if holder := strings.TrimSpace(string(raw)); err == nil && holder != "" {
		return holder
	}
	return "of unknown number"
}

// Release gives the folder up. Releasing twice is harmless. The file stays:
// removing it would let two processes hold the locks of two files of one name.
func (l *Lock) Release() error {
	if l.file == nil {
		return nil
	}
	file := l.file
	l.file = nil
	return errors.Join(file.Truncate(0), file.Close())
}

// reason is the innermost words of a file error, for people.
func reason(err error) string {
	if pathErr, ok := errors.AsType[*os.PathError](err); ok {
		return pathErr.Err.Error()
	}
	return err.Error()
}
