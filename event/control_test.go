package event_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/event"
)

func TestControlEvents(t *testing.T) {
	t.Parallel()
	for _, name := range []string{event.NameDetach, event.NameDeletePerson, event.NameDeleteEvents, event.NameErased} {
		require.True(t, event.Reserved(name), name)
		require.False(t, event.IsActivity(name), name)
		require.Equal(t, name != event.NameErased, event.IsControl(name), name)
	}
	require.False(t, event.Reserved(event.NameIdentify))

	detach := event.NewDetach("u", "a")
	require.Equal(t, event.Join{Kind: event.Detach, Other: "a"}, *detach.Join)
	require.False(t, event.ErasurePending(detach), "a detach deletes nothing")
	require.True(t, event.ErasurePending(event.NewDeletePerson("u")))
	require.False(t, event.ErasurePending(&event.Event{Name: event.NameDeletePerson}))
	require.False(t, event.ErasurePending(&event.Event{Name: "order_paid", Properties: event.Properties{"pending": event.Flag(true)}}))
}

func TestDeletedSeqs(t *testing.T) {
	t.Parallel()
	e := event.NewDeleteEvents([]uint64{12, 3, 12, 1 << 60})
	require.True(t, event.ErasurePending(e))
	require.Equal(t, []uint64{3, 12, 1 << 60}, event.DeletedSeqs(e))
	e.Name = "order_paid"
	require.Nil(t, event.DeletedSeqs(e))
	require.Empty(t, event.DeletedSeqs(&event.Event{Name: event.NameDeleteEvents}))
}
