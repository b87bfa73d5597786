package kernel

import (
	"cmp"
	"slices"

	"github.com/weirhq/weir/person"
)

// referralTree is who joined through whom. Each person has at most one inviter,
// so that this is a forest, save for persons who invited each other in a circle.
type referralTree struct {
	joins   []joinEdge
	inviter map[uint32]uint32
	degrees map[uint32]int
}

func newReferralTree(joins []joinEdge) *referralTree {
	t := &referralTree{joins: joins, inviter: make(map[uint32]uint32, len(joins)), degrees: make(map[uint32]int, len(joins))}
	for _, j := range joins {
		t.inviter[j.person] = j.inviter
	}
	return t
}

// degree of a person who joined: 1 where its inviter did not, one more than the
// inviter's where it did, 0 in or below a circle. It walks up, not down, and keeps
// what it found, so that all degrees together cost one step per join.
func (t *referralTree) degree(p uint32) int {
	var below []uint32
	const walking = -1
	for {
		if d, known := t.degrees[p]; known {
			if d == walking {
				d = 0 // a circle
			}
			return t.settle(below, d)
		}
		t.degrees[p] = walking
		below = append(below, p)
		inviter := t.inviter[p]
		if _, joined := t.inviter[inviter]; !joined {
			t.degrees[p] = 1
			return t.settle(below[:len(below)-1], 1)
		}
		p = inviter
	}
}

// settle gives degrees to those walked through, the last one being next below
// one of degree d.
func (t *referralTree) settle(below []uint32, d int) int {
	for i := len(below) - 1; i >= 0; i-- {
		if d > 0 {
			d++
		}
		t.degrees[below[i]] = d
	}
	return d
}

// top gives the inviters with the most joins.
func (t *referralTree) top(invites map[uint32]int64) []Inviter {
	joined, reached := map[uint32]int64{}, map[uint32]int64{}
	for _, j := range t.joins {
		joined[j.inviter]++
		above, first := j.inviter, j.inviter
		for degree := range maxDegree {
			if above == j.person || degree > 0 && above == first {
				break // came round in a circle
			}
			reached[above]++
			next, ok := t.inviter[above]
			if !ok {
				break
			}
			above = next
		}
	}
	list := make([]Inviter, 0, len(joined))
	for p, n := range joined {
		list = append(list, Inviter{person.Ordinal(p), invites[p], n, reached[p]})
	}
	slices.SortFunc(list, func(a, b Inviter) int {
		return cmp.Or(cmp.Compare(b.Joined, a.Joined), cmp.Compare(b.Reached, a.Reached),
			cmp.Compare(b.Invites, a.Invites), cmp.Compare(a.Person, b.Person))
	})
	return list[:min(maxTop, len(list))]
}
