package kernel

import (
	"math"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/query"
	"github.com/weirhq/weir/store/columns"
)

// filter is a condition over events, compiled against one view. It is asked row
// by row, or, by workers that go through blocks, of many rows at once.
type filter interface {
	test(l *columns.Layer) RowTest
	sieve() sieve // for one worker
}

// sieve keeps the rows of blocks that meet a condition.
type sieve interface {
	layer(l *columns.Layer)
	// keep gives those of some ascending rows that meet it, in the same slice.
	keep(b *block, rows []uint32) []uint32
}

// condition compiles a condition over an event. What it says about the person is
// resolved to a set of persons first.
func (c *Compiler) condition(q *query.Condition) (filter, error) {
	switch q.Kind {
	case query.All, query.Any, query.Not:
		parts := make([]filter, len(q.Parts))
		for i, part := range q.Parts {
			compiled, err := c.condition(part)
			if err != nil {
				return nil, err
			}
			parts[i] = compiled
		}
		return &joined{kind: q.Kind, parts: parts}, nil
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
	return c.personsIn(set), nil
}

// joined is all of some conditions, any of them, or not the only one.
type joined struct {
	kind  query.ConditionKind
	parts []filter
}

func (j *joined) test(l *columns.Layer) RowTest {
	tests := make([]RowTest, len(j.parts))
	for i, part := range j.parts {
		tests[i] = part.test(l)
	}
	switch j.kind {
	case query.Not:
		return func(p person.Ordinal, row uint32) bool { return !tests[0](p, row) }
	case query.Any:
		return func(p person.Ordinal, row uint32) bool {
			return slices.ContainsFunc(tests, func(t RowTest) bool { return t(p, row) })
		}
	}
	return func(p person.Ordinal, row uint32) bool {
		return !slices.ContainsFunc(tests, func(t RowTest) bool { return !t(p, row) })
	}
}

func (j *joined) sieve() sieve {
	s := &joinedSieve{kind: j.kind}
	for _, part := range j.parts {
		s.parts = append(s.parts, part.sieve())
	}
	return s
}

type joinedSieve struct {
	kind       query.ConditionKind
	parts      []sieve
	left, kept []uint32
}

func (s *joinedSieve) layer(l *columns.Layer) {
	for _, part := range s.parts {
		part.layer(l)
	}
}

func (s *joinedSieve) keep(b *block, rows []uint32) []uint32 {
	if s.kind == query.All {
		for _, part := range s.parts {
			rows = part.keep(b, rows)
		}
		return rows
	}
	// Not and any: what none of the parts keeps is left.
	s.left = append(s.left[:0], rows...)
	for _, part := range s.parts {
		s.kept = part.keep(b, append(s.kept[:0], s.left...))
		s.left = without(s.left, s.kept)
	}
	if s.kind == query.Not {
		return append(rows[:0], s.left...)
	}
	return without(rows, s.left)
}

// without takes some of ascending rows out of them, in place.
func without(rows, some []uint32) []uint32 {
	n, k := 0, 0
	for _, row := range rows {
		if k < len(some) && some[k] == row {
			k++
			continue
		}
		rows[n] = row
		n++
	}
	return rows[:n]
}

// personsIn is a condition about the person.
type personsIn struct{ members bits }

func (c *Compiler) personsIn(set *roaring.Bitmap) *personsIn {
	return &personsIn{members: bitsOf(set, c.View.People().Len())}
}

func (f *personsIn) test(*columns.Layer) RowTest {
	return func(p person.Ordinal, _ uint32) bool { return f.members.has(p) }
}

func (f *personsIn) sieve() sieve { return f }

func (f *personsIn) layer(*columns.Layer) {}

func (f *personsIn) keep(b *block, rows []uint32) []uint32 {
	n := 0
	for k, i := 0, 0; k < len(rows); {
		for rows[k] >= b.hi[i] {
			i++
		}
		counts, end := f.members.has(b.persons[i]), b.hi[i]
		for ; k < len(rows) && rows[k] < end; k++ {
			rows[n] = rows[k]
			n += bit(counts)
		}
	}
	return rows[:n]
}

// comparison is a comparison of an event property. Each text of the property's
// dictionary was tested once, rows then look it up.
type comparison struct {
	property     string
	is           ValueTest
	texts, lists []bool // by code: the positive test
}

func (c *Compiler) property(q *query.Comparison) *comparison {
	f := &comparison{property: q.Name, is: NewValueTest(q, c.Calendar)}
	f.texts, f.lists = c.tables(q.Name, f.is)
	return f
}

func (f *comparison) test(l *columns.Layer) RowTest {
	column := l.Column(f.property)
	if column == nil {
		return func(person.Ordinal, uint32) bool { return f.is.negated }
	}
	if column.Strings != nil && column.Numbers == nil && column.Bools == nil && column.Lists == nil {
		codes := column.Strings
		return func(_ person.Ordinal, row uint32) bool { return f.texts[codes.At(row)] != f.is.negated }
	}
	return func(_ person.Ordinal, row uint32) bool {
		return f.is.cell(column, row, f.texts, f.lists) != f.is.negated
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
