package duck_test

import (
	"log/slog"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/store"
	"github.com/weirhq/weir/store/duck"
	"github.com/weirhq/weir/store/storetest"
)

func open(t *testing.T, folder string) store.Log {
	t.Helper()
	log, err := duck.Open(t.Context(), filepath.Join(folder, "events.duckdb"), slog.New(slog.DiscardHandler), duck.Options{})
	require.NoError(t, err)
	return log
}

func TestConformance(t *testing.T) {
	t.Parallel()
	storetest.Log(t, open)
}
