package columns

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/person"
)

// TestFragmentsApart: a Scanner that hands out fragments as they are gives the
// same rows of the same persons, of everybody and of some.
func TestFragmentsApart(t *testing.T) {
	t.Parallel()
	table := NewTable()
	table.inView = 0 // parts stay as they are
	seq := uint64(0)
	for batch := range 5 {
		var events []*event.Event
		for i := range 3000 / (batch + 1) {
			seq++
			events = append(events, did(seq, fmt.Sprint("u", (i*7+batch*13)%900), "a", int64(seq%977), event.Properties{"n": event.Num(float64(seq))}))
		}
		seq++
		join := did(seq, "u1", "b", int64(seq), nil)
		join.Join = &event.Join{Kind: event.Alias, Other: fmt.Sprint("u", 2+batch)}
		seq++
		gone := did(seq, fmt.Sprint("u", 50+batch), event.NameDeletePerson, int64(seq), nil)
		table.Apply(append(events, join, gone))
		table.View()
	}
	v := table.View()
	require.Greater(t, len(v.Layers()), 1)
	rows := func(apart, some bool) map[string]int {
		s := v.NewScanner(Need{Everything: true})
		if apart {
			s.Apart()
		}
		if some {
			words := make([]uint64, v.People().Len()/64+1)
			for i := range words {
				words[i] = 0x5a5a5a5a5a5a5a5a
			}
			s.Among(words)
		}
		out := map[string]int{}
		s.Batches(0, v.People().Len(), func(b *Batch) bool {
			for _, e := range b.Entries {
				for row := b.Offsets[e]; row < b.Offsets[e+1]; row++ {
					out[fmt.Sprint(b.Persons[e], b.Seqs.At(row), b.Times.At(row), v.Row(b.Layer, row))]++
				}
			}
			return true
		})
		return out
	}
	require.Equal(t, rows(false, false), rows(true, false))
	require.Equal(t, rows(false, true), rows(true, true))
	require.Len(t, rows(false, false), int(v.Events()))
}

// TestScansEndWithThePersons: whoever asks for all ordinals that there could be
// is not made to wait for them.
func TestScansEndWithThePersons(t *testing.T) {
	t.Parallel()
	table := NewTable()
	table.Apply([]*event.Event{did(1, "u", "a", 1, nil)})
	visited := 0
	table.View().Scan(Need{}, 0, math.MaxInt, func(*Layer, person.Ordinal, uint32, uint32) bool {
		visited++
		return true
	})
	require.Equal(t, 1, visited)
}
