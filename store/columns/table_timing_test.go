package columns

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/weirhq/weir/event"
)

// synthetic makes n events of as many persons as given, in order of time, each
// with ten properties as an SDK sends them.
func synthetic(n, persons int, from uint64) []*event.Event {
	r := rand.New(rand.NewPCG(1, from))
	platforms := []string{"ios", "android", "web", "miniprogram"}
	cities := make([]string, 300)
	for i := range cities {
		cities[i] = fmt.Sprintf("city %d", i)
	}
	names := []string{"view", "search", "cart", "order_paid", "$pageview"}
	out := make([]*event.Event, n)
	for i := range out {
		seq := from + uint64(i)
		out[i] = &event.Event{
			Seq:        seq,
			Name:       names[r.IntN(len(names))],
			Time:       int64(seq) * 10,
			DistinctID: fmt.Sprintf("user-%d", r.IntN(persons)),
			Known:      true,
			Properties: event.Properties{
				"platform": event.Text(platforms[r.IntN(4)]),
				"city":     event.Text(cities[r.IntN(300)]),
				"version":  event.Text(fmt.Sprintf("3.%d", r.IntN(20))),
				"channel":  event.Text(cities[r.IntN(30)]),
				"$url":     event.Text(fmt.Sprintf("/product/%d", r.IntN(5000))),
				"amount":   event.Num(float64(r.IntN(100000)) / 100),
				"quantity": event.Num(float64(r.IntN(5))),
				"price":    event.Num(float64(r.IntN(500))),
				"vip":      event.Flag(r.IntN(10) == 0),
				"coupon":   event.Flag(r.IntN(3) == 0),
			},
		}
	}
	return out
}

const chunk = 10_000

// replay applies n events in chunks, as a start does that reads the log: the
// events of a chunk are made, outside of the timing, just before.
func replay(b *testing.B, t *Table, n, persons int) {
	events := synthetic(chunk, persons, 1)
	r := rand.New(rand.NewPCG(2, 2))
	ids := make([]string, persons)
	for i := range ids {
		ids[i] = fmt.Sprintf("user-%d", i)
	}
	for at := 0; at < n; at += chunk {
		b.StopTimer()
		for i, e := range events {
			e.Seq = uint64(at+i) + 1
			e.Time = int64(e.Seq) * 10
			e.DistinctID = ids[r.IntN(persons)]
		}
		b.StartTimer()
		t.Apply(events)
	}
}

// The first load: two million events in chunks, then one view.
func BenchmarkLoad(b *testing.B) {
	const n = 2_000_000
	for b.Loop() {
		t := NewTable()
		replay(b, t, n, 100_000)
		t.View()
	}
	b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

// A view after 300 new events over a loaded table, folding included.
func BenchmarkViewAfterFewEvents(b *testing.B) {
	const loaded, persons, few = 3_000_000, 1_000_000, 300
	t := NewTable()
	defer t.Close()
	replay(b, t, loaded, persons)
	t.View()
	more := synthetic(few*1000, persons, loaded+1)
	at := 0
	b.ResetTimer()
	for b.Loop() {
		b.StopTimer()
		t.Apply(more[at : at+few])
		at = (at + few) % len(more)
		b.StartTimer()
		t.View()
	}
	b.ReportMetric(float64(len(t.View().parts)), "parts")
}

// A view when nothing was applied since the last.
func BenchmarkViewUnchanged(b *testing.B) {
	t := NewTable()
	t.Apply(synthetic(chunk, 100, 1))
	t.View()
	for b.Loop() {
		t.View()
	}
}
