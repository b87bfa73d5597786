package duck_test

import (
	"context"
	"database/sql/driver"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/duckdb/duckdb-go/v2"
	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/store/duck"
	"github.com/weirhq/weir/store/storetest"
)

// holdFile in the environment makes the test binary a process that holds a log open.
const holdFile = "WEIR_TEST_HOLD_FILE"

func TestMain(m *testing.M) {
	if path := os.Getenv(holdFile); path != "" {
		_, err := duck.Open(context.Background(), path, slog.New(slog.DiscardHandler), duck.Options{})
		fmt.Println("held", err)
		_, _ = io.ReadAll(os.Stdin) // until the test closes it
		os.Exit(0)
	}
	if path := os.Getenv(eraseFile); path != "" {
		eraser(path)
	}
	os.Exit(m.Run())
}

func TestFileInUse(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "events.duckdb")
	holder := exec.Command(os.Args[0])
	holder.Env = append(os.Environ(), holdFile+"="+path)
	stdin, err := holder.StdinPipe()
	require.NoError(t, err)
	stdout, err := holder.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, holder.Start())
	line := make([]byte, len("held <nil>\n"))
	_, err = io.ReadFull(stdout, line)
	require.NoError(t, err)
	require.Equal(t, "held <nil>\n", string(line))

	_, err = duck.Open(t.Context(), path, slog.New(slog.DiscardHandler), duck.Options{})
	require.Equal(t, fault.Conflict, fault.KindOf(err), "%v", err)
	require.NoError(t, stdin.Close())
	require.NoError(t, holder.Wait())
}

func TestPaths(t *testing.T) {
	t.Parallel()
	for name, works := range map[string]bool{"a b": true, "数据": true, "a#b": true, "a?b": false, "50%": false} {
		folder := filepath.Join(t.TempDir(), name)
		require.NoError(t, os.Mkdir(folder, 0o700))
		log, err := duck.Open(t.Context(), filepath.Join(folder, "events.duckdb"), slog.New(slog.DiscardHandler), duck.Options{})
		if !works {
			require.Equal(t, fault.Invalid, fault.KindOf(err))
			continue
		}
		require.NoError(t, err)
		require.NoError(t, log.Close())
		require.FileExists(t, filepath.Join(folder, "events.duckdb"))
	}
}

func TestFileThatIsNoLog(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "events.duckdb")
	require.NoError(t, os.WriteFile(path, make([]byte, 100_000), 0o600))
	_, err := duck.Open(t.Context(), path, slog.New(slog.DiscardHandler), duck.Options{})
	require.Equal(t, fault.Unavailable, fault.KindOf(err), "%v", err)
}

// sqlOn runs statements as an analyst would, and gives the last one's first value.
func sqlOn(t *testing.T, path string, statements ...string) driver.Value {
	t.Helper()
	connector, err := duckdb.NewConnector(path, nil)
	require.NoError(t, err)
	defer func() { require.NoError(t, connector.Close()) }()
	c, err := connector.Connect(t.Context())
	require.NoError(t, err)
	defer func() { require.NoError(t, c.Close()) }()
	conn, _ := c.(*duckdb.Conn)
	value := make([]driver.Value, 1)
	for _, s := range statements {
		rows, err := conn.QueryContext(t.Context(), s, nil)
		require.NoError(t, err, s)
		if err := rows.Next(value); err != nil {
			require.ErrorIs(t, err, io.EOF)
		}
		require.NoError(t, rows.Close())
	}
	return value[0]
}

func TestFileOfANewerWeir(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, "events.duckdb")
	require.NoError(t, open(t, folder).Close())
	sqlOn(t, path, "INSERT INTO schema_version (version) VALUES (999)")
	_, err := duck.Open(t.Context(), path, slog.New(slog.DiscardHandler), duck.Options{})
	require.Equal(t, fault.Conflict, fault.KindOf(err))
	require.ErrorContains(t, err, "newer")
}

// TestAnalystsCanRead holds what the documentation says of the table.
func TestAnalystsCanRead(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	log := open(t, folder)
	require.NoError(t, log.Append(t.Context(), storetest.Batch("p", "a", 4)))
	require.NoError(t, log.Close())
	require.NoFileExists(t, filepath.Join(folder, "events.duckdb.wal"), "closing folds the write-ahead log in")
	got := sqlOn(t, filepath.Join(folder, "events.duckdb"),
		"SELECT strftime(time, '%Y-%m-%d') || ' ' || sum((properties->>'amount')::DOUBLE)::INT || ' ' || min(properties->>'city') FROM events GROUP BY time")
	require.Equal(t, "2023-11-14 50 Hangzhou", got)
}
