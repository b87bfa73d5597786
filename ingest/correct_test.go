package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/ingest"
	"github.com/weirhq/weir/ingest/ingesttest"
	"github.com/weirhq/weir/store/storetest"
)

// Who holds a write key can add events, and delete nothing.
func TestSendersCannotCorrectTheLog(t *testing.T) {
	t.Parallel()
	b := ingesttest.New(t)
	victim := storetest.Event("p", "1")
	victim.DistinctID = "u"
	join := func(kind event.JoinKind, other string) *event.Join { return &event.Join{Kind: kind, Other: other} }
	result, err := b.Intake.Accept(t.Context(), "p", []*event.Event{
		victim,
		event.NewDeletePerson("u"), event.NewDeleteEvents([]uint64{1}), event.NewDetach("u", "a"),
		{Name: event.NameErased, DistinctID: "u"},
		{Name: "view", DistinctID: "u", Join: join(event.Detach, "a")},
		{Name: "view", DistinctID: "$erased:1:0"},
		{Name: "view", DistinctID: "u", Join: join(event.Identify, "$erased:1:0")},
	})
	require.NoError(t, err)
	require.Equal(t, 1, result.Accepted)
	require.Len(t, result.Rejected, 7)
	for i, field := range []string{"name", "name", "name", "name", "join", "distinct_id", "distinct_id"} {
		require.Equal(t, field, result.Rejected[i].Field)
		require.Contains(t, result.Rejected[i].Reason, "Weir", "%d", i)
	}
	require.Equal(t, []*event.Event{victim}, b.Stored(t))
	require.Equal(t, fault.Invalid, fault.KindOf(b.Intake.Append(t.Context(), []*event.Event{event.NewDeletePerson("u")})))
}

func TestDeleteEvents(t *testing.T) {
	t.Parallel()
	b := ingesttest.New(t)
	_, err := b.Intake.Accept(t.Context(), "p", storetest.Batch("p", "a", 5))
	require.NoError(t, err)
	n, err := b.Intake.DeleteEvents(t.Context(), "p", []string{"a-1", "a-3", "a-3", "nobody"})
	require.NoError(t, err)
	require.Equal(t, 2, n)
	n, err = b.Intake.DeleteEvents(t.Context(), "q", []string{"a-2"})
	require.NoError(t, err)
	require.Zero(t, n, "an event of another project")
	require.NoError(t, b.Intake.Erase(t.Context()))

	stored := b.Stored(t)
	require.Len(t, stored, 6)
	require.Equal(t, event.NameErased, stored[1].Name)
	require.Equal(t, event.NameErased, stored[3].Name)
	require.Equal(t, "order_paid", stored[2].Name)
	n, err = b.Intake.DeleteEvents(t.Context(), "p", []string{"a-1", stored[5].ID})
	require.NoError(t, err)
	require.Zero(t, n, "what was deleted, and orders, are not deleted again")

	result, err := b.Intake.Accept(t.Context(), "p", storetest.Batch("p", "a", 2))
	require.NoError(t, err)
	require.Equal(t, 2, result.Duplicates, "a deleted event does not come back")
	_, err = b.Intake.DeleteEvents(t.Context(), "p", make([]string, event.MaxDeletedSeqs+1))
	require.Equal(t, fault.TooLarge, fault.KindOf(err))
}

func TestDetach(t *testing.T) {
	t.Parallel()
	b := ingesttest.New(t)
	require.Equal(t, fault.Invalid, fault.KindOf(b.Intake.Detach(t.Context(), "p", "u", "u")))
	require.NoError(t, b.Intake.Detach(t.Context(), "p", "u", "a"))
	applied := b.Derived.Events()
	require.Equal(t, event.NameDetach, applied[0].Name)
	require.Equal(t, ingesttest.Now.UnixMilli(), applied[0].Time)
	b.Intake.Stop()
	require.Equal(t, fault.Unavailable, fault.KindOf(b.Intake.Detach(t.Context(), "p", "u", "a")))
}

// A deletion holds at once, also while the log cannot lose the data, and the next
// start makes up for it.
func TestAnErasureThatFailsIsMadeUpFor(t *testing.T) {
	t.Parallel()
	log := storetest.NewMemory()
	b := ingesttest.Over(t, log, ingest.Options{})
	_, err := b.Intake.Accept(t.Context(), "p", []*event.Event{{ID: "1", Name: "view", DistinctID: "u", Properties: event.Properties{"x": event.Text("secret")}}})
	require.NoError(t, err)
	b.Intake.Stop() // and with it the erasure in the background
	require.NoError(t, b.Intake.Start(t.Context()))
	require.NoError(t, b.Intake.DeletePerson(t.Context(), "p", "u"))
	b.Intake.Stop()

	again := ingesttest.Over(t, log, ingest.Options{})
	require.NoError(t, again.Intake.Erase(t.Context()))
	require.Equal(t, event.NameErased, again.Stored(t)[0].Name)
	pending, err := log.Pending(t.Context())
	require.NoError(t, err)
	require.Empty(t, pending)
}

// keeper is a Derived with files, which may be slow.
type keeper struct {
	*ledger

	mu   sync.Mutex
	err  error
	kept map[string]uint64
}

func (k *keeper) Keep(_ context.Context, project string, seq uint64) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.err == nil {
		k.kept[project] = max(k.kept[project], seq)
	}
	return k.err
}

// The log is not erased before the files of the Derived have what it is about to
// lose: read on from before, it would name ids that the files do not know.
func TestTheLogIsErasedAfterFilesAreWritten(t *testing.T) {
	t.Parallel()
	log, derived := storetest.NewMemory(), &keeper{ledger: newLedger(), err: errors.New("the disk is full"), kept: map[string]uint64{}}
	in := ingest.New(log, derived, clock.NewManual(ingesttest.Now), slog.New(slog.DiscardHandler), ingest.Options{})
	require.NoError(t, in.Start(t.Context()))
	t.Cleanup(in.Stop)
	for i, project := range []string{"p", "p", "q"} {
		_, err := in.Accept(t.Context(), project, []*event.Event{{Name: "view", DistinctID: fmt.Sprint("u", i)}})
		require.NoError(t, err)
		require.NoError(t, in.DeletePerson(t.Context(), project, fmt.Sprint("u", i)))
	}
	require.ErrorContains(t, in.Erase(t.Context()), "the disk is full")
	pending, err := log.Pending(t.Context())
	require.NoError(t, err)
	require.Len(t, pending, 3)
	derived.mu.Lock()
	derived.err = nil
	derived.mu.Unlock()
	require.NoError(t, in.Erase(t.Context()))
	require.Equal(t, map[string]uint64{"p": 4, "q": 6}, derived.kept)
	pending, err = log.Pending(t.Context())
	require.NoError(t, err)
	require.Empty(t, pending)
}
