// Package protocol holds what the wire formats share: reading a request's body
// within the documented limits, finding the write key, letting browsers in from
// other origins, handing parsed events to the intake and telling senders in
// status codes what their SDKs understand.
//
// A format lives in a folder of its own, parses into a Batch and calls Submit.
// Package app mounts the formats' handlers. Nothing here knows a format.
//
// Failures: Read returns fault.TooLarge, fault.Busy or fault.Invalid; Status
// maps every kind of fault to a code that makes SDKs do the right thing: what
// can succeed later is 429 or 503 with Retry-After, what never can is 4xx.
package protocol
