// Package task is the contract of everything that runs for as long as the
// program does: start in the background, stop and wait, both as often as you
// like.
//
// Package app starts the things in order and stops them in reverse order.
// Worker embeds the contract for one background loop; a Trigger says when such a
// loop has something to do, and lets tests say it. Package tasktest proves that a
// Service keeps the contract.
//
//	idle ── Start ──▶ running ── Stop, or the loop ended ──▶ idle
//
// Promises: Start returns once the loop runs, and again without doing anything
// while it runs. Stop cancels the loop's context and returns when the loop has
// ended; on an idle service it does nothing. A stopped service can be started
// again. All of it is safe for concurrent use.
//
// The loop's context ends with Stop only, never with the context of Start:
// that one bounds the starting, so that a service does not die with the request
// that started it.
package task

import "context"

// Service is a long-lived thing.
type Service interface {
	// Start runs the service in the background. The context bounds the starting only.
	Start(ctx context.Context) error
	// Stop ends the service and waits until it has ended.
	Stop()
}
