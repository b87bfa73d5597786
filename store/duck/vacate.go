package duck

import (
	"context"
	"database/sql/driver"
	"fmt"
	"slices"
	"strings"

	"github.com/duckdb/duckdb-go/v2"
)

// DuckDB puts small column segments of several columns and row groups into one
// block. When one of them is written anew elsewhere its old bytes stay where they
// were as long as a neighbour needs the block. So the neighbours of what an
// erasure changed are written anew too, and the block becomes free.

// place is where a column segment lies in the file.
type place struct {
	block, offset int64
	column        string
	group         int64 // row group
}

// Changing every column of a row and changing it back makes the next checkpoint
// write all of the row's row group; to set a value to itself would not.
const (
	changeRow = `UPDATE events SET seq = seq + 1, project = '.' || project, id = '.' || id, name = '.' || name,
		time = epoch_ms(epoch_ms(time) + 1)::TIMESTAMP_MS, received_at = epoch_ms(epoch_ms(received_at) + 1)::TIMESTAMP_MS,
		distinct_id = '.' || distinct_id, known = NOT known, join_kind = coalesce('.' || join_kind, '!'), join_other = coalesce('.' || join_other, '!'),
		properties = '.' || properties, profile = coalesce('.' || profile, '!'), protocol = '.' || protocol WHERE rowid IN (%s)`
	changeBack = `UPDATE events SET seq = seq - 1, project = substr(project, 2), id = substr(id, 2), name = substr(name, 2),
		time = epoch_ms(epoch_ms(time) - 1)::TIMESTAMP_MS, received_at = epoch_ms(epoch_ms(received_at) - 1)::TIMESTAMP_MS,
		distinct_id = substr(distinct_id, 2), known = NOT known,
		join_kind = CASE join_kind WHEN '!' THEN NULL ELSE substr(join_kind, 2) END, join_other = CASE join_other WHEN '!' THEN NULL ELSE substr(join_other, 2) END,
		properties = substr(properties, 2), profile = CASE profile WHEN '!' THEN NULL ELSE substr(profile, 2) END, protocol = substr(protocol, 2)
		WHERE rowid IN (%s)`
)

// vacateRounds bounds how often neighbours of neighbours are looked for.
const vacateRounds = 4

// places reads where the segments of the log lie, and the first row of each row group.
func (l *Log) places(ctx context.Context) (map[place]struct{}, map[int64]int64, error) {
	places, first := map[place]struct{}{}, map[int64]int64{}
	var rows int64
	const statement = `SELECT row_group_id::BIGINT, column_name || column_path, segment_id::BIGINT, count::BIGINT, block_id::BIGINT, block_offset::BIGINT
		FROM pragma_storage_info('events') ORDER BY row_group_id, segment_id`
	err := l.query(ctx, statement, func(v []driver.Value) error {
		p := place{group: v[0].(int64), column: strings.Clone(v[1].(string)), block: -1}
		if _, known := first[p.group]; !known {
			first[p.group] = rows
		}
		if p.column == "seq[0]" {
			rows += v[3].(int64)
		}
		if block, ok := v[4].(int64); ok {
			p.block, p.offset = block, v[5].(int64)
		}
		if p.block >= 0 {
			places[p] = struct{}{}
		}
		return nil
	})
	return places, first, err
}

// vacate makes the blocks free in which something lay before that does not any more.
func (l *Log) vacate(ctx context.Context, before map[place]struct{}) error {
	for range vacateRounds {
		l.checkpoint(ctx)
		now, first, err := l.places(ctx)
		if err != nil {
			return err
		}
		rows := neighbours(before, now, first)
		if len(rows) == 0 {
			return nil
		}
		for part := range slices.Chunk(rows, stepGroups) {
			list := strings.Join(part, ",")
			err := l.errand(ctx, func(ctx context.Context, conn *duckdb.Conn) error {
				return inTransaction(ctx, conn, func() error {
					if err := execute(ctx, conn, fmt.Sprintf(changeRow, list)); err != nil {
						return err
					}
					return execute(ctx, conn, fmt.Sprintf(changeBack, list))
				})
			})
			if err != nil {
				return err
			}
			l.checkpoint(ctx)
		}
	}
	return nil
}

// neighbours gives a row of each row group that stayed in a block that others left.
func neighbours(before, now map[place]struct{}, first map[int64]int64) []string {
	left := map[int64]bool{}
	for p := range before {
		if _, stayed := now[p]; !stayed {
			left[p.block] = true
		}
	}
	groups := map[int64]bool{}
	for p := range now {
		if _, stayed := before[p]; stayed && left[p.block] {
			groups[p.group] = true
		}
	}
	rows := make([]string, 0, len(groups))
	for group := range groups {
		rows = append(rows, fmt.Sprint(first[group]))
	}
	slices.Sort(rows)
	return rows
}
