// Package ui carries the built user interface inside the binary.
//
// Package api serves what Dist gives. The sources beside this file are React and
// TypeScript; `npm run build` writes ui/dist. A release is built with the tag
// embedui, which embeds that folder and fails when it is missing; without the tag
// the binary has no pages and says how to get them. During development the
// pages come from the development server, which passes API calls on to the binary.
//
// It holds files only and knows nothing of HTTP.
package ui
