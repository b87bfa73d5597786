package kernel

import "slices"

// rolling counts the persons of windows that overlap. The windows' ends cut time
// into stretches; an event in a stretch counts in the windows [from, to) that
// hold it, which ascend with the stretches. So the windows of a person are a few
// runs of neighbours, and only the ends of runs are noted.
type rolling struct {
	edges   []int64  // of the stretches
	windows [][2]int // of each stretch: [from, to)
	width   int

	ends  []int64  // row × (width + 1): runs that begin at a window, less those that end before it
	upTo  []int    // by row: the first window after those that its last person is counted in
	owner []uint32 // by row: that person, plus one
}

func newRolling(windows [][2]int64) *rolling {
	r := &rolling{width: len(windows)}
	for _, w := range windows {
		r.edges = append(r.edges, w[0], w[1])
	}
	slices.Sort(r.edges)
	r.edges = slices.Compact(r.edges)
	from, to := 0, 0
	for _, t := range r.edges[:len(r.edges)-1] {
		for from < len(windows) && windows[from][1] <= t {
			from++
		}
		for to < len(windows) && windows[to][0] <= t {
			to++
		}
		r.windows = append(r.windows, [2]int{from, max(from, to)})
	}
	return r
}

// some says whether a stretch lies in any window.
func (r *rolling) some(stretch uint32) bool {
	w := r.windows[stretch]
	return w[0] < w[1]
}

func (r *rolling) extend(rows int) {
	r.ends = extend(r.ends, rows*(r.width+1))
	r.upTo, r.owner = extend(r.upTo, rows), extend(r.owner, rows)
}

// count counts the persons of some rows of events by their stretch.
func (r *rolling) count(v *trendVisitor, stretches, groups []uint32) {
	for i, stretch := range stretches {
		w := r.windows[stretch]
		if w[0] >= w[1] {
			continue
		}
		row := uint32(0)
		if groups != nil {
			row = groups[i]
		}
		if mark := uint32(v.owners[i]) + 1; r.owner[row] != mark {
			r.owner[row], r.upTo[row] = mark, 0
			v.totals.persons[row]++
		}
		if w[1] > r.upTo[row] {
			at := int(row) * (r.width + 1)
			r.ends[at+max(w[0], r.upTo[row])]++
			r.ends[at+w[1]]--
			r.upTo[row] = w[1]
		}
	}
}

// settle brings the counts into cells, row by row.
func (r *rolling) settle(v *trendVisitor) {
	for row := range r.upTo {
		if v.q.Buckets.Len() == 0 {
			v.cells.persons[row] = v.totals.persons[row]
			continue
		}
		running := int64(0)
		for w := range r.width {
			running += r.ends[row*(r.width+1)+w]
			v.cells.persons[row*r.width+w] = running
		}
	}
}
