package main

import (
	"context"
	"os"
	"path/filepath"

	"github.com/weirhq/weir/bench/questions"
)

// point is the times of one size of the data.
type point struct {
	Events        int                `json:"events"`
	BytesPerEvent float64            `json:"bytes_per_event"`
	StartSeconds  float64            `json:"start_seconds"` // from opening the files to a view
	MS            map[string]float64 `json:"ms"`            // by question
}

// sizes are the numbers of events of the curve, in millions; the last one only with -full.
var sizes = []int{1, 5, 20, 50, 150}

// ofCurve are the questions of the curve.
var ofCurve = []string{
	"persons per day", "events by 30 channels, per day", "funnel of 4 steps in 7 days", "retention by day, 14 days",
	"payments by channels in 7 days, linear", "who put in the cart within an hour of a search",
}

// askCurve asks the same over more and more events.
func askCurve(ctx context.Context, o options, out printer) error {
	var curve []point
	for _, millions := range sizes {
		if millions == sizes[len(sizes)-1] && !o.Full {
			continue
		}
		one := o
		one.Events = millions * 1_000_000
		p, err := one.point(ctx, out)
		if err != nil {
			return err
		}
		curve = append(curve, p)
	}
	return writeJSON(filepath.Join(o.Dir, "curve.json"), curve)
}

func (o options) point(ctx context.Context, out printer) (point, error) {
	if err := os.MkdirAll(o.folder(), 0o750); err != nil {
		return point{}, err
	}
	w := o.stream()
	b, err := buildColumns(ctx, o, w, out)
	if err != nil {
		return point{}, err
	}
	defer b.store.Close()
	p := point{Events: o.Events, StartSeconds: b.open, MS: map[string]float64{}}
	size, err := b.bytes()
	if err != nil {
		return point{}, err
	}
	p.BytesPerEvent = size / float64(o.Events)
	a := newAsker(b.table, w)
	out.printf("%d events, %.1f bytes each\n", o.Events, p.BytesPerEvent)
	for _, name := range ofCurve {
		for _, q := range questions.All() {
			if q.Name != name {
				continue
			}
			got := a.ask(ctx, q, 1+o.Repeats)
			if got.Error != "" {
				out.printf("  %-50s %s\n", name, got.Error)
				continue
			}
			p.MS[name] = got.MS
			out.printf("  %-50s %9.1f ms  %6.2f ns per event\n", name, got.MS, got.MS*1e6/float64(o.Events))
		}
	}
	return p, nil
}
