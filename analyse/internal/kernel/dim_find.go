package kernel

import (
	"math"
	"slices"

	"github.com/weirhq/weir/event"
)

// Key gives the key of a value of an event property; false when no event of the
// view has that value.
func (d *Dim) Key(v event.Value) (Key, bool) {
	c := code{kind: v.Kind}
	found := true
	switch v.Kind {
	case event.Missing:
	case event.Number:
		c.bits = math.Float64bits(v.Num + 0) // +0 turns -0 into 0
	case event.Bool:
		c.bits = 1
		if v.Num != 0 {
			c.bits = 2
		}
	case event.String:
		c.bits, found = d.textCode(v.Str)
	case event.List:
		c.bits, found = d.listCode(v.List)
	}
	return Key{c}, found
}

func (d *Dim) textCode(text string) (uint64, bool) {
	dict := d.view.Strings(d.property)
	if dict == nil {
		return 0, false
	}
	c, ok := dict.Code(text)
	return uint64(c), ok
}

func (d *Dim) listCode(list []string) (uint64, bool) {
	all := d.view.Lists(d.property)
	if all == nil {
		return 0, false
	}
	elements := make([]uint32, len(list))
	for i, text := range list {
		c, ok := d.textCode(text)
		if !ok {
			return 0, false
		}
		elements[i] = uint32(c)
	}
	for c := 1; c < all.Len(); c++ {
		if slices.Equal(all.Codes(uint32(c)), elements) {
			return uint64(c), true
		}
	}
	return 0, false
}
