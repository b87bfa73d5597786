package importer

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/ingest"
	"github.com/weirhq/weir/ingest/protocol/native"
)

// Poster delivers batches. A batch is acknowledged when Post returns without an
// error; the result's indexes are those of the events given.
type Poster interface {
	Post(ctx context.Context, events []*event.Event) (ingest.Result, error)
}

// Direct posts into an intake of this process.
type Direct struct {
	Intake  *ingest.Intake
	Project string
}

// Post hands the batch to the intake.
func (d Direct) Post(ctx context.Context, events []*event.Event) (ingest.Result, error) {
	return d.Intake.Accept(ctx, d.Project, events)
}

// HTTP posts to the native door of a running server.
type HTTP struct {
	URL      string        // …/api/v1/projects/{project}/events
	Token    string        // a write key or an API token
	Client   *http.Client  // nil is one with a timeout of a minute
	Patience time.Duration // how long a busy or absent server is waited for; default 5 minutes
	// Wait pauses between attempts; nil waits in real time. Tests replace it.
	Wait func(ctx context.Context, d time.Duration) error
}

// The pauses between attempts grow from first to longest.
const (
	firstPause      = 200 * time.Millisecond
	longestPause    = 15 * time.Second
	defaultPatience = 5 * time.Minute
)

// Post sends the batch, and again while the server is busy, restarting or away.
// Events have ids, so a batch whose answer was lost is not stored twice.
func (h *HTTP) Post(ctx context.Context, events []*event.Event) (ingest.Result, error) {
	body, err := native.Encode(events)
	if err != nil {
		return ingest.Result{}, fault.Wrap(fault.Internal, err, "The batch cannot be sent.")
	}
	patience := h.Patience
	if patience <= 0 {
		patience = defaultPatience
	}
	var waited time.Duration
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		result, after, err := h.once(ctx, body)
		kind := fault.KindOf(err)
		if err == nil || (kind != fault.Busy && kind != fault.Unavailable) || ctx.Err() != nil {
			return result, err
		}
		pause = max(pause, after)
		if waited += pause; waited > patience {
			return result, err
		}
		if err := h.wait(ctx, pause); err != nil {
			return result, err
		}
	}
}

func (h *HTTP) wait(ctx context.Context, d time.Duration) error {
	if h.Wait != nil {
		return h.Wait(ctx, d)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// once sends the batch once. After is how long the server asks to wait.
func (h *HTTP) once(ctx context.Context, body []byte) (result ingest.Result, after time.Duration, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, h.URL+"?source=import", bytes.NewReader(body))
	if err != nil {
		return result, 0, fault.Wrap(fault.Invalid, err, "The server's address %q cannot be used.", h.URL)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+h.Token)
	client := h.Client
	if client == nil {
		client = &http.Client{Timeout: time.Minute} // connections are kept by the transport
	}
	response, err := client.Do(request)
	if err != nil {
		return result, 0, fault.Wrap(fault.Unavailable, err, "The server at %s cannot be reached.", h.URL)
	}
	answer, err := io.ReadAll(io.LimitReader(response.Body, ingest.MaxBatchBytes))
	if err = errors.Join(err, response.Body.Close()); err != nil {
		return result, 0, fault.Wrap(fault.Unavailable, err, "The server's answer was cut off.")
	}
	if seconds, err := strconv.Atoi(response.Header.Get("Retry-After")); err == nil && seconds > 0 {
		after = min(time.Duration(seconds)*time.Second, longestPause)
	}
	if response.StatusCode != http.StatusOK {
		return result, after, refusal(response.StatusCode, answer)
	}
	if err := json.Unmarshal(answer, &result); err != nil {
		return result, 0, fault.Wrap(fault.Unavailable, err, "The server's answer is not that of Weir; check the address.")
	}
	return result, 0, nil
}

// refusal makes a fault of an answer that is not 200.
func refusal(status int, answer []byte) error {
	var body struct {
		Error struct {
			Message string `json:"message"`
		} `json:"error"`
	}
	_ = json.Unmarshal(answer, &body) // a proxy's answer has no message
	message := body.Error.Message
	if message == "" {
		message = "the server answered " + http.StatusText(status)
	}
	kind := fault.Invalid
	switch status {
	case http.StatusTooManyRequests:
		kind = fault.Busy
	case http.StatusUnauthorized:
		kind = fault.Unknown
	case http.StatusForbidden:
		kind = fault.Denied
	case http.StatusNotFound:
		kind = fault.NotFound
	default:
		if status >= http.StatusInternalServerError {
			kind = fault.Unavailable
		}
	}
	return fault.Wrap(kind, fmt.Errorf("status %d", status), "The batch was not taken: %s", message)
}
