package container_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/weirhq/weir/store/columns/container"
)

var rewrite = flag.Bool("rewrite", false, "write the goldens anew")

type pair struct {
	A uint64
	B uint32
	C uint32
}

// write makes a file with a section of each width.
func write(t require.TestingT, disk container.Disk, path string) (container.Identity, error) {
	w, err := container.Create(disk, path, container.Part)
	if err != nil {
		return container.Identity{}, err
	}
	container.PutWith(w, "times", 0, 1000, 60, []uint32{0, 1, 2, 1 << 31})
	container.Put(w, "codes", 7, []uint8{1, 2, 3})
	container.Put(w, "codes", 8, []uint16{256, 2})
	container.Put(w, "numbers", 0, []float64{1.5, math.Inf(-1)})
	container.Put(w, "pairs", 0, []pair{{1, 2, 3}})
	container.Put(w, "nothing", 0, []uint64(nil))
	container.PutText(w, "texts", 0, "häuser and gardens")
	w.Begin("pieces", 0, 2, 0, 0)
	for i := range 3 {
		_, _ = w.Write([]byte{byte(i), 0})
	}
	return w.Commit()
}

func open(path string) (*container.File, error) {
	f, err := container.Open(path, container.Part)
	if err != nil {
		return nil, err
	}
	if err := f.Verify(context.Background()); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, errors.Join(f.Map(), f.Close())
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "file")
	identity, err := write(t, container.OS{}, path)
	require.NoError(t, err)
	require.NoFileExists(t, path+container.Unfinished)
	f, err := open(path)
	require.NoError(t, err)
	require.Equal(t, identity, f.Identity())

	times, s, err := container.Slice[uint32](f, "times", 0)
	require.NoError(t, err)
	require.Equal(t, []uint32{0, 1, 2, 1 << 31}, times)
	require.Equal(t, []int64{1000, 60}, []int64{s.A, s.B})
	codes, _, err := container.Slice[uint16](f, "codes", 8)
	require.NoError(t, err)
	require.Equal(t, []uint16{256, 2}, codes)
	numbers, _, err := container.Slice[float64](f, "numbers", 0)
	require.NoError(t, err)
	require.Equal(t, []float64{1.5, math.Inf(-1)}, numbers)
	pairs, _, err := container.Slice[pair](f, "pairs", 0)
	require.NoError(t, err)
	require.Equal(t, []pair{{1, 2, 3}}, pairs)
	nothing, _, err := container.Slice[uint64](f, "nothing", 0)
	require.NoError(t, err)
	require.Empty(t, nothing)
	pieces, _, err := container.Slice[uint16](f, "pieces", 0)
	require.NoError(t, err)
	require.Equal(t, []uint16{0, 1, 2}, pieces)

	_, _, err = container.Slice[uint16](f, "codes", 9)
	require.ErrorContains(t, err, "missing")
	_, _, err = container.Slice[uint16](f, "codes", 7)
	require.ErrorContains(t, err, "elements of 1 bytes instead of 2")
	_, err = container.Open(path, container.State)
	require.ErrorContains(t, err, "it is a part and should be a state")
	kind, err := container.KindOf(path)
	require.NoError(t, err)
	require.Equal(t, container.Part, kind)
}

func TestReadIsCheckedAndOwn(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "file")
	_, err := write(t, container.OS{}, path)
	require.NoError(t, err)
	f, err := container.Open(path, container.Part)
	require.NoError(t, err)
	text, err := container.ReadText(f, "texts", 0)
	require.NoError(t, err)
	require.Equal(t, "häuser and gardens", text)
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	raw[bytes.Index(raw, []byte("gardens"))]++
	require.NoError(t, os.WriteFile(path, raw, 0o600))
	_, err = container.ReadText(f, "texts", 0)
	var damage *container.DamageError
	require.ErrorAs(t, err, &damage)
	require.Contains(t, damage.Why, "section texts 0 has changed")
	require.ErrorAs(t, f.Verify(t.Context()), &damage)
	require.NoError(t, f.Close())
}

func TestDumpIsTheFormat(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "file")
	_, err := write(t, container.OS{}, path)
	require.NoError(t, err)
	f, err := container.Open(path, container.Part)
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, container.Dump(&out, f, 16, func(s *container.Section, b []byte) string {
		if s.Name == "numbers" {
			return container.Float(b)
		}
		return ""
	}))
	require.NoError(t, f.Close())
	golden := filepath.Join("testdata", "file.dump")
	if *rewrite {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(golden, out.Bytes(), 0o600))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), out.String())
}

func TestForeignAndMissingFilesAreNamed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	good := filepath.Join(dir, "good")
	_, err := write(t, container.OS{}, good)
	require.NoError(t, err)
	raw, err := os.ReadFile(good)
	require.NoError(t, err)
	changed := func(change func(b []byte) []byte) []byte { return change(bytes.Clone(raw)) }
	for says, content := range map[string][]byte{
		"too few":                       nil,
		"it is no column file":          bytes.Repeat([]byte("GIF89a.."), 100),
		"version 2 of the format":       changed(func(b []byte) []byte { b[8] = 2; return b }),
		"its end is missing":            raw[:len(raw)-1],
		"and should have":               changed(func(b []byte) []byte { return append(b[:100], b[96:]...) }),
		"its header has changed":        changed(func(b []byte) []byte { b[40] = 1; return b }),
		"its table of sections has":     changed(func(b []byte) []byte { b[len(b)-100]++; return b }),
		"its footer has changed":        changed(func(b []byte) []byte { b[len(b)-30]++; return b }),
		"section codes 7 has changed":   changed(func(b []byte) []byte { b[128]++; return b }),
		"section pieces 0 has changed ": changed(func(b []byte) []byte { b[bytes.Index(b, []byte{1, 0, 2, 0})]++; return b }),
	} {
		path := filepath.Join(dir, "bad")
		require.NoError(t, os.WriteFile(path, content, 0o600))
		_, err := open(path)
		var damage *container.DamageError
		require.ErrorAs(t, err, &damage, says)
		require.ErrorContains(t, err, says)
	}
	_, err = open(filepath.Join(dir, "absent"))
	require.ErrorContains(t, err, "it is missing")
	_, err = open(dir)
	require.Error(t, err)
}

// Any damage is noticed, or does not matter.
func TestDamageIsNoticed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	good := filepath.Join(dir, "good")
	_, err := write(t, container.OS{}, good)
	require.NoError(t, err)
	raw, err := os.ReadFile(good)
	require.NoError(t, err)
	path := filepath.Join(dir, "bad")
	for at := range raw {
		b := bytes.Clone(raw)
		b[at] ^= 1 << (at % 8)
		require.NoError(t, os.WriteFile(path, b, 0o600))
		requireNoticedOrSame(t, path, "byte %d", at)
	}
	for n := range raw {
		require.NoError(t, os.WriteFile(path, raw[:n], 0o600))
		_, err := open(path)
		require.Error(t, err, "cut at %d", n)
	}
	rapid.Check(t, func(t *rapid.T) {
		b := bytes.Clone(raw)
		for range rapid.IntRange(1, 8).Draw(t, "damages") {
			from := rapid.IntRange(0, len(b)-1).Draw(t, "from")
			copy(b[from:], rapid.SliceOfN(rapid.Byte(), 0, 100).Draw(t, "bytes"))
		}
		require.NoError(t, os.WriteFile(path, b, 0o600))
		requireNoticedOrSame(t, path, "random")
	})
}

func requireNoticedOrSame(t require.TestingT, path, format string, args ...any) {
	f, err := open(path)
	if err != nil {
		return
	}
	times, _, err := container.Slice[uint32](f, "times", 0)
	require.NoError(t, err)
	require.Equal(t, []uint32{0, 1, 2, 1 << 31}, times, append([]any{format}, args...)...)
	text, _, err := container.Slice[byte](f, "texts", 0)
	require.NoError(t, err)
	require.Equal(t, "häuser and gardens", string(text))
}

func FuzzOpen(f *testing.F) {
	path := filepath.Join(f.TempDir(), "good")
	_, err := write(f, container.OS{}, path)
	require.NoError(f, err)
	raw, err := os.ReadFile(path)
	require.NoError(f, err)
	f.Add(raw)
	f.Fuzz(func(t *testing.T, b []byte) {
		path := filepath.Join(t.TempDir(), "file")
		require.NoError(t, os.WriteFile(path, b, 0o600))
		if file, err := open(path); err == nil {
			_, _, _ = container.Slice[uint32](file, "times", 0)
		}
	})
}

func TestWriterKeepsItsFirstError(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "file")
	for _, c := range []struct {
		says string
		make func(w *container.Writer)
	}{
		{"outside of a section", func(w *container.Writer) { _, _ = w.Write([]byte{1}) }},
		{"too long", func(w *container.Writer) { w.Begin("a name of seventeen", 0, 1, 0, 0) }},
		{"no multiple of 4", func(w *container.Writer) { w.Begin("x", 0, 4, 0, 0); _, _ = w.Write([]byte{1}) }},
	} {
		w, err := container.Create(container.OS{}, path, container.State)
		require.NoError(t, err)
		c.make(w)
		container.Put(w, "after", 0, []uint8{1})
		_, err = w.Commit()
		require.ErrorContains(t, err, c.says)
		require.NoFileExists(t, path)
		require.NoFileExists(t, path+container.Unfinished)
	}
	_, err := container.Create(container.OS{}, filepath.Join(path, "no", "folder"), container.State)
	require.Error(t, err)
}

func BenchmarkVerify(b *testing.B) {
	path := filepath.Join(b.TempDir(), "file")
	w, err := container.Create(container.OS{}, path, container.Part)
	require.NoError(b, err)
	container.Put(w, "x", 0, make([]uint64, 32<<20))
	_, err = w.Commit()
	require.NoError(b, err)
	f, err := container.Open(path, container.Part)
	require.NoError(b, err)
	b.SetBytes(256 << 20)
	for b.Loop() {
		require.NoError(b, f.Verify(b.Context()))
	}
	require.NoError(b, f.Close())
}
