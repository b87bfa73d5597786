package cells_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/internal/cells"
)

func TestDifferences(t *testing.T) {
	t.Parallel()
	theirs, err := cells.OfRows([][]any{{"a", 1.5, 2.0}, {"b", nil, 0.0}})
	require.NoError(t, err)
	require.Empty(t, cells.Differences(cells.Cells{"a#0": 1.5, "a#1": 2 + 1e-12}, theirs))
	require.Equal(t, []string{"a#0: 1, clickhouse 1.5", "c: 1, clickhouse 0"}, cells.Differences(cells.Cells{"a#0": 1, "a#1": 2, "c": 1}, theirs))
	_, err = cells.OfRows([][]any{{"a", "x"}})
	require.ErrorContains(t, err, `row "a"`)
}
