package segment

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/analyse"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/person"
)

func with(e *event.Event, property, value string) *event.Event {
	if e.Properties == nil {
		e.Properties = event.Properties{}
	}
	e.Properties[property] = event.Text(value)
	return e
}

type fixedSource struct {
	tags []Tag
	err  error
}

func (f fixedSource) Tags(context.Context, analyse.Project, person.Ordinal) ([]Tag, error) {
	return f.tags, f.err
}

func TestTagsOfAPerson(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.apply(
		with(with(did("a", "pay"), "platform", "ios"), "city", "Hangzhou"),
		with(with(did("a", "view"), "platform", "ios"), "city", "Suzhou"),
		with(with(did("a", "view"), "platform", "web"), "city", "Wuxi"),
		profile("a", "$tags", event.Strings("vip", "press")),
		profile("a", "channel", event.Text("search")),
		with(did("b", "view"), "platform", "ios"), profile("b", "$tags", event.Strings("press")),
		with(did("c", "view"), "platform", "web"),
		with(did("d", "$message_opened"), "channel", "email"),
	)
	s := b.create(t, "payers", paid)
	b.AddTagSource(fixedSource{tags: []Tag{{Tag: "rfm", Value: "champions", Category: CategoryModel, Weight: 0.9}}})
	tags, err := b.TagsOf(t.Context(), b.p, b.ordinal(t, "a"))
	require.NoError(t, err)
	require.Equal(t, []Tag{
		{Tag: "rfm", Value: "champions", Category: CategoryModel, Weight: 0.9},
		{Tag: "$tags", Value: "vip", Category: CategoryManual, Weight: 0.75},
		{Tag: "$tags", Value: "press", Category: CategoryManual, Weight: 0.5},
		{Tag: "segment", Value: s.ID, Label: "payers", Category: CategorySegment, Weight: 0.75},
		{Tag: "channel", Value: "search", Category: CategoryPreference, Weight: 0.75},
		{Tag: "platform", Value: "ios", Category: CategoryPreference, Weight: 0.5},
		// No city has half of the events: there is no preference to state.
	}, tags)

	tags, err = b.TagsOf(t.Context(), b.p, b.ordinal(t, "d"))
	require.NoError(t, err)
	require.Len(t, tags, 1, "a message's channel is no fact of the person")

	b.AddTagSource(fixedSource{err: errors.New("no")})
	_, err = b.TagsOf(t.Context(), b.p, 0)
	require.Error(t, err)
}

func TestPopulationCountsAreKeptForAWhile(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, who := range []string{"a", "b", "c", "d"} {
		b.apply(with(did(who, "view"), "platform", "ios"))
	}
	weight := func() float64 {
		tags, err := b.TagsOf(t.Context(), b.p, 0)
		require.NoError(t, err)
		require.Len(t, tags, 1)
		return tags[0].Weight
	}
	require.Zero(t, weight())
	b.apply(with(did("e", "view"), "platform", "web"))
	require.Zero(t, weight(), "counted before")
	b.clk.Advance(10 * time.Minute)
	require.InDelta(t, 0.2, weight(), 1e-9)
	for _, who := range []string{"f", "g", "h", "i", "j", "k"} {
		b.apply(with(did(who, "view"), "platform", "web"))
	}
	require.InDelta(t, 7.0/11, weight(), 1e-9, "a project that doubled is counted again at once")

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	b.clk.Advance(time.Hour)
	_, err := b.TagsOf(ctx, b.p, 0)
	require.ErrorIs(t, err, context.Canceled)
}
