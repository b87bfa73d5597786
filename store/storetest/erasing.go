package storetest

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/store"
)

// timeline fills a log with two projects whose ids meet in joins, and gives what
// it holds:
//
//	1 p a      2 p u, joined to a   3 q u      4 p other, joined to u (refused)
//	5 p u      6 p alone            7 p $delete_person u    8 p u, a new person
func timeline(t *testing.T, log store.Log) []*event.Event {
	t.Helper()
	by := func(project, id string) *event.Event {
		e := Event(project, fmt.Sprint("e-", project, "-", id))
		e.DistinctID = id
		e.Profile = &event.Profile{Set: event.Properties{"email": event.Text("ada@example.org")}}
		return e
	}
	joined := func(e *event.Event, kind event.JoinKind, other string) *event.Event {
		e.Join, e.Known = &event.Join{Kind: kind, Other: other}, true
		return e
	}
	order := event.NewDeletePerson("u")
	order.ID, order.Project, order.Time, order.Protocol = "order", "p", 1_700_000_000_999, "weir"
	events := []*event.Event{
		by("p", "a"), joined(by("p", "u"), event.Identify, "a"), by("q", "u"), joined(by("p", "other"), event.Identify, "u"),
		by("p", "u"), by("p", "alone"), order, by("p", "u"),
	}
	require.NoError(t, log.Append(t.Context(), events))
	return events
}

func erasureOf(events []*event.Event) store.Erasure {
	return store.Erasure{
		Project: "p", By: events[6].Seq, Tokens: map[string]string{"u": "$erased:7:1"}, Seqs: []uint64{1, 3, 7, 8},
	}
}

// erased is what is left of the timeline.
func erased(events []*event.Event) []*event.Event {
	out := make([]*event.Event, len(events))
	for i, e := range events {
		own := *e
		out[i] = &own
	}
	empty := func(e *event.Event) {
		e.Name, e.Properties, e.Profile = event.NameErased, event.Properties{}, nil
	}
	for _, i := range []int{1, 4} {
		empty(out[i])
		out[i].ID, out[i].DistinctID = store.ErasedID(out[i].Seq), "$erased:7:1"
	}
	out[4].Time, out[4].ReceivedAt = 0, 0
	empty(out[0]) // by its Seq; 3 is of another project, 7 is the order, 8 came later
	out[3].Join = &event.Join{Kind: event.Identify, Other: "$erased:7:1"}
	out[6].DistinctID, out[6].Properties = "$erased:7:1", event.Properties{}
	return out
}

func testErase(t *testing.T, open Opener) {
	log, folder := setup(t, open)
	events := timeline(t, log)
	pending, err := log.Pending(t.Context())
	require.NoError(t, err)
	require.Equal(t, events[6:7], pending)

	want := erased(events)
	for range 2 { // doing it again changes nothing
		require.NoError(t, log.Erase(t.Context(), erasureOf(events)))
		require.Equal(t, want, All(t, log, 0))
	}
	pending, err = log.Pending(t.Context())
	require.NoError(t, err)
	require.Empty(t, pending)
	require.NoError(t, log.Purge(t.Context()))
	require.NoError(t, log.Append(t.Context(), Batch("p", "more", 3)))
	require.Equal(t, want, All(t, log, 0)[:len(want)])

	require.NoError(t, log.Close())
	again := open(t, folder)
	t.Cleanup(func() { _ = again.Close() })
	require.Equal(t, want, All(t, again, 0)[:len(want)])
	require.Equal(t, uint64(len(want)+3), again.LastSeq())

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, again.Erase(ctx, erasureOf(events)), context.Canceled)
}

// A token that is its own leaves the id and takes the content.
func testEraseInPlace(t *testing.T, open Opener) {
	log, _ := setup(t, open)
	events := timeline(t, log)
	require.NoError(t, log.Erase(t.Context(), store.Erasure{Project: "p", By: 7, Tokens: map[string]string{"guest's": "x", "alone": "alone"}}))
	got := All(t, log, 0)
	require.Equal(t, event.NameErased, got[5].Name)
	require.Equal(t, "alone", got[5].DistinctID)
	require.Equal(t, store.ErasedID(6), got[5].ID)
	require.Equal(t, events[4], got[4])
}

func testEvents(t *testing.T, open Opener) {
	log, _ := setup(t, open)
	batch := oddEvents()
	require.NoError(t, log.Append(t.Context(), batch))
	require.NoError(t, log.Append(t.Context(), Batch("p", "a", 20_000)))
	got, err := log.Events(t.Context(), []uint64{4, 1, 99_999, 4, 0})
	require.NoError(t, err)
	require.Equal(t, []*event.Event{batch[0], batch[3]}, got)
	many := make([]uint64, 20_005)
	for i := range many {
		many[i] = uint64(len(many) - i)
	}
	got, err = log.Events(t.Context(), many)
	require.NoError(t, err)
	require.Equal(t, All(t, log, 0), got)
	got, err = log.Events(t.Context(), nil)
	require.NoError(t, err)
	require.Empty(t, got)
}

func testMentions(t *testing.T, open Opener) {
	log, _ := setup(t, open)
	timeline(t, log)
	odd := Event("p", "odd")
	odd.DistinctID = "o'dd \x00 «ü»"
	require.NoError(t, log.Append(t.Context(), []*event.Event{odd}))
	mentions := func(m store.Mention) (seqs []uint64) {
		require.NoError(t, log.Mentions(t.Context(), m, func(e *event.Event) error {
			require.Empty(t, e.Properties)
			require.Nil(t, e.Profile)
			seqs = append(seqs, e.Seq)
			return nil
		}))
		return seqs
	}
	require.Equal(t, []uint64{2, 4, 5, 7, 8}, mentions(store.Mention{Project: "p", IDs: []string{"u"}, UpTo: 9}))
	require.Equal(t, []uint64{2, 4, 5}, mentions(store.Mention{Project: "p", IDs: []string{"u", "nobody"}, UpTo: 6}))
	require.Equal(t, []uint64{1, 2}, mentions(store.Mention{Project: "p", IDs: []string{"a"}, UpTo: 9}))
	require.Equal(t, []uint64{2, 4}, mentions(store.Mention{Project: "p", IDs: []string{"u"}, UpTo: 9, Joins: true}))
	require.Equal(t, []uint64{9}, mentions(store.Mention{Project: "p", IDs: []string{odd.DistinctID}, UpTo: 9}))
	require.Empty(t, mentions(store.Mention{Project: "p'", IDs: []string{"u"}, UpTo: 9}))
	require.Empty(t, mentions(store.Mention{Project: "p", UpTo: 9}))

	seqs, err := log.Seqs(t.Context(), "p", []string{"odd", "e-p-u", "e-q-u"})
	require.NoError(t, err)
	require.Equal(t, []uint64{2, 5, 8, 9}, seqs)
}

// Events arrive and are read while others are erased: no scan sees half of it.
func testEraseAtWork(t *testing.T, open Opener) {
	log, _ := setup(t, open)
	const n = 50_000
	batch := Batch("p", "a", n)
	for i, e := range batch {
		e.DistinctID = []string{"u", "v"}[i%2]
	}
	require.NoError(t, log.Append(t.Context(), batch))
	var wg sync.WaitGroup
	stop := make(chan struct{})
	wg.Go(func() {
		for k := 0; ; k++ {
			select {
			case <-stop:
				return
			default:
			}
			if err := log.Append(t.Context(), Batch("p", fmt.Sprint("b", k), 50)); err != nil {
				t.Errorf("append: %v", err)
			}
		}
	})
	wg.Go(func() {
		for done := false; !done; {
			select {
			case <-stop:
				done = true // once more, to see the end
			default:
			}
			counts := map[string]int{}
			err := log.Scan(t.Context(), 0, func(e *event.Event) error {
				if e.Seq <= n {
					counts[e.DistinctID+e.Name]++
				}
				return nil
			})
			if err != nil || len(counts) != 2 {
				t.Errorf("scan: %v, %v", err, counts)
			}
		}
	})
	require.NoError(t, log.Erase(t.Context(), store.Erasure{Project: "p", By: n, Tokens: map[string]string{"u": "$erased:1:1"}}))
	close(stop)
	wg.Wait()
	all := All(t, log, 0)
	require.Equal(t, log.LastSeq(), uint64(len(all)))
	for i, e := range all {
		require.Equal(t, uint64(i+1), e.Seq)
		require.Equal(t, i < n && i%2 == 0, e.Name == event.NameErased)
	}
}
