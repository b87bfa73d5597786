// Package native is Weir's own wire format: events as JSON over HTTP, with a
// reason for each event that is not taken.
//
//	POST …/events
//	{"events":[{"id":"o-1","name":"order_paid","time":"2026-01-31T09:00:00.000Z","user_id":"u7",
//	            "anonymous_id":"a9","properties":{"amount":25},"set":{"city":"Hangzhou"}}],"sent_at":"…"}
//
// The body is an object with «events» (or «batch»), a list of events, or one
// event. An event has a name (or «event») and one of user_id (a signed-in user),
// anonymous_id, both (they are the same person from now on) or distinct_id (not
// said which). A profile change alone needs no name. The names that SDKs have for
// the ids are understood too (messageId, insert_id, uuid, userId, anonymousId).
// Other fields are refused, so that a misspelt one does not lose data in silence.
//
// Answer: 200 with {"accepted","duplicates","rejected":[{index,id,field,reason}]};
// 400 when nothing could be read. Events without an id are stored as often as
// they are sent, unless the request has an «id» from which theirs follow. With
// ?source=import the events are shown as imported.
//
// The caller of Handler says how a request finds its project. The parser is
// fuzzed; see FuzzParse.
package native

import (
	"net/http"

	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/ingest"
	"github.com/weirhq/weir/ingest/protocol"
)

// Authorize finds the project that a request may write to. Its errors are faults.
type Authorize func(r *http.Request) (project string, err error)

// Handler answers POST, and the preflight requests of browsers.
func Handler(in *ingest.Intake, authorize Authorize) http.Handler {
	return protocol.AllowOrigins(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			w.Header().Set("Allow", "POST, OPTIONS")
			http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
			return
		}
		result, err := receive(w, r, in, authorize)
		if err != nil {
			refuse(w, err)
			return
		}
		protocol.WriteJSON(w, http.StatusOK, result)
	}), false)
}

func receive(w http.ResponseWriter, r *http.Request, in *ingest.Intake, authorize Authorize) (ingest.Result, error) {
	project, err := authorize(r)
	if err != nil {
		return ingest.Result{}, err
	}
	text, release, err := protocol.Read(w, r, in)
	if err != nil {
		return ingest.Result{}, err
	}
	defer release()
	name := Protocol
	if r.URL.Query().Get("source") == Imported {
		name = Imported
	}
	batch, sentAt, err := Parse(text)
	if err != nil {
		in.Refuse(project, name, []ingest.Reject{{Reason: protocol.Public(err)}})
		return ingest.Result{}, err
	}
	batch.Name(name)
	protocol.Correct(batch.Events, sentAt, in.Now())
	return protocol.Submit(r.Context(), in, project, batch)
}

// refuse answers with the error shape of the API.
func refuse(w http.ResponseWriter, err error) {
	body := map[string]any{
		"kind": fault.KindOf(err), "message": protocol.Public(err), "details": []fault.Detail{},
		"request_id": w.Header().Get("X-Request-Id"),
	}
	protocol.WriteJSON(w, protocol.Status(w, err), map[string]any{"error": body})
}
