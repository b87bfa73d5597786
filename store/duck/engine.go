package duck

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"

	"github.com/duckdb/duckdb-go/v2"
)

// engine is one opened DuckDB file with the connection that writes. It is
// thrown away as a whole when a commit fails, because DuckDB refuses further
// work on a database whose write-ahead log could not be written.
type engine struct {
	connector *duckdb.Connector
	writer    *duckdb.Conn
	appender  *duckdb.Appender
}

// openEngine opens the file, applies settings and migrations.
func openEngine(ctx context.Context, path string, options Options) (*engine, error) {
	connector, err := duckdb.NewConnector(path, nil)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	e := &engine{connector: connector}
	if err := e.prepare(ctx, options); err != nil {
		return nil, errors.Join(err, e.close())
	}
	return e, nil
}

func (e *engine) prepare(ctx context.Context, options Options) error {
	var err error
	if e.writer, err = e.connect(ctx); err != nil {
		return err
	}
	settings := []string{
		fmt.Sprintf("SET memory_limit = '%s'", options.MemoryLimit),
		fmt.Sprintf("SET threads = %d", options.Threads),
		fmt.Sprintf("SET wal_autocheckpoint = '%dB'", options.CheckpointBytes),
		// A scan without ORDER BY then yields rows as they were appended.
		"SET preserve_insertion_order = true",
		// A self-hosted server fetches no code from the net.
		"SET autoinstall_known_extensions = false",
		"SET autoload_known_extensions = false",
	}
	for _, s := range settings {
		if err := execute(ctx, e.writer, s); err != nil {
			return err
		}
	}
	if err := migrate(ctx, e.writer); err != nil {
		return err
	}
	e.appender, err = duckdb.NewAppenderFromConn(e.writer, "main", "events")
	if err != nil {
		return fmt.Errorf("prepare appender: %w", err)
	}
	return nil
}

// connect makes a further connection to the same file.
func (e *engine) connect(ctx context.Context) (*duckdb.Conn, error) {
	c, err := e.connector.Connect(ctx)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	conn, ok := c.(*duckdb.Conn)
	if !ok {
		return nil, fmt.Errorf("connect: unexpected driver connection %T", c)
	}
	return conn, nil
}

// close releases everything. Errors are returned for the log only: what was
// acknowledged is safe in the write-ahead log already.
func (e *engine) close() error {
	var faults []error
	if e.appender != nil {
		faults = append(faults, e.appender.Clear(), e.appender.Close())
	}
	if e.writer != nil {
		faults = append(faults, e.writer.Close())
	}
	return errors.Join(append(faults, e.connector.Close())...)
}

func execute(ctx context.Context, conn *duckdb.Conn, statement string) error {
	if _, err := conn.ExecContext(ctx, statement, nil); err != nil {
		return fmt.Errorf("%.60q: %w", statement, err)
	}
	return nil
}

// query calls visit for each row; the slice is used again for the next row.
func query(ctx context.Context, conn *duckdb.Conn, statement string, visit func([]driver.Value) error) (err error) {
	rows, err := conn.QueryContext(ctx, statement, nil)
	if err != nil {
		return fmt.Errorf("%.60q: %w", statement, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	row := make([]driver.Value, len(rows.Columns()))
	for {
		switch err := rows.Next(row); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("%.60q: %w", statement, err)
		}
		if err := visit(row); err != nil {
			return err
		}
	}
}

// number reads a single unsigned number; NULL is 0.
func number(ctx context.Context, conn *duckdb.Conn, statement string) (n uint64, err error) {
	err = query(ctx, conn, statement, func(row []driver.Value) error {
		n, _ = row[0].(uint64)
		return nil
	})
	return n, err
}
