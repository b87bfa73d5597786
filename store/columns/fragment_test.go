package columns

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/person"
)

// logOf gives the events of a list, as the log would.
func logOf(events *[]*event.Event) EventsFunc {
	return func(_ context.Context, seqs []uint64) ([]*event.Event, error) {
		var out []*event.Event
		for _, seq := range seqs {
			out = append(out, (*events)[seq-1])
		}
		return out, nil
	}
}

// Readers keep views, and what they see stays as it was, while parts are folded,
// persons are merged and parted, and events and persons are deleted.
func TestOldViewsStay(t *testing.T) {
	t.Parallel()
	table := NewTable()
	table.inView, table.pending = 0, 150
	var log []*event.Event
	table.LookUp(logOf(&log))
	var readers sync.WaitGroup
	for range 60 {
		first := len(log)
		for len(log) < first+50 {
			log = append(log, restless(uint64(len(log))+1))
		}
		table.Apply(log[first:])
		v := table.View()
		before := pictureOf(v)
		readers.Go(func() {
			for range 3 {
				assert.Equal(t, before, pictureOf(v))
			}
		})
	}
	readers.Wait()
	table.Close()
	again := NewTable()
	again.LookUp(logOf(&log))
	again.Apply(log)
	require.Equal(t, pictureOf(again.View()), pictureOf(table.View()), "one batch, or many")
}

// restless makes an event of one of a few persons, or one that corrects them.
func restless(seq uint64) *event.Event {
	e := did(seq, fmt.Sprint("u", seq*7%23), "a", int64(seq*31%97), event.Properties{"n": event.Num(float64(seq) / 8)})
	switch {
	case seq%50 == 49:
		e = event.NewDeleteEvents([]uint64{seq - 5, seq - 30, seq})
	case seq%70 == 69:
		e = event.NewDeletePerson(fmt.Sprint("u", seq%23))
	case seq%30 == 29:
		e = event.NewDetach(fmt.Sprint("u", seq*7%23), fmt.Sprint("u", seq*11%23))
	case seq%10 == 9:
		e.Join = &event.Join{Kind: event.Alias, Other: fmt.Sprint("u", seq*11%23)}
	case seq%4 == 3:
		e.Profile = &event.Profile{Set: event.Properties{"last": event.Num(float64(seq))}, Add: map[string]float64{"sum": 1}}
	}
	e.Seq, e.ID = seq, fmt.Sprint("e", seq)
	return e
}

// While the log is asked, questions see the state before the correction.
func TestCorrectionIsSeenAtOnce(t *testing.T) {
	t.Parallel()
	table := NewTable()
	alias := did(3, "u", event.NameAlias, 3, nil)
	alias.Join = &event.Join{Kind: event.Alias, Other: "w"}
	log := []*event.Event{did(1, "u", "a", 1, nil), did(2, "w", "b", 2, nil), alias}
	log[0].Profile = &event.Profile{Set: event.Properties{"city": event.Text("Hangzhou")}}
	log[1].Profile = &event.Profile{Set: event.Properties{"vip": event.Flag(true)}}
	asked := 0
	table.LookUp(func(ctx context.Context, seqs []uint64) ([]*event.Event, error) {
		asked++
		v := table.View()
		require.Equal(t, 3, v.People().Events(0))
		require.Equal(t, []int64{1, 2, 3}, timesOf(v, 0))
		return logOf(&log)(ctx, seqs)
	})
	table.Apply(log)
	detach := event.NewDetach("u", "w")
	detach.Seq = 4
	require.ElementsMatch(t, []person.Ordinal{0, 2}, table.Apply([]*event.Event{detach}))
	require.Equal(t, 2, asked, "for both persons")
	v := table.View()
	require.Equal(t, []int64{1, 3}, timesOf(v, 0))
	require.Equal(t, []int64{2}, timesOf(v, 2))
	require.Equal(t, event.Properties{"city": event.Text("Hangzhou")}, v.People().Profile(0))
	require.Equal(t, event.Properties{"vip": event.Flag(true)}, v.People().Profile(2))
	require.Equal(t, int64(2), v.People().FirstSeen(2))
	require.Equal(t, uint64(4), v.Changed(func(string) bool { return false }, false))
}

// A log that fails leaves the profiles as they are, until it is there again.
func TestProfilesAreMadeWhenTheLogIsBack(t *testing.T) {
	t.Parallel()
	table := NewTable()
	log := []*event.Event{did(1, "u", "a", 1, nil), did(2, "u", "a", 2, nil)}
	for i, e := range log {
		e.Profile = &event.Profile{Set: event.Properties{"n": event.Num(float64(i))}}
	}
	down := true
	table.LookUp(func(ctx context.Context, seqs []uint64) ([]*event.Event, error) {
		if down {
			return nil, errors.New("the log is not there")
		}
		return logOf(&log)(ctx, seqs)
	})
	table.Apply(log)
	remove := event.NewDeleteEvents([]uint64{2})
	remove.Seq = 3
	table.Apply([]*event.Event{remove})
	require.Equal(t, []int64{1}, timesOf(table.View(), 0))
	require.Equal(t, event.Num(1), table.View().People().Property(0, "n"))
	down = false
	table.Apply([]*event.Event{did(4, "w", "a", 2, nil)})
	require.Equal(t, event.Num(0), table.View().People().Property(0, "n"))
}

// A keeper that falls behind makes Apply wait instead of letting memory grow.
func TestApplyWaitsForTheKeeper(t *testing.T) {
	t.Parallel()
	table := NewTable()
	slow := &slowKeeper{release: make(chan struct{})}
	table.keeper, table.flushAt, table.pending = slow, 10, 10
	applied := make(chan int, 100)
	go func() {
		for i := range 30 {
			batch := make([]*event.Event, 10)
			for k := range batch {
				batch[k] = did(uint64(i*10+k)+1, "u", "a", 1, nil)
			}
			table.Apply(batch)
			applied <- i
		}
		close(applied)
	}()
	last := 0
	for last < 7 {
		last = <-applied
	}
	require.LessOrEqual(t, table.View().Events(), uint64(110))
	close(slow.release)
	for i := range applied {
		last = i
	}
	require.Equal(t, 29, last)
	table.Close()
	require.Equal(t, uint64(300), table.View().Events())
}

type slowKeeper struct{ release chan struct{} }

func (s *slowKeeper) flush(_ *frozenTable, _ int, plan *foldPlan) (*Layer, error) {
	<-s.release
	l := plan.build(1)
	l.backing = s
	return l, nil
}
