package columns

import (
	"cmp"
	"math"
	"runtime"
	"slices"

	"github.com/weirhq/weir/store/columns/vector"
)

// parallelRows is the size from which a part is made by all processors.
const parallelRows = 1 << 16

// pack makes a part of the pending rows, whose persons are canonical. owners is
// the number of ordinals given.
func (r *pendingRows) pack(properties []*property, owners int, born uint32) *Layer {
	order := r.order(owners)
	l := &Layer{born: born}
	rank := make([]uint32, len(order)) // pending row → row
	for row, from := range order {
		if p := r.persons[from]; row == 0 || l.Persons[len(l.Persons)-1] != p {
			l.Persons = append(l.Persons, p)
			l.Offsets = append(l.Offsets, uint32(row))
		}
		rank[from] = uint32(row)
	}
	l.Offsets = append(l.Offsets, uint32(len(order)))
	l.Times, l.Seqs = vector.NewInts(pick(r.times, order)), vector.NewInts(pick(r.seqs, order))
	l.Names, l.IDs = vector.NewCodes(pick(r.names, order)), vector.NewCodes(pick(r.ids, order))
	l.columns = packColumns(properties, rank)
	l.span()
	return l
}

func pick[T any](from []T, order []uint32) []T {
	out := make([]T, len(order))
	for i, at := range order {
		out[i] = from[at]
	}
	return out
}

// order gives the pending rows by person, time and arrival.
func (r *pendingRows) order(owners int) []uint32 {
	order := r.byPerson(owners)
	for from := 0; from < len(order); {
		p, to := r.persons[order[from]], from+1
		sorted := true
		for ; to < len(order) && r.persons[order[to]] == p; to++ {
			sorted = sorted && !r.before(order[to], order[to-1])
		}
		if !sorted {
			slices.SortFunc(order[from:to], func(a, b uint32) int {
				return cmp.Or(cmp.Compare(r.times[a], r.times[b]), cmp.Compare(r.seqs[a], r.seqs[b]))
			})
		}
		from = to
	}
	return order
}

func (r *pendingRows) before(a, b uint32) bool {
	return r.times[a] < r.times[b] || r.times[a] == r.times[b] && r.seqs[a] < r.seqs[b]
}

// byPerson gives the pending rows by person, and by arrival within a person.
// Many rows are sorted by counting, which costs time for every person of the
// table; few by comparing.
func (r *pendingRows) byPerson(owners int) []uint32 {
	order := make([]uint32, len(r.persons))
	if len(order) < owners/8 {
		keys := make([]uint64, len(order))
		for row, p := range r.persons {
			keys[row] = uint64(p)<<32 | uint64(row)
		}
		slices.Sort(keys)
		for i, key := range keys {
			order[i] = uint32(key)
		}
		return order
	}
	starts := make([]uint32, owners+1)
	for _, p := range r.persons {
		starts[p+1]++
	}
	for i := 1; i < len(starts); i++ {
		starts[i] += starts[i-1]
	}
	for row, p := range r.persons {
		order[starts[p]] = uint32(row)
		starts[p]++
	}
	return order
}

// packColumns makes the columns of the properties' pending values.
func packColumns(properties []*property, rank []uint32) map[string]*Column {
	columns := make([]*Column, len(properties))
	workers := 1
	if len(rank) >= parallelRows {
		workers = runtime.GOMAXPROCS(0)
	}
	inParallel(workers, len(properties)-1, func(i int) {
		columns[i+1] = properties[i+1].pending.pack(rank)
	})
	out := make(map[string]*Column)
	for code, c := range columns {
		if c != nil {
			out[properties[code].name] = c
		}
	}
	return out
}

// pack makes the column of a property, nil when no row has a value.
func (c *pendingColumn) pack(rank []uint32) *Column {
	out := Column{
		Numbers: placeNumbers(&c.numbers, rank),
		Strings: placeCodes(&c.strings, rank),
		Bools:   placeCodes(&c.bools, rank),
		Lists:   placeCodes(&c.lists, rank),
	}
	if out == (Column{}) {
		return nil
	}
	return &out
}

func placeNumbers(s *sparse[float64], rank []uint32) *vector.Floats {
	n := s.count()
	if n == 0 {
		return nil
	}
	if n*sparseShare < len(rank) {
		present, values := placeFew(s, rank, n)
		out := vector.NewFloats(values)
		out.Present = present
		return &out
	}
	values := make([]float64, len(rank))
	if n < len(rank) {
		for i := range values {
			values[i] = math.NaN()
		}
	}
	s.each(func(row uint32, v float64) { values[rank[row]] = v })
	out := vector.NewFloats(values)
	return &out
}

func placeCodes[T uint8 | uint32](s *sparse[T], rank []uint32) *vector.Codes {
	n := s.count()
	if n == 0 {
		return nil
	}
	var out vector.Codes
	if n*sparseShare < len(rank) {
		present, values := placeFew(s, rank, n)
		wide := make([]uint32, n)
		for i, v := range values {
			wide[i] = uint32(v)
		}
		out = vector.NewCodes(wide)
		out.Present = present
		return &out
	}
	values := make([]uint32, len(rank))
	s.each(func(row uint32, v T) { values[rank[row]] = uint32(v) })
	out = vector.NewCodes(values)
	return &out
}

// placeFew gives the values that few rows have, in order of the rows, and which rows have them.
func placeFew[T any](s *sparse[T], rank []uint32, n int) (*vector.Present, []T) {
	words := make([]uint64, (len(rank)+63)/64)
	s.each(func(row uint32, _ T) { words[rank[row]/64] |= 1 << (rank[row] % 64) })
	present := vector.PresentOf(words)
	values := make([]T, n)
	s.each(func(row uint32, v T) { values[present.Rank(rank[row])] = v })
	return present, values
}
