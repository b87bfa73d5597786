package meta

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

func setup(t *testing.T) *DB {
	t.Helper()
	db, err := Open(t.Context(), filepath.Join(t.TempDir(), "meta é 1.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

func insertProject(ctx context.Context, exec func(context.Context, string, ...any) (sql.Result, error), id string) error {
	_, err := exec(ctx, "account.project_insert", id, "name "+id, "UTC", 1, "CNY", "key_"+id, 0, 1)
	return err
}

func count(t *testing.T, db *DB, want int) {
	t.Helper()
	rows, err := db.Query(t.Context(), "account.projects")
	require.NoError(t, err)
	defer func() { require.NoError(t, rows.Close()) }()
	n := 0
	for rows.Next() {
		n++
	}
	require.NoError(t, rows.Err())
	require.Equal(t, want, n)
}

func TestMigrationsGoUpDownAndUpAgain(t *testing.T) {
	t.Parallel()
	db := setup(t)
	provider, err := newProvider(db.writer)
	require.NoError(t, err)
	_, err = provider.DownTo(t.Context(), 0)
	require.NoError(t, err)

	var left int
	const tables = `SELECT COUNT(*) FROM sqlite_master WHERE type IN ('table', 'index') AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'goose_%'`
	require.NoError(t, db.writer.QueryRowContext(t.Context(), tables).Scan(&left))
	require.Zero(t, left, "going down leaves nothing behind")

	_, err = provider.Up(t.Context())
	require.NoError(t, err)
	count(t, db, 0)
}

func TestAttachChangesNoSchema(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "meta.db")
	db, err := Open(t.Context(), path)
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	second, err := Attach(t.Context(), path)
	require.NoError(t, err)
	require.NoError(t, insertProject(t.Context(), second.Exec, "a"), "two processes may write")
	require.NoError(t, second.Close())
	count(t, db, 1)

	provider, err := newProvider(db.writer)
	require.NoError(t, err)
	_, err = provider.Down(t.Context())
	require.NoError(t, err)
	_, err = Attach(t.Context(), path)
	require.ErrorContains(t, err, "schema")
}

func TestEveryStatementPrepares(t *testing.T) {
	t.Parallel()
	db := setup(t)
	for name := range db.statements {
		_, _, err := db.stmt(t.Context(), name) //nolint:sqlclosecheck // kept by the database
		require.NoError(t, err, name)
	}
}

func TestSettingsThatThePromisesRestOn(t *testing.T) {
	t.Parallel()
	db := setup(t)
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "10000"} {
		var got string
		require.NoError(t, db.writer.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got))
		require.Equal(t, want, got, pragma)
	}
	_, err := db.reader.ExecContext(t.Context(), "DELETE FROM projects")
	require.Error(t, err, "a reading connection must not write")
	require.NoError(t, db.Check(t.Context()))
	version, err := db.Version(t.Context())
	require.NoError(t, err)
	require.Positive(t, version)
}

func TestTxIsAllOrNothing(t *testing.T) {
	t.Parallel()
	db := setup(t)
	failure := errors.New("no")
	err := db.Tx(t.Context(), func(tx *Tx) error {
		require.NoError(t, insertProject(t.Context(), tx.Exec, "a"))
		return failure
	})
	require.ErrorIs(t, err, failure)
	count(t, db, 0)

	require.Panics(t, func() {
		_ = db.Tx(t.Context(), func(tx *Tx) error {
			require.NoError(t, insertProject(t.Context(), tx.Exec, "a"))
			panic("defect")
		})
	})
	count(t, db, 0)

	require.NoError(t, db.Tx(t.Context(), func(tx *Tx) error {
		if err := insertProject(t.Context(), tx.Exec, "a"); err != nil {
			return err
		}
		var n int
		require.ErrorIs(t, tx.QueryRow(t.Context(), "account.by_id", "nobody").Scan(&n), sql.ErrNoRows)
		return insertProject(t.Context(), tx.Exec, "b")
	}))
	count(t, db, 2)
}

func TestErrorsAreRecognised(t *testing.T) {
	t.Parallel()
	db := setup(t)
	require.NoError(t, insertProject(t.Context(), db.Exec, "a"))
	err := insertProject(t.Context(), db.Exec, "a")
	require.True(t, IsUnique(err))
	require.False(t, IsUnique(sql.ErrNoRows))
	_, err = db.Exec(t.Context(), "account.session_insert", "hash", "nobody", 1, 2)
	require.Error(t, err, "foreign keys hold")
	require.False(t, IsUnique(err))

	_, err = db.Query(t.Context(), "account.nonsense") //nolint:rowserrcheck,sqlclosecheck // there are no rows
	require.ErrorContains(t, err, "account.nonsense")
	_, err = db.Exec(t.Context(), "account.nonsense")
	require.Error(t, err)
	require.Error(t, db.QueryRow(t.Context(), "account.nonsense").Scan())
}

func TestWritersQueueAndReadersSeeTheNewest(t *testing.T) {
	t.Parallel()
	db := setup(t)
	var group sync.WaitGroup
	for _, id := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		group.Go(func() {
			if err := insertProject(t.Context(), db.Exec, id); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	count(t, db, 8)
}

func TestStatementFilesAreChecked(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"other area": "-- name: b.x\nSELECT 1;",
		"twice":      "-- name: a.x\nSELECT 1;\n-- name: a.x\nSELECT 2;",
		"empty":      "-- name: a.x\n-- only words\n",
	} {
		_, err := loadStatements(fstest.MapFS{"queries/a.sql": {Data: []byte(text)}})
		require.Error(t, err, name)
	}
	all, err := loadStatements(fstest.MapFS{"queries/a.sql": {Data: []byte("-- name: a.x\n-- why\nSELECT $2, $1\nFROM t;\n\n-- name: a.y\nINSERT INTO t VALUES ($1) RETURNING id;\n")}})
	require.NoError(t, err)
	require.Equal(t, "SELECT ?2, ?1\nFROM t", all["a.x"].text)
	require.True(t, all["a.x"].reads)
	require.False(t, all["a.y"].reads)
}

func TestEscapeLike(t *testing.T) {
	t.Parallel()
	require.Equal(t, `50\% \_\\`, EscapeLike(`50% _\`))
}
