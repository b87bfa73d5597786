package protocol

import (
	"strconv"
	"time"

	"github.com/weirhq/weir/event"
)

// minSkew is the difference between the sender's clock and ours that is taken
// for a wrong clock; less is the time that a request travels, and correcting it
// would only blur exact times.
const minSkew = 5 * time.Second

// timeLayouts are the forms of time that senders write, besides milliseconds. A
// time without a zone is UTC.
var timeLayouts = []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999", time.DateOnly}

// ParseTime reads a time: RFC 3339, or milliseconds since 1970. ok is false when it is neither.
func ParseTime(text string) (ms int64, ok bool) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n, true
	}
	if f, err := strconv.ParseFloat(text, 64); err == nil && f > -1e15 && f < 1e15 {
		return int64(f), true
	}
	for _, layout := range timeLayouts {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UnixMilli(), true
		}
	}
	return 0, false
}

// Correct shifts the events' times by the error of the sender's clock, which
// shows in the time at which it says it sent the request. Events without a time
// get theirs from the intake. A sentAt of 0 means that the sender did not say.
func Correct(events []*event.Event, sentAt int64, receivedAt time.Time) {
	skew := receivedAt.UnixMilli() - sentAt
	if sentAt == 0 || max(skew, -skew) < minSkew.Milliseconds() {
		return
	}
	for _, e := range events {
		if e.Time != 0 {
			e.Time += skew
		}
	}
}
