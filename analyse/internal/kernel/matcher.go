package kernel

import (
	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/query"
	"github.com/weirhq/weir/store/columns"
	"github.com/weirhq/weir/store/columns/vector"
)

// RowTest says whether a row of one person counts.
type RowTest func(p person.Ordinal, row uint32) bool

// Compiler turns event sets and conditions into matchers over one view.
type Compiler struct {
	View     *columns.View
	Calendar query.Calendar
	// Persons resolves a condition about the person (user, tag, segment, did, …).
	Persons func(c *query.Condition) (*roaring.Bitmap, error)
}

// Matcher says which rows count.
type Matcher struct {
	byName []bool // by code of the event name
	where  filter // nil: all of them

	properties []string // of events, that where reads
}

// Matcher compiles a set of events and a condition over them, which may be nil.
func (c *Compiler) Matcher(set query.EventSet, where *query.Condition) (*Matcher, error) {
	names := c.View.Names()
	m := &Matcher{byName: make([]bool, names.Len())}
	if set.Any {
		for code := 1; code < names.Len(); code++ {
			m.byName[code] = event.IsActivity(names.Text(uint32(code)))
		}
	}
	for _, name := range set.Names {
		if code, ok := names.Code(name); ok {
			m.byName[code] = true
		}
	}
	if where == nil {
		return m, nil
	}
	compiled, err := c.condition(where)
	if err != nil {
		return nil, err
	}
	m.where = compiled
	where.Walk(func(part *query.Condition) {
		if part.Kind == query.Compare && part.Comparison.Scope == query.EventProperty {
			m.properties = append(m.properties, part.Comparison.Name)
		}
	})
	return m, nil
}

// needs lists the event properties that matchers read.
func needs(matchers ...*Matcher) []string {
	var out []string
	for _, m := range matchers {
		out = append(out, m.properties...)
	}
	return out
}

// bound is a Matcher for the rows of one layer.
type bound struct {
	byName []bool
	names  *vector.Codes
	where  RowTest
}

func (m *Matcher) bind(l *columns.Layer) bound {
	b := bound{byName: m.byName, names: &l.Names}
	if m.where != nil {
		b.where = m.where.test(l)
	}
	return b
}

func (b *bound) match(p person.Ordinal, row uint32) bool {
	return b.byName[b.names.At(row)] && (b.where == nil || b.where(p, row))
}
