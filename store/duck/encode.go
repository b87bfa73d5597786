package duck

import (
	"database/sql/driver"
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
)

// columnCount is the width of the table events.
const columnCount = 13

// row is an event with its JSON columns written out. They are made in the
// goroutine of the caller, so that the committer only copies.
type row struct {
	event      *event.Event
	properties string
	profile    string // "" is NULL
}

func encode(events []*event.Event) ([]row, error) {
	rows := make([]row, len(events))
	var buffer []byte
	for i, e := range events {
		var err error
		if buffer, err = event.AppendJSON(buffer[:0], e.Properties); err != nil {
			return nil, fault.Wrap(fault.Invalid, err, "Event %d cannot be stored.", i)
		}
		rows[i] = row{event: e, properties: string(buffer)}
		if e.Profile == nil {
			continue
		}
		profile, err := json.Marshal(e.Profile)
		if err != nil {
			return nil, fault.Wrap(fault.Invalid, err, "The profile of event %d cannot be stored.", i)
		}
		rows[i].profile = string(profile)
	}
	return rows, nil
}

// fill sets the values of the table's columns in order.
func (r *row) fill(v []driver.Value) {
	e := r.event
	v[0], v[1], v[2], v[3] = e.Seq, valid(e.Project), valid(e.ID), valid(e.Name)
	v[4], v[5] = time.UnixMilli(e.Time).UTC(), time.UnixMilli(e.ReceivedAt).UTC()
	v[6], v[7], v[8], v[9] = valid(e.DistinctID), e.Known, nil, nil
	if e.Join != nil {
		v[8], v[9] = string(e.Join.Kind), valid(e.Join.Other)
	}
	v[10], v[11], v[12] = r.properties, nil, valid(e.Protocol)
	if r.profile != "" {
		v[11] = r.profile
	}
}

// valid makes text that DuckDB takes: it refuses whole transactions for one
// broken byte. Package ingest sends none; this is the last line.
func valid(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}
