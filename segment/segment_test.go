package segment

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/query"
	"github.com/weirhq/weir/task/tasktest"
)

func details(t *testing.T, err error, kind fault.Kind) []fault.Detail {
	t.Helper()
	var f *fault.Error
	require.ErrorAs(t, err, &f)
	require.Equal(t, kind, f.Kind, f.Error())
	return f.Details
}

func TestDraftsAreReadInThreeForms(t *testing.T) {
	t.Parallel()
	d, err := ParseDraft([]byte(`{"name":"payers","description":"x","condition":` + paid + `,"question":null}`))
	require.NoError(t, err)
	require.Equal(t, "payers", d.Name)
	require.Equal(t, query.DidEvent, d.Condition.Kind)

	d, err = ParseDraft([]byte(`{"name":"cell","question":` + paidCell + `}`))
	require.NoError(t, err)
	require.NotNil(t, d.Question.Actors)

	inline, err := ParseDraft([]byte(`{"name":"cell",` + paidCell[1:]))
	require.NoError(t, err)
	require.Equal(t, d, inline)

	for text, where := range map[string]string{
		`{"name":"x","condition":` + paid + `,"colour":"red"}`:                "colour",
		`{"name":7,"condition":` + paid + `}`:                                 "name",
		`{"name":"x","condition":` + paid + `,"question":` + paidCell + `}`:   "condition",
		`{"name":"x","condition":{"did":{"event":"pay","op":"roughly"}}}`:     "did.op",
		`{"name":"x","kind":"trend","series":[],"actors":{"series":0}}`:       "series",
		`{"name":"x","condition":{"any":[{"did":{"event":"pay","wo":"x"}}]}}`: "any[0].did.wo",
	} {
		_, err := ParseDraft([]byte(text))
		found := details(t, err, fault.Invalid)
		require.Contains(t, wheres(found), where, text)
	}
	_, err = ParseDraft([]byte(`[]`))
	require.Equal(t, fault.Invalid, fault.KindOf(err))
}

func wheres(details []fault.Detail) (out []string) {
	for _, d := range details {
		out = append(out, d.Where)
	}
	return out
}

func TestCreateReadUpdateDelete(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.apply(did("a", "pay"), did("b", "pay"), did("c", "view"))
	s := b.create(t, "  payers ", paid)
	require.Equal(t, "payers", s.Name)
	require.Equal(t, 2, s.Persons)
	require.Equal(t, start, s.CreatedAt)
	text, err := json.Marshal(s)
	require.NoError(t, err)
	require.JSONEq(t, `{"id":"`+s.ID+`","name":"payers","description":"","condition":`+paid+`,"question":null,"persons":2,
		"created_at":"2026-03-01T09:00:00Z","updated_at":"2026-03-01T09:00:00Z","used_by":[]}`, string(text))

	_, err = b.Create(t.Context(), b.p, Draft{Name: "payers", Condition: s.Condition})
	require.Equal(t, []string{"name"}, wheres(details(t, err, fault.Conflict)))

	b.clk.Advance(time.Hour)
	name, viewers := "viewers", &query.Condition{Kind: query.DidEvent, Did: &query.Did{Event: query.Events("view"), Measure: query.Measure{Func: query.Count}}}
	b.analyser.calls()
	renamed, err := b.Update(t.Context(), b.p, s.ID, Change{Name: &name})
	require.NoError(t, err)
	require.Empty(t, b.analyser.calls(), "a new name changes no member")
	require.Equal(t, 2, renamed.Persons)
	require.Equal(t, start.Add(time.Hour), renamed.UpdatedAt)
	require.Equal(t, start, renamed.CreatedAt)

	redefined, err := b.Update(t.Context(), b.p, s.ID, Change{Condition: viewers})
	require.NoError(t, err)
	require.Equal(t, 1, redefined.Persons)
	require.Equal(t, []string{"c"}, b.members(t, s.ID))

	// A restart reads the same definition.
	list, err := b.again().List(t.Context(), b.p)
	require.NoError(t, err)
	require.Equal(t, []Segment{redefined}, list)

	require.NoError(t, b.Delete(t.Context(), b.p, s.ID))
	_, err = b.Get(t.Context(), b.p, s.ID)
	require.Equal(t, fault.NotFound, fault.KindOf(err))
	require.Equal(t, fault.NotFound, fault.KindOf(b.Delete(t.Context(), b.p, s.ID)))
	_, ok := b.Memberships.SegmentMembers("p", s.ID)
	require.False(t, ok)
	list, err = b.again().List(t.Context(), b.p)
	require.NoError(t, err)
	require.Empty(t, list)
}

func TestWrongDraftsAreRefused(t *testing.T) {
	t.Parallel()
	b := setup(t)
	condition, err := query.ParseCondition([]byte(paid))
	require.NoError(t, err)
	question, err := query.Parse([]byte(paidCell))
	require.NoError(t, err)
	noCell := question
	noCell.Actors = nil
	for name, d := range map[string]Draft{
		"no name":        {Condition: condition},
		"nothing":        {Name: "x"},
		"both":           {Name: "x", Condition: condition, Question: &question},
		"no cell":        {Name: "x", Question: &noCell},
		"unknown id":     {Name: "x", Condition: query.InSegment("seg_nobody")},
		"wrong in Go":    {Name: "x", Condition: &query.Condition{Kind: "strange"}},
		"name too long":  {Name: string(make([]byte, 101)), Condition: condition},
		"unknown filter": {Name: "x", Question: &query.Request{Question: question.Question, Range: question.Range, Actors: question.Actors, Filter: query.InSegment("seg_nobody")}},
	} {
		_, err := b.Create(t.Context(), b.p, d)
		require.Equal(t, fault.Invalid, fault.KindOf(err), "%s: %v", name, err)
	}
	b.analyser.breakOn("pay")
	b.apply(did("a", "pay"))
	_, err = b.Create(t.Context(), b.p, Draft{Name: "x", Condition: condition})
	require.ErrorContains(t, err, "amount is a text now")
	list, err := b.List(t.Context(), b.p)
	require.NoError(t, err)
	require.Empty(t, list, "what cannot be answered is not stored")
}

func TestReferencesCirclesAndUse(t *testing.T) {
	t.Parallel()
	b := setup(t, func(c *Config) {
		c.UsedBy = func(_ context.Context, project, _ string) ([]User, error) {
			require.Equal(t, "p", project)
			return []User{{Kind: "campaign", ID: "cmp_1", Name: "spring"}}, nil
		}
	})
	base := b.create(t, "base", paid)
	middle := b.create(t, "middle", `{"not":{"segment":"`+base.ID+`"}}`)
	top := b.createQuestion(t, "top", paidCell[:len(paidCell)-1]+`,"filter":{"segment":"`+middle.ID+`"}}`)

	_, err := b.Update(t.Context(), b.p, base.ID, Change{Condition: query.InSegment(base.ID)})
	require.Contains(t, details(t, err, fault.Invalid)[0].What, "«base» → «base»")
	_, err = b.Update(t.Context(), b.p, base.ID, Change{Condition: query.InSegment(top.ID)})
	require.Contains(t, details(t, err, fault.Invalid)[0].What, "«base» → «top» → «middle» → «base»")

	got, err := b.Get(t.Context(), b.p, base.ID)
	require.NoError(t, err)
	require.Equal(t, []User{{"segment", middle.ID, "middle"}, {"campaign", "cmp_1", "spring"}}, got.UsedBy)
	err = b.Delete(t.Context(), b.p, base.ID)
	require.Equal(t, []fault.Detail{{Where: "segment " + middle.ID, What: "middle"}, {Where: "campaign cmp_1", What: "spring"}}, details(t, err, fault.Conflict))
	_, err = b.Get(t.Context(), b.p, base.ID)
	require.NoError(t, err)
}

func TestEstimate(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for i := range 35 {
		b.apply(did(string(rune('A'+i)), "pay"))
	}
	b.apply(did("x", "view"))
	condition, err := query.ParseCondition([]byte(paid))
	require.NoError(t, err)
	e, err := b.Estimate(t.Context(), b.p, Draft{Condition: condition})
	require.NoError(t, err)
	require.Equal(t, Estimate{Persons: 35, Total: 36, Sample: []person.Ordinal{0, 3, 7, 10, 14, 17, 21, 24, 28, 31}}, e)
	none, err := query.ParseCondition([]byte(`{"did":{"event":"nothing"}}`))
	require.NoError(t, err)
	e, err = b.Estimate(t.Context(), b.p, Draft{Condition: none})
	require.NoError(t, err)
	require.Equal(t, Estimate{Total: 36, Sample: []person.Ordinal{}}, e)
}

func TestMembersByPage(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.apply(did("a", "view"), did("b", "pay"), did("c", "pay"), did("d", "view"), did("e", "pay"))
	s := b.create(t, "payers", paid)
	for _, c := range []struct {
		offset, limit int
		want          []person.Ordinal
	}{
		{0, 2, []person.Ordinal{1, 2}},
		{2, 2, []person.Ordinal{4}},
		{3, 2, []person.Ordinal{}},
		{-1, 2, []person.Ordinal{}},
		{0, 0, []person.Ordinal{}},
	} {
		page, total, err := b.Members(t.Context(), b.p, s.ID, c.offset, c.limit)
		require.NoError(t, err)
		require.Equal(t, 3, total)
		require.Equal(t, c.want, page)
	}
	in, err := b.Contains(t.Context(), b.p, s.ID, 1)
	require.NoError(t, err)
	require.True(t, in)
	in, err = b.Contains(t.Context(), b.p, s.ID, 0)
	require.NoError(t, err)
	require.False(t, in)
	refs, err := b.SegmentsOf(t.Context(), b.p, 4)
	require.NoError(t, err)
	require.Equal(t, []Ref{{s.ID, "payers"}}, refs)
}

func TestStartAndStop(t *testing.T) {
	t.Parallel()
	tasktest.Stress(t, setup(t))
}

func TestStoreThatFailsChangesNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.apply(did("a", "pay"))
	s := b.create(t, "payers", paid)
	require.NoError(t, b.DB.Close())

	_, err := b.Create(t.Context(), b.p, Draft{Name: "more", Condition: s.Condition})
	require.Error(t, err)
	name := "renamed"
	_, err = b.Update(t.Context(), b.p, s.ID, Change{Name: &name})
	require.Error(t, err)
	require.Error(t, b.Delete(t.Context(), b.p, s.ID))

	list, err := b.List(t.Context(), b.p)
	require.NoError(t, err)
	require.Equal(t, []Segment{s}, list)
	b.apply(did("b", "pay"))
	b.follow(t.Context())
	require.Equal(t, []string{"a", "b"}, b.members(t, s.ID), "members follow without the store")

	_, err = b.again().List(t.Context(), b.p)
	require.Error(t, err)
}

func TestUnreadableDefinitionLeavesTheOthers(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.apply(did("a", "pay"))
	s := b.create(t, "payers", paid)
	_, err := b.DB.Exec(t.Context(), "segment.insert", "seg_old", "p", "of another version", "", `{"future":true}`, nil, 1)
	require.NoError(t, err)
	list, err := b.again().List(t.Context(), b.p)
	require.NoError(t, err)
	require.Equal(t, []Segment{s}, list)
}
