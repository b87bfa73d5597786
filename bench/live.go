package main

// lively is what happens while events come in and questions are asked.
type lively struct {
	EventsPerSecond float64 `json:"events_per_second"`
}
