package segment

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/query"
)

// TestEverythingAtOnce sends events, changes definitions and reads from many
// goroutines while the loop runs; afterwards every segment is what a full
// evaluation says. Run it with the race detector.
func TestEverythingAtOnce(t *testing.T) {
	t.Parallel()
	b := onKernel(t)
	b.apply(with(did("u0", "pay"), "platform", "ios"), profile("u0", "city", event.Text("X")))
	base := b.create(t, "base", paid)
	top := b.create(t, "top", `{"not":{"segment":"`+base.ID+`"}}`)
	cell := b.createQuestion(t, "cell", paidCell[:len(paidCell)-1]+`,"filter":{"segment":"`+base.ID+`"}}`)
	require.NoError(t, b.Start(t.Context()))
	defer b.Stop()

	var group sync.WaitGroup
	for g := range 3 {
		group.Go(func() { // each sender has persons of its own, and merges some of them
			for i := range 60 {
				who, other := fmt.Sprint("u", g, "-", i%20), fmt.Sprint("u", g, "-", (i*7)%20)
				b.apply(did(who, "pay"), did(other, "view"))
				if i%10 == 0 {
					b.apply(alias(who, other))
				}
			}
		})
	}
	group.Go(func() {
		conditions := []string{paid, `{"did":{"event":"view"}}`}
		for i := range 30 {
			c, err := query.ParseCondition([]byte(conditions[i%2]))
			if err == nil {
				_, err = b.Update(t.Context(), b.p, base.ID, Change{Condition: c})
			}
			if err != nil {
				t.Errorf("update: %v", err)
			}
		}
	})
	group.Go(func() {
		for i := range 30 {
			s, err := b.Create(t.Context(), b.p, Draft{Name: fmt.Sprint("short lived ", i), Condition: query.InSegment(top.ID)})
			if err == nil {
				_, err = b.List(t.Context(), b.p)
			}
			if err == nil {
				err = b.Delete(t.Context(), b.p, s.ID)
			}
			if err != nil {
				t.Errorf("create, list, delete: %v", err)
			}
		}
	})
	group.Go(func() {
		for range 60 {
			for _, id := range []string{base.ID, top.ID, cell.ID} {
				if _, ok := b.Memberships.SegmentMembers("p", id); !ok {
					t.Errorf("segment %s is gone", id)
				}
			}
			b.recompute(t.Context())
		}
	})
	group.Wait()
	b.Stop()
	b.follow(t.Context())
	live := map[string][]string{}
	for _, id := range []string{base.ID, top.ID} {
		live[id] = b.members(t, id)
	}
	b.recompute(t.Context())
	for id, members := range live {
		require.Equal(t, b.members(t, id), members)
	}
}
