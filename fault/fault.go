// Package fault gives every error that may reach a user a kind, a public
// sentence and, apart from them, a private cause.
//
// Any package may return a *fault.Error; package api turns the kind into an
// HTTP status and shows only the public part. An error that is not a fault is
// internal: users see «internal error» and an id, logs see the cause.
//
// It does no logging and knows nothing of HTTP.
package fault

import (
	"errors"
	"fmt"
	"strings"
)

// Kind says whose turn it is to act on an error.
type Kind string

// The kinds of fault.
const (
	Invalid     Kind = "invalid"      // the input is wrong; the same input fails again
	NotFound    Kind = "not_found"    // the thing named does not exist in this project
	Conflict    Kind = "conflict"     // the state does not allow it, or the name is taken
	Denied      Kind = "denied"       // signed in, but not allowed
	Unknown     Kind = "unknown_user" // not signed in, or the key is wrong
	TooLarge    Kind = "too_large"    // above a documented limit
	Busy        Kind = "busy"         // try again later; nothing was stored
	Unavailable Kind = "unavailable"  // a dependency (disk, mail server) refuses
	Internal    Kind = "internal"     // our defect
)

// Detail is one reason among several: where in the input, and what is wrong.
type Detail struct {
	Where string `json:"where"` // a JSON path such as «steps[1].event», or a form field
	What  string `json:"what"`  // a sentence that says how to mend it
}

// Error is an error that may be shown to users.
type Error struct {
	Kind    Kind
	Public  string   // one sentence: what happened and what to do
	Details []Detail // all the faults found, not only the first
	Cause   error    // private; for logs only
}

// Error gives the public sentence, its details and the private cause; it is for logs.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Public)
	for _, d := range e.Details {
		fmt.Fprintf(&b, "; %s: %s", d.Where, d.What)
	}
	if e.Cause != nil {
		fmt.Fprintf(&b, ": %v", e.Cause)
	}
	return b.String()
}

// Unwrap gives the private cause.
func (e *Error) Unwrap() error { return e.Cause }

// New makes a fault from a public format string.
func New(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Public: fmt.Sprintf(format, args...)}
}

// Wrap makes a fault with a private cause.
func Wrap(kind Kind, cause error, format string, args ...any) *Error {
	return &Error{Kind: kind, Public: fmt.Sprintf(format, args...), Cause: cause}
}

// KindOf gives the kind of the outermost fault in err's chain, or Internal.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// List collects faults while an input is checked, so that all are reported at once.
type List struct{ details []Detail }

// Add notes one fault at a place in the input.
func (l *List) Add(where, format string, args ...any) {
	l.details = append(l.details, Detail{Where: where, What: fmt.Sprintf(format, args...)})
}

// Err is nil when nothing was added, otherwise an Invalid fault with every detail.
func (l *List) Err(public string) error {
	if len(l.details) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Public: public, Details: l.details}
}
