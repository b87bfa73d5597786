package columns

import (
	"context"
	"path/filepath"
	"strconv"

	"github.com/weirhq/weir/store/columns/container"
)

// manifestName is the file of a project's folder that names the others.
const manifestName = "MANIFEST"

// Sections of a manifest; docs/formats/column-files.md describes them.
const (
	sectionProject = "project"
	sectionCovered = "covered"
	sectionFiles   = "files"
)

// fileState is a file that a manifest names. Length and checksum tell whether
// the file of that name is the one meant.
type fileState struct {
	Number   uint64
	Length   uint64
	Rows     uint64
	Kind     uint32
	Born     uint32 // of a part, see Layer.born
	Checksum uint32
	_        uint32
}

func (f *fileState) identity() container.Identity {
	return container.Identity{Length: f.Length, Checksum: f.Checksum}
}

// name is the file's name: what it holds and its number, which is never used again.
func (f *fileState) name() string {
	return container.Kind(f.Kind).String() + "-" + strconv.FormatUint(f.Number, 10) + fileSuffix
}

// fileSuffix ends the names of all files that a manifest may name.
const fileSuffix = ".columns"

// manifest says what the files of a project hold.
type manifest struct {
	project string
	// covered is a Seq: every event of the project up to it is in the files.
	covered uint64
	state   *fileState  // nil as long as there is none
	parts   []fileState // oldest first
}

// write puts the manifest in the place of the one before.
func (m *manifest) write(disk container.Disk, dir string) error {
	w, err := container.Create(disk, filepath.Join(dir, manifestName), container.Manifest)
	if err != nil {
		return err
	}
	container.PutText(w, sectionProject, 0, m.project)
	container.Put(w, sectionCovered, 0, []uint64{m.covered})
	container.Put(w, sectionFiles, 0, m.files())
	_, err = w.Commit()
	return err
}

// files are all files that the manifest names.
func (m *manifest) files() []fileState {
	var files []fileState
	if m.state != nil {
		files = append(files, *m.state)
	}
	return append(files, m.parts...)
}

// readManifest reads the manifest of a folder, every byte of it checked.
func readManifest(ctx context.Context, dir, project string) (*manifest, error) {
	f, err := container.Open(filepath.Join(dir, manifestName), container.Manifest)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // nothing was written
	if err := f.Verify(ctx); err != nil {
		return nil, err
	}
	m := &manifest{}
	if m.project, err = container.ReadText(f, sectionProject, 0); err != nil {
		return nil, err
	}
	if m.project != project {
		return nil, &container.DamageError{Path: f.Path(), Why: "it belongs to another project"}
	}
	var covered []uint64
	if err := read(f, sectionCovered, &covered); err != nil {
		return nil, err
	}
	var files []fileState
	if err := read(f, sectionFiles, &files); err != nil {
		return nil, err
	}
	if len(covered) != 1 {
		return nil, &container.DamageError{Path: f.Path(), Why: "it does not say what is covered"}
	}
	m.covered = covered[0]
	for i := range files {
		switch file := files[i]; container.Kind(file.Kind) {
		case container.State:
			m.state = &file
		case container.Part:
			m.parts = append(m.parts, file)
		default:
			return nil, &container.DamageError{Path: f.Path(), Why: "it names a file of an unknown kind"}
		}
	}
	if m.state == nil && len(m.parts) > 0 {
		return nil, &container.DamageError{Path: f.Path(), Why: "it names events and no persons"}
	}
	return m, nil
}
