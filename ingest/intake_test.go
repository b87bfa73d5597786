package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/ingest"
	"github.com/weirhq/weir/ingest/ingesttest"
	"github.com/weirhq/weir/store/storetest"
)

func plain(id string) *event.Event {
	return &event.Event{ID: id, Name: "pay", DistinctID: "u1", Properties: event.Properties{"amount": event.Num(1)}, Protocol: "native"}
}

func plains(ids ...string) []*event.Event {
	batch := make([]*event.Event, len(ids))
	for i, id := range ids {
		batch[i] = plain(id)
	}
	return batch
}

func TestAcceptStoresAppliesAndDropsRepeats(t *testing.T) {
	t.Parallel()
	b := ingesttest.New(t)
	result, err := b.Intake.Accept(t.Context(), "p", plains("a", "b", "a"))
	require.NoError(t, err)
	require.Equal(t, ingest.Result{Accepted: 2, Duplicates: 1, Rejected: []ingest.Reject{}}, result)
	result, err = b.Intake.Accept(t.Context(), "p", plains("b", "c"))
	require.NoError(t, err)
	require.Equal(t, 1, result.Accepted)
	require.Equal(t, 1, result.Duplicates)
	result, err = b.Intake.Accept(t.Context(), "another project", plains("a"))
	require.NoError(t, err)
	require.Equal(t, 1, result.Accepted, "ids are of a project")
	stored := b.Stored(t)
	require.Len(t, stored, 4)
	require.Equal(t, stored, b.Derived.Events())
	require.Equal(t, ingesttest.Now.UnixMilli(), stored[0].Time, "an event without a time happened when it arrived")
	require.Equal(t, ingesttest.Now.UnixMilli(), stored[0].ReceivedAt)
}

func TestEventsWithoutIDsAreAllKept(t *testing.T) {
	t.Parallel()
	b := ingesttest.New(t)
	for range 2 {
		result, err := b.Intake.Accept(t.Context(), "p", plains("", ""))
		require.NoError(t, err)
		require.Equal(t, 2, result.Accepted)
	}
	require.NotEqual(t, b.Stored(t)[0].ID, b.Stored(t)[1].ID)
}

func TestRejectsNameTheReasonAndKeepTheRest(t *testing.T) {
	t.Parallel()
	b := ingesttest.New(t)
	future, past, ancient := plain("future"), plain("past"), plain("1997")
	future.Time = ingesttest.Now.Add(25 * time.Hour).UnixMilli()
	past.Time = -1
	ancient.Time = time.Date(1997, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()
	nameless, nobody, long, large := plain("nameless"), plain("nobody"), plain("long"), plain("large")
	nameless.Name, nobody.DistinctID = "", ""
	long.DistinctID = strings.Repeat("x", ingest.MaxIDBytes+1)
	large.Properties["text"] = event.Text(strings.Repeat("x", ingest.MaxEventBytes))
	many := plain("many")
	for i := range ingest.MaxProperties {
		many.Properties[fmt.Sprint(i)] = event.Num(1)
	}
	loop := plain("join")
	loop.Join = &event.Join{Kind: event.Identify}
	broken := plain("broken")
	broken.Properties["te\xffxt"] = event.Text("a\xffb")
	batch := []*event.Event{future, past, ancient, nameless, nobody, long, large, many, loop, broken}
	result, err := b.Intake.Accept(t.Context(), "p", batch)
	require.NoError(t, err)
	require.Equal(t, 2, result.Accepted)
	fields := map[string]string{}
	for _, r := range result.Rejected {
		fields[r.ID] = r.Field
		require.NotEmpty(t, r.Reason)
		require.Equal(t, batch[r.Index].ID, r.ID)
	}
	require.Equal(t, map[string]string{
		"future": "time", "past": "time", "nameless": "name", "nobody": "distinct_id", "long": "distinct_id",
		"large": "", "many": "properties", "join": "join",
	}, fields)
	require.Equal(t, event.Text("a\uFFFDb"), b.Stored(t)[1].Properties["te\uFFFDxt"])
	require.Equal(t, ancient.Time, b.Stored(t)[0].Time)
}

func TestTooManyEventsAreRefusedWhole(t *testing.T) {
	t.Parallel()
	b := ingesttest.New(t)
	_, err := b.Intake.Accept(t.Context(), "p", storetest.Batch("p", "x", ingest.MaxBatchEvents+1))
	require.Equal(t, fault.TooLarge, fault.KindOf(err))
	require.Empty(t, b.Stored(t))
}

// TestRepeatInFlight holds the first append back while the same id arrives again.
func TestRepeatInFlight(t *testing.T) {
	t.Parallel()
	for name, outcome := range map[string]error{"the first is stored": nil, "the first fails": errors.New("disk full")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			log := storetest.NewMemory()
			b := ingesttest.Over(t, log, ingest.Options{})
			arrived, release := make(chan struct{}, 8), make(chan struct{})
			log.Gate(func() { arrived <- struct{}{}; <-release })
			log.Fail(outcome)
			type answer struct {
				result ingest.Result
				err    error
			}
			first, second := make(chan answer, 1), make(chan answer, 1)
			go func() {
				r, err := b.Intake.Accept(t.Context(), "p", plains("x"))
				first <- answer{r, err}
			}()
			<-arrived
			go func() {
				r, err := b.Intake.Accept(t.Context(), "p", plains("x", "y"))
				second <- answer{r, err}
			}()
			<-arrived // the second stores y, and waits for x
			select {
			case <-second:
				t.Fatal("a repeat was acknowledged before the first was durable")
			default:
			}
			if outcome == nil {
				close(release)
				require.Equal(t, 1, (<-first).result.Accepted)
				require.Equal(t, ingest.Result{Accepted: 1, Duplicates: 1, Rejected: []ingest.Reject{}}, (<-second).result)
				require.Len(t, b.Stored(t), 2)
				return
			}
			close(release)
			require.Error(t, (<-first).err)
			require.Error(t, (<-second).err, "what was left to a failed call is not acknowledged")
			log.Fail(nil)
			result, err := b.Intake.Accept(t.Context(), "p", plains("x", "y"))
			require.NoError(t, err)
			require.Equal(t, 2, result.Accepted, "an id that was not stored may come again")
		})
	}
}

// TestRepeatIsStoredWhenTheFirstFails lets only the first of two appends fail.
func TestRepeatIsStoredWhenTheFirstFails(t *testing.T) {
	t.Parallel()
	log := storetest.NewMemory()
	b := ingesttest.Over(t, log, ingest.Options{})
	gate := make(chan struct{})
	arrived := make(chan struct{}, 1)
	ctx, cancel := context.WithCancel(t.Context())
	log.Gate(func() { arrived <- struct{}{}; <-gate })
	failed := make(chan error, 1)
	go func() {
		_, err := b.Intake.Accept(ctx, "p", plains("x"))
		failed <- err
	}()
	<-arrived
	log.Gate(nil)
	done := make(chan ingest.Result, 1)
	go func() {
		r, err := b.Intake.Accept(t.Context(), "p", plains("x"))
		if err != nil {
			t.Errorf("accept: %v", err)
		}
		done <- r
	}()
	cancel() // the first append finds its context at an end
	close(gate)
	require.Error(t, <-failed)
	require.Equal(t, 1, (<-done).Accepted)
	require.Len(t, b.Stored(t), 1)
}

func TestConcurrentAcceptsStoreEachIDOnceInOrder(t *testing.T) {
	t.Parallel()
	b := ingesttest.New(t)
	const senders, rounds = 8, 50
	var wg sync.WaitGroup
	var mu sync.Mutex
	accepted := 0
	for s := range senders {
		wg.Go(func() {
			for r := range rounds {
				// Neighbours send overlapping ids, in opposite orders.
				ids := []string{fmt.Sprint(r, "-", s), fmt.Sprint(r, "-", (s+1)%senders), fmt.Sprint(r, "-all")}
				if s%2 == 0 {
					ids[0], ids[2] = ids[2], ids[0]
				}
				result, err := b.Intake.Accept(t.Context(), "p", plains(ids...))
				if err != nil {
					t.Errorf("accept: %v", err)
				}
				mu.Lock()
				accepted += result.Accepted
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	require.Equal(t, rounds*(senders+1), accepted)
	require.Len(t, b.Stored(t), accepted)
	require.Equal(t, b.Stored(t), b.Derived.Events(), "applied in order of seq")
}

func TestHorizonSurvivesARestartAndEnds(t *testing.T) {
	t.Parallel()
	log := storetest.NewMemory()
	b := ingesttest.Over(t, log, ingest.Options{})
	_, err := b.Intake.Accept(t.Context(), "p", plains("a"))
	require.NoError(t, err)
	b.Intake.Stop()
	b.Clock.Advance(ingest.Horizon - time.Hour)
	require.NoError(t, b.Intake.Start(t.Context()))
	result, err := b.Intake.Accept(t.Context(), "p", plains("a", "b"))
	require.NoError(t, err)
	require.Equal(t, 1, result.Duplicates)
	b.Clock.Advance(3 * ingest.Horizon)
	result, err = b.Intake.Accept(t.Context(), "p", plains("b"))
	require.NoError(t, err)
	require.Equal(t, 1, result.Accepted, "beyond the horizon an id is new")
}

func TestDoorIsClosedBeforeStartAndAfterStop(t *testing.T) {
	t.Parallel()
	b := ingesttest.New(t)
	require.NoError(t, b.Intake.Start(t.Context()))
	b.Intake.Stop()
	b.Intake.Stop()
	_, err := b.Intake.Accept(t.Context(), "p", plains("a"))
	require.Equal(t, fault.Unavailable, fault.KindOf(err))
}

func TestBackPressure(t *testing.T) {
	t.Parallel()
	b := ingesttest.Over(t, storetest.NewMemory(), ingest.Options{MaxInFlightBytes: 500})
	release, err := b.Intake.Reserve(450)
	require.NoError(t, err)
	_, err = b.Intake.Accept(t.Context(), "p", plains("a"))
	require.Equal(t, fault.Busy, fault.KindOf(err))
	require.Equal(t, uint64(1), b.Intake.Stats().Busy)
	release()
	_, err = b.Intake.Accept(t.Context(), "p", plains("a"))
	require.NoError(t, err)
	require.Zero(t, b.Intake.Stats().InFlightBytes)
}

func TestAppendIsIdempotentAndStrict(t *testing.T) {
	t.Parallel()
	b := ingesttest.New(t)
	sent := func() []*event.Event {
		return []*event.Event{
			{ID: "msg_1:sent", Project: "p", Name: event.NameMessageSent, DistinctID: "u1"},
			{ID: "msg_2:sent", Project: "q", Name: event.NameMessageSent, DistinctID: "u2"},
		}
	}
	require.NoError(t, b.Intake.Append(t.Context(), sent()))
	require.NoError(t, b.Intake.Append(t.Context(), sent()))
	stored := b.Stored(t)
	require.Len(t, stored, 2)
	require.Equal(t, "weir", stored[0].Protocol)
	require.Equal(t, "q", stored[1].Project)
	bad := []*event.Event{{Project: "p", Name: "x"}}
	require.Equal(t, fault.Invalid, fault.KindOf(b.Intake.Append(t.Context(), bad)))
}

func TestLiveViewAndActivity(t *testing.T) {
	t.Parallel()
	b := ingesttest.New(t)
	lines, cancel := b.Intake.Subscribe("p")
	bad := plain("bad")
	bad.Name = ""
	_, err := b.Intake.Accept(t.Context(), "p", []*event.Event{plain("a"), bad})
	require.NoError(t, err)
	require.Equal(t, "a", (<-lines).Event.ID)
	refused := (<-lines).Refused
	require.Equal(t, "name", refused.Rejected[0].Field)
	require.Equal(t, "native", refused.Protocol)
	require.Equal(t, ingest.Activity{LastEventAt: ingesttest.Now.UnixMilli(), LastMinute: 1, RejectedLastHour: 1}, b.Intake.Activity("p"))
	b.Clock.Advance(2 * time.Hour)
	require.Equal(t, ingest.Activity{LastEventAt: ingesttest.Now.UnixMilli()}, b.Intake.Activity("p"))

	// A subscriber that does not read loses lines and never holds the intake up.
	_, err = b.Intake.Accept(t.Context(), "p", storetest.Batch("p", "many", 2*ingest.RecentEvents))
	require.NoError(t, err)
	require.Len(t, b.Intake.Recent("p"), ingest.RecentEvents)
	require.Equal(t, "many-999", b.Intake.Recent("p")[ingest.RecentEvents-1].Event.ID)
	require.Empty(t, b.Intake.Recent("q"))
	cancel()
	cancel()
	for range lines { // closed at last
	}
	require.Equal(t, uint64(1001), b.Intake.Stats().Accepted)
	require.Equal(t, uint64(1), b.Intake.Stats().Rejected)
}

func TestEnrichment(t *testing.T) {
	t.Parallel()
	b := ingesttest.New(t)
	e := plain("a")
	e.Properties = event.Properties{
		"$url":        event.Text("https://shop.example/p/1?utm_source=weibo&utm_campaign=%E6%98%A5"),
		"$referrer":   event.Text("https://www.baidu.com/s?wd=x"),
		"$user_agent": event.Text("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/116 Mobile Safari/537.36 MicroMessenger/8.0"),
		"$utm_source": event.Text("said by the sender"),
	}
	_, err := b.Intake.Accept(t.Context(), "p", []*event.Event{e})
	require.NoError(t, err)
	require.Equal(t, event.Properties{
		"$url": e.Properties["$url"], "$url_path": event.Text("/p/1"), "$utm_source": event.Text("said by the sender"),
		"$utm_campaign": event.Text("春"), "$referrer": e.Properties["$referrer"], "$referrer_host": event.Text("www.baidu.com"),
		"$os": event.Text("Android"), "$browser": event.Text("WeChat"), "$platform": event.Text("mobile web"),
	}, b.Stored(t)[0].Properties)
}

func TestReplayGivesTheDerivedEverything(t *testing.T) {
	t.Parallel()
	log := storetest.NewMemory()
	require.NoError(t, log.Append(t.Context(), storetest.Batch("p", "a", 10_000)))
	derived := ingesttest.NewRecorder(t)
	var seen uint64
	require.NoError(t, ingest.Replay(t.Context(), log, derived, 0, func(seq uint64) { seen = seq }))
	require.Len(t, derived.Events(), 10_000)
	require.Equal(t, uint64(10_000), seen)
}
