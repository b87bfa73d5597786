package seal_test

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/reach/seal"
)

func TestKeyFileIsMadeOnceAndPrivate(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "secret.key")
	var group sync.WaitGroup
	sealed := make([]string, 8)
	for i := range sealed {
		group.Go(func() {
			k, err := seal.Load(path)
			if err != nil {
				t.Error(err)
				return
			}
			sealed[i] = k.Seal("p", "pässword")
		})
	}
	group.Wait()
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	k, err := seal.Load(path)
	require.NoError(t, err)
	for _, s := range sealed {
		text, err := k.Open("p", s)
		require.NoError(t, err)
		require.Equal(t, "pässword", text)
	}
	left, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	require.Len(t, left, 1)
}

func TestSealedTextIsBoundToKeyAndPlace(t *testing.T) {
	t.Parallel()
	one, err := seal.Load(filepath.Join(t.TempDir(), "one"))
	require.NoError(t, err)
	two, err := seal.Load(filepath.Join(t.TempDir(), "two"))
	require.NoError(t, err)
	sealed := one.Seal("project a", "secret")
	require.NotContains(t, sealed, "secret")
	require.NotEqual(t, sealed, one.Seal("project a", "secret"), "nonces differ")
	for _, open := range []func() (string, error){
		func() (string, error) { return two.Open("project a", sealed) },
		func() (string, error) { return one.Open("project b", sealed) },
		func() (string, error) { return one.Open("project a", sealed[:len(sealed)-2]) },
		func() (string, error) { return one.Open("project a", "v1.!") },
		func() (string, error) { return one.Open("project a", "") },
	} {
		_, err := open()
		require.Error(t, err)
	}
}

func TestKeyIsNeverPrintedAndPurposesDiffer(t *testing.T) {
	t.Parallel()
	k, err := seal.New([]byte("0123456789abcdef0123456789abcdef"))
	require.NoError(t, err)
	require.NotContains(t, fmt.Sprintf("%v %+v %#v %s", k, k, k, k), "0123")
	require.NotEqual(t, k.Derive("a"), k.Derive("b"))
	require.Equal(t, k.Derive("a"), k.Derive("a"))
	_, err = seal.New([]byte("short"))
	require.Error(t, err)
}
