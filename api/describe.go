package api

import (
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/weirhq/weir/ingest"
)

// describeIntake documents the routes that huma does not serve: their bodies
// have limits and error codes of their own, or are streams.
func describeIntake(r *registrar) {
	schemas := r.api.OpenAPI().Components.Schemas
	op := r.operation("POST", "/projects/{p}/events", editor, "Send events. An object with «events», a list of events, or one event. "+
		"Good events of a batch are kept; each bad one comes back with its reason. The answer means that the accepted events are on disk and visible to questions. "+
		"400 only when nothing could be read; 429 and 503 with Retry-After mean: send again.")
	op.Parameters = projectParameter()
	op.Security = []map[string][]string{{"writeKey": {}}, {"token": {}}, {"session": {}}}
	op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/json": {Schema: component("EventBatch")}}}
	op.Responses["200"] = &huma.Response{
		Description: "What became of the events",
		Content:     map[string]*huma.MediaType{"application/json": {Schema: schemas.Schema(reflect.TypeFor[ingest.Result](), true, "IntakeResult")}},
	}
	r.api.OpenAPI().AddOperation(&op)

	live := r.operation("GET", "/projects/{p}/live", viewer, "Watch events arrive. Server-sent events: the newest ones, then each new one; «event: rejected» tells of requests with refused events.")
	live.Parameters = projectParameter()
	live.Responses["200"] = &huma.Response{
		Description: "A stream of data: lines",
		Content:     map[string]*huma.MediaType{"text/event-stream": {Schema: schemas.Schema(reflect.TypeFor[eventView](), true, "Event")}},
	}
	schemas.Schema(reflect.TypeFor[refusalView](), true, "Refusal")
	r.api.OpenAPI().AddOperation(&live)
}

func projectParameter() []*huma.Param {
	return []*huma.Param{{Name: "p", In: "path", Required: true, Description: "The project's id or its exact name", Schema: &huma.Schema{Type: huma.TypeString}}}
}
