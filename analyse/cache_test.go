package analyse

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheCacheKeepsWithinItsLimit(t *testing.T) {
	t.Parallel()
	c := newCache(20 * entryOverhead)
	always := func(basis) bool { return true }
	for i := range 100 {
		c.put(&cached{key: fmt.Sprint(i), value: i, bytes: entryOverhead})
		c.get("0", always) // stays the most recent
		require.LessOrEqual(t, c.bytes, c.limit)
		require.Len(t, c.entries, c.recent.Len())
	}
	value, ok := c.get("0", always)
	require.True(t, ok)
	require.Equal(t, 0, value)
	_, ok = c.get("1", always)
	require.False(t, ok, "the least recently asked for went first")

	_, ok = c.get("99", func(basis) bool { return false })
	require.False(t, ok)
	_, ok = c.get("99", always)
	require.False(t, ok, "what no longer holds is gone")
	c.put(&cached{key: "large", bytes: 6 * entryOverhead})
	_, ok = c.get("large", always)
	require.False(t, ok, "one that would drive out the rest is not kept")
	c.put(&cached{key: "0", value: "new", bytes: 1})
	value, _ = c.get("0", always)
	require.Equal(t, "new", value)
}
