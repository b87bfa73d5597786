package kernel

import (
	"math"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/query"
	"github.com/weirhq/weir/store/columns"
	"github.com/weirhq/weir/store/columns/vector"
)

// RowTest says whether a row of one person counts.
type RowTest func(p person.Ordinal, row uint32) bool

// binder makes the test for the rows of one layer.
type binder func(l *columns.Layer) RowTest

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
	where  binder // nil: all of them

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
	bind, err := c.condition(where)
	m.where = bind
	where.Walk(func(part *query.Condition) {
		if part.Kind == query.Compare && part.Comparison.Scope == query.EventProperty {
			m.properties = append(m.properties, part.Comparison.Name)
		}
	})
	return m, err
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
		b.where = m.where(l)
	}
	return b
}

func (b *bound) match(p person.Ordinal, row uint32) bool {
	return b.byName[b.names.At(row)] && (b.where == nil || b.where(p, row))
}

// condition compiles a condition over an event. What it says about the person is
// resolved to a set of persons first.
func (c *Compiler) condition(q *query.Condition) (binder, error) {
	switch q.Kind {
	case query.All, query.Any, query.Not:
		parts := make([]binder, len(q.Parts))
		for i, part := range q.Parts {
			bind, err := c.condition(part)
			if err != nil {
				return nil, err
			}
			parts[i] = bind
		}
		return combineTests(q.Kind, parts), nil
	case query.Compare:
		if q.Comparison.Scope == query.EventProperty {
			return c.property(q.Comparison), nil
		}
	case query.Segment, query.DidEvent, query.DidNot, query.Sequence:
	}
	set, err := c.Persons(q)
	if err != nil {
		return nil, err
	}
	members := bitsOf(set, c.View.People().Len())
	test := func(p person.Ordinal, _ uint32) bool { return members.has(p) }
	return func(*columns.Layer) RowTest { return test }, nil
}

func combineTests(kind query.ConditionKind, parts []binder) binder {
	return func(l *columns.Layer) RowTest {
		tests := make([]RowTest, len(parts))
		for i, bind := range parts {
			tests[i] = bind(l)
		}
		switch kind {
		case query.Not:
			return func(p person.Ordinal, row uint32) bool { return !tests[0](p, row) }
		case query.Any:
			return func(p person.Ordinal, row uint32) bool {
				for _, t := range tests {
					if t(p, row) {
						return true
					}
				}
				return false
			}
		}
		return func(p person.Ordinal, row uint32) bool {
			for _, t := range tests {
				if !t(p, row) {
					return false
				}
			}
			return true
		}
	}
}

// property compiles the comparison of an event property. Each text of the
// property's dictionary is tested once, rows then look it up.
func (c *Compiler) property(q *query.Comparison) binder {
	test := NewValueTest(q, c.Calendar)
	texts, lists := c.tables(q.Name, test)
	return func(l *columns.Layer) RowTest {
		column := l.Column(q.Name)
		if column == nil {
			return func(person.Ordinal, uint32) bool { return test.negated }
		}
		if column.Strings != nil && column.Numbers == nil && column.Bools == nil && column.Lists == nil {
			codes := column.Strings
			return func(_ person.Ordinal, row uint32) bool { return texts[codes.At(row)] != test.negated }
		}
		return func(_ person.Ordinal, row uint32) bool {
			return test.cell(column, row, texts, lists) != test.negated
		}
	}
}

// cell asks the positive test of one cell of a column of several types.
func (t ValueTest) cell(column *columns.Column, row uint32, texts, lists []bool) bool {
	if column.Numbers != nil {
		if x := column.Numbers.At(row); !math.IsNaN(x) {
			return t.isSet || t.number != nil && t.number(x)
		}
	}
	if column.Strings != nil {
		if code := column.Strings.At(row); code != 0 {
			return texts[code]
		}
	}
	if column.Bools != nil {
		if b := column.Bools.At(row); b != 0 {
			return t.isSet || t.flag != nil && t.flag(b == 2)
		}
	}
	return column.Lists != nil && lists[column.Lists.At(row)]
}

// tables asks the positive test of every text and list of a property; code 0 never meets it.
func (c *Compiler) tables(property string, t ValueTest) (texts, lists []bool) {
	dict := c.View.Strings(property)
	if dict == nil {
		return nil, nil
	}
	texts = make([]bool, dict.Len())
	if t.texts == nil {
		for code := 1; code < len(texts); code++ {
			texts[code] = t.isSet || t.text != nil && t.text(dict.Text(uint32(code)))
		}
	}
	for _, text := range t.texts { // equality needs no walk over the dictionary
		if code, ok := dict.Code(text); ok {
			texts[code] = true
		}
	}
	all := c.View.Lists(property)
	if all == nil {
		return texts, nil
	}
	lists = make([]bool, all.Len())
	for code := 1; code < len(lists); code++ {
		lists[code] = t.isSet || t.element != nil && slices.ContainsFunc(all.Codes(uint32(code)), func(e uint32) bool {
			return t.element(dict.Text(e))
		})
	}
	return texts, lists
}
