package columns

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/person"
)

// did makes an event of a signed-in user.
func did(seq uint64, id, name string, at int64, properties event.Properties) *event.Event {
	return &event.Event{
		Seq: seq, ID: fmt.Sprintf("e%d", seq), Project: "p", Name: name, Time: at,
		DistinctID: id, Known: true, Properties: properties,
	}
}

func timesOf(v *View, p person.Ordinal) []int64 {
	l, lo, hi, ok := v.Locate(Need{Everything: true}, p)
	if !ok {
		return nil
	}
	return l.Times.Append(nil, lo, hi)
}

func seqsOf(v *View, p person.Ordinal) []int64 {
	l, lo, hi, ok := v.Locate(Need{Everything: true}, p)
	if !ok {
		return nil
	}
	return l.Seqs.Append(nil, lo, hi)
}

func TestEmptyTable(t *testing.T) {
	t.Parallel()
	table := NewTable()
	require.Nil(t, table.Apply(nil))
	v := table.View()
	require.Same(t, v, table.View())
	require.Zero(t, v.Events())
	require.Zero(t, v.UpTo())
	require.Zero(t, v.People().Len())
	require.Empty(t, v.EventNames())
	require.Empty(t, v.Properties(""))
	require.Nil(t, v.Strings("p"))
	require.Nil(t, v.Lists("p"))
	v.Scan(Need{Everything: true}, 0, 10, func(*Layer, person.Ordinal, uint32, uint32) bool {
		t.Fatal("nobody is there")
		return false
	})
}

func TestUnchangedViewIsTheSame(t *testing.T) {
	t.Parallel()
	table := NewTable()
	table.Apply([]*event.Event{did(1, "u", "view", 1, nil)})
	v := table.View()
	require.Same(t, v, table.View())
	table.Apply([]*event.Event{did(2, "u", "view", 2, nil)})
	require.NotSame(t, v, table.View())
	require.Equal(t, uint64(2), table.View().UpTo())
}

func TestLateEventsAndTies(t *testing.T) {
	t.Parallel()
	table := NewTable()
	table.Apply([]*event.Event{did(1, "u", "a", 20, nil), did(2, "u", "b", 30, nil)})
	table.View()
	table.Apply([]*event.Event{did(3, "u", "c", 10, nil), did(4, "u", "d", 30, nil), did(5, "u", "e", 20, nil)})
	v := table.View()
	require.Equal(t, []int64{10, 20, 20, 30, 30}, timesOf(v, 0))
	require.Equal(t, []int64{3, 1, 5, 2, 4}, seqsOf(v, 0))
	require.Equal(t, int64(10), v.People().FirstSeen(0))
	require.Equal(t, int64(30), v.People().LastSeen(0))
}

func TestMergeMovesAllOfHistory(t *testing.T) {
	t.Parallel()
	table := NewTable()
	anonymous := did(2, "a", "view", 5, nil)
	anonymous.Known = false
	table.Apply([]*event.Event{did(1, "u", "view", 10, nil), anonymous, did(3, "x", "view", 1, nil)})
	before := table.View()
	join := did(4, "u", event.NameIdentify, 20, nil)
	join.Join = &event.Join{Kind: event.Identify, Other: "a"}
	touched := table.Apply([]*event.Event{join})
	require.ElementsMatch(t, []person.Ordinal{0, 1}, touched, "the winner and the one merged away")

	v := table.View()
	require.Equal(t, []int64{5, 10, 20}, timesOf(v, 0))
	require.Nil(t, timesOf(v, 1))
	require.Equal(t, person.Ordinal(0), v.People().Canonical(1))
	require.Equal(t, []uint32{0, 2}, v.People().All().ToArray())
	require.Equal(t, 3, v.People().Events(1), "by the old ordinal, too")
	require.Equal(t, int64(5), v.People().FirstSeen(0))
	require.Equal(t, int64(10), v.People().LastSeen(0), "an identify is no activity")

	require.Equal(t, []int64{5}, timesOf(before, 1))
	require.Equal(t, 3, int(before.People().All().GetCardinality()))
}

func TestEventsWithoutSeqGetTheNext(t *testing.T) {
	t.Parallel()
	table := NewTable()
	table.Apply([]*event.Event{did(7, "u", "a", 1, nil), did(0, "u", "b", 1, nil), did(0, "u", "c", 1, nil)})
	require.Equal(t, []int64{7, 8, 9}, seqsOf(table.View(), 0))
}

func TestPropertyThatChangesType(t *testing.T) {
	t.Parallel()
	table := NewTable()
	values := []event.Value{
		event.Text("7"), event.Num(7), event.Flag(false), event.Strings("7", "8"), {}, event.Text(""), event.Strings([]string{}...), event.Num(0),
	}
	for i, value := range values {
		table.Apply([]*event.Event{did(uint64(i+1), "u", "set", int64(i), event.Properties{"p": value})})
	}
	v := table.View()
	l, lo, _, _ := v.Locate(Need{Everything: true}, 0)
	for i, want := range values {
		require.Equal(t, want.Text(), v.Value(l, lo+uint32(i), "p").Text())
		require.Equal(t, want.Kind, v.Value(l, lo+uint32(i), "p").Kind)
	}
	require.Equal(t, event.Value{}, v.Value(l, lo, "unknown"))
	require.Equal(t, []PropertyInfo{{
		Name: "p", Kinds: []event.Kind{event.String, event.Number, event.Bool, event.List}, Count: 7,
	}}, v.Properties("set"))
	require.Equal(t, []string{"p"}, l.Properties())
	require.Equal(t, len(values), l.Rows())
}

func TestColumnsAreOnlyMadeWhereThereAreValues(t *testing.T) {
	t.Parallel()
	table := NewTable()
	for i := range uint64(10) { // enough that the next part is not folded into this one
		table.Apply([]*event.Event{did(i+1, "w", "a", 1, event.Properties{"q": event.Num(1)})})
	}
	table.Apply([]*event.Event{did(11, "v", "a", 1, nil)})
	table.View()
	table.Apply([]*event.Event{did(12, "u", "a", 2, event.Properties{"p": event.Text("x")}), did(13, "v", "a", 2, nil)})
	v := table.View()
	require.Len(t, v.parts, 2)
	l, _, _, _ := v.Locate(Need{}, 2)
	require.Equal(t, []string{"p"}, l.Properties(), "q belongs to another's rows")
	require.Nil(t, l.Column("p").Numbers)
	require.Nil(t, l.Column("q"))
	l, _, _, _ = v.Locate(Need{Properties: []string{"q"}}, 1)
	require.Equal(t, []string{"q"}, l.Properties(), "of a person in two parts only what is needed")
	require.Equal(t, 2, l.Rows())
}

func TestOrdinalsNobodyHas(t *testing.T) {
	t.Parallel()
	table := NewTable()
	table.Apply([]*event.Event{did(1, "u", "a", 1, nil)})
	v := table.View()
	people := v.People()
	require.Equal(t, person.Ordinal(99), people.Canonical(99))
	require.Zero(t, people.Events(99))
	require.Empty(t, people.Profile(99))
	require.Nil(t, people.Identities(99))
	require.Equal(t, event.Value{}, people.Property(99, "city"))
	_, _, _, ok := v.Locate(Need{Everything: true}, 99)
	require.False(t, ok)
	_, ok = people.Find("nobody")
	require.False(t, ok)
}

func TestScanStops(t *testing.T) {
	t.Parallel()
	table := NewTable()
	for i := range uint64(10) {
		table.Apply([]*event.Event{did(i+1, fmt.Sprint("u", i), "a", 1, nil)})
	}
	visited := 0
	table.View().Scan(Need{Everything: true}, 0, 10, func(*Layer, person.Ordinal, uint32, uint32) bool {
		visited++
		return visited < 3
	})
	require.Equal(t, 3, visited)
}

// The number of parts stays small however often views are taken.
func TestPartsAreFolded(t *testing.T) {
	t.Parallel()
	for _, inView := range []int{0, foldedInView} {
		table := NewTable()
		table.inView = inView
		most := 0
		for i := range 2000 {
			table.Apply([]*event.Event{did(uint64(i+1), fmt.Sprint("u", i%700), "a", int64(i), event.Properties{"n": event.Num(float64(i))})})
			most = max(most, len(table.View().parts))
		}
		table.Close()
		if inView > 0 {
			require.LessOrEqual(t, most, 12, "log2 of 2000 rows")
		}
		require.LessOrEqual(t, most, mostParts+1)
		v := table.View()
		require.Equal(t, uint64(2000), v.Events())
		require.Equal(t, []int64{5, 705, 1405}, timesOf(v, 5))
		l, lo, _, _ := v.Locate(Need{Everything: true}, 5)
		for i, want := range []float64{5, 705, 1405} {
			require.InDelta(t, want, l.Column("n").Numbers.At(lo+uint32(i)), 0)
		}
	}
}

func TestCloseTwice(t *testing.T) {
	t.Parallel()
	table := NewTable()
	table.Close()
	table.Close()
	table.Apply([]*event.Event{did(1, "u", "a", 1, nil)})
	require.Equal(t, uint64(1), table.View().Events(), "it still answers")
}

// Readers scan while events are applied and layers folded. The race detector
// watches, and every view must be complete in itself.
func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	table := NewTable()
	table.inView = 0
	const batches, size = 60, 300
	applied := make(chan struct{})
	var readers sync.WaitGroup
	for range 2 {
		readers.Go(func() {
			for done := false; !done; {
				select {
				case <-applied:
					done = true
				default:
				}
				requireWhole(t, table.View())
			}
		})
	}
	seq := uint64(0)
	for range batches {
		batch := make([]*event.Event, size)
		for i := range batch {
			seq++
			e := did(seq, fmt.Sprint("u", seq*7%97), "a", int64(seq*31%1000), event.Properties{
				"s": event.Text(fmt.Sprint(seq % 50)), "l": event.Strings("a", fmt.Sprint(seq%5)),
			})
			if seq%9 == 0 {
				e.Properties["rare"] = event.Flag(true)
			}
			e.Profile = &event.Profile{Set: event.Properties{"s": event.Num(float64(seq))}}
			if seq%40 == 0 {
				e.Join = &event.Join{Kind: event.Identify, Other: fmt.Sprint("a", seq)}
			}
			batch[i] = e
		}
		table.Apply(batch)
	}
	close(applied)
	readers.Wait()
	table.Close()
	requireWhole(t, table.View())
	require.Equal(t, uint64(batches*size), table.View().Events())
}

// requireWhole checks that a view has each of its events once, in order.
func requireWhole(t *testing.T, v *View) {
	t.Helper()
	rows := uint64(0)
	v.Scan(Need{Everything: true}, 0, v.People().Len(), func(l *Layer, p person.Ordinal, lo, hi uint32) bool {
		rows += uint64(hi - lo)
		require.True(t, isOrdered(l, lo, hi))
		require.Equal(t, event.String, v.Value(l, lo, "s").Kind)
		require.Len(t, v.Value(l, lo, "l").List, 2)
		require.Equal(t, event.Number, v.People().Property(p, "s").Kind)
		if c := l.Column("rare"); c != nil {
			require.Equal(t, v.Value(l, lo, "rare").Num == 1, c.Bools.At(lo) == 2)
		}
		_, ok := v.People().Find(v.People().DistinctID(l.IDs.At(lo)))
		require.True(t, ok)
		return true
	})
	require.Equal(t, v.Events(), rows)
}

func isOrdered(l *Layer, lo, hi uint32) bool {
	for row := lo + 1; row < hi; row++ {
		if !inOrder(l, row-1, l, row) {
			return false
		}
	}
	return true
}

func TestRarePropertiesAreKeptSparse(t *testing.T) {
	t.Parallel()
	table := NewTable()
	const rows = 10_000
	events := make([]*event.Event, rows)
	for i := range events {
		events[i] = did(uint64(i+1), fmt.Sprint("u", i%100), "a", int64(rows-i), event.Properties{"often": event.Num(1)})
		if i%100 == 7 {
			events[i].Properties["rare"] = event.Num(float64(i))
			events[i].Properties["mixed"] = event.Strings("a")
		}
	}
	events[0].Properties["mixed"] = event.Text("b")
	table.Apply(events)
	v := table.View()
	l := v.parts[0]
	require.Nil(t, l.Column("often").Numbers.Present)
	require.NotNil(t, l.Column("rare").Numbers.Present)
	require.NotNil(t, l.Column("mixed").Lists.Present)

	rare := l.Column("rare")
	require.Nil(t, rare.Strings)
	_, lo, hi, _ := v.Locate(Need{Everything: true}, 7)
	require.Equal(t, uint32(100), hi-lo)
	for row := lo; row < hi; row++ {
		require.Equal(t, float64(rows-l.Times.At(row)), rare.Numbers.At(row))
		require.Equal(t, []string{"a"}, v.Value(l, row, "mixed").List)
	}
	infos, err := v.Values(t.Context(), ValueQuery{Property: "mixed"})
	require.NoError(t, err)
	require.Equal(t, []ValueInfo{{event.Text("a"), 100}, {event.Text("b"), 1}}, infos)
}
