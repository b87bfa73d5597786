package kernel

import (
	"context"
	bits32 "math/bits"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/weirhq/weir/query"
)

// drawHits makes the hits of one person; of few bits at a time, ever closer in time.
func drawHits(t *rapid.T, steps, most int) hits {
	var h hits
	at := int64(0)
	gap := rapid.Int64Range(0, 5).Draw(t, "gap")
	for row := range rapid.IntRange(1, most).Draw(t, "hits") {
		at += rapid.Int64Range(0, gap).Draw(t, "after")
		mask := uint32(1) << rapid.IntRange(0, steps-1).Draw(t, "step")
		if rapid.IntRange(0, 9).Draw(t, "another") == 0 {
			mask |= 1 << rapid.IntRange(0, steps-1).Draw(t, "step")
		}
		h.add(at, uint32(row), mask)
	}
	return h
}

// best follows every attempt by itself.
func best(w *walker, h hits, to int64) attempt {
	var best, trial attempt
	for i := range h.times {
		if h.times[i] >= to || h.masks[i]&1 == 0 && w.order != query.Unordered {
			continue
		}
		if w.from(i, &trial); trial.depth > best.depth {
			best = trial
		}
	}
	return best
}

// TestOnePassFindsWhatAttemptsDo compares the pass that follows all attempts at
// once with following them one by one.
func TestOnePassFindsWhatAttemptsDo(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		steps := rapid.IntRange(1, 6).Draw(t, "steps")
		h := drawHits(t, steps, 120)
		window := rapid.Int64Range(0, 60).Draw(t, "window")
		to := rapid.Int64Range(0, h.times[len(h.times)-1]+5).Draw(t, "to")
		w := walker{steps: steps, window: window, order: query.Ordered}
		w.prepare(h, false)
		want := best(&w, h, to)
		pass := onePass{steps: steps, window: window}
		depth, reached, ok := pass.run(h, to, bits32.TrailingZeros32(^h.met()))
		if !ok {
			return
		}
		require.Equal(t, want.depth, depth)
		if depth == 0 {
			return
		}
		var got attempt
		pass.trace(h, pass.first(h, depth, reached), depth, &got)
		require.Equal(t, want.at[:depth], got.at[:depth])
		require.Equal(t, want.rows[0], got.rows[0])
	})
}

// TestJumpsChangeNothing compares attempts that jump by a table with attempts
// that look at every hit.
func TestJumpsChangeNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		steps := rapid.IntRange(1, 5).Draw(t, "steps")
		h := drawHits(t, steps, 150)
		once := rapid.Bool().Draw(t, "once")
		w := walker{
			steps: steps, window: rapid.Int64Range(0, 80).Draw(t, "window"),
			order: rapid.SampledFrom([]query.Order{query.Ordered, query.Unordered}).Draw(t, "order"),
		}
		for step := range steps - 1 {
			for range rapid.IntRange(0, 3).Draw(t, "ends") {
				w.ends[step] = append(w.ends[step], rapid.Int64Range(0, 200).Draw(t, "end"))
			}
			slices.Sort(w.ends[step])
		}
		plain, jumping := w, w
		plain.prepare(h, once)
		plain.next = plain.next[:0]
		for len(h.times) < jumpFrom { // more of what nothing can reach
			h.add(1<<40+int64(len(h.times))*1000, uint32(len(h.times)), 1)
		}
		jumping.prepare(h, once)
		require.NotEmpty(t, jumping.next)
		plain.hits = h
		if once {
			plain.used = make([]bool, len(h.times))
		}
		for i := range h.times {
			if plain.taken(i) {
				continue
			}
			var a, b attempt
			plain.from(i, &a)
			jumping.from(i, &b)
			require.Equal(t, a.hits[:a.depth], b.hits[:b.depth])
			if once {
				for _, used := range a.hits[:a.depth] {
					plain.used[used], jumping.used[used] = true, true
				}
			}
		}
	})
}

func TestDurations(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		most := rapid.SampledFrom([]int64{0, 5, 1 << 20, 1<<32 - 1, 1 << 33, 1 << 45}).Draw(t, "most")
		n := rapid.SampledFrom([]int{1, 2, 50, selectSmall + 100, 3 * selectSmall}).Draw(t, "n")
		seed := rapid.Int64Range(1, 1<<40).Draw(t, "seed")
		var d, other Durations
		var all []int64
		sum := 0.0
		for i := range n {
			seed = seed*6364136223846793005 + 1442695040888963407
			x := int64(uint64(seed)>>1) % (most + 1)
			all = append(all, x)
			sum += float64(x)
			if i%3 == 0 {
				other.Add(x)
			} else {
				d.Add(x)
			}
		}
		d.Join(&other)
		slices.Sort(all)
		require.Equal(t, n, d.Len())
		require.InEpsilon(t, 1+sum/float64(n)/1000, 1+d.Mean(), 1e-9)
		shares := []float64{0, 0.25, 0.5, 0.9, 0.99, 1}
		for i, got := range d.Quantiles(shares...) {
			position := shares[i] * float64(n-1)
			below := int(position)
			above := min(below+1, n-1)
			want := float64(all[below])/1000 + (position-float64(below))*(float64(all[above])-float64(all[below]))/1000
			require.InEpsilon(t, 1+want, 1+got, 1e-12)
		}
	})
}

// TestAttemptsOfOnePersonCanBeCancelled: the scan looks at the context between
// persons, the watch within one.
func TestAttemptsOfOnePersonCanBeCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	w := watch{ctx: ctx}
	require.False(t, w.stop(watchEvery))
	cancel()
	require.False(t, w.stop(1))
	require.True(t, w.stop(watchEvery))
	require.ErrorIs(t, w.err, context.Canceled)
}
