package segment

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/analyse"
	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/query"
	"github.com/weirhq/weir/store/columns"
	"github.com/weirhq/weir/store/meta"
)

// BenchmarkSegments has 100,000 persons with 20 events each and ten behavioural
// segments: «follow» is one event of one person until all ten have followed,
// «recompute» the step of each minute.
func BenchmarkSegments(b *testing.B) {
	s, store, p := populated(b)
	b.Run("follow", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			store.Apply([]*event.Event{{Project: p.ID, Name: "pay", Time: start.UnixMilli(), DistinctID: fmt.Sprint("u", i%100_000), Known: true}})
			s.follow(b.Context())
		}
	})
	b.Run("recompute", func(b *testing.B) {
		for b.Loop() {
			s.recompute(b.Context())
		}
	})
}

func populated(b *testing.B) (*Service, *columns.Store, analyse.Project) {
	b.Helper()
	db, err := meta.Open(b.Context(), filepath.Join(b.TempDir(), "meta.db"))
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, db.Close()) })
	_, err = db.Exec(b.Context(), "account.project_insert", "p", "shop", "UTC", 1, "CNY", "key", 0, 1)
	require.NoError(b, err)
	p, store, clk, sets := analyse.Project{ID: "p", Zone: time.UTC}, columns.NewStore(), clock.NewManual(start), NewMemberships()
	b.Cleanup(store.Close)
	rng := rand.New(rand.NewPCG(1, 2))
	var events []*event.Event
	for i := range 2_000_000 {
		events = append(events, &event.Event{
			Project: "p", Name: []string{"view", "cart", "pay"}[rng.IntN(3)], DistinctID: fmt.Sprint("u", i%100_000), Known: true,
			Time: start.Add(-time.Duration(rng.IntN(90*24)) * time.Hour).UnixMilli(),
		})
	}
	store.Apply(events)
	s := New(Config{
		DB: db, Memberships: sets, Analyser: analyse.New(store.Table, sets, clk), Tables: store.Table,
		Projects: func() []analyse.Project { return []analyse.Project{p} }, Clock: clk, Logger: slog.New(slog.DiscardHandler),
	})
	store.OnTouched(s.Touched)
	for i := range 10 {
		c, err := query.ParseCondition(fmt.Appendf(nil, `{"did":{"event":"pay","op":"gte","value":%d,"within":{"last":30,"unit":"day"}}}`, i+1))
		require.NoError(b, err)
		_, err = s.Create(b.Context(), p, Draft{Name: fmt.Sprint(i), Condition: c})
		require.NoError(b, err)
	}
	return s, store, p
}
