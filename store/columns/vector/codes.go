package vector

import "math"

// Codes are small whole numbers, usually codes of a dictionary; 0 means missing.
// One of the slices is set, or none when there is no row.
type Codes struct {
	Present *Present // nil when every row has a slot
	U8      []uint8
	U16     []uint16
	U32     []uint32
}

// NewCodes keeps one code per row in the narrowest width.
func NewCodes(values []uint32) Codes {
	most := uint32(0)
	for _, v := range values {
		most = max(most, v)
	}
	switch {
	case most <= math.MaxUint8:
		return Codes{U8: narrow[uint8](values)}
	case most <= math.MaxUint16:
		return Codes{U16: narrow[uint16](values)}
	}
	return Codes{U32: values}
}

// SparseCodes keeps the codes of some rows, which ascend, of n.
func SparseCodes(rows, values []uint32, n int) Codes {
	c := NewCodes(values)
	c.Present = NewPresent(rows, n)
	return c
}

func narrow[T uint8 | uint16](values []uint32) []T {
	out := make([]T, len(values))
	for i, v := range values {
		out[i] = T(v)
	}
	return out
}

// At gives the code of a row, 0 when it is missing.
func (c *Codes) At(row uint32) uint32 {
	if c.Present != nil {
		at, ok := c.Present.index(row)
		if !ok {
			return 0
		}
		row = at
	}
	return c.Slot(row)
}

// Slot gives the code at a place of the slices: a row of a dense vector, or a
// place that Present gives.
func (c *Codes) Slot(at uint32) uint32 {
	switch {
	case c.U8 != nil:
		return uint32(c.U8[at])
	case c.U16 != nil:
		return uint32(c.U16[at])
	}
	return c.U32[at]
}

// Slots is the number of codes kept: of rows, or of present rows.
func (c *Codes) Slots() int { return len(c.U8) + len(c.U16) + len(c.U32) }

// Width is the size of a slot in bytes.
func (c *Codes) Width() int {
	switch {
	case c.U8 != nil:
		return 1
	case c.U16 != nil:
		return 2
	}
	return 4
}
