//go:build !embedui

package ui

import "io/fs"

// Dist gives the built pages, and whether this binary holds them. It was built
// without the tag embedui, so that a plain «go build» needs no Node.
func Dist() (fs.FS, bool) { return nil, false }
