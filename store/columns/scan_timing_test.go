package columns

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/person"
)

const scanPersons, scanEach = 40_000, 40

// fragmented makes a view of a folded part with scanEach events of each person,
// and a newer part with events of the first so many of a hundred persons.
func fragmented(b *testing.B, percent int) *View {
	b.Helper()
	t := NewTable()
	b.Cleanup(t.Close)
	events := synthetic(scanPersons, scanPersons, 1)
	add := func(round int, who func(i int) bool) {
		batch := make([]*event.Event, 0, len(events))
		for i, e := range events {
			if who(i) {
				e.Seq = uint64(round*scanPersons+i) + 1
				e.Time = int64(round) * 86_400_000
				e.DistinctID = fmt.Sprintf("user-%d", i)
				batch = append(batch, e)
			}
		}
		t.Apply(batch)
	}
	for round := range scanEach {
		add(round, func(int) bool { return true })
	}
	t.View()
	t.Close() // the background has ended
	t.replace(0, len(t.parts), planFold(t.parts, t.kills.freeze(), t.kills.clock).build(2))
	t.refresh()
	t.inView = 0
	add(scanEach, func(i int) bool { return i%100 < percent })
	v := t.View()
	if percent > 0 && len(v.parts) != 2 {
		b.Fatalf("%d parts", len(v.parts))
	}
	return v
}

// A scan of whole timelines of which some persons' are in two parts. It reads
// nothing: this is what a question pays before its own work.
func BenchmarkScan(b *testing.B) {
	for _, percent := range []int{0, 10, 60, 100} {
		b.Run(fmt.Sprintf("mixed=%d%%", percent), func(b *testing.B) {
			v := fragmented(b, percent)
			s := v.NewScanner(Need{Properties: []string{"platform", "amount"}})
			var persons, rows int
			b.ResetTimer()
			before := cpuTime(b)
			for b.Loop() {
				s.Batches(0, v.People().Len(), func(batch *Batch) bool {
					persons += len(batch.Entries)
					for _, e := range batch.Entries {
						rows += int(batch.Offsets[e+1] - batch.Offsets[e])
					}
					return true
				})
			}
			used := float64(cpuTime(b) - before)
			b.ReportMetric(used/float64(persons), "cpu-ns/person")
			b.ReportMetric(used/float64(rows), "cpu-ns/row")
		})
	}
}

// cpuTime is the processor time that the process has used: what others do on the
// machine does not change it much.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// One person after another, as live segments ask.
func BenchmarkLocate(b *testing.B) {
	v := fragmented(b, 60)
	need := Need{Properties: []string{"platform", "amount"}}
	p := person.Ordinal(0)
	for b.Loop() {
		if _, _, _, ok := v.Locate(need, p); !ok {
			b.Fatal("nobody")
		}
		p = (p + 7919) % scanPersons
	}
}
