package kernel

import (
	"math"
	"math/rand/v2"
	"slices"
	"sort"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/store/columns"
	"github.com/weirhq/weir/store/columns/vector"
)

// blocksOf cuts some rows into persons of different sizes, with gaps, and those into blocks.
func blocksOf(r *rand.Rand, l *columns.Layer, rows int) []*block {
	blocks := []*block{{layer: l}}
	for p, row := person.Ordinal(0), 0; row < rows; p++ {
		n := min(1+r.IntN(40), rows-row)
		b := blocks[len(blocks)-1]
		if b.rows() > 300 {
			b = &block{layer: l}
			blocks = append(blocks, b)
		}
		if r.IntN(5) > 0 {
			b.add(p, uint32(row), uint32(row+n))
		}
		row += n
	}
	return slices.DeleteFunc(blocks, func(b *block) bool { return len(b.persons) == 0 })
}

// widest are codes of each width: the highest code decides which is kept.
var widest = []uint32{200, 40_000, 100_000}

func codesUpTo(r *rand.Rand, n int, most uint32) []uint32 {
	codes := make([]uint32, n)
	for i := range codes {
		codes[i] = 1 + uint32(r.IntN(6))
		if r.IntN(50) == 0 {
			codes[i] = most
		}
	}
	return codes
}

func TestPickingFindsTheRowsOfSomeNames(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 1))
	for _, most := range widest {
		codes := codesUpTo(r, 5000, most)
		l := &columns.Layer{Names: vector.NewCodes(codes)}
		for _, names := range [][]uint32{{1}, {2, 5}, {most}, {1, 2, 3, most}, {1, 2, 3, 4, 5, 6, most}, {}} {
			byName := make([]bool, most+1)
			for _, name := range names {
				byName[name] = true
			}
			set := newNameSet(byName)
			set.layer(l)
			var out []uint32
			for _, b := range blocksOf(r, l, len(codes)) {
				want := []uint32{}
				for i := range b.persons {
					for row := b.lo[i]; row < b.hi[i]; row++ {
						if byName[codes[row]] {
							want = append(want, row)
						}
					}
				}
				out = set.pick(b, out)
				require.Equal(t, want, append([]uint32{}, out...), "%v of %d", names, most)
				owners := b.owners(out, nil)
				b.each(out, func(i, from, to int) {
					for k := from; k < to; k++ {
						require.Equal(t, b.persons[i], owners[k])
						require.True(t, out[k] >= b.lo[i] && out[k] < b.hi[i])
					}
				})
			}
		}
	}
}

func TestStepPickingTellsWhichMatchersARowMeets(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(2, 2))
	codes := codesUpTo(r, 3000, 200)
	l := &columns.Layer{Names: vector.NewCodes(codes)}
	odd := &evenPersons{}
	first := &Matcher{byName: make([]bool, 201)}
	second := &Matcher{byName: make([]bool, 201), where: odd}
	first.byName[1], first.byName[3], second.byName[3], second.byName[200] = true, true, true, true
	p := newStepPicker(first, second)
	p.layer(l)
	for _, b := range blocksOf(r, l, len(codes)) {
		var rows, masks []uint32
		for i, who := range b.persons {
			for row := b.lo[i]; row < b.hi[i]; row++ {
				mask := uint32(bit(first.byName[codes[row]]) | bit(second.byName[codes[row]] && who%2 == 0)<<1)
				if mask != 0 {
					rows, masks = append(rows, row), append(masks, mask)
				}
			}
		}
		gotRows, gotMasks := p.pick(b)
		require.Equal(t, rows, append([]uint32(nil), gotRows...))
		require.Equal(t, masks, append([]uint32(nil), gotMasks...))
	}
}

// evenPersons is a condition over the person.
type evenPersons struct{ personsIn }

func (f *evenPersons) sieve() sieve {
	f.members = bits{0x5555555555555555, 0x5555555555555555, 0x5555555555555555}
	return &f.personsIn
}

func TestIntervalsAreFoundByTable(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 3))
	for round := range 200 {
		edges := []int64{int64(r.IntN(1000)) - 500}
		for range 1 + r.IntN(40) {
			step := int64(1 + r.IntN(1000))
			switch round % 4 {
			case 1:
				step = 23*3_600_000 + r.Int64N(7_200_000)
			case 2:
				step = 1 + r.Int64N(1<<uint(1+r.IntN(36))) // so different that several share a stretch
			}
			edges = append(edges, edges[len(edges)-1]+step)
		}
		s := newSlotter(edges)
		last := edges[len(edges)-1]
		times := []int64{math.MinInt32 * 1000, edges[0] - 1, last - 1, last, last + 1, math.MaxInt32 * 1000}
		for range 300 {
			times = append(times, edges[0]-10+r.Int64N(last-edges[0]+20))
		}
		for _, edge := range edges {
			times = append(times, edge-1, edge, edge+1)
		}
		slices.Sort(times)
		rows := make([]uint32, len(times))
		want := make([]uint32, len(times))
		inside := 0
		for i, at := range times {
			rows[i] = uint32(i)
			want[i] = uint32(len(edges) - 1)
			if at >= edges[0] && at < last {
				want[i] = uint32(sort.Search(len(edges), func(i int) bool { return edges[i] > at }) - 1)
				inside++
			}
		}
		for _, ints := range []vector.Ints{{I64: times}, vector.NewInts(times), vector.NewInts(times[2 : len(times)-2])} {
			l := &columns.Layer{Times: ints}
			skip := len(times) - ints.Len()
			s.layer(l)
			got, n := s.find(rows[:ints.Len()], nil)
			require.Equal(t, want[skip/2:len(want)-skip/2], got)
			if skip == 0 {
				require.Equal(t, inside, n)
			}
			kept, slots := s.keep(slices.Clone(rows[:ints.Len()]), nil)
			for i, row := range kept {
				require.Equal(t, got[row], slots[i])
			}
			require.Len(t, kept, n)
			b := &block{layer: l}
			b.add(1, 0, uint32(ints.Len()))
			at, in := s.changes(b, nil, nil)
			for i, row := range at {
				require.Equal(t, got[row], in[i])
				require.True(t, i == 0 || in[i] != in[i-1])
			}
			require.Len(t, slices.Compact(slices.Clone(got)), len(at))
		}
	}
}

func TestPercentilesAreThoseOfSortedValues(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(4, 4))
	for _, n := range []int{1, 2, 3, 10, 599, 1000, 50_000} {
		for _, kinds := range []int{1, 3, 1 << 30} {
			values := make([]float64, n)
			for i := range values {
				values[i] = float64(r.IntN(kinds)) / 4
			}
			sorted := slices.Clone(values)
			slices.Sort(sorted)
			for _, q := range []float64{0, 0.25, 0.5, 0.9, 0.99, 1} {
				at := q * float64(n-1)
				i := int(at)
				want := sorted[i]
				if i+1 < n {
					want += (at - float64(i)) * (sorted[i+1] - sorted[i])
				}
				got, ok := Percentile(values, q)
				require.True(t, ok)
				require.Equal(t, want, got, "%v of %d", q, n)
			}
			require.Equal(t, sorted[n-1], Largest(values, 1))
			require.Equal(t, sorted[0], Largest(values, n))
		}
	}
}

// TestSpreadsCountAndKeep: numbers that are steps and others give the same as all of them sorted.
func TestSpreadsCountAndKeep(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 5))
	for range 200 {
		s := newSpread(&budget{})
		s.step = steps{base: -5, scale: 10, n: 40}
		require.NoError(t, s.room(2))
		var values [3][]float64
		for range r.IntN(60) {
			cell, code := uint32(r.IntN(3)), r.IntN(60)-10 // cell 2 has no room, codes beyond [0, 40) are no steps
			x := s.step.number(code)
			values[cell] = append(values[cell], x)
			require.NoError(t, s.addCodes([]uint32{cell}, []float64{float64(code + 7)}, -7))
		}
		for range r.IntN(20) {
			cell, x := uint32(r.IntN(3)), r.Float64()*6-1
			values[cell] = append(values[cell], x)
			require.NoError(t, s.add([]uint32{cell}, []float64{x}))
		}
		s.prepare(3)
		for _, q := range []float64{0, 0.3, 0.5, 0.9, 1} {
			for cell := range 3 {
				want, some := Percentile(slices.Clone(values[cell]), q)
				got, ok := s.percentile(cell, cell+1, q)
				require.Equal(t, some, ok)
				require.Equal(t, want, got)
			}
		}
		want, _ := Percentile(slices.Concat(values[:]...), 0.5)
		got, _ := s.percentile(0, 3, 0.5)
		require.Equal(t, want, got)
	}
}

func TestDifferentValuesAreCountedBeyondTheTable(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(6, 6))
	d, err := newDistinct(&budget{}, 10, 100)
	require.NoError(t, err)
	want := map[[2]uint32]bool{}
	for range 20_000 {
		cell, value := uint32(r.IntN(12)), uint32(r.IntN(2000))
		require.NoError(t, d.add([]uint32{cell}, []uint32{value}))
		if value != 0 {
			want[[2]uint32{cell, value}] = true
		}
	}
	total := int64(0)
	for _, n := range d.counts(12) {
		total += n
	}
	require.EqualValues(t, len(want), total)
	require.NoError(t, d.each(func(cell, value uint32) error {
		require.True(t, want[[2]uint32{cell, value}])
		delete(want, [2]uint32{cell, value})
		return nil
	}))
	require.Empty(t, want)
}
