// Package tracking makes and reads the links that Weir puts into messages, and
// records what people do with them: open, click, unsubscribe.
//
// Package reach/campaign asks a Signer for the addresses when it renders a
// message; package api serves them with the plain functions of Service and writes
// the HTTP itself:
//
//	GET  /t/o/{token}.gif   Open, then Pixel
//	GET  /t/c/{token}       Click, then a redirect to the address it gives
//	GET  /u/{token}         Page (asks; changes nothing, because scanners and previews fetch links)
//	POST /u/{token}         Unsubscribe, then Page; also RFC 8058 one-click
//
// # Tokens
//
// A token is the message's id, the kind of link, for clicks the number of the
// link in the campaign, and 16 bytes of HMAC-SHA256 over these with the
// installation's key. Nobody can make a token for another message, turn a click
// into an unsubscription, or have Weir redirect to an address that no campaign
// contains: addresses are stored, never carried.
//
// # Promises
//
// Each opening and each click is an event of its own ($message_opened,
// $message_clicked); the first of each is also kept in the message's row, for
// reports. Unsubscribing suppresses the address for the whole project before
// Unsubscribe returns, and is idempotent; its event follows from the outbox of
// package campaign. A click counts as an opening in the row.
//
// Openings by machines (mail programs that load pictures in advance) are not told
// apart: opened is an upper bound of reading and a lower bound where pictures are
// blocked. Clicks of link scanners count as clicks for the same reason.
//
// A wrong token is a NotFound fault. A failing database or sink never keeps a
// person from reaching a link: Click gives the address whenever it is known, and
// the loss is logged.
package tracking
