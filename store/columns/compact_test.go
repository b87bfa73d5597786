package columns

import (
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/event"
)

// TestBuiltColumnsAreOnePart: columns made anew have each person in one place,
// however many parts they went through.
func TestBuiltColumnsAreOnePart(t *testing.T) {
	t.Parallel()
	dir, log := filepath.Join(t.TempDir(), "columns"), &paper{}
	for seq := range uint64(5000) {
		log.add(did(seq+1, "u"+strconv.Itoa(int(seq%37)), "view", int64(seq), event.Properties{"n": event.Num(float64(seq))}))
	}
	settings := options(log)
	settings.FlushRows = 300
	made, err := Build(t.Context(), dir, log, settings, nil)
	require.NoError(t, err)
	require.NoError(t, Replace(dir, made))
	s := reopen(t, dir, log, options(log))
	v := s.Table("p").View()
	require.Len(t, v.Layers(), 1)
	require.Equal(t, uint64(5000), v.Events())
}
