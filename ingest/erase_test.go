package ingest_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/ingest"
	"github.com/weirhq/weir/ingest/ingesttest"
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/store/storetest"
)

// ledger is a Derived that keeps who has which events, in the plainest way.
type ledger struct {
	graph *person.Graph
	gone  map[person.Ordinal]bool
	rows  map[uint64]ledgerRow // by Seq
}

type ledgerRow struct {
	person person.Ordinal
	id     uint32
	event  *event.Event
}

func newLedger() *ledger {
	return &ledger{graph: person.NewGraph(), gone: map[person.Ordinal]bool{}, rows: map[uint64]ledgerRow{}}
}

func (l *ledger) Apply(events []*event.Event) {
	for _, e := range events {
		r := l.graph.Resolve(e)
		for seq, row := range l.rows {
			at := l.graph.Canonical(row.person)
			switch {
			case r.Split != nil && at == r.Split.From && row.id == r.Split.ID:
				row.person = r.Split.To
				l.rows[seq] = row
			case r.Forgotten && at == r.Person:
				delete(l.rows, seq)
			}
		}
		if r.Forgotten {
			l.gone[r.Person] = true
		}
		for _, seq := range event.DeletedSeqs(e) {
			delete(l.rows, seq)
		}
		if r.Row {
			l.rows[e.Seq] = ledgerRow{person: r.Person, id: r.ID, event: e}
		}
	}
}

// shown is one person as questions see it.
type shown struct {
	Identities []person.Identity
	Events     map[uint64]string
}

// everybody gives the persons by ordinal.
func (l *ledger) everybody() map[person.Ordinal]shown {
	out := map[person.Ordinal]shown{}
	snapshot := l.graph.Snapshot()
	for i := range snapshot.Len() {
		o := person.Ordinal(i)
		if snapshot.Canonical(o) != o || snapshot.Forgotten(o) {
			continue
		}
		s := shown{Identities: snapshot.Identities(o), Events: map[uint64]string{}}
		for k := range s.Identities {
			s.Identities[k].By = "" // may be an erased event
		}
		out[o] = s
	}
	for seq, row := range l.rows {
		out[snapshot.Canonical(row.person)].Events[seq] = snapshot.Text(row.id) + " " + row.event.Name
	}
	return out
}

var historyIDs = []string{"a1", "a2", "a3", "u1", "u2", "u3", "guest"}

// drawEvent makes an event of somebody.
func drawEvent(t *rapid.T, n int) *event.Event {
	e := &event.Event{
		ID: fmt.Sprint("e", n), Name: rapid.SampledFrom([]string{"view", "pay"}).Draw(t, "name"), Time: int64(1000 + n),
		DistinctID: rapid.SampledFrom(historyIDs).Draw(t, "id"), Protocol: "native",
		Properties: event.Properties{"secret": event.Text("s")},
	}
	e.Known = strings.HasPrefix(e.DistinctID, "u")
	switch rapid.IntRange(0, 9).Draw(t, "join") {
	case 0, 1, 2:
		e.Join, e.Known = &event.Join{Kind: event.Identify, Other: rapid.SampledFrom(historyIDs).Draw(t, "other")}, true
	case 3:
		e.Join = &event.Join{Kind: event.Alias, Other: rapid.SampledFrom(historyIDs).Draw(t, "other")}
	}
	return e
}

// act does one thing: an event mostly, sometimes a correction, sometimes the erasure.
func act(t *rapid.T, in *ingest.Intake, n int) {
	ctx := context.Background()
	pick := func(label string) string { return rapid.SampledFrom(historyIDs).Draw(t, label) }
	switch rapid.IntRange(0, 19).Draw(t, "what") {
	case 0, 1:
		if of, other := pick("of"), pick("detached"); of != other {
			require.NoError(t, in.Detach(ctx, "p", of, other))
		}
	case 2:
		require.NoError(t, in.DeletePerson(ctx, "p", pick("deleted")))
	case 3:
		ids := []string{fmt.Sprint("e", rapid.IntRange(0, n).Draw(t, "first")), fmt.Sprint("e", rapid.IntRange(0, n).Draw(t, "second"))}
		_, err := in.DeleteEvents(ctx, "p", ids)
		require.NoError(t, err)
	case 4:
		require.NoError(t, in.Erase(ctx))
	default:
		_, err := in.Accept(ctx, "p", []*event.Event{drawEvent(t, n)})
		require.NoError(t, err)
	}
}

// Whatever happened and whenever the log was erased, what is made anew from the
// log is what is live, and the log has nothing of what was deleted.
func TestARebuildFromAnErasedLogIsWhatIsLive(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		log, live := storetest.NewMemory(), newLedger()
		in := ingest.New(log, live, clock.NewManual(ingesttest.Now), slog.New(slog.DiscardHandler), ingest.Options{})
		require.NoError(rt, in.Start(context.Background()))
		defer in.Stop()
		for n := range rapid.IntRange(1, 60).Draw(rt, "length") {
			act(rt, in, n)
		}
		requireRebuilt(rt, log, live)
		require.NoError(rt, in.Erase(context.Background()))
		requireRebuilt(rt, log, live)
		requireErased(rt, log, live)
	})
}

func requireRebuilt(t *rapid.T, log *storetest.Memory, live *ledger) {
	rebuilt := newLedger()
	require.NoError(t, ingest.Replay(context.Background(), log, rebuilt, 0, nil))
	require.Equal(t, live.everybody(), rebuilt.everybody())
	require.Equal(t, live.gone, rebuilt.gone)
	require.Equal(t, live.graph.Len(), rebuilt.graph.Len())
	for i := range live.graph.Len() {
		require.Equal(t, live.graph.Canonical(person.Ordinal(i)), rebuilt.graph.Canonical(person.Ordinal(i)))
	}
	for _, id := range historyIDs {
		want, known := live.graph.Find(id)
		got, ok := rebuilt.graph.Find(id)
		require.Equal(t, known, ok, id)
		require.Equal(t, want, got, id)
	}
}

// requireErased demands that only events that somebody has still say something,
// and that ids are there only where somebody has them.
func requireErased(t *rapid.T, log *storetest.Memory, live *ledger) {
	listed := map[string]bool{"guest": true, event.ControlID: true}
	for _, s := range live.everybody() {
		for _, identity := range s.Identities {
			listed[identity.ID] = true
		}
	}
	allowed := func(id string) bool { return listed[id] || strings.HasPrefix(id, event.NameErased) }
	require.NoError(t, log.Scan(context.Background(), 0, func(e *event.Event) error {
		_, has := live.rows[e.Seq]
		require.Equal(t, !has, event.Reserved(e.Name), "event %d", e.Seq)
		require.Equal(t, has, len(e.Properties) > 0, "event %d", e.Seq)
		if !event.IsControl(e.Name) { // which may name ids that were never there
			require.True(t, allowed(e.DistinctID), "event %d", e.Seq)
			require.True(t, e.Join == nil || allowed(e.Join.Other) || !person.Joinable(e.DistinctID), "event %d", e.Seq)
		}
		return nil
	}))
}
