package id_test

import (
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/id"
)

func TestIDsSortByTimeAndDiffer(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var ids []string
	seen := map[string]bool{}
	for i := range 1000 {
		made := id.New("seg", start.Add(time.Duration(i)*time.Millisecond))
		require.True(t, strings.HasPrefix(made, "seg_"))
		require.False(t, seen[made])
		seen[made] = true
		ids = append(ids, made)
	}
	require.True(t, sort.StringsAreSorted(ids))
}

func TestSecretsAreLongAndDiffer(t *testing.T) {
	t.Parallel()
	a, b := id.Secret("wk_"), id.Secret("wk_")
	require.NotEqual(t, a, b)
	require.Len(t, a, len("wk_")+32)
}
