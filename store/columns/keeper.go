package columns

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/weirhq/weir/store/columns/container"
)

// folder keeps the files of one project; it is the keeper of its Table.
//
// A file is written under a new number, then the manifest that names it takes the
// place of the one before, then what is no longer named is removed. So a crash at
// any moment leaves a manifest whose files are all there, and perhaps files that
// no manifest names, which the next start removes.
type folder struct {
	disk   container.Disk
	dir    string
	logger *slog.Logger
	ready  func() error // is called before anything is written; see Store.makeReady

	mu       sync.Mutex
	manifest manifest
	next     uint64 // the number of the next file
	begun    bool   // there is a manifest
	unsure   bool   // a manifest could not be written: either one may be on the disk
}

var _ keeper = (*folder)(nil)

// partFile is the backing of a part that lies in a file.
type partFile struct {
	file  *container.File
	state fileState
}

// flush writes the part and the state of a table; see keeper.
func (k *folder) flush(frozen *frozenTable, from int, plan *foldPlan) (*Layer, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	part, err := k.store(frozen, from, plan)
	if err != nil {
		k.logger.Error("columns cannot be written to disk; they stay in memory and are tried again later",
			"project", k.manifest.project, "rows", plan.rows(), "error", err)
		return nil, err
	}
	return part, nil
}

func (k *folder) store(frozen *frozenTable, from int, plan *foldPlan) (*Layer, error) {
	if err := k.begin(); err != nil {
		return nil, err
	}
	next := manifest{project: k.manifest.project, covered: max(frozen.upTo, k.manifest.covered)}
	for _, l := range frozen.parts[:from] {
		backing, ok := l.backing.(*partFile)
		if !ok {
			return nil, errors.New("a part before those to be written is in no file")
		}
		next.parts = append(next.parts, backing.state)
	}
	part, err := k.part(frozen, plan)
	if err != nil {
		return nil, err
	}
	if backing, ok := part.backing.(*partFile); ok {
		next.parts = append(next.parts, backing.state)
	}
	if next.state, err = k.state(frozen); err != nil {
		k.discard(part)
		return nil, err
	}
	if err := k.commit(next); err != nil {
		return nil, err // the new files stay: the manifest on the disk may be the new one
	}
	return part, nil
}

// begin writes a first manifest that names nothing: files without a manifest are
// damage from then on, and not left over from a first flush that was cut short.
func (k *folder) begin() error {
	if err := k.ready(); err != nil || k.begun {
		return err
	}
	if err := k.manifest.write(k.disk, k.dir); err != nil {
		return err
	}
	k.begun = true
	return nil
}

// part writes the part and opens it. A plan without rows needs no file.
func (k *folder) part(frozen *frozenTable, plan *foldPlan) (*Layer, error) {
	if plan.rows() == 0 {
		return &Layer{}, nil
	}
	names := make([]string, len(frozen.properties.properties))
	codes := make(map[string]uint32, len(names))
	for code := 1; code < len(names); code++ {
		names[code] = frozen.properties.properties[code].name
		codes[names[code]] = uint32(code)
	}
	state := fileState{Kind: uint32(container.Part), Number: k.number(), Rows: uint64(plan.rows()), Born: plan.born}
	path := filepath.Join(k.dir, state.name())
	identity, err := writePart(k.disk, path, plan, codes)
	if err != nil {
		return nil, err
	}
	state.Length, state.Checksum = identity.Length, identity.Checksum
	part, err := mapPart(path, state, names)
	if err != nil {
		return nil, errors.Join(err, k.disk.Remove(path))
	}
	return part, nil
}

// mapPart opens a part that was just written, or checked.
func mapPart(path string, state fileState, names []string) (*Layer, error) {
	f, err := container.Open(path, container.Part)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // nothing was written
	if f.Identity() != state.identity() {
		return nil, &container.DamageError{Path: path, Why: "it is not the file that the manifest means"}
	}
	part, err := openPart(f, names)
	if err != nil {
		return nil, err
	}
	if uint64(part.Rows()) != state.Rows {
		return nil, &container.DamageError{Path: path, Why: fmt.Sprintf("it has %d rows instead of %d", part.Rows(), state.Rows)}
	}
	part.born, part.backing = state.Born, &partFile{file: f, state: state}
	return part, nil
}

func (k *folder) state(frozen *frozenTable) (*fileState, error) {
	state := fileState{Kind: uint32(container.State), Number: k.number()}
	identity, err := writeState(k.disk, filepath.Join(k.dir, state.name()), frozen)
	state.Length, state.Checksum = identity.Length, identity.Checksum
	return &state, err
}

// number gives the number of a new file. Numbers are not used twice, so that a
// file that a manifest names is never written over.
func (k *folder) number() uint64 {
	k.next++
	return k.next
}

// commit makes a manifest the one that counts and removes what it does not name.
func (k *folder) commit(next manifest) error {
	k.unsure = true
	if err := next.write(k.disk, k.dir); err != nil {
		return err
	}
	k.unsure = false
	k.manifest = next
	k.clean()
	return nil
}

// cover says that the files hold every event up to a Seq, which is so when no
// event of the project came since the last flush.
func (k *folder) cover(seq uint64) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if seq <= k.manifest.covered && !k.unsure {
		return nil
	}
	if err := k.begin(); err != nil {
		return err
	}
	next := k.manifest
	next.covered = max(seq, next.covered)
	return k.commit(next)
}

// covered is the Seq up to which the files hold every event.
func (k *folder) covered() uint64 {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.manifest.covered
}

// forget gives up what the manifest names. The files go with the next flush.
func (k *folder) forget() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.manifest = manifest{project: k.manifest.project}
}

// discard removes the file of a part that did not come to be used.
func (k *folder) discard(part *Layer) {
	if backing, ok := part.backing.(*partFile); ok {
		_ = k.disk.Remove(filepath.Join(k.dir, backing.state.name())) // otherwise clean does
	}
}

// clean removes files that no manifest names. What cannot be removed is tried
// again after the next flush and at the next start.
func (k *folder) clean() {
	keep := map[string]bool{manifestName: true}
	for _, f := range k.manifest.files() {
		keep[f.name()] = true
	}
	for _, name := range columnFiles(k.dir) {
		if !keep[name] {
			if err := k.disk.Remove(filepath.Join(k.dir, name)); err != nil {
				k.logger.Warn("an old column file cannot be removed", "file", filepath.Join(k.dir, name), "error", err)
			}
		}
	}
}

// columnFiles are the names in a folder that are of the form that this package
// gives; whatever else is there is left alone.
func columnFiles(dir string) []string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var names []string
	for _, e := range entries {
		name := e.Name()
		bare := strings.TrimSuffix(name, container.Unfinished)
		if _, ok := numberOf(bare); ok || bare == manifestName {
			names = append(names, name)
		}
	}
	return names
}

// numberOf is the number in a file's name.
func numberOf(name string) (uint64, bool) {
	bare, ok := strings.CutSuffix(name, fileSuffix)
	if !ok {
		return 0, false
	}
	for _, kind := range []container.Kind{container.Part, container.State} {
		if digits, ok := strings.CutPrefix(bare, kind.String()+"-"); ok {
			n, err := strconv.ParseUint(digits, 10, 64)
			return n, err == nil
		}
	}
	return 0, false
}

// highest is the highest number of a file in the folder.
func highest(dir string) uint64 {
	numbers := []uint64{0}
	for _, name := range columnFiles(dir) {
		if n, ok := numberOf(strings.TrimSuffix(name, container.Unfinished)); ok {
			numbers = append(numbers, n)
		}
	}
	return slices.Max(numbers)
}
