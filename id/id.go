// Package id makes the identifiers of things that Weir itself creates: short,
// sortable by creation time, prefixed by what they name («seg_01J…»).
package id

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"strings"
	"time"
)

var alphabet = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// New makes an identifier «prefix_…» with 48 bits of time and 80 random bits.
func New(prefix string, now time.Time) string {
	var raw [16]byte
	binary.BigEndian.PutUint64(raw[:8], uint64(now.UnixMilli())<<16)
	rand.Read(raw[6:]) // never fails (crypto/rand)
	return prefix + "_" + alphabet.EncodeToString(raw[:])
}

// Secret makes a random token of 160 bits with a prefix, for write keys and API tokens.
func Secret(prefix string) string {
	var raw [20]byte
	rand.Read(raw[:])
	return prefix + strings.ToLower(alphabet.EncodeToString(raw[:]))
}
