// Package storetest is the suite that every store.Log must pass. An engine is
// done when it does.
//
// An engine's own test calls Log with an Opener; the suite opens, fills, closes
// and opens again. It checks order, atomicity, concurrency, durability over a
// restart, what odd values come back as, and what is left of erased events; performance is the engine's own
// matter.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/store"
)

// Opener opens the log that lives in a folder, creating it where there is none.
type Opener func(t *testing.T, folder string) store.Log

// Log runs the whole suite.
func Log(t *testing.T, open Opener) {
	t.Helper()
	cases := map[string]func(*testing.T, Opener){
		"empty":              testEmpty,
		"values":             testValues,
		"order":              testOrder,
		"concurrent appends": testConcurrent,
		"reopen":             testReopen,
		"scan after":         testScanAfter,
		"scan stops":         testScanStops,
		"refused batch":      testAtomic,
		"cancelled":          testCancelled,
		"ids":                testIDs,
		"event ids":          testEventIDs,
		"closed":             testClosed,
		"events":             testEvents,
		"mentions":           testMentions,
		"erase":              testErase,
		"erase in place":     testEraseInPlace,
		"erase at work":      testEraseAtWork,
	}
	for name, run := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run(t, open)
		})
	}
}

// Event makes a plain event for tests of logs.
func Event(project, id string) *event.Event {
	return &event.Event{
		ID: id, Project: project, Name: "order_paid", Time: 1_700_000_000_123, ReceivedAt: 1_700_000_000_456,
		DistinctID: "u-" + id, Protocol: "native",
		Properties: event.Properties{"amount": event.Num(12.5), "city": event.Text("Hangzhou")},
	}
}

// Batch makes n events with ids «prefix-0» and on.
func Batch(project, prefix string, n int) []*event.Event {
	batch := make([]*event.Event, n)
	for i := range batch {
		batch[i] = Event(project, fmt.Sprintf("%s-%d", prefix, i))
	}
	return batch
}

// All reads the log from after to its end.
func All(t *testing.T, log store.Log, after uint64) []*event.Event {
	t.Helper()
	var all []*event.Event
	require.NoError(t, log.Scan(t.Context(), after, func(e *event.Event) error {
		all = append(all, e)
		return nil
	}))
	return all
}

func setup(t *testing.T, open Opener) (store.Log, string) {
	t.Helper()
	folder := t.TempDir()
	log := open(t, folder)
	t.Cleanup(func() { _ = log.Close() })
	return log, folder
}

func testEmpty(t *testing.T, open Opener) {
	log, _ := setup(t, open)
	require.Zero(t, log.LastSeq())
	require.Empty(t, All(t, log, 0))
	require.NoError(t, log.Append(t.Context(), nil))
	require.Zero(t, log.LastSeq())
}

func testValues(t *testing.T, open Opener) {
	log, folder := setup(t, open)
	batch := oddEvents()
	require.NoError(t, log.Append(t.Context(), batch))
	require.Equal(t, batch, All(t, log, 0))
	require.NoError(t, log.Close())
	again := open(t, folder)
	t.Cleanup(func() { _ = again.Close() })
	require.Equal(t, batch, All(t, again, 0))
}

// oddEvents are events whose values are easily lost on the way.
func oddEvents() []*event.Event {
	empty := &event.Event{ID: "e", Project: "p", Name: "n", Properties: event.Properties{}}
	texts := Event("p", "texts")
	texts.DistinctID = "名字 «😀» \u2028\"quoted\"\\"
	texts.Properties = event.Properties{
		"":        event.Text(""),
		"中文":      event.Text("堰，水\n\t\x01\x7f"),
		"a.b\"c":  event.Text(`{"not":"an object"}`),
		"huge":    event.Text(strings.Repeat("长", 200_000)),
		"truthy":  event.Text("true"),
		"numeric": event.Text("12"),
		"zero":    event.Text("a\x00b"),
	}
	numbers := Event("p", "numbers")
	numbers.Time, numbers.ReceivedAt = 0, math.MaxInt32*1000
	numbers.Properties = event.Properties{
		"max": event.Num(math.MaxFloat64), "tiny": event.Num(math.SmallestNonzeroFloat64), "neg": event.Num(-1.5e-9),
		"big": event.Num(1 << 60), "int": event.Num(-42), "zero": event.Num(0), "third": event.Num(1.0 / 3),
		"digits": event.Num(123456789012345678),
	}
	lists := Event("p", "lists")
	lists.Properties = event.Properties{
		"none": event.Strings([]string{}...), "one": event.Strings(""), "more": event.Strings("a", "b,\"]", "丙"),
		"yes": event.Flag(true), "no": event.Flag(false),
	}
	lists.Properties["none"] = event.Value{Kind: event.List, List: []string{}}
	profile := Event("p", "profile")
	profile.Known, profile.Join = true, &event.Join{Kind: event.Identify, Other: "anon"}
	profile.Profile = &event.Profile{
		Set: event.Properties{"email": event.Text("a@b.cn")}, SetOnce: event.Properties{"first": event.Flag(true)},
		Add: map[string]float64{"points": -3.5}, Append: event.Properties{"tags": event.Strings("x", "y")},
		Remove: event.Properties{"tags": event.Strings("z")}, Unset: []string{"old", "舊"},
	}
	return []*event.Event{empty, texts, numbers, lists, profile}
}

func testOrder(t *testing.T, open Opener) {
	log, _ := setup(t, open)
	var want []string
	for i := range 5 {
		batch := Batch("p", fmt.Sprint("b", i), 700)
		require.NoError(t, log.Append(t.Context(), batch))
		for k, e := range batch {
			want = append(want, e.ID)
			require.Equal(t, uint64(i*700+k+1), e.Seq, "seq is dense and in the caller's order")
		}
	}
	var got []string
	for i, e := range All(t, log, 0) {
		require.Equal(t, uint64(i+1), e.Seq)
		got = append(got, e.ID)
	}
	require.Equal(t, want, got)
	require.Equal(t, uint64(3500), log.LastSeq())
}

func testConcurrent(t *testing.T, open Opener) {
	log, _ := setup(t, open)
	const callers, calls, size = 8, 20, 15
	var wg sync.WaitGroup
	batches := make([][]*event.Event, callers*calls)
	for c := range callers {
		wg.Go(func() {
			for k := range calls {
				batch := Batch(fmt.Sprint("p", c), fmt.Sprint(k), size)
				if err := log.Append(t.Context(), batch); err != nil {
					t.Errorf("append: %v", err)
				}
				batches[c*calls+k] = batch
			}
		})
	}
	wg.Wait()
	stored := All(t, log, 0)
	require.Len(t, stored, callers*calls*size)
	for _, batch := range batches {
		for i, e := range batch {
			require.Equal(t, batch[0].Seq+uint64(i), e.Seq, "one call's events are contiguous")
			require.Equal(t, e, stored[e.Seq-1])
		}
	}
}

func testReopen(t *testing.T, open Opener) {
	log, folder := setup(t, open)
	require.NoError(t, log.Append(t.Context(), Batch("p", "a", 10)))
	require.NoError(t, log.Close())
	again := open(t, folder)
	t.Cleanup(func() { _ = again.Close() })
	require.Equal(t, uint64(10), again.LastSeq())
	more := Batch("p", "b", 5)
	require.NoError(t, again.Append(t.Context(), more))
	require.Equal(t, uint64(11), more[0].Seq)
	require.Len(t, All(t, again, 0), 15)
}

func testScanAfter(t *testing.T, open Opener) {
	log, _ := setup(t, open)
	const n = 40_000 // more than an engine is likely to read at once
	require.NoError(t, log.Append(t.Context(), Batch("p", "a", n)))
	for _, after := range []uint64{0, 1, 16_383, 16_384, n - 1, n, n + 10} {
		events := All(t, log, after)
		require.Len(t, events, int(max(n, after)-after))
		for i, e := range events {
			require.Equal(t, after+uint64(i)+1, e.Seq)
		}
	}
}

func testScanStops(t *testing.T, open Opener) {
	log, _ := setup(t, open)
	require.NoError(t, log.Append(t.Context(), Batch("p", "a", 100)))
	enough := errors.New("enough")
	seen := 0
	err := log.Scan(t.Context(), 0, func(*event.Event) error {
		if seen++; seen == 3 {
			return enough
		}
		return nil
	})
	require.ErrorIs(t, err, enough)
	require.Equal(t, 3, seen)
}

func testAtomic(t *testing.T, open Opener) {
	log, _ := setup(t, open)
	batch := Batch("p", "a", 3)
	batch[2].Properties["bad"] = event.Num(math.NaN())
	require.Error(t, log.Append(t.Context(), batch))
	require.Zero(t, log.LastSeq())
	require.Empty(t, All(t, log, 0))
	good := Batch("p", "b", 1)
	require.NoError(t, log.Append(t.Context(), good))
	require.Equal(t, uint64(1), good[0].Seq, "a refused batch uses up no numbers")
}

func testCancelled(t *testing.T, open Opener) {
	log, _ := setup(t, open)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, log.Append(ctx, Batch("p", "a", 3)), context.Canceled)
	require.Zero(t, log.LastSeq())
	require.NoError(t, log.Append(t.Context(), Batch("p", "b", 3)))
	require.ErrorIs(t, log.Scan(ctx, 0, func(*event.Event) error { return nil }), context.Canceled)
	require.ErrorIs(t, log.IDs(ctx, 0, func(string, string) {}), context.Canceled)

	// Appends whose context ends at any moment are stored whole or not at all.
	var wg sync.WaitGroup
	for i := range 50 {
		batch := Batch("q", fmt.Sprint(i), 4)
		ctx, cancel := context.WithCancel(t.Context())
		wg.Go(func() {
			err := log.Append(ctx, batch)
			if (err == nil) != (batch[0].Seq != 0) {
				t.Errorf("append: %v with seq %d", err, batch[0].Seq)
			}
		})
		wg.Go(cancel)
	}
	wg.Wait()
	stored := len(All(t, log, 0)) - 3
	require.Zero(t, stored%4)
	require.Equal(t, uint64(stored+3), log.LastSeq())
}

func testIDs(t *testing.T, open Opener) {
	log, _ := setup(t, open)
	old, edge, fresh := Event("p", "old"), Event("p", "edge"), Event("q", "fresh")
	old.ReceivedAt, edge.ReceivedAt, fresh.ReceivedAt = 999, 1000, 5000
	require.NoError(t, log.Append(t.Context(), []*event.Event{old, edge, fresh}))
	read := func(since int64) (ids []string) {
		require.NoError(t, log.IDs(t.Context(), since, func(project, id string) { ids = append(ids, project+"/"+id) }))
		return ids
	}
	require.ElementsMatch(t, []string{"p/edge", "q/fresh"}, read(1000))
	require.Len(t, read(0), 3)
	require.Empty(t, read(5001))
}

func testEventIDs(t *testing.T, open Opener) {
	log, _ := setup(t, open)
	require.NoError(t, log.Append(t.Context(), Batch("p", "a", 50)))
	require.NoError(t, log.Append(t.Context(), []*event.Event{Event("q", "it's «odd»")}))
	ids, err := log.EventIDs(t.Context(), []uint64{51, 3, 3, 1, 9999})
	require.NoError(t, err)
	require.Equal(t, map[uint64]string{1: "a-0", 3: "a-2", 51: "it's «odd»"}, ids)
	ids, err = log.EventIDs(t.Context(), nil)
	require.NoError(t, err)
	require.Empty(t, ids)
}

func testClosed(t *testing.T, open Opener) {
	log, _ := setup(t, open)
	require.NoError(t, log.Append(t.Context(), Batch("p", "a", 1)))
	require.NoError(t, log.Close())
	require.NoError(t, log.Close())
	require.Error(t, log.Append(t.Context(), Batch("p", "b", 1)))
	require.Error(t, log.Scan(t.Context(), 0, func(*event.Event) error { return nil }))
}
