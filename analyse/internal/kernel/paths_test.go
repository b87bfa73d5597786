package kernel

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestTimesAreTakenInAsManyScansAsTheyNeed: all at once where they fit, a step at least where they do not.
func TestTimesAreTakenInAsManyScansAsTheyNeed(t *testing.T) {
	t.Parallel()
	scans := func(sessions ...int64) (ends []int) {
		k := &keptNodes{}
		for _, n := range sessions {
			k.steps = append(k.steps, keptStep{sessions: n})
		}
		for step := 0; step < len(k.steps)-1; {
			step = k.timed(step)
			ends = append(ends, step)
		}
		return ends
	}
	const most = maxPathTimes
	require.Equal(t, []int{3}, scans(most, most/2, most/4, most/8))
	require.Equal(t, []int{1, 3}, scans(most, most, most/2, most/2))
	require.Equal(t, []int{1, 2, 3}, scans(3*most, 3*most, 2*most, most))
	require.Equal(t, []int{1}, scans(1, 1))
}

func TestMedianOfTimes(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 1))
	for n := range 300 {
		c := edgeCell{}
		var all []int64
		for range n % 60 {
			x := random.Int64N(1 + int64(random.IntN(40)))
			all, c.times = append(all, x), append(c.times, uint32(x))
		}
		for range n % 3 { // longer than 49 days
			x := 1<<33 + random.Int64N(100)
			all, c.long = append(all, x), append(c.long, x)
		}
		if len(all) == 0 {
			continue
		}
		slices.Sort(all)
		want := float64(all[(len(all)-1)/2]+all[len(all)/2]) / 2
		require.InDelta(t, want, c.median(), 0)
	}
}

func TestTheTreeOfWhoInvitedWhom(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(2, 2))
	for range 300 {
		persons := 2 + random.Uint32N(12)
		inviter := map[uint32]uint32{}
		var joins []joinEdge
		for p := range persons {
			if by := random.Uint32N(persons); by != p && random.IntN(4) > 0 {
				inviter[p] = by
				joins = append(joins, joinEdge{person: p, inviter: by})
			}
		}
		tree := newReferralTree(joins)
		for p := range inviter {
			want, at := 1, inviter[p]
			for next, joined := inviter[at]; joined && want > 0; next, joined = inviter[at] {
				at = next
				if want++; want > int(persons) {
					want = 0 // a circle
				}
			}
			require.Equal(t, want, tree.degree(p), "%v: %d", inviter, p)
		}
	}
}
