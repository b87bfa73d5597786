package duck

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/duckdb/duckdb-go/v2"

	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/store"
)

// The steps of an erasure, for a range of seq. What is read from the tables
// erasures and erased_events stays the same until the end, so that a step done
// twice changes nothing the second time.
const (
	orders = "('$detach', '$delete_person', '$delete_events')"

	eraseEvents = `UPDATE events SET name = '$erased', id = '$erased-' || events.seq, properties = '{}', profile = NULL, distinct_id = g.token,
		time = CASE WHEN join_kind IS NULL THEN epoch_ms(0)::TIMESTAMP_MS ELSE time END,
		received_at = CASE WHEN join_kind IS NULL THEN epoch_ms(0)::TIMESTAMP_MS ELSE received_at END
		FROM erasures g WHERE events.seq >= %[1]d AND events.seq <= %[2]d AND events.seq <= g.up_to
		AND events.project = g.project AND events.distinct_id = g.id AND name NOT IN ` + orders
	renameOrders = `UPDATE events SET distinct_id = g.token
		FROM erasures g WHERE events.seq >= %[1]d AND events.seq <= %[2]d AND events.seq <= g.up_to
		AND events.project = g.project AND events.distinct_id = g.id AND name IN ` + orders
	renameJoins = `UPDATE events SET join_other = g.token
		FROM erasures g WHERE events.seq >= %[1]d AND events.seq <= %[2]d AND events.seq <= g.up_to
		AND events.project = g.project AND join_kind IS NOT NULL AND join_other = g.id`
	emptyEvents = `UPDATE events SET name = '$erased', properties = '{}', profile = NULL
		FROM erased_events s WHERE events.seq >= %[1]d AND events.seq <= %[2]d AND events.seq <= s.up_to
		AND events.project = s.project AND events.seq = s.seq AND name NOT IN ` + orders

	// affected counts the rows to be changed, by blocks of %[1]d seqs.
	affected = `SELECT (seq // %[1]d)::UBIGINT AS block, count(*)::UBIGINT FROM (
			SELECT seq FROM events JOIN erasures g ON events.project = g.project AND distinct_id = g.id AND seq <= g.up_to
			UNION ALL SELECT seq FROM events JOIN erasures g ON events.project = g.project AND join_other = g.id AND join_kind IS NOT NULL AND seq <= g.up_to
			UNION ALL SELECT events.seq FROM events JOIN erased_events s ON events.seq = s.seq AND events.project = s.project
		) GROUP BY block ORDER BY block`
)

const (
	blockRows = 2048 // what DuckDB changes at a time
	groupRows = 122_880
	// A transaction of an erasure changes at most so many rows, because DuckDB
	// keeps the old and the new ones in memory,
	stepRows = 20_480
	// and in at most so many row groups, because the next checkpoint, for which
	// commits wait, writes those anew: a third of a second for each.
	stepGroups = 1
)

// Erase carries deletions out; see store.Log. They are decided in one transaction
// and carried out in many.
func (l *Log) Erase(ctx context.Context, erasures ...store.Erasure) error {
	if err := l.scans.enterAlone(ctx); err != nil {
		return err
	}
	defer l.scans.leaveAlone()
	if err := l.finish(ctx); err != nil { // what an earlier one left undone
		return err
	}
	err := l.errand(ctx, func(ctx context.Context, conn *duckdb.Conn) error {
		return inTransaction(ctx, conn, func() error { return decide(ctx, conn, erasures) })
	})
	if err != nil {
		return fault.Wrap(fault.Unavailable, err, "The deletion cannot be written to the event log. It is tried again later.")
	}
	return l.finish(ctx)
}

// decide writes down what is to be done, and marks the control events as done.
func decide(ctx context.Context, conn *duckdb.Conn, erasures []store.Erasure) error {
	var ids, seqs [][]driver.Value
	var orders []string
	for _, e := range erasures {
		for id, token := range e.Tokens {
			ids = append(ids, []driver.Value{valid(e.Project), e.By, valid(id), valid(token)})
		}
		for _, seq := range e.Seqs {
			seqs = append(seqs, []driver.Value{valid(e.Project), e.By, seq})
		}
		orders = append(orders, strconv.FormatUint(e.By, 10))
	}
	if len(orders) == 0 {
		return nil
	}
	if err := fillTable(conn, "", "erasures", ids); err != nil {
		return err
	}
	if err := fillTable(conn, "", "erased_events", seqs); err != nil {
		return err
	}
	return execute(ctx, conn, "UPDATE events SET properties = '{}' WHERE seq IN ("+strings.Join(orders, ",")+")")
}

// fillTable appends rows to a table.
func fillTable(conn *duckdb.Conn, catalog, table string, rows [][]driver.Value) (err error) {
	appender, err := duckdb.NewAppender(conn, catalog, "main", table)
	if err != nil {
		return fmt.Errorf("prepare rows of %s: %w", table, err)
	}
	defer func() { err = errors.Join(err, appender.Close()) }()
	for _, row := range rows {
		if err := appender.AppendRow(row...); err != nil {
			return fmt.Errorf("add to %s: %w", table, err)
		}
	}
	return nil
}

// finish carries out what was decided, as many times as it takes. The caller is
// alone in the gate, or nobody else knows the log yet.
func (l *Log) finish(ctx context.Context) error {
	l.unfinished.Store(true)
	err := l.carryOut(ctx)
	switch {
	case err == nil:
		l.unfinished.Store(false)
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return fault.Wrap(fault.Unavailable, err, "The event log cannot lose what was deleted at the moment. Check the disk; it is tried again later.")
}

func (l *Log) carryOut(ctx context.Context) error {
	undone := uint64(0)
	err := l.query(ctx, "SELECT (SELECT count(*) FROM erasures)::UBIGINT + (SELECT count(*) FROM erased_events)::UBIGINT", func(row []driver.Value) error {
		undone, _ = row[0].(uint64)
		return nil
	})
	if err != nil || undone == 0 {
		return err
	}
	steps, err := l.steps(ctx)
	if err != nil {
		return err
	}
	before, _, err := l.places(ctx)
	if err != nil {
		return err
	}
	dirty := 0
	for _, s := range steps {
		if err := l.errand(ctx, s.run); err != nil {
			return err
		}
		if dirty += s.groups; dirty >= stepGroups {
			l.checkpoint(ctx)
			dirty = 0
		}
	}
	err = l.errand(ctx, func(ctx context.Context, conn *duckdb.Conn) error {
		return inTransaction(ctx, conn, func() error {
			return errors.Join(execute(ctx, conn, "DELETE FROM erasures"), execute(ctx, conn, "DELETE FROM erased_events"))
		})
	})
	if err != nil {
		return err
	}
	return l.vacate(ctx, before)
}

// eraseStep is a range of seq, ends included, that is changed in one transaction.
type eraseStep struct {
	first, last uint64
	rows        uint64
	groups      int
}

// steps cuts the rows to be changed into transactions.
func (l *Log) steps(ctx context.Context) ([]eraseStep, error) {
	var steps []eraseStep
	group := ^uint64(0)
	err := l.query(ctx, fmt.Sprintf(affected, blockRows), func(row []driver.Value) error {
		block, _ := row[0].(uint64)
		rows, _ := row[1].(uint64)
		first := block * blockRows
		last := first + blockRows - 1
		another := first/groupRows != group
		if n := len(steps); n > 0 {
			s := &steps[n-1]
			if s.rows+rows <= stepRows && (!another || s.groups < stepGroups) {
				s.last, s.rows = last, s.rows+rows
				if another {
					s.groups++
				}
				group = first / groupRows
				return nil
			}
		}
		group = first / groupRows
		steps = append(steps, eraseStep{first: first, last: last, rows: rows, groups: 1})
		return nil
	})
	return steps, err
}

// run changes the rows of the step.
func (s eraseStep) run(ctx context.Context, conn *duckdb.Conn) error {
	return inTransaction(ctx, conn, func() error {
		for _, statement := range []string{eraseEvents, renameOrders, renameJoins, emptyEvents} {
			if err := execute(ctx, conn, fmt.Sprintf(statement, s.first, s.last)); err != nil {
				return err
			}
		}
		return nil
	})
}
