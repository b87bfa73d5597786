package meta

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"strings"
	"sync"

	"github.com/mattn/go-sqlite3"
	"github.com/pressly/goose/v3"
)

// readers is how many reads run at the same time; more only wait for the same two or four cores.
const readers = 4

// DB is the operational database.
type DB struct {
	writer     *sql.DB
	reader     *sql.DB
	statements map[string]statement

	mu       sync.Mutex
	prepared map[string]*sql.Stmt
	closed   bool
}

// Open opens the database file, makes it when it is missing, and brings its schema up to date.
func Open(ctx context.Context, path string) (*DB, error) { return open(ctx, path, migrate) }

// Attach opens the database of a program that may be running. It changes no
// schema: a file that another version of the program has written is refused.
func Attach(ctx context.Context, path string) (*DB, error) { return open(ctx, path, sameVersion) }

func open(ctx context.Context, path string, prepare func(context.Context, *sql.DB) error) (*DB, error) {
	statements, err := loadStatements(queryFiles)
	if err != nil {
		return nil, fmt.Errorf("load statements: %w", err)
	}
	writer, err := sql.Open("sqlite3", dsn(path, "immediate", false))
	if err != nil {
		return nil, fmt.Errorf("open operational database: %w", err)
	}
	writer.SetMaxOpenConns(1)
	if err := prepare(ctx, writer); err != nil {
		return nil, errors.Join(err, writer.Close())
	}
	reader, err := sql.Open("sqlite3", dsn(path, "deferred", true))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open operational database for reading: %w", err), writer.Close())
	}
	reader.SetMaxOpenConns(readers)
	reader.SetMaxIdleConns(readers)
	return &DB{writer: writer, reader: reader, statements: statements, prepared: make(map[string]*sql.Stmt)}, nil
}

// dsn is the driver's address of the file with the settings that the promises rest on.
func dsn(path, lock string, readOnly bool) string {
	settings := url.Values{
		"_journal_mode": {"WAL"},
		"_synchronous":  {"FULL"},
		"_foreign_keys": {"on"},
		"_busy_timeout": {"10000"},
		"_txlock":       {lock},
	}
	if readOnly {
		settings.Set("_query_only", "on")
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + settings.Encode()
}

func newProvider(db *sql.DB) (*goose.Provider, error) {
	files, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		return nil, fmt.Errorf("find migrations: %w", err)
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, files)
	if err != nil {
		return nil, fmt.Errorf("read migrations: %w", err)
	}
	return provider, nil
}

func migrate(ctx context.Context, db *sql.DB) error {
	provider, err := newProvider(db)
	if err != nil {
		return err
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("bring the operational database up to date: %w", err)
	}
	return nil
}

func sameVersion(ctx context.Context, db *sql.DB) error {
	provider, err := newProvider(db)
	if err != nil {
		return err
	}
	is, err := provider.GetDBVersion(ctx)
	if err != nil {
		return fmt.Errorf("read the schema's version: %w", err)
	}
	sources := provider.ListSources()
	if want := sources[len(sources)-1].Version; is != want {
		return fmt.Errorf("the operational database has schema %d and this program %d: use the program that runs on it", is, want)
	}
	return nil
}

// Close ends all connections. Closing twice is harmless.
func (db *DB) Close() error {
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.closed {
		return nil
	}
	db.closed = true
	return errors.Join(db.reader.Close(), db.writer.Close())
}

// Version is the number of the newest migration that was applied.
func (db *DB) Version(ctx context.Context) (int64, error) {
	provider, err := newProvider(db.writer)
	if err != nil {
		return 0, err
	}
	return provider.GetDBVersion(ctx)
}

// Check reads the whole file and reports damage.
func (db *DB) Check(ctx context.Context) error {
	var verdict string
	if err := db.reader.QueryRowContext(ctx, "PRAGMA integrity_check").Scan(&verdict); err != nil {
		return fmt.Errorf("check the operational database: %w", err)
	}
	if verdict != "ok" {
		return fmt.Errorf("the operational database is damaged: %s", verdict)
	}
	return nil
}

// stmt gives the prepared statement of a name. Only its owner's defect makes it fail.
func (db *DB) stmt(ctx context.Context, name string) (*sql.Stmt, statement, error) {
	s, ok := db.statements[name]
	if !ok {
		return nil, s, fmt.Errorf("there is no statement %q in store/meta/queries", name)
	}
	db.mu.Lock()
	defer db.mu.Unlock()
	if prepared, ok := db.prepared[name]; ok {
		return prepared, s, nil
	}
	pool := db.writer
	if s.reads {
		pool = db.reader
	}
	prepared, err := pool.PrepareContext(ctx, s.text) //nolint:sqlclosecheck // kept for the next call; it ends with its pool
	if err != nil {
		return nil, s, fmt.Errorf("prepare %s: %w", name, err)
	}
	db.prepared[name] = prepared
	return prepared, s, nil
}

// Query runs a named statement and gives its rows; the caller closes them and checks Err.
func (db *DB) Query(ctx context.Context, name string, args ...any) (*sql.Rows, error) {
	stmt, _, err := db.stmt(ctx, name) //nolint:sqlclosecheck // kept for the next call
	if err != nil {
		return nil, err
	}
	rows, err := stmt.QueryContext(ctx, args...)
	return rows, named(name, err)
}

// QueryRow runs a named statement that gives at most one row.
func (db *DB) QueryRow(ctx context.Context, name string, args ...any) *Row {
	stmt, _, err := db.stmt(ctx, name) //nolint:sqlclosecheck // kept for the next call
	if err != nil {
		return &Row{name: name, err: err}
	}
	return &Row{name: name, row: stmt.QueryRowContext(ctx, args...)}
}

// Exec runs a named statement that changes data. It is durable on return.
func (db *DB) Exec(ctx context.Context, name string, args ...any) (sql.Result, error) {
	stmt, _, err := db.stmt(ctx, name) //nolint:sqlclosecheck // kept for the next call
	if err != nil {
		return nil, err
	}
	result, err := stmt.ExecContext(ctx, args...)
	return result, named(name, err)
}

// Tx runs work in one write transaction: committed and durable when Tx returns
// nil, undone when work fails or panics. Inside, use the Tx and not the DB.
func (db *DB) Tx(ctx context.Context, work func(*Tx) error) (err error) {
	inner, err := db.writer.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin transaction: %w", err)
	}
	done := false
	defer func() {
		if !done {
			err = errors.Join(err, ignoreDone(inner.Rollback()))
		}
	}()
	if err := work(&Tx{db: db, tx: inner}); err != nil {
		return err
	}
	done = true
	if err := inner.Commit(); err != nil {
		return fmt.Errorf("commit transaction: %w", err)
	}
	return nil
}

// ignoreDone hides that a cancelled context has rolled back already.
func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}

// Tx is a running write transaction. It is not safe for concurrent use.
type Tx struct {
	db *DB
	tx *sql.Tx
}

func (t *Tx) text(name string) (string, error) {
	s, ok := t.db.statements[name]
	if !ok {
		return "", fmt.Errorf("there is no statement %q in store/meta/queries", name)
	}
	return s.text, nil
}

// Query is DB.Query inside the transaction. Close the rows before the next call.
func (t *Tx) Query(ctx context.Context, name string, args ...any) (*sql.Rows, error) {
	text, err := t.text(name)
	if err != nil {
		return nil, err
	}
	rows, err := t.tx.QueryContext(ctx, text, args...)
	return rows, named(name, err)
}

// QueryRow is DB.QueryRow inside the transaction.
func (t *Tx) QueryRow(ctx context.Context, name string, args ...any) *Row {
	text, err := t.text(name)
	if err != nil {
		return &Row{name: name, err: err}
	}
	return &Row{name: name, row: t.tx.QueryRowContext(ctx, text, args...)}
}

// Exec is DB.Exec inside the transaction; durable when the transaction is.
func (t *Tx) Exec(ctx context.Context, name string, args ...any) (sql.Result, error) {
	text, err := t.text(name)
	if err != nil {
		return nil, err
	}
	result, err := t.tx.ExecContext(ctx, text, args...)
	return result, named(name, err)
}

// Row is the answer of QueryRow.
type Row struct {
	name string
	row  *sql.Row
	err  error
}

// Scan reads the row. It wraps sql.ErrNoRows when there is none.
func (r *Row) Scan(into ...any) error {
	if r.err != nil {
		return r.err
	}
	return named(r.name, r.row.Scan(into...))
}

func named(name string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", name, err)
}

// IsUnique says whether a write failed because a row with that key exists.
func IsUnique(err error) bool {
	e, ok := errors.AsType[sqlite3.Error](err)
	return ok && (e.ExtendedCode == sqlite3.ErrConstraintUnique || e.ExtendedCode == sqlite3.ErrConstraintPrimaryKey)
}

// EscapeLike makes text safe inside a LIKE pattern that is used with ESCAPE '\'.
func EscapeLike(text string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text)
}
