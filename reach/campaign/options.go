package campaign

import "time"

// Options tune the worker. Zero fields take the defaults, which suit everyone
// but tests.
type Options struct {
	Poll          time.Duration // between looks for campaigns, due retries and unsent events; 1 s
	Lease         time.Duration // how long a silent node keeps a campaign; 30 s
	RetryFirst    time.Duration // before the second attempt; doubled each time; 30 s
	RetryMost     time.Duration // longest pause between attempts; 1 h
	Attempts      int           // how often one message is tried; 8
	HoldFirst     time.Duration // pause when the provider cannot be reached; doubled each time; 1 s
	HoldMost      time.Duration // longest such pause; 1 min
	Holds         int           // such pauses in a row before the campaign is paused; 20
	RefusedInARow int           // messages refused for good in a row before the campaign is paused; 100
	Campaigns     int           // under way at the same time, also those that wait for retries; 32
	PlanChunk     int           // persons planned per transaction; 1000
}

func (o Options) withDefaults() Options {
	duration := func(d *time.Duration, fallback time.Duration) {
		if *d <= 0 {
			*d = fallback
		}
	}
	number := func(n *int, fallback int) {
		if *n <= 0 {
			*n = fallback
		}
	}
	duration(&o.Poll, time.Second)
	duration(&o.Lease, 30*time.Second)
	duration(&o.RetryFirst, 30*time.Second)
	duration(&o.RetryMost, time.Hour)
	duration(&o.HoldFirst, time.Second)
	duration(&o.HoldMost, time.Minute)
	number(&o.Attempts, 8)
	number(&o.Holds, 20)
	number(&o.RefusedInARow, 100)
	number(&o.Campaigns, 32)
	number(&o.PlanChunk, 1000)
	return o
}

// doubled gives first·2ⁿ, at most most.
func doubled(first, most time.Duration, n int) time.Duration {
	if n > 30 || first<<n > most || first<<n <= 0 {
		return most
	}
	return first << n
}
