package duck

import (
	"context"
	"database/sql/driver"
	"fmt"

	"github.com/duckdb/duckdb-go/v2"

	"github.com/weirhq/weir/fault"
)

const (
	// fillerBlock is how many rows of filler take a block of the file: numbers of
	// 8 bytes that do not compress, in blocks of 256 KiB.
	fillerBlock = 1 << 15
	// fillerStep is how many blocks are filled between two commits.
	fillerStep = 64
)

// Purge overwrites what the file does not use any more. DuckDB writes changed
// columns anew and keeps the old bytes in free blocks until it needs them, which
// may be never. A table of noise that takes all free blocks, and is dropped
// then, leaves nothing of them. The blocks stay free for later events.
func (l *Log) Purge(ctx context.Context) error {
	l.checkpoint(ctx)
	var free uint64
	err := l.query(ctx, "SELECT free_blocks::UBIGINT FROM pragma_database_size()", func(row []driver.Value) error {
		free, _ = row[0].(uint64)
		return nil
	})
	for done := uint64(0); err == nil && done < free; done += fillerStep {
		err = l.errand(ctx, func(ctx context.Context, conn *duckdb.Conn) error {
			return fill(ctx, conn, done, min(fillerStep, free-done))
		})
	}
	if err == nil {
		l.checkpoint(ctx)
		err = l.errand(ctx, func(ctx context.Context, conn *duckdb.Conn) error {
			return execute(ctx, conn, "DROP TABLE IF EXISTS filler")
		})
		l.checkpoint(ctx)
	}
	if err != nil && ctx.Err() == nil {
		return fault.Wrap(fault.Unavailable, err, "The event log cannot overwrite what was deleted at the moment. Check the disk.")
	}
	return err
}

// fill adds some blocks of noise, after the done ones.
func fill(ctx context.Context, conn *duckdb.Conn, done, blocks uint64) error {
	if done == 0 {
		if err := execute(ctx, conn, "CREATE OR REPLACE TABLE filler (noise UBIGINT NOT NULL)"); err != nil {
			return err
		}
	}
	return execute(ctx, conn, fmt.Sprintf("INSERT INTO filler SELECT hash(n) FROM range(%d, %d) t(n)", done*fillerBlock, (done+blocks)*fillerBlock))
}
