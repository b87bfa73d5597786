package main

import (
	"context"
	"errors"
	"sync"

	"github.com/weirhq/weir/analyse"
	"github.com/weirhq/weir/bench/questions"
	"github.com/weirhq/weir/query"
)

// charts is how many charts the dashboard has.
const charts = 20

// dashboard is what it costs to open a page of charts, all asked for at once.
type dashboard struct {
	Charts    int     `json:"charts"`
	Seconds   float64 `json:"seconds"` // until the last chart is there
	PerSecond float64 `json:"questions_per_second"`
	Again     float64 `json:"again_seconds"` // the same page a second time: answers that were kept
}

// dashboard asks the first questions that have an answer, all at once.
func (a *asker) dashboard(ctx context.Context, answered map[string]answer) (dashboard, error) {
	var list []query.Request
	for _, q := range questions.All() {
		if q.Kind == "condition" || answered[q.Name].Error != "" || len(list) == charts {
			continue
		}
		r, err := query.Parse([]byte(q.Ask))
		if err != nil {
			return dashboard{}, err
		}
		list = append(list, r)
	}
	one := a.analyser()
	first, err := a.page(ctx, one, list)
	if err != nil {
		return dashboard{}, err
	}
	again, err := a.page(ctx, one, list)
	return dashboard{Charts: len(list), Seconds: first, PerSecond: float64(len(list)) / first, Again: again}, err
}

// page gives the seconds that it takes to answer all requests side by side.
func (a *asker) page(ctx context.Context, analyser *analyse.Analyser, list []query.Request) (float64, error) {
	var wait sync.WaitGroup
	faults := make([]error, len(list))
	started := now()
	for i, r := range list {
		wait.Go(func() { _, faults[i] = analyser.Ask(ctx, a.project, r) })
	}
	wait.Wait()
	return since(started), errors.Join(faults...)
}
