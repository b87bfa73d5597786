package rfm

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/weirhq/weir/person"
)

// BenchmarkAssess rates a million payers by quintiles, the slowest method.
func BenchmarkAssess(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	payers := make([]Payer, 1_000_000)
	day := DayOf(time.Date(2026, 3, 31, 0, 0, 0, 0, time.UTC), time.UTC)
	for i := range payers {
		payers[i] = Payer{
			Person: person.Ordinal(i), Payments: 1 + rng.IntN(20), Money: float64(rng.IntN(100_000)) / 100,
			Last: day.midnight.Add(-time.Duration(rng.IntN(180*24)) * time.Hour).UnixMilli(),
		}
	}
	s := fixed
	s.Recency, s.Frequency, s.Monetary = Dimension{Method: Quintile}, Dimension{Method: Quintile}, Dimension{Method: Quintile}
	for b.Loop() {
		Assess(day, time.UTC, s, payers, len(payers)).Board()
	}
}
