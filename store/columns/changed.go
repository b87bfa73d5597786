package columns

// Changed gives the Seq of the newest event that can have changed an answer made
// of the events whose names are wanted: one of them, or one that changed who is
// who. With profiles it also counts what changed a person's properties.
func (v *View) Changed(wanted func(name string) bool, profiles bool) uint64 {
	newest := v.joined
	if profiles {
		newest = max(newest, v.profiled)
	}
	for _, s := range v.stats {
		if s != nil && wanted(s.name) {
			newest = max(newest, s.newest)
		}
	}
	return newest
}
