package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/weirhq/weir/fault"
)

// problem is the one shape of an error on the wire.
type problem struct {
	Error problemBody `json:"error"`

	status int
}

type problemBody struct {
	Kind      fault.Kind     `json:"kind" enum:"invalid,not_found,conflict,denied,unknown_user,too_large,busy,unavailable,internal" doc:"Whose turn it is to act"`
	Message   string         `json:"message" doc:"One sentence: what happened and what to do"`
	Details   []fault.Detail `json:"details" doc:"Every fault found, with its place in the input"`
	RequestID string         `json:"request_id" doc:"Name it when you report the error"`
}

// problemError carries a problem through huma, which asks an error for its status.
type problemError struct{ *problem }

// Error is the public sentence.
func (p problemError) Error() string { return p.problem.Error.Message }

// GetStatus is the HTTP status.
func (p problemError) GetStatus() int { return p.status }

// MarshalJSON writes the problem.
func (p problemError) MarshalJSON() ([]byte, error) { return json.Marshal(p.problem) }

// statuses gives each kind of fault its HTTP status.
var statuses = map[fault.Kind]int{
	fault.Invalid:     http.StatusBadRequest,
	fault.NotFound:    http.StatusNotFound,
	fault.Conflict:    http.StatusConflict,
	fault.Denied:      http.StatusForbidden,
	fault.Unknown:     http.StatusUnauthorized,
	fault.TooLarge:    http.StatusRequestEntityTooLarge,
	fault.Busy:        http.StatusTooManyRequests,
	fault.Unavailable: http.StatusServiceUnavailable,
	fault.Internal:    http.StatusInternalServerError,
}

// problemOf turns any error into what the caller may see, and logs what it may not.
func (s *Server) problemOf(ctx context.Context, err error) *problem {
	kind, message := fault.KindOf(err), "internal error; the log has more under this request id"
	var details []fault.Detail
	public, isFault := errors.AsType[*fault.Error](err)
	var tooLarge *http.MaxBytesError
	switch {
	case isFault && kind != fault.Internal:
		message, details = public.Public, public.Details
	case errors.As(err, &tooLarge):
		kind, message = fault.TooLarge, fmt.Sprintf("the request body has more than %d bytes", tooLarge.Limit)
	case errors.Is(err, context.DeadlineExceeded):
		kind, message = fault.TooLarge, fmt.Sprintf("this took longer than %s; narrow the range or the filter", s.options.Timeout)
	case errors.Is(err, context.Canceled):
		kind, message = fault.Unavailable, "the request was given up"
	}
	if kind == fault.Internal || kind == fault.Unavailable && isFault && public.Cause != nil {
		s.logger.LogAttrs(ctx, slog.LevelError, "request failed", slog.String("request_id", requestID(ctx)), slog.String("kind", string(kind)), slog.Any("error", err))
	}
	if details == nil {
		details = []fault.Detail{}
	}
	return &problem{Error: problemBody{Kind: kind, Message: message, Details: details, RequestID: requestID(ctx)}, status: statuses[kind]}
}

// writeProblem answers a request outside huma with an error.
func (s *Server) writeProblem(w http.ResponseWriter, r *http.Request, err error) {
	p := s.problemOf(r.Context(), err)
	if p.Error.Kind == fault.Busy {
		w.Header().Set("Retry-After", "1")
	}
	writeJSON(w, p.status, p)
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(body) // the caller has gone; there is nobody to tell
}

// translateProblem is huma's last step before writing: it gives huma's own
// errors (a body that does not meet its schema) Weir's shape.
func translateProblem(ctx huma.Context, _ string, body any) (any, error) {
	if p, ok := body.(problemError); ok && p.problem.Error.Kind == fault.Busy {
		ctx.SetHeader("Retry-After", "60") // these are people and their programs, not SDKs: see writeProblem
	}
	model, ok := body.(*huma.ErrorModel)
	if !ok {
		return body, nil
	}
	ctx.SetHeader("Content-Type", "application/json")
	kind, message := fault.Invalid, "the request is not right"
	switch model.Status {
	case http.StatusRequestEntityTooLarge:
		kind, message = fault.TooLarge, model.Detail
	case http.StatusInternalServerError:
		kind, message = fault.Internal, "internal error"
	case http.StatusBadRequest:
		message = "the request could not be read"
	}
	details := make([]fault.Detail, 0, len(model.Errors))
	for _, e := range model.Errors {
		details = append(details, fault.Detail{Where: strings.TrimPrefix(e.Location, "body."), What: e.Message})
	}
	if len(details) == 0 && model.Detail != "" {
		details = append(details, fault.Detail{Where: "body", What: model.Detail})
	}
	return &problem{Error: problemBody{Kind: kind, Message: message, Details: details, RequestID: requestID(ctx.Context())}}, nil
}
