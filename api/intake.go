package api

import (
	"context"
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/weirhq/weir/account"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/ingest/protocol"
	"github.com/weirhq/weir/ingest/protocol/native"
	"github.com/weirhq/weir/ingest/protocol/segment"
	"github.com/weirhq/weir/person"
)

// mountIntake mounts the doors for events. They answer as their SDKs expect and
// read bodies by their own limits, so they are no JSON routes like the others.
func (s *Server) mountIntake(raw chi.Router) {
	door := native.Handler(s.deps.Intake, s.authorizeIntake)
	raw.Method(http.MethodPost, base+"/projects/{p}/events", door)
	raw.Method(http.MethodOptions, base+"/projects/{p}/events", door) // a browser's question before it sends
	routes := segment.Routes(s.deps.Intake, s.deps.Accounts)
	raw.Handle("/v1/*", routes)
	raw.Handle("/c/segment/*", http.StripPrefix("/c/segment", routes))
}

// authorizeIntake accepts the project's write key, or whoever may edit the project.
func (s *Server) authorizeIntake(r *http.Request) (string, error) {
	name := pathValue(r, "p")
	if key := protocol.WriteKey(r); key != "" {
		if p, err := s.deps.Accounts.ProjectByWriteKey(key); err == nil {
			named, err := s.deps.Accounts.Project(name)
			if err != nil || named.ID != p.ID {
				return "", fault.New(fault.Unknown, "the write key belongs to another project")
			}
			return p.ID, nil
		}
	}
	if _, ok := bearer(r); !ok && protocol.WriteKey(r) != "" {
		return "", fault.New(fault.Unknown, "the write key belongs to no project")
	}
	sc, err := s.authorise(r, name, editor)
	if err != nil {
		return "", err
	}
	return sc.project.ID, nil
}

type intakeView struct {
	EventsTotal      uint64  `json:"events_total"`
	PersonsTotal     uint64  `json:"persons_total"`
	LastEventAt      instant `json:"last_event_at" doc:"Arrival of the newest event; after a restart without new events, the time of the newest one"`
	LastMinute       int     `json:"last_minute" doc:"Events stored in the last 60 seconds"`
	RejectedLastHour int     `json:"rejected_last_hour"`
}

func (s *Server) getIntake(ctx context.Context, _ *projectOnly) (intakeView, error) {
	project := projectOf(ctx).ID
	view := s.deps.Columns.Table(project).View()
	people := view.People()
	all := people.All()
	activity := s.deps.Intake.Activity(project)
	out := intakeView{
		EventsTotal: view.Events(), PersonsTotal: all.GetCardinality(), LastEventAt: instant(activity.LastEventAt),
		LastMinute: activity.LastMinute, RejectedLastHour: activity.RejectedLastHour,
	}
	if out.LastEventAt == 0 && out.EventsTotal > 0 {
		for persons := all.Iterator(); persons.HasNext(); {
			out.LastEventAt = max(out.LastEventAt, instant(people.LastSeen(person.Ordinal(persons.Next()))))
		}
	}
	return out, nil
}

// eventView is an event as it is shown.
type eventView struct {
	ID         string           `json:"id"`
	Name       string           `json:"name"`
	Time       instant          `json:"time"`
	ReceivedAt instant          `json:"received_at"`
	DistinctID string           `json:"distinct_id"`
	Person     string           `json:"person"`
	Protocol   string           `json:"protocol"`
	Properties event.Properties `json:"properties"`
}

// pathValue is a part of the path, for routes outside huma.
func pathValue(r *http.Request, name string) string {
	return chi.URLParam(r, name)
}

// scoped is a handler outside huma that needs a scope.
type scopedFunc func(w http.ResponseWriter, r *http.Request, project account.Project)

// inScope authorises a request of a route outside huma.
func (s *Server) inScope(need permission, next scopedFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		sc, err := s.authorise(r, pathValue(r, "p"), need)
		if err != nil {
			s.writeProblem(w, r, err)
			return
		}
		next(w, r, *sc.project)
	}
}
