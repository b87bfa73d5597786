package columns

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDict(t *testing.T) {
	t.Parallel()
	d := newDictionary()
	require.Equal(t, uint32(1), d.code(""), "the empty text is not missing")
	require.Equal(t, uint32(2), d.code("a"))
	require.Equal(t, uint32(2), d.code("a"))
	early := d.snapshot()
	require.Same(t, early, d.snapshot())
	require.Equal(t, uint32(3), d.code("b"))

	require.Equal(t, 3, early.Len())
	require.Equal(t, "a", early.Text(2))
	_, ok := early.Code("b")
	require.False(t, ok, "not there yet")
	code, ok := d.snapshot().Code("b")
	require.True(t, ok)
	require.Equal(t, uint32(3), code)
	_, ok = early.Code("c")
	require.False(t, ok)
}

// Many texts get a code each, while others look them up.
func TestDictionaryOfManyTexts(t *testing.T) {
	t.Parallel()
	const texts = 200_000
	saved := []string{""}
	for i := range texts / 2 {
		saved = append(saved, fmt.Sprintf("text %d", i))
	}
	d := dictionaryOf(saved)
	first := d.snapshot()
	var readers sync.WaitGroup
	readers.Go(func() {
		for i := range texts {
			code, ok := first.Code(fmt.Sprintf("text %d", i))
			assert.Equal(t, i < texts/2, ok)
			assert.True(t, !ok || int(code) == i+1)
		}
	})
	for i := range texts {
		require.Equal(t, uint32(i+1), d.code(fmt.Sprintf("text %d", i)))
	}
	readers.Wait()
	last := d.snapshot()
	for i := range texts {
		code, ok := last.Code(fmt.Sprintf("text %d", i))
		require.True(t, ok)
		require.Equal(t, fmt.Sprintf("text %d", i), last.Text(code))
	}
	long := strings.Repeat("x", 3*textBlock)
	require.Equal(t, long, d.text(d.code(long)))
	require.Equal(t, texts+2, d.snapshot().Len())
}

func TestLists(t *testing.T) {
	t.Parallel()
	texts, d := newDictionary(), newListDictionary()
	require.Equal(t, uint32(1), d.code(texts, nil), "the empty list is not missing")
	ab := d.code(texts, []string{"a", "b"})
	early := d.snapshot()
	require.Equal(t, ab, d.code(texts, []string{"a", "b"}))
	require.NotEqual(t, ab, d.code(texts, []string{"b", "a"}))

	require.Equal(t, 3, early.Len())
	require.Equal(t, 4, d.snapshot().Len())
	require.Empty(t, early.Codes(0))
	require.Empty(t, early.Codes(1))
	require.Equal(t, []string{"a", "b"}, early.texts(ab, texts.snapshot()))
}
