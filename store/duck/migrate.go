package duck

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/duckdb/duckdb-go/v2"

	"github.com/weirhq/weir/fault"
)

// migrations are numbered SQL files, applied once each, in order. A released
// file is never changed; a log of record has no way down.
//
//go:embed migrations/*.sql
var migrations embed.FS

// migrate brings the file to the newest schema, each step in its own transaction.
func migrate(ctx context.Context, conn *duckdb.Conn) error {
	err := execute(ctx, conn, "CREATE TABLE IF NOT EXISTS schema_version (version UBIGINT NOT NULL, applied_at TIMESTAMP DEFAULT now())")
	if err != nil {
		return err
	}
	version, err := number(ctx, conn, "SELECT max(version) FROM schema_version")
	if err != nil {
		return err
	}
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return fmt.Errorf("list migrations: %w", err)
	}
	if version > uint64(len(names)) {
		return fault.New(fault.Conflict, "The event log was written by a newer Weir (schema %d, this program knows %d). Start the newer version.", version, len(names))
	}
	for i, name := range names {
		if uint64(i) < version {
			continue
		}
		if err := step(ctx, conn, name, i+1); err != nil {
			return fmt.Errorf("migrate to %s: %w", name, err)
		}
	}
	return nil
}

func step(ctx context.Context, conn *duckdb.Conn, name string, version int) error {
	if prefix, _, _ := strings.Cut(strings.TrimPrefix(name, "migrations/"), "_"); prefix != fmt.Sprintf("%04d", version) {
		return fmt.Errorf("expected number %04d", version)
	}
	text, err := migrations.ReadFile(name)
	if err != nil {
		return err
	}
	if err := execute(ctx, conn, "BEGIN"); err != nil {
		return err
	}
	for _, s := range []string{string(text), "INSERT INTO schema_version (version) VALUES (" + strconv.Itoa(version) + ")", "COMMIT"} {
		if err := execute(ctx, conn, s); err != nil {
			_ = execute(ctx, conn, "ROLLBACK") // the first error is the one to tell
			return err
		}
	}
	return nil
}
