package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/weirhq/weir/account"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/ingest"
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/store/columns"
)

// heartbeat keeps proxies from closing a quiet stream, and finds out that the
// caller has gone.
const heartbeat = 15 * time.Second

// livePace is how often a stream looks for new lines. One look at the persons
// serves all of them, so that a stream costs little while much comes in.
const livePace = 100 * time.Millisecond

// refusalView is a refused request as it is shown.
type refusalView struct {
	Time     instant         `json:"time"`
	Protocol string          `json:"protocol"`
	Reasons  []ingest.Reject `json:"reasons"`
}

// getLive streams events as they are stored: first the newest ones, then each
// new one. A reader that is too slow misses some; the stream says nothing of it,
// because it is a window and no record.
func (s *Server) getLive(w http.ResponseWriter, r *http.Request, p account.Project) {
	lines, cancel := s.deps.Intake.Subscribe(p.ID)
	defer cancel()
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no")
	stream := &liveStream{w: w, control: http.NewResponseController(w), table: s.deps.Columns.Table(p.ID)}
	recent := s.deps.Intake.Recent(p.ID)
	stream.comment("open")
	stream.send(recent)
	stream.flush()

	beat, pace := time.NewTicker(heartbeat), time.NewTicker(livePace)
	defer beat.Stop()
	defer pace.Stop()
	for stream.err == nil {
		select {
		case <-r.Context().Done():
			return
		case <-s.stopping:
			return
		case <-beat.C:
			stream.comment("beat")
			stream.flush()
		case <-pace.C:
			// What arrived between subscribing and reading the newest is in both.
			stream.send(slices.DeleteFunc(waiting(lines), func(l ingest.Live) bool { return slices.Contains(recent, l) }))
		}
	}
}

// waiting takes the lines that are there, without waiting for more.
func waiting(lines <-chan ingest.Live) []ingest.Live {
	var list []ingest.Live
	for {
		select {
		case line, ok := <-lines:
			if !ok {
				return list
			}
			list = append(list, line)
		default:
			return list
		}
	}
}

// liveStream writes server-sent events and keeps the first error.
type liveStream struct {
	w       http.ResponseWriter
	control *http.ResponseController
	table   *columns.Table
	err     error
}

func (l *liveStream) comment(text string) { l.write(": %s\n\n", text) }

func (l *liveStream) write(format string, args ...any) {
	if l.err == nil {
		_, l.err = fmt.Fprintf(l.w, format, args...)
	}
}

func (l *liveStream) flush() {
	if l.err == nil {
		l.err = l.control.Flush()
	}
}

// send writes lines and pushes them out.
func (l *liveStream) send(lines []ingest.Live) {
	if len(lines) == 0 {
		return
	}
	people := l.table.View().People()
	for _, line := range lines {
		kind := ""
		var shown any
		switch {
		case line.Event != nil:
			shown = viewEvent(line.Event, people)
		case line.Refused != nil:
			kind = "event: rejected\n"
			shown = refusalView{Time: instant(line.Refused.Time), Protocol: line.Refused.Protocol, Reasons: line.Refused.Rejected}
		default:
			continue
		}
		data, err := json.Marshal(shown)
		if err != nil {
			l.err = err
			return
		}
		l.write("%sdata: %s\n\n", kind, data)
	}
	l.flush()
}

func viewEvent(e *event.Event, people *columns.People) eventView {
	v := eventView{
		ID: e.ID, Name: e.Name, Time: instant(e.Time), ReceivedAt: instant(e.ReceivedAt), DistinctID: e.DistinctID,
		Protocol: e.Protocol, Properties: e.Properties,
	}
	if v.Properties == nil {
		v.Properties = event.Properties{}
	}
	if o, ok := people.Find(e.DistinctID); ok {
		v.Person = person.PublicID(o)
	}
	return v
}
