// Package archtest holds the project's laws as tests: who may import whom, that
// every package says what it is for, that time is read in one place, that
// dependencies and sizes do not grow unseen.
//
// It has no code for production. A law that is broken fails `make test` with the
// file, the line and the way out. To change a law, change its table here and say
// why in docs/decisions.
package archtest
