package columns

// arrange appends the runs of a person's fragments in order of time and arrival.
// It may reorder the fragments.
func arrange(parts []*Layer, fragments []fragment, runs []run) []run {
	if !followEachOther(parts, fragments) {
		sortByFirst(parts, fragments)
		if !followEachOther(parts, fragments) {
			return interleave(parts, fragments, runs)
		}
	}
	for _, f := range fragments {
		runs = appendRun(runs, run(f))
	}
	return runs
}

// appendRun adds a run, or extends the last one when the rows continue it.
func appendRun(runs []run, r run) []run {
	if n := len(runs); n > 0 && runs[n-1].part == r.part && runs[n-1].hi == r.lo {
		runs[n-1].hi = r.hi
		return runs
	}
	return append(runs, r)
}

// followEachOther says whether each fragment ends before the next one begins.
func followEachOther(parts []*Layer, fragments []fragment) bool {
	for i := 1; i < len(fragments); i++ {
		a, b := fragments[i-1], fragments[i]
		if !inOrder(parts[a.part], a.hi-1, parts[b.part], b.lo) {
			return false
		}
	}
	return true
}

// inOrder says whether a row comes before another one of the same person.
func inOrder(a *Layer, row uint32, b *Layer, other uint32) bool {
	x, y := a.Times.At(row), b.Times.At(other)
	return x < y || x == y && a.Seqs.At(row) < b.Seqs.At(other)
}

// sortByFirst orders fragments, which are few, by their first rows.
func sortByFirst(parts []*Layer, fragments []fragment) {
	for i := 1; i < len(fragments); i++ {
		for j := i; j > 0; j-- {
			a, b := fragments[j-1], fragments[j]
			if inOrder(parts[a.part], a.lo, parts[b.part], b.lo) {
				break
			}
			fragments[j-1], fragments[j] = b, a
		}
	}
}

// interleave merges fragments, ordered by their first rows, whose times overlap.
// It takes rows of the one that begins first for as long as they come before the
// next one's, and puts what is left of it back in its place.
func interleave(parts []*Layer, fragments []fragment, runs []run) []run {
	for len(fragments) > 1 {
		a, b := fragments[0], fragments[1]
		from, other := parts[a.part], parts[b.part]
		end := a.lo + 1
		for end < a.hi && inOrder(from, end, other, b.lo) {
			end++
		}
		runs = appendRun(runs, run{part: a.part, lo: a.lo, hi: end})
		if end == a.hi {
			fragments = fragments[1:]
			continue
		}
		a.lo = end
		at := 1
		for at < len(fragments) && inOrder(parts[fragments[at].part], fragments[at].lo, from, end) {
			fragments[at-1] = fragments[at]
			at++
		}
		fragments[at-1] = a
	}
	return appendRun(runs, run(fragments[0]))
}
