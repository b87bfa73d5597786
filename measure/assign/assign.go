// Package assign deals people into arms, by a hash and nothing else, so that
// the same person always lands in the same arm, on every node and after every
// restart, without a table of who is where.
//
// Package reach asks it who of a campaign's audience is held out; later
// experiments ask it for variants. A unit (a person's id) and a salt (the
// campaign's id) give a Fraction: the first 53 bits of
// SHA-256(len(salt) ":" salt unit), read as a number in [0,1). The unit is held
// out when its fraction lies below the hold-out share.
//
// Promises: fractions of one salt are uniform, and fractions of two salts are
// independent, so that being held out of one campaign says nothing about the
// next. Raising a share keeps everyone held out who was. The rule never changes:
// a stored campaign must be dealt the same way by every later version.
//
// It keeps no state and cannot fail. A call costs well under a microsecond.
package assign

import (
	"crypto/sha256"
	"encoding/binary"
	"strconv"
)

// Arm is the side of a comparison that a unit belongs to.
type Arm string

// The arms of a campaign.
const (
	Treatment Arm = "treatment" // is contacted
	Holdout   Arm = "holdout"   // is left alone, to compare with
)

// Fraction gives the unit's place in [0,1) under the salt.
func Fraction(salt, unit string) float64 {
	// The length keeps («ab», «c») and («a», «bc») apart.
	input := make([]byte, 0, len(salt)+len(unit)+8)
	input = strconv.AppendInt(input, int64(len(salt)), 10)
	input = append(input, ':')
	input = append(input, salt...)
	input = append(input, unit...)
	sum := sha256.Sum256(input)
	return float64(binary.BigEndian.Uint64(sum[:8])>>11) / (1 << 53)
}

// ArmOf deals the unit: Holdout for a share of the units (0 none, 1 all), Treatment for the rest.
func ArmOf(salt, unit string, holdoutShare float64) Arm {
	if Fraction(salt, unit) < holdoutShare {
		return Holdout
	}
	return Treatment
}
