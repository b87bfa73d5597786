package analyse

import (
	"cmp"
	"slices"
	"strings"

	"github.com/weirhq/weir/analyse/internal/kernel"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/query"
)

// dims makes what the kernel breaks down by.
func (s *asking) dims(list []query.Breakdown) ([]*kernel.Dim, error) {
	dims := make([]*kernel.Dim, len(list))
	for i, b := range list {
		var err error
		switch {
		case b.Segments != nil:
			dims[i], err = s.segmentDim(b.Segments)
		case b.Scope == query.EventProperty:
			dims[i] = kernel.PropertyDim(s.view, b.Name)
		case b.Scope == query.UserProperty:
			dims[i] = s.userDim(b.Name)
		default:
			dims[i], err = s.tagDim(b.Name)
		}
		if err != nil {
			return nil, err
		}
	}
	return dims, nil
}

// userDim numbers the values of a user property.
func (s *asking) userDim(property string) *kernel.Dim {
	type plain struct {
		kind event.Kind
		text string
	}
	read := s.view.People().Reader(property)
	ofPerson := make([]uint32, s.view.People().Len())
	values := []event.Value{{}}
	numbers := map[plain]uint32{{}: 0}
	for it := s.view.People().All().Iterator(); it.HasNext(); {
		p := it.Next()
		v := read(person.Ordinal(p))
		key := plain{v.Kind, v.Text()}
		n, known := numbers[key]
		if !known {
			n = uint32(len(values))
			numbers[key] = n
			values = append(values, v)
		}
		ofPerson[p] = n
	}
	return kernel.PersonDim(ofPerson, values)
}

// tagDim breaks down by a tag's value; a person with several counts under the first listed.
func (s *asking) tagDim(tag string) (*kernel.Dim, error) {
	values, ok := s.sets.TagValues(s.project, tag)
	if !ok {
		return nil, fault.New(fault.NotFound, "there is no tag «%s»", tag)
	}
	d := newSetDim(s.view.People().Len())
	for _, value := range values {
		if members, ok := s.sets.TagMembers(s.project, tag, value); ok {
			d.add(value, members.Iterator())
		}
	}
	return kernel.PersonDim(d.ofPerson, d.values), nil
}

// segmentDim breaks down by the first of the segments that has the person.
func (s *asking) segmentDim(ids []string) (*kernel.Dim, error) {
	d := newSetDim(s.view.People().Len())
	for _, id := range ids {
		members, ok := s.sets.SegmentMembers(s.project, id)
		if !ok {
			return nil, fault.New(fault.NotFound, "there is no segment «%s»", id)
		}
		d.add(id, members.Iterator())
	}
	return kernel.PersonDim(d.ofPerson, d.values), nil
}

// setDim gives persons the name of the first set that has them.
type setDim struct {
	ofPerson []uint32
	values   []event.Value
}

func newSetDim(persons int) *setDim {
	return &setDim{ofPerson: make([]uint32, persons), values: []event.Value{{}}}
}

func (d *setDim) add(name string, members interface {
	HasNext() bool
	Next() uint32
},
) {
	n := uint32(len(d.values))
	d.values = append(d.values, event.Text(name))
	for members.HasNext() {
		if p := members.Next(); int(p) < len(d.ofPerson) && d.ofPerson[p] == 0 {
			d.ofPerson[p] = n
		}
	}
}

// ranked is one row of a breakdown and what it is ranked by.
type ranked struct {
	key    kernel.Key
	values []event.Value
	totals []float64
}

// rank orders rows by their totals, the first total first, largest first, then by
// their values, so that the order does not depend on how the scan was divided.
func rank(rows []ranked) {
	slices.SortFunc(rows, func(a, b ranked) int {
		return cmp.Or(slices.Compare(b.totals, a.totals), slices.CompareFunc(a.values, b.values, compareValues))
	})
}

// first ranks the rows that are shown, and says whether others are left for
// «other». Only those that can be among them get their values.
func first(rows []ranked, limit int, dims []*kernel.Dim) (kept []ranked, rest bool) {
	candidates := rows
	if limit < len(rows) {
		totals := make([]float64, len(rows))
		for i, r := range rows {
			totals[i] = r.totals[0]
		}
		least := kernel.Largest(totals, limit)
		candidates = slices.DeleteFunc(slices.Clone(rows), func(r ranked) bool { return r.totals[0] < least })
	}
	for i := range candidates {
		candidates[i].values = candidates[i].key.Values(dims)
	}
	rank(candidates)
	return candidates[:min(limit, len(candidates))], limit < len(rows)
}

func compareValues(a, b event.Value) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Num, b.Num), strings.Compare(a.Text(), b.Text()))
}

// shown cuts the ranking off at the limit and says whether rows are left for «other».
func shown(rows []ranked, limit int) (kept []ranked, rest bool) {
	limit = query.RowLimit(limit)
	return rows[:min(limit, len(rows))], len(rows) > limit
}

func keysOf(rows []ranked) []kernel.Key {
	keys := make([]kernel.Key, len(rows))
	for i, r := range rows {
		keys[i] = r.key
	}
	return keys
}

// label gives a row's values as an answer shows them.
func label(values []event.Value) []query.BreakdownValue {
	out := make([]query.BreakdownValue, len(values))
	for i, v := range values {
		out[i] = query.BreakdownValue{Value: v}
	}
	return out
}

// otherLabel is the label of the row of the rest.
func otherLabel(dims int) []query.BreakdownValue {
	out := make([]query.BreakdownValue, dims)
	for i := range out {
		out[i].Other = true
	}
	return out
}

// rowOf finds the row of a cell: an index into kept, len(kept) for the
// rest, -1 for any row; ok is false when the answer has no such row.
func rowOf(named []query.BreakdownValue, kept []ranked, all []ranked) (row int, keys []ranked, ok bool) {
	switch {
	case len(named) == 0:
		return -1, kept, true
	case query.IsOther(named):
		return len(kept), kept, true
	}
	for i, r := range all {
		if slices.EqualFunc(r.values, named, func(v event.Value, b query.BreakdownValue) bool {
			return v.Kind == b.Kind && v.Text() == b.Text()
		}) {
			return i, all[:i+1], true
		}
	}
	return 0, nil, false
}
