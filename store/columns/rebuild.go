package columns

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/weirhq/weir/store/columns/container"
)

// Ends of the names of folders that stand beside the one with the columns.
const (
	newSuffix = ".new" // is being made
	oldSuffix = ".old" // was replaced
)

// Build makes columns of the whole log in a folder beside dir, and gives the
// folder's name. What was left there before is removed first.
func Build(ctx context.Context, dir string, log EventLog, options Options, tell func(Progress)) (string, error) {
	made := dir + newSuffix
	if err := os.RemoveAll(made); err != nil {
		return "", fmt.Errorf("remove what is left of an earlier try: %w", err)
	}
	s, err := Open(ctx, made, options)
	if err != nil {
		return "", err
	}
	if err = s.readAll(ctx, log, tell); err == nil {
		s.compact()
	}
	s.Close()
	if err == nil {
		err = s.requireCovered(log.LastSeq())
	}
	if err != nil {
		return "", errors.Join(err, os.RemoveAll(made))
	}
	return made, nil
}

func (s *Store) readAll(ctx context.Context, log EventLog, tell func(Progress)) error {
	for _, distance := range []Distance{Near, Far} {
		if err := s.CatchUp(ctx, log, distance, tell); err != nil {
			return err
		}
	}
	return nil
}

// requireCovered says whether the files hold every event.
func (s *Store) requireCovered(seq uint64) error {
	for _, sl := range s.all() {
		if sl.listed && sl.folder.covered() < seq {
			return errors.New("the columns could not be written to disk; the log of this program says why")
		}
	}
	return nil
}

// Replace puts the columns that Build made in the place of those in dir. A crash
// in between leaves either of the two there, see recoverFolder.
func Replace(dir, made string) error {
	old := dir + oldSuffix
	if err := os.RemoveAll(old); err != nil {
		return fmt.Errorf("remove old columns: %w", err)
	}
	if err := os.Rename(dir, old); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("put old columns aside: %w", err)
	}
	if err := os.Rename(made, dir); err != nil {
		return errors.Join(fmt.Errorf("put new columns into place: %w", err), os.Rename(old, dir))
	}
	if err := (container.OS{}).SyncFolder(filepath.Dir(dir)); err != nil {
		return fmt.Errorf("put new columns into place: %w", err)
	}
	if err := os.RemoveAll(old); err != nil {
		return fmt.Errorf("remove old columns: %w", err)
	}
	return nil
}

// recoverFolder ends a Replace that was cut short, and removes what a Build that
// was cut short has left. Old columns are as good as new ones: the log tells what
// they lack.
func recoverFolder(dir string) error {
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		if err := os.Rename(dir+oldSuffix, dir); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("put old columns back: %w", err)
		}
	}
	return errors.Join(os.RemoveAll(dir+oldSuffix), os.RemoveAll(dir+newSuffix))
}
