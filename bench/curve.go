package main

// point is the times of one size of the data.
type point struct {
	Events int                `json:"events"`
	MS     map[string]float64 `json:"ms"` // by question
}
