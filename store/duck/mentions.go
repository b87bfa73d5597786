package duck

import (
	"context"
	"database/sql/driver"
	"fmt"
	"slices"
	"strings"

	"github.com/duckdb/duckdb-go/v2"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/store"
)

// wantedTable is a table of the connection alone.
const wantedTable = "CREATE TEMP TABLE wanted (id VARCHAR NOT NULL, seq UBIGINT NOT NULL)"

// narrow are the columns of selectEvents without properties and profile.
const narrow = `seq, project, id, name, epoch_ms(time), epoch_ms(received_at), distinct_id, known, join_kind, join_other, '{}', NULL, protocol`

// mentionRows bounds the events that one step of Mentions reads.
const mentionRows = 200_000

// Mentions yields the events in which ids occur; see store.Log.
func (l *Log) Mentions(ctx context.Context, m store.Mention, yield func(*event.Event) error) error {
	where := "(distinct_id IN (SELECT id FROM wanted) OR join_kind IS NOT NULL AND join_other IN (SELECT id FROM wanted))"
	if m.Joins {
		where = "join_kind IS NOT NULL AND " + where
	}
	rows := make([][]driver.Value, 0, len(m.IDs)+1)
	for _, id := range m.IDs {
		rows = append(rows, []driver.Value{valid(id), uint64(0)})
	}
	d := newDecoder()
	for after := uint64(0); ; {
		var events []*event.Event
		statement := fmt.Sprintf("SELECT %s FROM events WHERE project = %s AND seq > %d AND seq <= %d AND %s ORDER BY seq LIMIT %d",
			narrow, literal(m.Project), after, m.UpTo, where, mentionRows)
		err := l.queryWanted(ctx, rows, statement, func(v []driver.Value) error {
			e, err := d.event(v)
			events = append(events, e)
			return err
		})
		if err != nil {
			return err
		}
		for _, e := range events {
			if err := yield(e); err != nil {
				return err
			}
		}
		if len(events) < mentionRows {
			return ctx.Err()
		}
		after = events[len(events)-1].Seq
	}
}

// Events gives whole events; see store.Log.
func (l *Log) Events(ctx context.Context, seqs []uint64) ([]*event.Event, error) {
	seqs = slices.Clone(seqs)
	slices.Sort(seqs)
	seqs = slices.Compact(seqs)
	events := make([]*event.Event, 0, len(seqs))
	d := newDecoder()
	for part := range slices.Chunk(seqs, windowRows) {
		rows := make([][]driver.Value, len(part))
		for i, seq := range part {
			rows[i] = []driver.Value{"", seq}
		}
		statement := fmt.Sprintf(selectEvents, part[0]-min(part[0], 1), part[len(part)-1]) + " AND seq IN (SELECT seq FROM wanted) ORDER BY seq"
		err := l.queryWanted(ctx, rows, statement, func(v []driver.Value) error {
			e, err := d.event(v)
			events = append(events, e)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return events, ctx.Err()
}

// Seqs finds events by their ids; see store.Log.
func (l *Log) Seqs(ctx context.Context, project string, ids []string) (seqs []uint64, err error) {
	rows := make([][]driver.Value, len(ids))
	for i, id := range ids {
		rows[i] = []driver.Value{valid(id), uint64(0)}
	}
	statement := fmt.Sprintf("SELECT seq FROM events WHERE project = %s AND id IN (SELECT id FROM wanted) ORDER BY seq", literal(project))
	err = l.queryWanted(ctx, rows, statement, func(v []driver.Value) error {
		seqs = append(seqs, v[0].(uint64))
		return nil
	})
	return seqs, err
}

// Pending gives the deletions to be erased; see store.Log.
func (l *Log) Pending(ctx context.Context) (pending []*event.Event, err error) {
	d := newDecoder()
	statement := fmt.Sprintf(selectEvents, 0, l.lastSeq.Load()) + " AND name IN ('$delete_person', '$delete_events') AND properties <> '{}' ORDER BY seq"
	err = l.query(ctx, statement, func(v []driver.Value) error {
		e, err := d.event(v)
		if err == nil && event.ErasurePending(e) {
			pending = append(pending, e)
		}
		return err
	})
	return pending, err
}

// queryWanted is query with some ids or seqs in the table wanted.
func (l *Log) queryWanted(ctx context.Context, rows [][]driver.Value, statement string, visit func([]driver.Value) error) error {
	return l.reading(ctx, func(conn *duckdb.Conn) error {
		if err := execute(ctx, conn, wantedTable); err != nil {
			return err
		}
		if err := fillTable(conn, "temp", "wanted", rows); err != nil {
			return err
		}
		return query(ctx, conn, statement, visit)
	})
}

// literal writes a text into SQL.
func literal(s string) string { return "'" + strings.ReplaceAll(valid(s), "'", "''") + "'" }
