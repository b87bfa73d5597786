package chdb_test

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/internal/chdb"
)

func open(t *testing.T) *chdb.Engine {
	t.Helper()
	e, err := chdb.Open("")
	if errors.Is(err, chdb.ErrAbsent) {
		t.Skip(err)
	}
	require.NoError(t, err)
	t.Cleanup(e.Close)
	require.NoDirExists(t, ":memory:", "a database in memory leaves nothing behind")
	return e
}

func TestRowsKeepTypesAndDigits(t *testing.T) {
	e := open(t)
	rows, result, err := e.Rows("SELECT number, number / 3, 'x', [1, 2], NULL, windowFunnel(5)(toUInt64(number), number = 1) FROM numbers(2) GROUP BY number ORDER BY number")
	require.NoError(t, err)
	require.Equal(t, [][]any{
		{json.Number("0"), json.Number("0"), "x", []any{json.Number("1"), json.Number("2")}, nil, json.Number("0")},
		{json.Number("1"), json.Number("0.3333333333333333"), "x", []any{json.Number("1"), json.Number("2")}, nil, json.Number("1")},
	}, rows)
	require.Positive(t, result.Elapsed)
}

func TestErrorsNameTheCause(t *testing.T) {
	e := open(t)
	_, _, err := e.Rows("SELECT nothing_of_that_name")
	require.ErrorContains(t, err, "nothing_of_that_name")
	_, err = e.Insert("INSERT INTO no_table", "RowBinary")
	require.ErrorContains(t, err, "no_table")
}

func TestInsertStreamsChunksThatCutRows(t *testing.T) {
	e := open(t)
	require.NoError(t, e.Exec("CREATE TABLE streamed (n UInt32, s LowCardinality(String)) ENGINE = MergeTree ORDER BY n"))
	defer func() { require.NoError(t, e.Exec("DROP TABLE streamed")) }()
	var data []byte
	for i := range 1000 {
		data = append(data, byte(i), byte(i>>8), 0, 0, 1, 'a'+byte(i%3))
	}
	in, err := e.Insert("INSERT INTO streamed", "RowBinary")
	require.NoError(t, err)
	for len(data) > 0 {
		n := min(1001, len(data))
		require.NoError(t, in.Append(data[:n]))
		data = data[n:]
	}
	require.NoError(t, in.Done())
	rows, _, err := e.Rows("SELECT count(), sum(n), uniqExact(s) FROM streamed")
	require.NoError(t, err)
	require.Equal(t, [][]any{{json.Number("1000"), json.Number("499500"), json.Number("3")}}, rows)
}

// TestGoSurvivesTheEngine proves that Go's own signals still work beside the
// engine: a nil pointer is a panic that can be caught, and goroutines are
// preempted.
func TestGoSurvivesTheEngine(t *testing.T) {
	e := open(t)
	require.NoError(t, e.Exec("SELECT 1"))
	var nothing *struct{ field [8]int }
	require.Panics(t, func() { nothing.field[3]++ })
	stop := make(chan struct{})
	go func() { close(stop) }()
	for range 10 {
		runtime.GC()
	}
	<-stop
}

// TestAbsentLibrary runs this test again in a process that looks in the wrong place.
func TestAbsentLibrary(t *testing.T) {
	if os.Getenv("WEIR_CHDB") == "/nowhere" {
		_, err := chdb.Open("")
		require.ErrorIs(t, err, chdb.ErrAbsent)
		return
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestAbsentLibrary$", "-test.v")
	cmd.Env = append(os.Environ(), "WEIR_CHDB=/nowhere")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.True(t, strings.Contains(string(out), "--- PASS"), "%s", out)
}
