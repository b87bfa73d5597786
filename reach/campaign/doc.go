// Package campaign sends one message to each person of a segment, once, while a
// random part of them is left alone to compare with.
//
// Package api calls Service to edit, send, pause and report; package app starts
// and stops it. It reads members and persons through interfaces declared here,
// sends through a channel.Sender, keeps everything in package store/meta, and
// tells the rest of the product what happened by events: $campaign_entered for
// both arms, $message_sent, $message_failed.
//
// # Nouns
//
// A Campaign is what is sent and to whom. When sending begins its audience is
// frozen as a bitmap, and each member gets one row, a Message, in one chunk's
// transaction after another. The row decides the arm for good:
//
//	no usable address ─▶ no_address        suppressed ─▶ suppressed
//	address of another member ─▶ duplicate held out ─▶ held_out (arm holdout)
//	everybody else ─▶ queued (arm treatment)
//
//	queued ─▶ handed ─▶ sent
//	  ▲  │       ├────▶ unconfirmed   handed over, the answer was never heard
//	  │  │       └────▶ failed
//	  │  └───────────▶ failed, suppressed (since planning), cancelled
//	  └── temporary refusal, after a pause; never handed over
//
// Only persons with an address that may be written to are dealt into arms, so
// that both arms are alike. Two persons with one address would reach each other's
// arm: the lower ordinal keeps it. The arm depends on the campaign's id and the
// person's id alone. Someone who is suppressed after planning keeps the arm and
// gets no message: arms compare intentions.
//
// # Exactly once
//
// No person gets a message of a campaign twice, and none is forgotten, when the
// process is killed at any moment. Unique keys (campaign, person) and (campaign,
// address) make planning repeatable. Sending has a point of no return (see
// package channel), and two notes are made before it:
//
//  1. the row becomes «handed», in a commit that is on the disk. Connections that
//     are ready share one commit. The same statement is the last gate: the row
//     still queued, the campaign still sending, the lease still ours, the address
//     not suppressed meanwhile;
//  2. a mark with the message's id and attempt is stored in handover.log, a small
//     file mapped into memory, immediately before the irrevocable write. The page
//     cache keeps it when the process dies, and storing it needs no system call.
//
// At the next start each row that is handed without a result is settled. The
// journal was written since the machine was started and has no mark for this
// attempt: the write had not begun, the row is queued again. It has the mark: the
// write was made, or was the very next instruction; the row is «unconfirmed»,
// counts as sent and is never sent again. The machine was restarted since (its
// boot id differs), or the journal is gone: marks may be lost, so all of them are
// unconfirmed.
//
// What remains: a process killed in the moment between the mark and the write,
// some ten nanoseconds per message, or a machine that loses power while
// messages are on their way, leaves a message that counts as sent and was not.
// It shows as unconfirmed. The other error, sending twice, cannot happen unless
// the provider takes a message and answers that it did not.
//
// Slots of the journal are used again once their message's result is durable, so
// it never grows; an old mark in a free slot is harmless, because every attempt
// has a number of its own. The file also names the node: leases of campaigns
// belong to it, so a restarted process goes on at once, and another node waits
// until the lease has run out and then treats what is in doubt as unconfirmed.
//
// Events leave by an outbox: rows carry bits for events that are due, set in the
// transaction that made them true and cleared once the sink has stored them.
// Their ids are the message's and a word, so a repeat is dropped by the sink.
//
// # Failures
//
// A temporary refusal is tried again with doubled pauses, eight attempts in all. A
// refused address is suppressed. When the provider cannot be reached nothing
// counts against the messages: the run waits and tries again, and the campaign
// says so. Wrong settings, a hundred refusals in a row, or a provider that stays
// away pause the campaign with the reason in Problem; Resume goes on.
//
// # Cost
//
// Each message costs two row updates, committed in groups; rows are read 256 at a
// time, so memory does not grow with the audience. It does not journey, repeat or
// schedule, and it does not read bounces that arrive by mail later.
//
// Tests kill a child process with SIGKILL again and again while a real SMTP
// server counts what arrives.
package campaign
