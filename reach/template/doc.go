// Package template turns what an operator wrote into what one person receives:
// Liquid in the subject, the HTML body and the text body.
//
// Package reach/campaign compiles a Content once per campaign and renders it per
// person; the editor's preview does the same for one person. Track then prepares
// the HTML for measuring: links lead through Weir and an open pixel is added.
//
// Variables: person.* (every profile property, and id, name, email, distinct_id),
// campaign.id, campaign.name, unsubscribe_url. A property that the person does
// not have prints nothing; «| default: "…"» says what instead. A variable that
// cannot exist is a Problem when the template is checked.
//
// # Hostile values
//
// What a person typed into a profile is never trusted. In the HTML body every
// output is escaped for HTML, also inside attributes; «| raw» as the last filter
// prints trusted markup as it is. A link with a scheme other than http, https,
// mailto, tel or sms is cut to «#», whatever put it there. In the subject line
// breaks become spaces. Values are never read as Liquid.
//
// # Limits
//
// No tag reads files. A rendering ends with a Problem after 10,000 loop turns,
// a list of 2,000 elements, a variable of 256 KiB, or an output of 1 MiB; sources
// are limited to 512 KiB.
// Text for people whose mail program shows none of the HTML is derived from it
// when the operator wrote none.
//
// A Template is safe for concurrent use.
package template
