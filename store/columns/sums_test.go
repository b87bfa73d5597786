package columns

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/person"
)

// TestSumsAreThoseOfTheRows compares the sums with those of the rows that scans
// visit, over parts that are dense enough to keep theirs, while persons are
// joined and deleted.
func TestSumsAreThoseOfTheRows(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		table := NewTable()
		seq := uint64(0)
		next := func(e event.Event) *event.Event {
			seq++
			e.Seq, e.Project, e.Known = seq, "p", true
			return &e
		}
		for range rapid.IntRange(1, 4).Draw(t, "batches") {
			var events []*event.Event
			from := rapid.Int64Range(-3, 3).Draw(t, "day") * 86_400_000
			for i := range rapid.IntRange(1, 600).Draw(t, "events") {
				e := event.Event{DistinctID: fmt.Sprint("u", i%17), Name: []string{"a", "b"}[i%2], Time: from + int64(i)*97_001}
				if i%3 > 0 {
					e.Properties = event.Properties{"n": event.Num(float64(i*i) / 7), "s": event.Text("x")}
				}
				events = append(events, next(e))
			}
			for _, who := range rapid.SliceOfN(rapid.IntRange(0, 16), 0, 3).Draw(t, "joined") {
				events = append(events, next(event.Event{
					DistinctID: "u0", Name: "c", Join: &event.Join{Kind: event.Alias, Other: fmt.Sprint("u", who)},
				}))
			}
			table.Apply(events)
			if rapid.Bool().Draw(t, "deleted") {
				table.Apply([]*event.Event{next(event.Event{DistinctID: "u3", Name: event.NameDeletePerson})})
			}
			requireSums(t, table.View())
			requireSums(t, table.View()) // from what is kept now
		}
	})
}

func requireSums(t *rapid.T, v *View) {
	for _, name := range []string{"a", "b"} {
		code, ok := v.Names().Code(name)
		if !ok {
			continue
		}
		for _, property := range []string{"", "n", "s", "none"} {
			counts, sums := map[int64]int64{}, map[int64]float64{}
			v.EachSum(code, property, func(slot, count int64, sum, lost float64) {
				counts[slot] += count
				sums[slot] += sum + lost
			})
			v.Scan(Need{Everything: true}, 0, v.People().Len(), func(l *Layer, _ person.Ordinal, lo, hi uint32) bool {
				for row := lo; row < hi; row++ {
					x := v.Value(l, row, property)
					if l.Names.At(row) != code || property != "" && x.Kind != event.Number {
						continue
					}
					slot := int64(math.Floor(float64(l.Times.At(row)) / SumSlot))
					counts[slot]--
					sums[slot] -= x.Num
				}
				return true
			})
			for slot, n := range counts {
				require.Zero(t, n, "%s %s %d", name, property, slot)
				require.InDelta(t, 0, sums[slot], 1e-6)
			}
		}
	}
}
