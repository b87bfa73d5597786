package segment

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/query"
)

func TestSegmentsFollowEvents(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.apply(did("a", "pay"), did("b", "view"))
	b.follow(t.Context())
	s := b.create(t, "payers", paid)
	handed, err := b.Bitmap(t.Context(), b.p, s.ID)
	require.NoError(t, err)

	b.analyser.calls()
	b.apply(did("b", "pay"), did("c", "view"))
	require.Equal(t, []string{"a"}, b.members(t, s.ID), "not yet")
	b.follow(t.Context())
	require.Equal(t, []string{"a", "b"}, b.members(t, s.ID))
	require.Equal(t, []string{"some"}, b.analyser.calls(), "one evaluation, of the touched only")
	require.Equal(t, []string{"a"}, b.names(handed), "what was handed out stays")

	b.follow(t.Context())
	require.Empty(t, b.analyser.calls(), "nothing was touched")
}

func TestReferringSegmentsFollowInOneStep(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.apply(did("a", "view"))
	later := b.create(t, "placeholder", paid)
	base := b.create(t, "payers", paid)
	// The older segment refers to the newer one: order of dependence, not of age.
	_, err := b.Update(t.Context(), b.p, later.ID, Change{Condition: &query.Condition{Kind: query.Not, Parts: []*query.Condition{query.InSegment(base.ID)}}})
	require.NoError(t, err)
	require.Equal(t, []string{"a"}, b.members(t, later.ID))
	b.apply(did("a", "pay"), did("b", "view"))
	b.follow(t.Context())
	require.Equal(t, []string{"b"}, b.members(t, later.ID))

	// A redefinition is followed as well.
	everybody, err := query.ParseCondition([]byte(`{"not":{"did":{"event":"nothing"}}}`))
	require.NoError(t, err)
	_, err = b.Update(t.Context(), b.p, base.ID, Change{Condition: everybody})
	require.NoError(t, err)
	b.follow(t.Context())
	require.Empty(t, b.members(t, later.ID))
}

func TestMergedPersonLeaves(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.apply(did("a", "view"), did("b", "pay"))
	payers := b.create(t, "payers", paid)
	others := b.create(t, "others", `{"not":`+paid+`}`)
	require.Equal(t, []string{"a"}, b.members(t, others.ID))
	b.apply(alias("a", "b"))
	b.follow(t.Context())
	for id, want := range map[string]uint64{payers.ID: 1, others.ID: 0} {
		set, err := b.Bitmap(t.Context(), b.p, id)
		require.NoError(t, err)
		require.Equal(t, want, set.GetCardinality())
		require.False(t, set.Contains(1), "the ordinal that was merged away")
	}
}

func TestTimePassing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.apply(did("a", "pay"))
	s := b.create(t, "paid lately", `{"did":{"event":"pay","within":{"last":7,"unit":"day"}}}`)
	b.clk.Advance(8 * 24 * time.Hour)
	require.Equal(t, []string{"a"}, b.members(t, s.ID))
	b.recompute(t.Context())
	require.Empty(t, b.members(t, s.ID))
}

func TestQuestionSegmentsAreFreshWhenRead(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.apply(did("a", "pay"), did("b", "view"))
	s := b.createQuestion(t, "cell", paidCell)
	rest := b.create(t, "rest", `{"not":{"segment":"`+s.ID+`"}}`)
	require.Equal(t, []string{"b"}, b.members(t, rest.ID))
	require.Equal(t, 1, s.Persons)
	b.analyser.calls()
	b.apply(did("b", "pay"))
	b.follow(t.Context())
	require.Equal(t, []string{"a"}, b.members(t, s.ID), "not more than once a second")
	b.clk.Advance(time.Second)
	require.Equal(t, []string{"a", "b"}, b.members(t, s.ID))
	require.Equal(t, []string{"b"}, b.members(t, rest.ID))
	b.follow(t.Context())
	require.Empty(t, b.members(t, rest.ID), "who refers to it follows")

	b.analyser.calls()
	b.clk.Advance(59 * time.Second)
	b.members(t, s.ID)
	require.Empty(t, b.analyser.calls(), "no new events, no minute")
	b.clk.Advance(time.Second)
	b.members(t, s.ID)
	require.Equal(t, []string{"cell"}, b.analyser.calls())
	b.clk.Advance(40 * 24 * time.Hour)
	require.Empty(t, b.members(t, s.ID))
}

func TestFirstAskComputes(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.apply(did("a", "pay"))
	s := b.create(t, "payers", paid)
	fresh := b.again()
	set, ok := fresh.Memberships.SegmentMembers("p", s.ID)
	require.True(t, ok)
	require.Equal(t, []string{"a"}, b.names(set))
	_, ok = fresh.Memberships.SegmentMembers("p", "seg_nobody")
	require.False(t, ok)
	_, ok = fresh.Memberships.SegmentMembers("another project", s.ID)
	require.False(t, ok)
	_, ok = NewMemberships().SegmentMembers("p", s.ID)
	require.False(t, ok, "before there is a service")
}

func TestOneBrokenSegmentBreaksNoOther(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.apply(did("a", "pay"), did("b", "view"))
	broken := b.create(t, "payers", paid)
	b.clk.Advance(time.Second) // lists are in the order of creation
	fine := b.create(t, "viewers", `{"did":{"event":"view"}}`)
	b.analyser.breakOn("pay")
	b.apply(did("c", "pay"), did("c", "view"))
	b.follow(t.Context())
	b.recompute(t.Context())
	require.Equal(t, []string{"b", "c"}, b.members(t, fine.ID))
	require.Equal(t, []string{"a"}, b.members(t, broken.ID), "keeps what it had")
	b.analyser.breakOn("")
	b.recompute(t.Context())
	require.Equal(t, []string{"a", "c"}, b.members(t, broken.ID))

	b.analyser.breakOn("pay")
	list, err := b.again().List(t.Context(), b.p)
	require.NoError(t, err)
	require.Equal(t, "amount is a text now", list[0].Problem)
	require.Empty(t, list[1].Problem)
	require.Equal(t, 2, list[1].Persons)
}

func TestTagsAreFollowed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.apply(did("a", "pay"), did("b", "pay"))
	gold := map[string]*roaring.Bitmap{"gold": roaring.BitmapOf(0), "tin": roaring.BitmapOf(1)}
	b.Memberships.SetTag("p", "tier", gold)
	s := b.create(t, "gold", `{"tag":"tier","op":"eq","value":"gold"}`)
	b.follow(t.Context())
	require.Equal(t, []string{"a"}, b.members(t, s.ID))
	b.analyser.calls()
	b.Memberships.SetTag("p", "tier", map[string]*roaring.Bitmap{"gold": roaring.BitmapOf(0, 1)})
	b.follow(t.Context())
	require.Equal(t, []string{"a", "b"}, b.members(t, s.ID))
	require.Equal(t, []string{"some"}, b.analyser.calls())
	b.Memberships.SetTag("p", "tier", map[string]*roaring.Bitmap{"gold": roaring.BitmapOf(0, 1)})
	b.follow(t.Context())
	require.Empty(t, b.analyser.calls(), "nobody's value changed")
}

func TestMembershipsOfTags(t *testing.T) {
	t.Parallel()
	m := NewMemberships()
	_, ok := m.TagMembers("p", "tier", "gold")
	require.False(t, ok)
	asked := 0
	m.ProvideTag("tier", func(project string) error {
		asked++
		if project != "p" {
			return fmt.Errorf("no project %s", project)
		}
		m.SetTag(project, "tier", map[string]*roaring.Bitmap{"tin": roaring.BitmapOf(2), "gold": roaring.BitmapOf(1)})
		return nil
	})
	set, ok := m.TagMembers("p", "tier", "gold")
	require.True(t, ok)
	require.Equal(t, []uint32{1}, set.ToArray())
	set, ok = m.TagMembers("p", "tier", "silver")
	require.True(t, ok)
	require.True(t, set.IsEmpty())
	values, ok := m.TagValues("p", "tier")
	require.True(t, ok)
	require.Equal(t, []string{"gold", "tin"}, values)
	require.Equal(t, 1, asked)
	_, ok = m.TagValues("q", "tier")
	require.False(t, ok)
	_, ok = m.TagValues("p", "colour")
	require.False(t, ok)
}

func TestLoopFollowsAndRecomputes(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.apply(did("a", "pay"))
	s := b.create(t, "paid lately", `{"did":{"event":"pay","within":{"last":7,"unit":"day"}}}`)
	b.follow(t.Context()) // what was touched before the start
	b.analyser.calls()
	require.NoError(t, b.Start(t.Context()))
	defer b.Stop()
	require.Equal(t, "all", <-b.analyser.asked, "everything at the start")

	b.apply(did("b", "pay"))
	require.Equal(t, "some", <-b.analyser.asked)
	// The note is made just before the members are replaced; a stop waits for the step.
	b.Stop()
	require.Equal(t, []string{"a", "b"}, b.members(t, s.ID))

	require.NoError(t, b.Start(t.Context()))
	for <-b.analyser.asked != "all" { // the start
		continue
	}
	b.clk.Advance(8 * 24 * time.Hour)
	b.fire <- b.clk.Now()
	for <-b.analyser.asked != "all" {
		continue
	}
	b.Stop()
	require.Empty(t, b.members(t, s.ID))
}

// TestLiveEqualsFull compares the members that followed event by event with an
// evaluation of everybody, after random histories with merges.
func TestLiveEqualsFull(t *testing.T) {
	t.Parallel()
	b := setup(t)
	payers := b.create(t, "payers", paid)
	others := b.create(t, "others", `{"not":{"segment":"`+payers.ID+`"}}`)
	city := b.create(t, "city", `{"user":"city","op":"eq","value":"X"}`)
	rapid.Check(t, func(rt *rapid.T) {
		for range rapid.IntRange(1, 15).Draw(rt, "steps") {
			var batch []*event.Event
			for range rapid.IntRange(1, 4).Draw(rt, "batch") {
				who := fmt.Sprint("u", rapid.IntRange(0, 200).Draw(rt, "who"))
				switch rapid.IntRange(0, 9).Draw(rt, "kind") {
				case 0:
					batch = append(batch, alias(who, fmt.Sprint("u", rapid.IntRange(0, 200).Draw(rt, "other"))))
				case 1, 2, 3:
					batch = append(batch, profile(who, "city", event.Text(rapid.SampledFrom([]string{"X", "Y"}).Draw(rt, "city"))))
				case 4, 5:
					batch = append(batch, did(who, "pay"))
				default:
					batch = append(batch, did(who, "view"))
				}
			}
			b.apply(batch...)
			b.follow(t.Context())
		}
		live := map[string][]string{}
		for _, id := range []string{payers.ID, others.ID, city.ID} {
			live[id] = b.members(t, id)
		}
		b.recompute(t.Context())
		for id, members := range live {
			require.Equal(rt, b.members(t, id), members)
		}
	})
}

func TestStoppedHalfWayIsNotForgotten(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := b.create(t, "payers", paid)
	b.apply(did("a", "pay"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	b.follow(ctx)
	require.Empty(t, b.members(t, s.ID))
	b.follow(t.Context())
	require.Equal(t, []string{"a"}, b.members(t, s.ID))
}
