// Package vector holds the columns of events in the narrowest width that fits:
// codes of dictionaries, whole numbers as offsets from a base, numbers as scaled
// whole numbers where that is exact, and values that few rows have behind a
// bitmap of the rows that do.
//
// Package columns makes vectors and keeps them in memory or maps them from
// files; the kernel of package analyse reads them, one row at a time with At, or
// in hot loops by the raw slice of the width at hand. Every vector is immutable
// after it was made, and safe for concurrent use.
//
//	Codes   ─ U8 | U16 | U32          0 means missing
//	Ints    ─ Base + Unit × U32 | I64  never missing
//	Floats  ─ (Base + U8|U16|U32) / Scale | F64   NaN means missing
//	Present ─ which rows of a sparse vector have a value, and which value
//
// Reading gives back exactly what was written, to the last bit of a float64
// (all NaN are one, missing).
//
// Cost: At is 1 ns for a dense vector and some 3 ns for a sparse one. A sparse
// vector takes 1.06 bits for each row besides its values.
package vector
