// Package e2e starts the real binary and treats it as a user, an SDK, a mail
// server and a power cut would. It has tests only.
//
// The binary is $WEIR_BIN, or ../bin/weir as `make build` leaves it. Browser
// tests drive Chromium through the scripts in browser/ and need `npm ci` there
// and chromium on the path (or $CHROMIUM). Tests on real data look for it at
// ../shared/data beside the repository or at $WEIR_DATA, and are skipped with a
// line that says so where it is absent.
package e2e
