package task

import "time"

// Trigger starts a source of moments and gives it with the function that ends it.
type Trigger func() (fire <-chan time.Time, stop func())

// Every is a Trigger that fires each time d has passed.
func Every(d time.Duration) Trigger {
	return func() (<-chan time.Time, func()) {
		ticker := time.NewTicker(d)
		return ticker.C, ticker.Stop
	}
}
