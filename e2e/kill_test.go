package e2e

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	kills   = 20
	writers = 4
	perCall = 25
)

// acknowledged remembers which events were answered with success.
type acknowledged struct {
	mu     sync.Mutex
	events map[string]map[string]bool // distinct id → event id
	total  int
}

func (a *acknowledged) add(user string, ids []string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.events[user] == nil {
		a.events[user] = map[string]bool{}
	}
	for _, id := range ids {
		a.events[user][id] = true
	}
	a.total += len(ids)
}

// TestAcknowledgedEventsSurviveKills streams events in, kills the process again
// and again, and then demands every acknowledged event, once.
func TestAcknowledgedEventsSurviveKills(t *testing.T) {
	s := startServer(t)
	ack := &acknowledged{events: map[string]map[string]bool{}}
	ctx, stop := context.WithCancel(t.Context())
	var group sync.WaitGroup
	for w := range writers {
		group.Go(func() { stream(ctx, s, w, ack) })
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range kills {
		before := ack.count()
		require.Eventually(t, func() bool { return ack.count() > before+r.IntN(400) }, time.Minute, time.Millisecond)
		s.kill()
		s.start()
	}
	stop()
	group.Wait()

	require.Greater(t, ack.total, kills*perCall)
	for _, user := range slices.Sorted(maps.Keys(ack.events)) {
		stored := storedEvents(s, user)
		for id := range ack.events[user] {
			require.Equal(t, 1, stored[id], "event %s of %s was acknowledged; stored %d times", id, user, stored[id])
		}
		for id, n := range stored {
			require.Equal(t, 1, n, "event %s of %s is stored %d times", id, user, n)
		}
	}
	t.Logf("%d kills, %d events acknowledged, each stored once", kills, ack.total)
}

func (a *acknowledged) count() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.total
}

// stream sends batches until the context ends, and sends a batch that got no
// answer again, with the same ids, as an SDK does.
func stream(ctx context.Context, s *server, writer int, ack *acknowledged) {
	for n := 0; ctx.Err() == nil; n++ {
		user := fmt.Sprintf("user-%d-%d", writer, n%5)
		var events []object
		var ids []string
		for i := range perCall {
			id := fmt.Sprintf("%d-%d-%d", writer, n, i)
			ids = append(ids, id)
			events = append(events, object{
				"id": id, "name": "tick", "distinct_id": user, "time": time.Now().UTC().Format(time.RFC3339Nano),
				"properties": object{"n": n, "writer": writer, "text": "中文 ✓"},
			})
		}
		for ctx.Err() == nil {
			status, err := s.call(ctx, http.MethodPost, "/api/v1/projects/"+project+"/events", writeKey, object{"events": events}, nil)
			if err == nil && status == http.StatusOK {
				ack.add(user, ids)
				break
			}
			select { // the process is being restarted
			case <-ctx.Done():
			case <-time.After(20 * time.Millisecond):
			}
		}
	}
}

// storedEvents reads the whole timeline of a person and counts each event id.
func storedEvents(s *server, user string) map[string]int {
	s.t.Helper()
	stored := map[string]int{}
	var before any
	for {
		var page struct {
			Events []struct {
				ID string `json:"id"`
			} `json:"events"`
			Next any `json:"next"`
		}
		s.api(http.MethodPost, "/persons/"+user+"/events", object{"limit": 500, "before": before}, &page)
		for _, e := range page.Events {
			stored[e.ID]++
		}
		if page.Next == nil {
			return stored
		}
		before = page.Next
	}
}
