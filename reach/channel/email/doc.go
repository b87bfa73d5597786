// Package email sends messages over SMTP with the settings of each project.
//
// Package app makes one Channel and gives it to package campaign, which opens a
// project's outlet, and to package api, which edits settings and sends tests.
//
// A project's Sender keeps a few connections to its server and uses each for many
// messages. Settings that change give a new Sender; the old one finishes what it
// carries. Passwords are stored sealed (package seal), are never given back by
// Settings, and never stand in a log line or an error.
//
// # On the wire
//
// Messages are UTF-8, multipart/alternative when they have HTML, with a
// Message-ID made of the message's id, so that every attempt carries the same
// one, and one-click unsubscription by RFC 8058. The handover of package channel
// comes after the whole message was written and flushed, below TLS, directly
// before the system call that writes the final dot. When it refuses, the
// connection is dropped without the dot, and the server forgets the message, as
// RFC 5321 demands.
//
// Transport security is the operator's choice: «tls» from the first byte,
// «starttls» (refused when the server does not offer it, never silently plain),
// or «none». A password goes over an unprotected connection only to loopback and
// private addresses. The server may be on this machine or in the private network:
// self-hosted relays are, and only operators can set it.
//
// # Failures
//
//	cannot connect, greeting refused, line lost before the dot      Unreachable / Temporary
//	log-in refused, certificate wrong, sender refused               Settings
//	4xx                                                             Temporary
//	5xx for the addressee, mailbox unknown                          Permanent, bounced
//	5xx otherwise                                                   Permanent
//	line lost, or no answer, after the dot                          Uncertain
//
// After the dot a cancelled context no longer stops the wait at once: the answer
// may still come for ten seconds, because knowing it is worth the delay.
//
// Package smtptest holds the server that tests send to.
package email
