// Package api is Weir's HTTP face: the JSON API under /api/v1, its OpenAPI
// document and pages to read it, the doors for events, the public links of
// messages, and the user interface.
//
// Package app makes a Server from the stages and listens. The API only
// translates: it finds out who asks, for which project, and whether that is
// allowed; hands a checked request to a stage; and writes the answer or the
// fault as JSON. No stage imports it.
//
//	request ─▶ id, log, panic ─▶ headers, gzip ─▶ who and which project ─▶ handler ─▶ stage
//	                                                 (auth.go)         (a file per resource)
//
// routes.go lists every route with its permission on one screen. The tenant
// check lives in one place: a handler reads the project from its context, where
// only auth.go can have put it, and never from the path.
//
// # Promises
//
// Errors have one shape: {"error":{"kind","message","details","request_id"}}.
// Times are RFC 3339 in UTC with milliseconds. Lists are never null. Unknown
// fields in a body are refused with their path. A request that changes something
// with a cookie must come from Weir's own pages (Origin and Sec-Fetch-Site are
// checked); programs use tokens. Every route of the API is in the OpenAPI
// document, which a test holds.
//
// # Limits
//
// Bodies have at most 1 MiB (events: see package ingest). A request ends after
// Options.Timeout, or when the caller hangs up; the live stream lasts until then.
package api
