package duck

import (
	"cmp"
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/duckdb/duckdb-go/v2"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
)

// windowRows is how many events one step of a scan reads. DuckDB hands over a
// whole result at once, so this bounds the memory of a scan, times the windows in flight.
const windowRows = 16_384

const selectEvents = `SELECT seq, project, id, name, epoch_ms(time), epoch_ms(received_at), distinct_id, known,
	join_kind, join_other, properties, profile, protocol FROM events WHERE seq > %d AND seq <= %d`

// window is a range of seq that is being read, and its outcome.
type window struct {
	events []*event.Event
	err    error
	done   chan struct{}
}

// Scan yields the events after a Seq in order; see store.Log. It ends with the
// newest event at the time of the call.
func (l *Log) Scan(ctx context.Context, after uint64, yield func(*event.Event) error) error {
	last := l.lastSeq.Load()
	if after >= last {
		return ctx.Err()
	}
	if err := l.scans.enter(ctx); err != nil {
		return err
	}
	defer l.scans.leave()
	if l.unfinished.Load() {
		return fault.New(fault.Unavailable, "The event log is losing what was deleted. Try again in a moment.")
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	readers := max(2, runtime.GOMAXPROCS(0))
	tickets := make(chan struct{}, readers) // windows read but not yet yielded
	ordered := make(chan *window, readers)
	go l.dispatch(ctx, after, last, tickets, ordered)
	for w := range ordered {
		<-w.done
		if w.err != nil {
			return w.err
		}
		for _, e := range w.events {
			if err := yield(e); err != nil {
				return err
			}
		}
		<-tickets
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// dispatch starts a reader per window, as many as there are tickets.
func (l *Log) dispatch(ctx context.Context, after, last uint64, tickets chan struct{}, ordered chan<- *window) {
	defer close(ordered)
	decoders := make(chan *decoder, cap(tickets))
	for range cap(tickets) {
		decoders <- newDecoder()
	}
	for from := after; from < last; from += windowRows {
		select {
		case tickets <- struct{}{}:
		case <-ctx.Done():
			return
		}
		w := &window{done: make(chan struct{})}
		ordered <- w
		go func() {
			defer close(w.done)
			d := <-decoders
			defer func() { decoders <- d }()
			w.events, w.err = l.read(ctx, d, from, min(from+windowRows, last))
		}()
	}
}

// read gives the events with after < seq <= last, in order.
func (l *Log) read(ctx context.Context, d *decoder, after, last uint64) ([]*event.Event, error) {
	events := make([]*event.Event, 0, last-after)
	err := l.query(ctx, fmt.Sprintf(selectEvents, after, last), func(v []driver.Value) error {
		e, err := d.event(v)
		events = append(events, e)
		return err
	})
	if err != nil {
		return nil, err
	}
	// Rows come as they were appended, which is in order of seq; a check is
	// cheaper than asking the engine to sort wide rows.
	bySeq := func(a, b *event.Event) int { return cmp.Compare(a.Seq, b.Seq) }
	if !slices.IsSortedFunc(events, bySeq) {
		slices.SortFunc(events, bySeq)
	}
	return events, nil
}

// IDs yields (project, id) of what was received at or after since; see store.Log.
func (l *Log) IDs(ctx context.Context, since int64, yield func(project, id string)) error {
	var first uint64
	last := l.lastSeq.Load()
	err := l.query(ctx, fmt.Sprintf("SELECT min(seq) FROM events WHERE received_at >= make_timestamp(%d)", since*1000), func(v []driver.Value) error {
		first, _ = v[0].(uint64)
		return nil
	})
	if err != nil || first == 0 {
		return err
	}
	d := newDecoder()
	const step = 8 * windowRows // two narrow columns
	for from := first - 1; from < last; from += step {
		statement := fmt.Sprintf("SELECT project, id FROM events WHERE seq > %d AND seq <= %d AND received_at >= make_timestamp(%d)",
			from, min(from+step, last), since*1000)
		err := l.query(ctx, statement, func(v []driver.Value) error {
			yield(d.copy(v[0].(string)), v[1].(string))
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// EventIDs gives the ids of events by Seq; see store.Log. Rows lie in order of
// seq, so the engine reads only the blocks that hold one of them.
func (l *Log) EventIDs(ctx context.Context, seqs []uint64) (map[uint64]string, error) {
	ids := make(map[uint64]string, len(seqs))
	if len(seqs) == 0 {
		return ids, ctx.Err()
	}
	var list strings.Builder
	for i, seq := range seqs {
		if i > 0 {
			list.WriteByte(',')
		}
		list.WriteString(strconv.FormatUint(seq, 10))
	}
	statement := fmt.Sprintf("SELECT seq, id FROM events WHERE seq >= %d AND seq <= %d AND seq IN (%s)", slices.Min(seqs), slices.Max(seqs), &list)
	err := l.query(ctx, statement, func(v []driver.Value) error {
		ids[v[0].(uint64)] = strings.Clone(v[1].(string))
		return nil
	})
	return ids, err
}

// query reads over a connection of its own, so that scans, id reads and the
// committer do not wait for each other.
func (l *Log) query(ctx context.Context, statement string, visit func([]driver.Value) error) error {
	return l.reading(ctx, func(conn *duckdb.Conn) error { return query(ctx, conn, statement, visit) })
}

// reading calls f with a connection of its own.
func (l *Log) reading(ctx context.Context, f func(conn *duckdb.Conn) error) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.engine == nil {
		return fault.New(fault.Unavailable, "The event log cannot be read at the moment. Check the disk, then try again.")
	}
	conn, err := l.engine.connect(ctx)
	if err != nil {
		return fault.Wrap(fault.Unavailable, err, "The event log cannot be read.")
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	err = f(conn)
	if cause := ctx.Err(); cause != nil && err != nil {
		return cause
	}
	if err != nil {
		return fault.Wrap(fault.Unavailable, err, "The event log cannot be read.")
	}
	return nil
}
