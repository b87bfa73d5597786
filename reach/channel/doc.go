// Package channel is the contract between a campaign and what carries its
// messages: e-mail today; text messages, push and webhooks by the same contract.
//
// Package reach/campaign renders a Message and gives it to a Sender; the folders
// beside this file implement it; package app joins the two. Campaigns import this
// contract only and never a provider.
//
// # Handing over
//
// Sending has one point of no return: for SMTP, the dot that ends DATA. A Sender
// calls the handover function exactly once per message, immediately before that
// point, with nothing left to do but the irrevocable write, and gives up,
// leaving no trace at the provider, when handover returns an error. What handover
// does is the campaign's business: it makes durable that this message is about to
// leave, which is what keeps a killed process from sending it twice.
//
// A Sender that fails before the point has not called handover. An error after it
// is either the provider's definite refusal (Temporary or Permanent) or, when the
// answer was never heard, Uncertain: such a message may have been delivered and
// is never sent again.
//
// # Failures
//
// Every error of Send is an *Error (or wraps one, or is handover's own):
// Temporary is tried again later, Permanent never, Settings stops the campaign
// until an operator mends the settings, Unreachable holds the whole channel back
// without counting against the message.
//
// Package channeltest holds the suite that every Sender must pass.
package channel
