package kernel

// bytePlaces has for each byte the places of its bits, ascending; what follows
// them is of no meaning. With it the rows of eight names are written without a
// branch, all eight, of which the next ones overwrite those that do not count.
//
//nolint:gochecknoglobals // a constant table
var bytePlaces = func() (table [256][8]uint32) {
	for mask := range table {
		n := 0
		for place := range uint32(8) {
			if mask>>place&1 == 1 {
				table[mask][n] = place
				n++
			}
		}
	}
	return table
}()
