package columns

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/store"
)

var _ store.Derived = (*Store)(nil)

func TestStoreSplitsByProject(t *testing.T) {
	t.Parallel()
	s := NewStore()
	defer s.Close()
	type call struct {
		project string
		persons []person.Ordinal
		events  uint64 // in a view taken in the call
	}
	var calls []call
	s.OnTouched(func(project string, persons []person.Ordinal) {
		calls = append(calls, call{project, slices.Clone(persons), s.Table(project).View().Events()})
	})
	in := func(project string, seq uint64, id string) *event.Event {
		e := did(seq, id, "view", int64(seq), nil)
		e.Project = project
		return e
	}
	s.Apply(nil)
	require.Empty(t, calls)
	s.Apply([]*event.Event{in("p", 1, "u"), in("q", 2, "u"), in("p", 3, "w"), in("p", 4, "u")})
	require.Equal(t, []call{{"p", []person.Ordinal{0, 1}, 3}, {"q", []person.Ordinal{0}, 1}}, calls)
	s.Apply([]*event.Event{in("q", 5, "w"), in("q", 6, "w")})
	require.Equal(t, call{"q", []person.Ordinal{1}, 3}, calls[2])
	require.Equal(t, []int64{1, 4}, seqsOf(s.Table("p").View(), 0))
	require.Same(t, s.Table("p"), s.Table("p"))
	require.Zero(t, s.Table("empty").View().Events())
}

func TestClosedStoreStillAnswers(t *testing.T) {
	t.Parallel()
	s := NewStore()
	s.Table("p")
	s.Close()
	s.Close()
	for _, project := range []string{"p", "q"} {
		e := did(1, "u", "view", 1, nil)
		e.Project = project
		s.Apply([]*event.Event{e})
		require.Equal(t, uint64(1), s.Table(project).View().Events())
	}
}
